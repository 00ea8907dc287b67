import type { ForeignKeyShape, TableShape } from "../../../shared/cloud/sql-server";
import { foreignKeyNotes } from "../../../shared/restore/plan/foreign-keys";

function table(name: string, ...keys: (readonly [name: string, parent: string, more?: Partial<ForeignKeyShape>])[]) {
  const foreignKeys = keys.map(([key, parent, more]) => ({
    name: key,
    referencedSchema: "dbo",
    referencedTable: parent,
    ...more,
  }));
  const shape: TableShape = {
    database: "shop",
    schema: "dbo",
    name,
    columns: [],
    uniqueKeys: [],
    key: [],
    foreignKeys,
    enabledTriggers: [],
  };
  return shape;
}

/** The keys of each circle that is told. */
function circles(...tables: TableShape[]): string[] {
  return foreignKeyNotes(tables).flatMap((note) => note.match(/foreign keys? [^).]+/)?.[0] ?? []);
}

test.each([
  ["none, where keys lead one way", [table("A", ["F", "B"]), table("B", ["G", "C"]), table("C")], []],
  ["none, where a table of it is not chosen", [table("A", ["F", "B"])], []],
  ["one of a table with itself", [table("A", ["F", "A"])], ["foreign key F"]],
  ["each of a table with itself", [table("A", ["F", "A"], ["G", "a"])], ["foreign key F", "foreign key G"]],
  ["one of two tables, once", [table("A", ["F", "B"]), table("B", ["G", "A"])], ["foreign keys F, G"]],
  [
    "one of a table that refers to itself as well",
    [table("A", ["S", "A"], ["F", "B"]), table("B", ["G", "A"])],
    ["foreign key S", "foreign keys F, G"],
  ],
  [
    "two that share a table",
    [table("A", ["F", "B"], ["H", "C"]), table("B", ["G", "A"]), table("C", ["I", "A"])],
    ["foreign keys F, G", "foreign keys I, H"],
  ],
  [
    "none, where a key of it is disabled",
    [table("A", ["F", "B", { disabled: true }]), table("B", ["G", "A"])],
    ["foreign key F to shop"],
  ],
  [
    "one, where a key of it is not trusted",
    [table("A", ["F", "B", { untrusted: true }]), table("B", ["G", "A"])],
    ["foreign key F to shop", "foreign keys F, G"],
  ],
] as const)("circles of foreign keys: %s", (_, tables, told) => {
  expect(circles(...tables)).toEqual(told);
});

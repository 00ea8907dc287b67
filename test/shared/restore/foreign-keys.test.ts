import type { TableShape } from "../../../shared/cloud/sql-server";
import { foreignKeyNotes } from "../../../shared/restore/plan/foreign-keys";

const table = (
  name: string,
  ...to: readonly (readonly [key: string, parent: string, more?: object])[]
): TableShape => ({
  database: "shop",
  schema: "dbo",
  name,
  columns: [],
  uniqueKeys: [],
  key: [],
  enabledTriggers: [],
  foreignKeys: to.map(([key, parent, more]) => ({
    name: key,
    referencedSchema: "dbo",
    referencedTable: parent,
    ...more,
  })),
});

test("a circle of three tables is told once, in its order, with its keys", () => {
  const notes = foreignKeyNotes([table("A", ["FK_AB", "B"]), table("B", ["FK_BC", "C"]), table("C", ["FK_CA", "A"])]);
  expect(notes).toEqual([
    expect.stringMatching(
      /^Foreign keys lead in a circle from shop\.dbo\.A to shop\.dbo\.B to shop\.dbo\.C and back \(FK_AB, FK_BC, FK_CA\)\. DTS adds rows/,
    ),
  ]);
});

test("two circles are two notes, and a table that only refers to one is in none", () => {
  const notes = foreignKeyNotes([
    table("Outside", ["FK_OA", "A"]),
    table("A", ["FK_AB", "B"]),
    table("B", ["FK_BA", "A"]),
    table("Self", ["FK_Self", "Self"]),
  ]);
  expect(notes).toHaveLength(2);
  expect(notes.join()).not.toContain("Outside");
});

test("a circle that is open by a disabled key, or by a table that is not chosen, is none", () => {
  expect(foreignKeyNotes([table("A", ["FK_AB", "B"])])).toEqual([]);
  const disabled = table("A", ["FK_AA", "A", { disabled: true, untrusted: true }]);
  expect(foreignKeyNotes([disabled])).toEqual([expect.stringContaining("FK_AA to shop.dbo.A is disabled")]);
});

test.each([
  [
    "a table that refers to itself as well",
    [table("A", ["FK_AA", "A"], ["FK_AB", "B"]), table("B", ["FK_BA", "A"])],
    ["foreign key FK_AA.", "back (FK_AB, FK_BA)."],
  ],
  [
    "two keys of a table to itself",
    [table("A", ["FK_AA", "A"], ["FK_Aa", "a"])],
    ["foreign key FK_AA.", "foreign key FK_Aa."],
  ],
  [
    "two circles that share a table",
    [table("A", ["FK_AB", "B"], ["FK_AC", "C"]), table("B", ["FK_BA", "A"]), table("C", ["FK_CA", "A"])],
    ["back (FK_AB, FK_BA).", "back (FK_CA, FK_AC)."],
  ],
] as const)("no circle hides another: %s", (_, tables, told) => {
  const notes = foreignKeyNotes(tables).map((note) => note.match(/(foreign key|back) [^.]+\./)?.[0]);
  expect([...notes].sort()).toEqual([...told].sort());
});

test("a key that is not trusted closes a circle as well as any other", () => {
  const [note, ...circles] = foreignKeyNotes([
    table("A", ["FK_AB", "B", { untrusted: true }]),
    table("B", ["FK_BA", "A"]),
  ]);
  expect(note).toContain("FK_AB to shop.dbo.B is not trusted");
  expect(circles).toEqual([expect.stringContaining("(FK_AB, FK_BA)")]);
});

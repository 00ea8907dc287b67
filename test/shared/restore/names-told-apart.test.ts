import { normaliseObjects } from "../../../shared/cloud/dts/answers";
import { dtsObjects, planDatabases } from "../../../shared/restore/plan/dts-objects";
import type { PlannedDatabase, PlannedTable } from "../../../shared/restore/plan/plan";
import { targetObstacle } from "../../../shared/restore/plan/target-obstacle";
import { commonColumns } from "../../../shared/verification/column-drift";
import { column, shape } from "../verification/memory-sql-server";
import { record, request } from "./samples";

/** Names that differ only by what some collation does not see, hold dots, or mean something to JavaScript. */
const planned = (tables: readonly Partial<PlannedTable>[], more: Partial<PlannedDatabase> = {}): PlannedDatabase => ({
  database: "shop",
  targetDatabase: "shop",
  createsDatabase: false,
  characterSet: "Chinese_PRC_CS_AS",
  whole: false,
  tables: tables.map((table) => ({ schema: "dbo", name: "Orders", targetName: "Orders", rows: 1, ...table })),
  ...more,
});
const named = (schema: string, name: string) => ({ ...shape("shop", name, [column("Id", "int")], ["Id"]), schema });

test("columns Value and value are two columns", () => {
  const both = shape("shop", "T", [column("Value", "int"), column("value", "nvarchar(9)")], ["Value"]);
  const { drift, source, target } = commonColumns(both, both);
  expect(drift).toEqual([]);
  expect(source.columns.map(({ name }) => name)).toEqual(["Value", "value"]);
  expect(target.columns.map(({ name }) => name)).toEqual(["Value", "value"]);
});

test("a column that is gone is not taken for the one that differs by case", () => {
  const both = shape("shop", "T", [column("Value", "int"), column("value", "int")], ["value"]);
  const one = shape("shop", "T", [column("value", "int")], ["value"]);
  expect(commonColumns(both, one).drift).toEqual(["column Value is not on the master"]);
  expect(commonColumns(one, both).drift).toEqual(["column Value is only on the master"]);
  const renamed = shape("shop", "T", [column("VALUE", "int")], ["VALUE"]);
  expect(commonColumns(one, renamed)).toMatchObject({ drift: [], key: { targetColumns: ["VALUE"] } });
});

test("a column that is gone is told with columns of the master that may be meant", () => {
  const backup = shape("shop", "T", [column("Id", "int"), column("Quantity", "int"), column("Note", "int")], ["Id"]);
  const master = shape("shop", "T", [column("Id", "int"), column("Quantty", "int"), column("Text", "int")], ["Id"]);
  expect(commonColumns(backup, master).drift.slice(0, 2)).toEqual([
    "column Quantity is not on the master (near names: Quantty)",
    "column Note is not on the master",
  ]);
  // A column that has its twin is not meant.
  const twins = shape("shop", "T", [column("Id", "int"), column("Quantity2", "int"), column("Note", "int")], ["Id"]);
  const both = { ...backup, columns: [...backup.columns, column("Quantity2", "int")] };
  expect(commonColumns(both, twins).drift).toEqual(["column Quantity is not on the master"]);
});

test("the trigger on orders is seen beside Orders", () => {
  const tables = [named("dbo", "Orders"), { ...named("dbo", "orders"), enabledTriggers: ["Audit"] }];
  const plan = [planned([{}, { name: "orders", targetName: "orders" }])];
  expect(targetObstacle("missing-rows", plan, tables)).toMatchObject({
    code: "target-has-triggers",
    text: expect.stringContaining("shop.dbo.orders"),
  });
});

test("table b.c of schema a is not table c of schema a.b", () => {
  const plan = [planned([{ schema: "a.b", name: "c", targetName: "c" }])];
  expect(targetObstacle("same-name", plan, [named("a", "b.c")])).toBeNull();
  expect(targetObstacle("missing-rows", plan, [named("a", "b.c")])?.text).toContain("no table shop.[a.b].c");
});

test.each(["__proto__", "constructor", "toString", "state"])("a table or a database %s is on DTS's list", (name) => {
  const list = dtsObjects([planned([{ name, targetName: name }], { database: name, targetDatabase: "copy" })], "bare");
  const entry = `{${JSON.stringify(name)}:{"Table":{${JSON.stringify(name)}:{"all":true,"name":${JSON.stringify(name)}}},"all":false,"name":"copy"}}`;
  expect(list).toBe(entry);
  expect(normaliseObjects(list)).toBe(list);
});

test.each(["__proto__", "constructor"])(
  "a database %s that is not listed is dropped, and one that is listed is not",
  (name) => {
    const wanted = request({ writeBack: "same-name", objects: [{ database: name }] });
    const { master } = record("configuring");
    const absent = planDatabases(wanted, "rwmi3k2x9aabc123", 0, { ...master!, databases: [] }, null);
    expect(absent).toMatchObject([{ createsDatabase: true, characterSet: "Chinese_PRC_CI_AS" }]);
    const listed = { ...master!, databases: [{ name, characterSet: "Chinese_PRC_BIN" }] };
    const present = planDatabases(wanted, "rwmi3k2x9aabc123", 0, listed, null);
    expect(present).toMatchObject([{ createsDatabase: false, characterSet: "Chinese_PRC_BIN" }]);
  },
);

test("each of two tables that differ by case has its own rows, and is planned under the name that the backup has", () => {
  const fact = (name: string, rows: number) => ({ database: "shop", schema: "dbo", name, rows, key: [], notes: [] });
  const verification = { tables: [fact("Orders", 3), fact("orders", 4), fact("Lines", 5)], collations: [] };
  const tables = ["orders", "Orders", "LINES"].map((name) => ({ name }));
  const [database] = planDatabases(
    request({ objects: [{ database: "shop", tables }] }),
    "rwmi3k2x9aabc123",
    0,
    record("configuring").master,
    verification,
  );
  expect(database!.tables.map(({ name, targetName, rows }) => [name, targetName, rows])).toEqual([
    ["orders", "orders", 4],
    ["Orders", "Orders", 3],
    ["Lines", "Lines", 5],
  ]);
});

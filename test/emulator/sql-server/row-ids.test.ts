import { Database } from "../../../emulator/data/database";
import type { TableDefinition } from "../../../emulator/data/table-definition";

const table: TableDefinition = {
  schema: "dbo",
  name: "t",
  columns: [
    { name: "id", type: { name: "int" }, nullable: false },
    { name: "note", type: { name: "nvarchar", length: 10 }, nullable: true },
  ],
  primaryKey: { name: "PK_t", columns: ["id"] },
  uniqueConstraints: [],
  foreignKeys: [],
  triggers: [],
};

test("a refused insert leaves no gap in row ids, so that a rebuild gives the same ones", () => {
  const database = new Database("shop", "Chinese_PRC_CI_AS", 0);
  database.commit(1, [{ kind: "create-table", definition: table }]);
  database.commit(2, [{ kind: "insert", schema: "dbo", table: "t", rows: [[1, "a"]] }]);
  const clash = [
    [2, "b"],
    [1, "again"],
  ];
  expect(() => database.commit(3, [{ kind: "insert", schema: "dbo", table: "t", rows: clash }])).toThrow("PK_t");
  database.commit(4, [{ kind: "insert", schema: "dbo", table: "t", rows: [[3, "c"]] }]);
  const id = database.table("dbo", "t")!.findRow(["id"], [3])!;
  database.commit(5, [{ kind: "update", schema: "dbo", table: "t", rows: [{ id, row: [3, "changed"] }] }]);
  const past = database.rebuildAt(5).table("dbo", "t")!;
  expect([...past.rows]).toEqual([...database.table("dbo", "t")!.rows]);
});

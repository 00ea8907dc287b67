import { TYPES } from "tedious";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { type Answer, TediousClient } from "../emulator/sql-server/tedious-client";

let local: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  local = await listeningInstance({ version: "2008r2", collation: "Latin1_General_CI_AS" });
  client = await TediousClient.connect(local.address, { database: "shop" });
  await client.query(`CREATE TABLE t (Id int IDENTITY (3, 2) NOT NULL CONSTRAINT PK_t PRIMARY KEY, Code varchar(8) NOT NULL CONSTRAINT UQ UNIQUE,
    Price decimal(9, 2) CONSTRAINT DF DEFAULT 0 CONSTRAINT CK CHECK (Price >= 0), Up int CONSTRAINT FK REFERENCES t ON DELETE NO ACTION, rv rowversion);
    CREATE INDEX IX ON t (Price DESC, Up); CREATE TABLE heap (x int)`);
  await client.query("CREATE VIEW v AS SELECT Id AS Number, Code, Price AS Cost FROM t");
  await client.query("CREATE PROCEDURE p @a int AS SELECT @a");
});
afterAll(async () => {
  await client.close();
  await local.listeners.close();
});

/** The rows of the result set that has the column. */
function set({ sets, names }: Answer, column: string): unknown[][] | undefined {
  return sets[names.findIndex((list) => list.includes(column))];
}

test("sp_helpindex", async () => {
  expect(await client.rows("EXEC sp_helpindex 't'")).toEqual([
    ["IX", "nonclustered located on PRIMARY", "Price(-), Up"],
    ["PK_t", "clustered, unique, primary key located on PRIMARY", "Id"],
    ["UQ", "nonclustered, unique, unique key located on PRIMARY", "Code"],
  ]);
  const { sets, messages } = await client.query("EXEC sp_helpindex N'dbo.heap'");
  expect([sets, messages]).toEqual([
    [],
    ["The object 'dbo.heap' does not have any indexes, or you do not have permissions."],
  ]);
});

test("sp_help of a table", async () => {
  const answer = await client.query("EXEC sp_help 'dbo.t'");
  expect(set(answer, "Created_datetime")![0]!.slice(0, 3)).toEqual(["t", "dbo", "user table"]);
  expect(set(answer, "Column_name")!.map((row) => row.slice(0, 7))).toEqual([
    ["Id", "int", "no", 4, "10   ", "0    ", "no"],
    ["Code", "varchar", "no", 8, "     ", "     ", "no"],
    ["Price", "decimal", "no", 5, "9    ", "2    ", "yes"],
    ["Up", "int", "no", 4, "10   ", "0    ", "yes"],
    ["rv", "timestamp", "no", 8, "     ", "     ", "no"],
  ]);
  expect(set(answer, "Seed")).toEqual([["Id", 3, 2, 0]]);
  expect(set(answer, "index_keys")).toHaveLength(3);
  expect(set(answer, "constraint_keys")!.map((row) => [row[0], row[1], row[6]])).toEqual([
    ["CHECK", "CK", "([Price]>=(0))"],
    ["DEFAULT on column Price", "DF", "((0))"],
    ["FOREIGN KEY", "FK", "REFERENCES shop.dbo.t"],
    ["PRIMARY KEY (clustered)", "PK_t", "Id"],
    ["UNIQUE (non-clustered)", "UQ", "Code"],
  ]);
  expect(set(answer, "Table is referenced by foreign key")).toEqual([["shop.dbo.t: FK"]]);
});

test("sp_help of a view, a procedure and everything", async () => {
  expect(set(await client.query("EXEC sp_help v"), "Column_name")!.map(([name, type]) => [name, type])).toEqual([
    ["Number", "int"],
    ["Code", "varchar"],
    ["Cost", "decimal"],
  ]);
  expect((await client.query("sp_help p")).sets).toHaveLength(1);
  expect(set(await client.query("sp_help"), "Object_type")!.map(([name]) => name)).toEqual(
    expect.arrayContaining(["t", "heap", "v", "p", "PK_t"]),
  );
});

test("sp_spaceused", async () => {
  await client.query("INSERT heap VALUES (1), (2)");
  const [[name, rows, reserved]] = (await client.rows("EXEC sp_spaceused 'heap'")) as [string[]];
  expect([name, rows, reserved]).toEqual(["heap", "2".padEnd(20), expect.stringMatching(/^\d+ KB$/)]);
  const { sets } = await client.query("EXEC sp_spaceused");
  expect(sets.map(([row]) => row)).toEqual([
    ["shop", expect.stringMatching(/^\d+\.\d\d MB$/), "0.00 MB"],
    [expect.stringMatching(/KB$/), expect.stringMatching(/KB$/), expect.stringMatching(/KB$/), "0 KB"],
  ]);
});

test.each(["sp_help", "sp_helpindex", "sp_spaceused"])("%s of what is not there", async (procedure) => {
  expect(await client.error(`EXEC ${procedure} 'absent'`)).toBe(15009);
});

test("the columns of views are in the catalog, from other databases too", async () => {
  const expected = [
    ["Number", 1, "int", false],
    ["Code", 2, "varchar", false],
    ["Cost", 3, "decimal", true],
  ];
  const sql = (database: string) =>
    `SELECT c.name, c.column_id, t.name, c.is_nullable FROM ${database}sys.columns c JOIN ${database}sys.types t ON t.user_type_id = c.user_type_id
     JOIN ${database}sys.views v ON v.object_id = c.object_id ORDER BY c.column_id`;
  expect(await client.rows(sql(""))).toEqual(expected);
  expect(await client.rows(`USE master; ${sql("shop.")}; USE shop`)).toEqual(expected);
  expect(await client.rows("SELECT COUNT(*) FROM sys.all_columns WHERE object_id = OBJECT_ID('v')")).toEqual([[3]]);
  expect(
    await client.rows(
      "SELECT COLUMN_NAME, CHARACTER_MAXIMUM_LENGTH FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'v'",
    ),
  ).toEqual([
    ["Number", null],
    ["Code", 8],
    ["Cost", null],
  ]);
  expect((await client.rows("EXEC sp_columns v")).map((row) => row[3])).toEqual(["Number", "Code", "Cost"]);
});

test("sp_tables lists databases, schemas and kinds of tables by their wildcards", async () => {
  const column = async (sql: string, index: number) => (await client.rows(sql)).map((row) => row[index]);
  expect(await column("EXEC sp_tables '', '', '%'", 0)).toEqual(["master", "model", "msdb", "shop", "tempdb"]);
  expect(await column("EXEC sp_tables '', '%', ''", 1)).toEqual(["dbo", "INFORMATION_SCHEMA", "sys"]);
  expect(await column("EXEC sp_tables '', '', '', '%'", 3)).toEqual(["SYSTEM TABLE", "TABLE", "VIEW"]);
});

test("sp_special_columns and sp_stored_procedures", async () => {
  expect(await client.rows("EXEC sp_special_columns t")).toEqual([[0, "Id", 4, "int identity", 10, 4, 0, 1]]);
  expect(await client.rows("EXEC sp_special_columns t, @col_type = 'V'")).toEqual([
    [null, "rv", -2, "timestamp", 8, 8, null, 1],
  ]);
  expect(await client.rows("EXEC sp_stored_procedures")).toEqual([["shop", "dbo", "p;1", -1, -1, -1, null, 2]]);
});

test("under IMPLICIT_TRANSACTIONS a procedure call may begin a transaction", async () => {
  await client.query("SET IMPLICIT_TRANSACTIONS ON");
  await client.query("INSERT heap VALUES (@x)", { x: { type: TYPES.Int, value: 9 } });
  expect(await client.value("SELECT @@TRANCOUNT")).toBe(1);
  await client.query("ROLLBACK; SET IMPLICIT_TRANSACTIONS OFF");
  expect(await client.value("SELECT COUNT(*) FROM heap WHERE x = 9")).toBe(0);
});

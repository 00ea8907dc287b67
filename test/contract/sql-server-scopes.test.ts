import { TYPES } from "tedious";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance({ version: "2012" });
  client = await TediousClient.connect(server.address, { database: "shop" });
  await client.query("CREATE DATABASE other; CREATE TABLE t (id int IDENTITY PRIMARY KEY, n int)");
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

const count = () => client.value("SELECT COUNT(*) FROM t");
const number = { type: TYPES.Int, value: 1 };

describe("what a text sets ends with it", () => {
  const settings = "SELECT DB_NAME(), @@OPTIONS & 16896, @@DATEFIRST";

  test.each([
    ["EXEC", "EXEC (N'USE other; SET NOCOUNT ON; SET XACT_ABORT ON; SET DATEFIRST 1')"],
    ["sp_executesql", "EXEC sp_executesql N'USE other; SET NOCOUNT ON; SET XACT_ABORT ON; SET DATEFIRST 1'"],
    ["a text that fails", "BEGIN TRY EXEC (N'USE other; SET DATEFIRST 1; SELECT 1 / 0') END TRY BEGIN CATCH END CATCH"],
  ])("%s", async (_, sql) => {
    const before = await client.rows(settings);
    expect((await client.query(`${sql}; ${settings}`)).sets.at(-1)).toEqual(before);
    expect(await client.rows(settings)).toEqual(before);
  });

  test("a procedure call", async () => {
    const before = await client.rows(settings);
    await client.query("USE other; SET NOCOUNT ON; SET DATEFIRST 1; SELECT @n", { n: number });
    expect(await client.rows(settings)).toEqual(before);
  });

  test("SCOPE_IDENTITY is the text's own, @@IDENTITY the session's, which an INSERT without an identity clears", async () => {
    const { sets } = await client.query(`
      INSERT t (n) VALUES (1); DECLARE @first int; SELECT @first = SCOPE_IDENTITY();
      EXEC (N'SELECT SCOPE_IDENTITY(); INSERT t (n) VALUES (2)');
      SELECT SCOPE_IDENTITY() - @first, @@IDENTITY - @first;
      CREATE TABLE plain (x int); INSERT plain VALUES (1); SELECT SCOPE_IDENTITY() - @first, @@IDENTITY; DROP TABLE plain`);
    expect(sets).toEqual([[[null]], [[0, 1]], [[0, null]]]);
  });

  test("a transaction that a text leaves open or ends is reported by error 266", async () => {
    expect(await client.error("EXEC (N'BEGIN TRANSACTION'); ROLLBACK")).toBe(266);
    expect(await client.error("BEGIN TRANSACTION; EXEC sp_executesql N'ROLLBACK'")).toBe(266);
    expect(await client.error("BEGIN TRANSACTION; SELECT @n", { n: number })).toBe(266);
    expect(await client.value("SELECT @@TRANCOUNT; ROLLBACK")).toBe(1);
  });
});

describe("names that are not there", () => {
  test("an object: the statements in front have run, those behind have not", async () => {
    const before = Number(await count());
    expect(await client.error("INSERT t (n) VALUES (1); SELECT * FROM absent; INSERT t (n) VALUES (1)")).toBe(208);
    expect(await count()).toBe(before + 1);
  });

  test.each([
    ["a column", "SELECT absent FROM t", 207],
    ["a column of an alias", "UPDATE x SET n = y.n FROM t x", 4104],
    ["a variable", "SELECT @absent", 137],
    ["a function", "DELETE FROM t WHERE absent(1) = 1", 195],
    ["an operator for the types", "IF 1 = 2 BEGIN SELECT NEWID() + 1 END", 8117],
    ["a column, in a branch that is not taken", "WHILE 1 = 2 INSERT t (absent) VALUES (1)", 207],
    ["a variable declared twice", "DECLARE @a int, @a int", 134],
  ])("%s: nothing of the batch has run", async (_, sql, error) => {
    const before = await count();
    expect(await client.error(`INSERT t (n) VALUES (1); ${sql}`)).toBe(error);
    expect(await count()).toBe(before);
  });

  test("what the batch itself makes is there when its turn comes", async () => {
    const { sets } = await client.query(
      "CREATE TABLE made (a int); INSERT made VALUES (7); SELECT a FROM made; DROP TABLE made; DECLARE @n int; SET @n = 1; SELECT TOP (@n) @n",
    );
    expect(sets).toEqual([[[7]], [[1]]]);
  });

  test("TRY catches them in a text of its own, not in the same text", async () => {
    const caught = "END TRY BEGIN CATCH SELECT ERROR_NUMBER() END CATCH";
    expect(await client.error(`BEGIN TRY SELECT * FROM absent ${caught}`)).toBe(208);
    expect(await client.value(`BEGIN TRY EXEC (N'SELECT * FROM absent') ${caught}`)).toBe(208);
    expect(await client.value(`BEGIN TRY EXEC (N'SELECT absent FROM t') ${caught}`)).toBe(207);
    expect(await client.value(`BEGIN TRY EXEC (N'SELEC 1 1') ${caught}`)).toBe(102);
  });

  test.each(["SELECT * FROM absent", "SELECT absent FROM t", "SELEC 1 1"])(
    "EXEC of %s ends that text only",
    async (sql) => {
      const before = Number(await count());
      expect(await client.error(`EXEC (N'${sql}; DELETE FROM t'); INSERT t (n) VALUES (1)`)).toBeGreaterThan(0);
      expect(await count()).toBe(before + 1);
    },
  );
});

test("what is not played passes every TRY", async () => {
  const caught = "END TRY BEGIN CATCH SELECT 1 END CATCH";
  for (const sql of [
    "SELECT CHECKSUM(1)",
    "EXEC (N'SELECT CHECKSUM(1)')",
    "EXEC (N'MERGE t')",
    "RAISERROR(50001, 16, 1)",
  ])
    expect(await client.error(`BEGIN TRY ${sql} ${caught}`)).toBe(50_501);
  expect(await client.value("IF 1 = 2 SELECT CHECKSUM(1); SELECT 5")).toBe(5);
});

test("errors know their line", async () => {
  const lineOf = async (sql: string) => {
    const error = await client.query(sql).catch((thrown: { lineNumber?: number }) => thrown);
    return "lineNumber" in error ? error.lineNumber : undefined;
  };
  expect(await lineOf("SELECT 1\n\nSELEC 1 1")).toBe(3);
  expect(await lineOf("SELECT 1\nSELECT absent FROM t")).toBe(2);
  expect(await lineOf("SELECT 1\nSELECT 1 / 0")).toBe(2);
});

import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

const versions = ["2008r2", "2016", "2022"] as const;
type Version = (typeof versions)[number];

const servers: ListeningInstance[] = [];
const clients = new Map<Version, TediousClient>();

beforeAll(async () => {
  for (const version of versions) {
    const server = await listeningInstance({ version });
    const client = await TediousClient.connect(server.address, { database: "shop" });
    await client.query("CREATE TABLE t (id int IDENTITY PRIMARY KEY, a varchar(10), n int)");
    servers.push(server);
    clients.set(version, client);
  }
});

afterAll(async () => {
  for (const client of clients.values()) await client.close();
  for (const server of servers) await server.listeners.close();
});

/** Good Transact-SQL from a version on. */
const statements: [since: Version, sql: string][] = [
  ["2008r2", "WITH c AS (SELECT * FROM t) DELETE FROM c"],
  ["2008r2", "WITH c AS (SELECT * FROM t) UPDATE c SET n = 2"],
  ["2008r2", "DELETE x FROM (SELECT * FROM t) x"],
  ["2008r2", "SELECT * FROM dbo.sysindexes"],
  ["2008r2", "SELECT * FROM sysprocesses"],
  ["2008r2", "SELECT * FROM master..syslogins"],
  ["2008r2", "SELECT * FROM master.dbo.spt_values"],
  ["2008r2", "MERGE t USING t x ON 1 = 1 WHEN MATCHED THEN DELETE OUTPUT $action;"],
  ["2008r2", "SELECT $identity FROM t"],
  ["2008r2", "SELECT t.$identity FROM t"],
  ["2008r2", "SELECT IDENTITYCOL FROM t"],
  ["2008r2", "SELECT RAND(5)"],
  ["2008r2", "SELECT SUSER_SNAME(0x01)"],
  ["2008r2", "SELECT CONTEXT_INFO(), HOST_ID()"],
  ["2008r2", "SELECT SQL_VARIANT_PROPERTY(1, 'BaseType')"],
  ["2008r2", "SELECT {fn NOW()}"],
  ["2008r2", "SELECT CAST('<a/>' AS xml).query('a')"],
  ["2008r2", "DECLARE @x xml; SELECT @x.value('.', 'int')"],
  ["2008r2", "SELECT geometry::Point(1, 2, 3)"],
  ["2008r2", "SELECT * FROM ::fn_helpcollations()"],
  ["2008r2", "SELECT n FROM t GROUP BY ALL n"],
  ["2008r2", "SELECT n FROM t COMPUTE SUM(n)"],
  ["2008r2", "UPDATE t SET a.WRITE('x', 0, 1)"],
  ["2008r2", "DECLARE @c CURSOR"],
  ["2008r2", "EXEC ('SELECT 1') AT srv"],
  ["2008r2", "EXEC ('SELECT 1') AS USER = 'x'"],
  ["2008r2", "RAISERROR 50001 'x'"],
  ["2008r2", "next: SELECT 1"],
  ["2008r2", "SET CONTEXT_INFO 0x01"],
  ["2008r2", "SELECT CONVERT(varchar(30), GETDATE(), 130)"],
  ["2008r2", "SELECT CAST(0x01 AS decimal(5, 0))"],
  ["2008r2", "SELECT CAST(GETDATE() AS varbinary(8))"],
  ["2016", "SELECT GETDATE() AT TIME ZONE 'UTC'"],
  ["2016", "SELECT TRY_PARSE('1' AS int USING 'en-US')"],
  ["2016", "SELECT SESSION_CONTEXT(N'a')"],
  ["2016", "SELECT DATEFROMPARTS(2001, 1, 1)"],
  ["2016", "EXEC sp_executesql N'SELECT 1' WITH RESULT SETS NONE"],
  ["2022", "SELECT DATETRUNC(day, GETDATE())"],
  ["2022", "SELECT GREATEST(1, 2)"],
  ["2022", "SELECT n FROM t WHERE n IS DISTINCT FROM 1"],
  ["2022", "SELECT TRIM(LEADING 'x' FROM 'xyx')"],
];

test.each(statements)("from %s on, 50501 and no false error: %s", async (since, sql) => {
  for (const version of versions.slice(versions.indexOf(since)))
    expect([version, await clients.get(version)!.error(sql)]).toEqual([version, 50_501]);
});

test.each([
  ["2008r2", "SELECT TRY_PARSE('1' AS int)", 195],
  ["2008r2", "SELECT GETDATE() AT TIME ZONE 'UTC'", 102],
  ["2008r2", "SELECT LOG(8, 2)", 174],
  ["2016", "SELECT DATETRUNC(day, GETDATE())", 195],
  ["2016", "SELECT TRIM('x' FROM 'y')", 195],
  ["2022", "SELECT NO_SUCH_FUNCTION(1)", 195],
  ["2022", "SELECT * FROM no_such_table", 208],
] as const)("%s does not have it either: %s", async (version, sql, number) => {
  expect(await clients.get(version)!.error(sql)).toBe(number);
});

test("what was refused before and is played", async () => {
  const client = clients.get("2022")!;
  expect(
    await client.rows(
      "SELECT {d '2026-01-02'}, TRIM('xy' FROM 'yaxbx'), COLLATIONPROPERTY('Latin1_General_CI_AS', 'CodePage'), SESSIONPROPERTY('ANSI_NULLS'), USER_NAME(1), SUSER_SNAME()",
    ),
  ).toEqual([[new Date("2026-01-02T00:00:00Z"), "axb", 1252, 1, "dbo", "dba"]]);
  expect(await client.error("DISABLE TRIGGER ALL ON t; ENABLE TRIGGER ALL ON dbo.t")).toBeUndefined();
});

test("a text in double quotes is refused while it would be no name", async () => {
  const client = clients.get("2022")!;
  await client.query("SET QUOTED_IDENTIFIER OFF");
  expect(await client.error('SELECT "x"')).toBe(50_501);
  expect(await client.rows("SELECT n, 'it is \"x\"' FROM t")).toEqual([]);
  await client.query('SET QUOTED_IDENTIFIER ON; SELECT "n" FROM "t"');
});

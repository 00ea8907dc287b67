import { TYPES } from "tedious";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance();
  client = await TediousClient.connect(server.address, { database: "shop" });
  await client.query(`
    CREATE TABLE dbo.P (Id int IDENTITY(5, 2) CONSTRAINT PK_P PRIMARY KEY, Code varchar(20) NOT NULL CONSTRAINT UQ_P UNIQUE);
    CREATE TABLE dbo.T (A nvarchar(50) NOT NULL, B decimal(12, 2) NULL, C varbinary(max) NULL, D datetime2(3) NULL,
      E AS B * 2, F rowversion, G int NULL CONSTRAINT FK_T_P REFERENCES dbo.P (Id));
    INSERT P VALUES ('x'), ('y')`);
  const database = server.instance.data.database("shop")!;
  const definition = { ...database.table("dbo", "T")!.definition, triggers: [{ name: "TR_T", enabled: true }] };
  database.commit(server.clock.nowMs(), [{ kind: "alter-table", definition }]);
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

test("databases with collation and state", async () => {
  const rows = await client.rows(
    "SELECT name, database_id, collation_name, state_desc, is_read_only FROM sys.databases WHERE database_id > 4",
  );
  expect(rows).toEqual([["shop", 5, "Chinese_PRC_CI_AS", "ONLINE", false]]);
  expect(
    await client.rows("SELECT DB_ID('shop'), DB_NAME(5), HAS_DBACCESS('shop'), DATABASEPROPERTYEX('shop', 'Status')"),
  ).toEqual([[5, "shop", 1, "ONLINE"]]);
});

test("columns with their types, as declared", async () => {
  const rows = await client.rows(`
    SELECT c.name, t.name, c.max_length, c.precision, c.scale, c.is_nullable, c.is_computed, c.collation_name
    FROM [shop].sys.columns AS c JOIN sys.types t ON t.user_type_id = c.user_type_id
    WHERE c.object_id = OBJECT_ID(N'[dbo].[T]') ORDER BY c.column_id`);
  expect(rows).toEqual([
    ["A", "nvarchar", 100, 0, 0, false, false, "Chinese_PRC_CI_AS"],
    ["B", "decimal", 9, 12, 2, true, false, null],
    ["C", "varbinary", -1, 0, 0, true, false, null],
    ["D", "datetime2", 7, 23, 3, true, false, null],
    ["E", "decimal", 9, 14, 2, true, true, null],
    ["F", "timestamp", 8, 0, 0, false, false, null],
    ["G", "int", 4, 10, 0, true, false, null],
  ]);
});

test("keys, foreign keys, identities, computed columns and triggers", async () => {
  const keys = await client.rows(`
    SELECT k.name, k.type, c.name FROM sys.key_constraints k
    JOIN sys.index_columns i ON i.object_id = k.parent_object_id AND i.index_id = k.unique_index_id
    JOIN sys.columns c ON c.object_id = i.object_id AND c.column_id = i.column_id ORDER BY k.name`);
  expect(keys).toEqual([
    ["PK_P", "PK", "Id"],
    ["UQ_P", "UQ", "Code"],
  ]);
  const foreign = await client.rows(`
    SELECT f.name, OBJECT_NAME(f.parent_object_id), OBJECT_NAME(f.referenced_object_id), c.parent_column_id, c.referenced_column_id
    FROM sys.foreign_keys f JOIN sys.foreign_key_columns c ON c.constraint_object_id = f.object_id`);
  expect(foreign).toEqual([["FK_T_P", "T", "P", 7, 1]]);
  expect(await client.rows("SELECT name, seed_value, increment_value, last_value FROM sys.identity_columns")).toEqual([
    ["Id", "5", "2", "7"],
  ]);
  expect(await client.rows("SELECT name, definition FROM sys.computed_columns")).toEqual([["E", "(B * 2)"]]);
  expect(await client.rows("SELECT name, is_disabled FROM sys.triggers WHERE parent_id = OBJECT_ID('T')")).toEqual([
    ["TR_T", false],
  ]);
  await client.query("ALTER TABLE dbo.T DISABLE TRIGGER ALL");
  expect(await client.value("SELECT is_disabled FROM sys.triggers")).toBe(true);
});

test("rows and pages", async () => {
  const [row] = await client.rows(`
    SELECT p.rows, s.row_count, s.reserved_page_count FROM sys.tables t
    JOIN sys.partitions p ON p.object_id = t.object_id AND p.index_id IN (0, 1)
    JOIN sys.dm_db_partition_stats s ON s.object_id = t.object_id AND s.index_id = p.index_id WHERE t.name = 'P'`);
  expect(row).toEqual(["2", "2", "2"]);
});

test("INFORMATION_SCHEMA", async () => {
  expect(await client.rows("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES ORDER BY 1")).toEqual([["P"], ["T"]]);
  const columns = await client.rows(
    "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = @t AND ORDINAL_POSITION < 4",
    { t: { type: TYPES.NVarChar, value: "t" } },
  );
  expect(columns).toEqual([
    ["A", "nvarchar", 50, "NO"],
    ["B", "decimal", null, "YES"],
    ["C", "varbinary", -1, "YES"],
  ]);
});

test("numbers of objects stay, and new objects get new ones", async () => {
  const [[before]] = (await client.rows("SELECT OBJECT_ID('P')")) as [[number]];
  await client.query("CREATE TABLE brief (x int)");
  const [[brief]] = (await client.rows("SELECT OBJECT_ID('brief', 'U')")) as [[number]];
  await client.query("DROP TABLE brief; CREATE TABLE brief (x int)");
  const [row] = await client.rows(
    "SELECT OBJECT_ID('P'), OBJECT_ID('brief'), OBJECT_ID('absent'), OBJECT_ID('PK_P', 'U')",
  );
  expect(row).toEqual([before, expect.any(Number), null, null]);
  expect(row![1]).not.toBe(brief);
  await client.query("DROP TABLE brief");
});

test("who am I and what may I", async () => {
  const mine = `SELECT SUSER_SNAME(), ORIGINAL_LOGIN(), USER_NAME(), IS_SRVROLEMEMBER('sysadmin'), IS_MEMBER('db_owner'),
    HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'SELECT'), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'INSERT'),
    HAS_PERMS_BY_NAME(NULL, NULL, 'CREATE ANY DATABASE'), HAS_PERMS_BY_NAME('absent', 'DATABASE', 'SELECT')`;
  expect(await client.rows(mine)).toEqual([["dba", "dba", "dbo", 0, 1, 1, 1, 1, null]]);
  const reader = await TediousClient.connect(server.address, { user: "reader", database: "shop" });
  const rows = await reader.rows(mine);
  await reader.close();
  expect(rows).toEqual([["reader", "reader", "reader", 0, 0, 1, 0, 0, null]]);
});

test("what clients ask on login", async () => {
  const [row] =
    await client.rows(`SELECT SERVERPROPERTY('ProductVersion'), SERVERPROPERTY('EngineEdition'), SERVERPROPERTY('Collation'),
    @@SERVERNAME, @@LANGUAGE, @@MAX_PRECISION, APP_NAME()`);
  expect(row).toEqual(["10.50.6000.34", 3, "Chinese_PRC_CI_AS", "rm-test0001", "us_english", 38, "Tedious"]);
  await client.query(
    "SET TEXTSIZE 2147483647 SET QUOTED_IDENTIFIER ON SET ANSI_NULLS, ANSI_WARNINGS ON; SET LANGUAGE us_english; SET DATEFORMAT mdy",
  );
  // The first batch of Microsoft's JDBC driver, without a separator between its statements.
  const jdbc =
    "SELECT @@MAX_PRECISION SET TRANSACTION ISOLATION LEVEL READ COMMITTED SET IMPLICIT_TRANSACTIONS OFF SET QUOTED_IDENTIFIER ON SET TEXTSIZE 2147483647";
  expect(await client.rows(jdbc)).toEqual([[38]]);
  expect(await client.error("SET NONSENSE ON")).toBe(195);
  expect(await client.error("SET ANSI_NULLS OFF")).toBe(50501);
});

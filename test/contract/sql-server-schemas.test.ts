import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** A small library database, written as published sample databases write theirs. */
let local: ListeningInstance;
let client: TediousClient;

const script = [
  "CREATE SCHEMA [Lending Desk] AUTHORIZATION [dbo]",
  "CREATE SCHEMA Stock",
  `CREATE TYPE [dbo].[Label] FROM nvarchar(30) NOT NULL; CREATE TYPE Stock.Price FROM decimal(9, 2);
   EXECUTE sp_addtype shelf, 'varchar(6)', 'NOT NULL'`,
  `CREATE TABLE Stock.[Book Titles] (
    "Title ID" int IDENTITY (10, 5) NOT FOR REPLICATION NOT NULL CONSTRAINT [PK Titles] PRIMARY KEY CLUSTERED,
    Name dbo.Label, Cost Stock.Price NULL CONSTRAINT [DF Cost] DEFAULT (1), place shelf DEFAULT ('A1'), Copies smallint NOT NULL,
    Worth AS (Cost * Copies), rowguid uniqueidentifier ROWGUIDCOL NOT NULL DEFAULT NEWID(),
    CONSTRAINT [CK Copies] CHECK (Copies >= 0 AND (place LIKE '[A-Z][0-9]' OR place = 'none')))`,
  `CREATE TABLE [Lending Desk].Loan (Id int NOT NULL PRIMARY KEY, Title int NOT NULL REFERENCES Stock.[Book Titles], Due datetime NULL)`,
  `CREATE VIEW [Lending Desk].[Late Loans] AS SELECT l.Id, b.Name FROM [Lending Desk].Loan l JOIN Stock."Book Titles" b ON b."Title ID" = l.Title WHERE l.Due < '20200101'`,
  `CREATE PROCEDURE "Lending Desk"."Loans Of" @title int, @least int = 1, @found int = NULL OUTPUT AS
   SET ROWCOUNT 1
   SELECT @found = COUNT(*) FROM [Lending Desk].Loan WHERE Title = @title AND Id >= @least
   SELECT Id FROM [Lending Desk].Loan WHERE Title = @title AND Id >= @least ORDER BY Id`,
  "INSERT Stock.[Book Titles] (Name, Cost, Copies) VALUES (N'Sea', 2.50, 4), (N'Sky', DEFAULT, 2); INSERT [Lending Desk].Loan VALUES (1, 10, '20190506'), (2, 10, NULL), (3, 15, '20300101')",
];

beforeAll(async () => {
  local = await listeningInstance({ version: "2016" });
  client = await TediousClient.connect(local.address, { database: "shop" });
  for (const batch of script) await client.query(batch);
});
afterAll(async () => {
  await client.close();
  await local.listeners.close();
});

test("rows of several schemas can be read back", async () => {
  expect(
    await client.rows(`SELECT "Title ID", Name, Cost, place, Copies, Worth FROM Stock.[Book Titles] ORDER BY 1`),
  ).toEqual([
    [10, "Sea", 2.5, "A1", 4, 10],
    [15, "Sky", 1, "A1", 2, 2],
  ]);
  expect(await client.rows("SELECT * FROM [Lending Desk].[Late Loans]")).toEqual([[1, "Sea"]]);
  expect(await client.error("INSERT Stock.[Book Titles] (Name, Copies, place) VALUES (N'x', 1, 'B')")).toBe(547);
  expect(await client.error("INSERT Stock.[Book Titles] (Name, Copies) VALUES (NULL, 1)")).toBe(515);
});

test("the catalog knows schemas, types and what they are for", async () => {
  expect(
    await client.rows("SELECT name, schema_id FROM sys.schemas WHERE schema_id BETWEEN 5 AND 99 ORDER BY 2"),
  ).toEqual([
    ["Lending Desk", 5],
    ["Stock", 6],
  ]);
  expect(
    await client.rows(
      `SELECT t.name, TYPE_NAME(t.system_type_id), t.max_length, t.is_nullable, SCHEMA_NAME(t.schema_id) FROM sys.types t WHERE t.is_user_defined = 1 ORDER BY t.user_type_id`,
    ),
  ).toEqual([
    ["Label", "nvarchar", 60, false, "dbo"],
    ["Price", "decimal", 5, true, "Stock"],
    ["shelf", "varchar", 6, false, "dbo"],
  ]);
  expect(
    await client.rows(
      `SELECT c.name, t.name, c.is_nullable, c.is_rowguidcol FROM sys.columns c JOIN sys.types t ON t.user_type_id = c.user_type_id
       WHERE c.object_id = OBJECT_ID('Stock.[Book Titles]') AND c.name IN ('Name', 'place', 'rowguid') ORDER BY c.column_id`,
    ),
  ).toEqual([
    ["Name", "Label", false, false],
    ["place", "shelf", false, false],
    ["rowguid", "uniqueidentifier", false, true],
  ]);
  expect(
    await client.rows(
      "SELECT COLUMN_NAME, DATA_TYPE, DOMAIN_SCHEMA, DOMAIN_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE DOMAIN_NAME = 'Price'",
    ),
  ).toEqual([["Cost", "decimal", "Stock", "Price"]]);
  const { sets, names } = await client.query("EXEC sp_columns N'Book Titles', N'Stock', NULL, N'place'");
  expect([sets[0]![0]![names[0]!.indexOf("TYPE_NAME")], sets[0]![0]![names[0]!.indexOf("LENGTH")]]).toEqual([
    "shelf",
    6,
  ]);
  expect(
    await client.rows("SELECT name, xtype, sysstat & 0xf FROM sysobjects WHERE type IN ('P', 'V') ORDER BY 1"),
  ).toEqual([
    ["Late Loans", "V ", 2],
    ["Loans Of", "P ", 4],
  ]);
  expect(await client.rows("SELECT name FROM master.dbo.sysdatabases WHERE dbid > 4")).toEqual([["shop"]]);
});

test("variables and parameters have users' types", async () => {
  expect(
    await client.rows(
      "DECLARE @p Stock.Price; SET @p = 1.239; EXEC sp_executesql N'SELECT @q', N'@q Stock.Price', @q = @p",
    ),
  ).toEqual([[1.24]]);
  expect(await client.error("DECLARE @p Price")).toBe(2715);
});

test("a procedure runs with its parameters, defaults and outputs; what it sets ends with it", async () => {
  const { sets } = await client.query(
    `DECLARE @n int; EXEC [Lending Desk].[Loans Of] 10, @found = @n OUTPUT; SELECT @n; SELECT Id FROM [Lending Desk].Loan ORDER BY 1`,
  );
  expect(sets).toEqual([[[1]], [[2]], [[1], [2], [3]]]);
  expect(await client.error("EXEC [Lending Desk].[Loans Of]")).toBe(201);
  expect(await client.error("EXEC [Lending Desk].[Loans Of] 1, 2, 3, 4")).toBe(8144);
  expect(await client.error("EXEC [Lending Desk].[Loans Of] @titel = 1")).toBe(8145);
  expect(await client.error("CREATE PROC p AS SELEC 1")).toBe(102);
  expect(await client.error("CREATE PROC p AS MERGE t USING u ON 1 = 1 WHEN MATCHED THEN DELETE;")).toBe(50_501);
  const writer = await TediousClient.connect(local.address, { user: "writer", database: "shop" });
  expect(await writer.error("EXEC [Lending Desk].[Loans Of] 10")).toBe(229);
  await writer.close();
});

test.each([
  ["a schema twice", "CREATE SCHEMA stock", 2714],
  ["a schema behind another statement", "SELECT 1; CREATE SCHEMA s", 111],
  ["a schema that is not empty", "DROP SCHEMA Stock", 3729],
  ["a schema that is not there", "DROP SCHEMA Absent", 15151],
  ["a schema with its tables", "CREATE SCHEMA s CREATE TABLE t (x int)", 50501],
  ["a type twice", "CREATE TYPE Label FROM int", 219],
  ["a type of an unknown type", "CREATE TYPE l FROM Label", 243],
  ["a type that a column has", "DROP TYPE dbo.Label", 3732],
  ["a type that is not there", "DROP TYPE Absent", 218],
  ["a type of a table", "CREATE TYPE l AS TABLE (x int)", 50501],
  ["a table of an unknown schema", "CREATE TABLE Absent.t (x int)", 2760],
  ["a conversion to a user's type", "SELECT CAST('x' AS Label)", 243],
])("the schema statement is refused: %s", async (_title, sql, number) => {
  expect(await client.error(sql)).toBe(number);
});

test("schemas, types and procedures roll back, are dropped, and come with a restore", async () => {
  await client.query("BEGIN TRAN; EXEC ('CREATE SCHEMA Gone'); CREATE TYPE Gone.T FROM int; ROLLBACK");
  expect(await client.rows("SELECT name FROM sys.schemas WHERE name = 'Gone'")).toEqual([]);
  await client.query("CREATE SCHEMA Gone");
  await client.query("CREATE TYPE Gone.T FROM int");
  const before = local.clock.nowMs();
  local.clock.advance(1_000);
  await client.query("DROP TYPE Gone.T; DROP SCHEMA IF EXISTS Gone; DROP PROCEDURE [Lending Desk].[Loans Of]");
  expect(await client.error("EXEC [Lending Desk].[Loans Of] 10")).toBe(2812);
  expect(await client.error("CREATE TABLE Gone.t (x int)")).toBe(2760);
  const past = local.instance.data.database("shop")!.rebuildAt(before);
  expect(past.names.schemas()).toEqual(["Lending Desk", "Stock", "Gone"]);
  expect(past.names.types().map(({ name }) => name)).toEqual(["Label", "Price", "shelf", "T"]);
  expect(past.objects().map(({ name }) => name)).toEqual(["Late Loans", "Loans Of"]);
});

test.each([
  [
    "RAISERROR ('%s has %d of %5d, %-4s|%05d %x %%', 16, 3, 'A', -7, 42, 'ab', 9, 255)",
    "A has -7 of    42, ab  |00009 ff %",
  ],
  ["RAISERROR ('none: %s', 16, 1)", "none: (null)"],
  [
    "RAISERROR ('%d', 16, 1, 'x')",
    "The data type of substitution parameter 1 does not match the expected type of the format specification.",
  ],
])("%s", async (sql, message) => {
  await expect(client.query(sql)).rejects.toThrow(message);
});

test("ALTER DATABASE takes what the database has already, and refuses the rest", async () => {
  await client.query(
    "CHECKPOINT; ALTER DATABASE shop SET RECOVERY FULL, ANSI_NULLS ON WITH ROLLBACK IMMEDIATE; ALTER DATABASE shop SET ONLINE",
  );
  expect(await client.error("ALTER DATABASE shop SET RECOVERY SIMPLE WITH NO_WAIT")).toBe(50501);
  expect(
    await client.error(
      "IF 1 = 0 BEGIN ALTER DATABASE shop SET OFFLINE WITH ROLLBACK IMMEDIATE; DROP DATABASE shop END",
    ),
  ).toBeUndefined();
  expect(await client.error("ALTER DATABASE absent SET MULTI_USER")).toBe(5011);
});

import { Request, TYPES } from "tedious";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance();
  client = await TediousClient.connect(server.address, { database: "shop" });
  await client.query(`
    CREATE TABLE dbo.P (Id int IDENTITY CONSTRAINT PK_P PRIMARY KEY, Code varchar(10) NOT NULL CONSTRAINT UQ_P UNIQUE,
      Note nvarchar(max), Price decimal(9, 2), At datetime2(3));
    CREATE TABLE dbo.C (X int NOT NULL, Y int CONSTRAINT FK_C REFERENCES dbo.P (Id), CONSTRAINT PK_C PRIMARY KEY (X));
    INSERT P (Code) VALUES ('a'), ('b'), ('c')`);
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

describe("what drivers ask for", () => {
  const table = (name: string) => ["shop", "dbo", name];

  test("sp_tables, with patterns and kinds, in this and in another database", async () => {
    const rows = [
      [...table("C"), "TABLE", null],
      [...table("P"), "TABLE", null],
    ];
    expect(await client.rows("EXEC sp_tables")).toEqual(rows);
    expect(await client.rows("EXEC sys.sp_tables @table_name = N'p%', @table_type = '''TABLE'',''VIEW'''")).toEqual([
      rows[1],
    ]);
    expect(await client.rows("EXEC sp_tables @table_type = '''VIEW'''")).toEqual([]);
    await client.query("USE master");
    expect(await client.rows("EXEC shop..sp_tables; SELECT DB_NAME()")).toEqual(rows);
    expect(await client.value("SELECT DB_NAME()")).toBe("master");
    await client.query("USE shop");
  });

  test("sp_columns", async () => {
    const columns = (await client.query("EXEC sp_columns 'P'")).sets[0]!;
    const short = columns.map((row) => [row[3], row[4], row[5], row[6], row[7], row[8], row[10], row[17]]);
    expect(short).toEqual([
      ["Id", 4, "int identity", 10, 4, 0, 0, "NO"],
      ["Code", 12, "varchar", 10, 10, null, 0, "NO"],
      ["Note", -9, "nvarchar", 1_073_741_823, 2_147_483_646, null, 1, "YES"],
      ["Price", 3, "decimal", 9, 11, 2, 1, "YES"],
      ["At", -9, "datetime2", 23, 46, 3, 1, "YES"],
    ]);
    const { names } = await client.query("EXEC sp_columns_100 N'P', @column_name = N'Id', @ODBCVer = 3");
    expect(names[0]).toHaveLength(29);
    expect(names[0]!.slice(17, 22)).toEqual([
      "IS_NULLABLE",
      "SS_IS_SPARSE",
      "SS_IS_COLUMN_SET",
      "SS_IS_COMPUTED",
      "SS_IS_IDENTITY",
    ]);
  });

  test("sp_pkeys, sp_fkeys and sp_statistics", async () => {
    expect(await client.rows("EXEC sp_pkeys @table_name = N'P'")).toEqual([[...table("P"), "Id", 1, "PK_P"]]);
    expect(await client.rows("EXEC sp_fkeys @fktable_name = N'C'")).toEqual([
      [...table("P"), "Id", ...table("C"), "Y", 1, 1, 1, "FK_C", "PK_P", 7],
    ]);
    const statistics = await client.rows("EXEC sp_statistics 'P'");
    expect(statistics.map((row) => [row[3], row[5], row[6], row[8], row[10]])).toEqual([
      [null, null, 0, null, 3],
      [0, "PK_P", 1, "Id", 3],
      [0, "UQ_P", 3, "Code", 3],
    ]);
  });

  test("sp_datatype_info for one type and for all", async () => {
    const one = await client.rows("EXEC sp_datatype_info 4");
    expect(one.map((row) => row.slice(0, 3))).toEqual([["int", 4, 10]]);
    expect((await client.rows("EXEC sp_datatype_info_100 0, @ODBCVer = 3")).length).toBe(29);
  });

  test("what drivers ask for by a procedure call as well", async () => {
    const rows: unknown[][] = [];
    await new Promise<void>((resolve, reject) => {
      const request = new Request("sp_pkeys", (error) => (error ? reject(error) : resolve()));
      request.addParameter("table_name", TYPES.NVarChar, "C");
      request.on("row", (columns: { value: unknown }[]) => rows.push(columns.map(({ value }) => value)));
      client.connection.callProcedure(request);
    });
    expect(rows).toEqual([[...table("C"), "X", 1, "PK_C"]]);
  });
});

/** A call of sp_executesql as it stands in an RPC message (MS-TDS 2.2.6.6). */
function executesql(sql: string): Buffer {
  const text = Buffer.from(sql, "utf16le");
  const head = Buffer.from([0xff, 0xff, 10, 0, 0, 0, 0, 0, 0xe7, 0x40, 0x1f, 0x09, 0x04, 0xd0, 0x00, 0x34, 0, 0]);
  head.writeUInt16LE(text.length, head.length - 2);
  return Buffer.concat([head, text]);
}

test("several procedure calls in one message, of which one fails", async () => {
  const { connection } = client as unknown as { connection: { makeRequest: (...given: unknown[]) => void } };
  const headers = Buffer.concat([
    Buffer.from([22, 0, 0, 0, 18, 0, 0, 0, 2, 0]),
    Buffer.alloc(8),
    Buffer.from([1, 0, 0, 0]),
  ]);
  const separator = Buffer.of(0xff);
  const calls = ["SELECT 1", "SELECT 1 / 0", "SELECT 3"].flatMap((sql) => [separator, executesql(sql)]);
  const rows: unknown[] = [];
  const error = await new Promise<unknown>((resolve) => {
    const request = new Request("", resolve);
    request.on("row", (columns: { value: unknown }[]) => rows.push(columns[0]!.value));
    connection.makeRequest(request, 0x03, [headers, ...calls.slice(1)]);
  });
  expect(rows).toEqual([1, 3]);
  expect(error).toMatchObject({ number: 8134 });
});

test("views and functions of object trees", async () => {
  expect(
    await client.rows("SELECT name, RTRIM(xtype), type FROM sysobjects WHERE parent_obj = 0 ORDER BY name"),
  ).toEqual([
    ["C", "U", "U "],
    ["P", "U", "U "],
  ]);
  expect(
    await client.value("SELECT COUNT(*) FROM shop.dbo.sysobjects o JOIN sys.all_objects a ON a.object_id = o.id"),
  ).toBe(6);
  expect(await client.value("SELECT COUNT(*) FROM sys.all_columns")).toBe(7);
  expect(await client.value("SELECT COUNT(*) FROM sys.extended_properties")).toBe(0);
  expect(await client.rows("SELECT name FROM sys.database_principals WHERE type = 'S' AND principal_id > 4")).toEqual([
    ["reader"],
    ["writer"],
  ]);
  expect(
    await client.rows(
      "SELECT TYPE_NAME(56), COL_NAME(OBJECT_ID('P'), 2), COL_LENGTH('P', 'Note'), COL_LENGTH('dbo.P', 'Code'), COLUMNPROPERTY(OBJECT_ID('P'), 'Id', 'IsIdentity'), COLUMNPROPERTY(OBJECT_ID('P'), 'Price', 'Scale'), COLUMNPROPERTY(OBJECT_ID('P'), 'None', 'Scale')",
    ),
  ).toEqual([["int", "Code", -1, 10, 1, 2, null]]);
});

test("SET ROWCOUNT stops statements, SET FMTONLY answers columns alone", async () => {
  expect(await client.rows("SET ROWCOUNT 2; SELECT Id FROM P ORDER BY Id")).toEqual([[1], [2]]);
  expect((await client.query("UPDATE P SET Price = 1; SET ROWCOUNT 0")).rowCount).toBe(2);
  expect(await client.value("SELECT COUNT(*) FROM P WHERE Price = 1")).toBe(2);
  const { names, sets } = await client.query(
    "SET FMTONLY ON; SELECT Id, Code FROM P; DELETE FROM P; INSERT P (Code) VALUES ('z'); SET FMTONLY OFF",
  );
  expect([names, sets]).toEqual([[["Id", "Code"]], [[]]]);
  expect(await client.value("SELECT COUNT(*) FROM P")).toBe(3);
});

test.each([
  [
    "CROSS APPLY",
    "SELECT p.Id, x.n FROM P p CROSS APPLY (SELECT p.Id * 2 AS n WHERE p.Id > 1) x ORDER BY 1",
    [
      [2, 4],
      [3, 6],
    ],
  ],
  [
    "OUTER APPLY",
    "SELECT p.Id, x.Id FROM P p OUTER APPLY (SELECT TOP 1 q.Id FROM P q WHERE q.Id > p.Id ORDER BY q.Id) x ORDER BY 1",
    [
      [1, 2],
      [2, 3],
      [3, null],
    ],
  ],
  [
    "APPLY of VALUES",
    "SELECT v FROM P CROSS APPLY (VALUES (Id), (Id * 10)) x (v) WHERE Id = 2 ORDER BY v",
    [[2], [20]],
  ],
  [
    "APPLY inside a subquery",
    "SELECT (SELECT SUM(x.n) FROM P q CROSS APPLY (SELECT q.Id * p.Id AS n) x) FROM P p ORDER BY p.Id",
    [[6], [12], [18]],
  ],
  ["CHECKSUM_AGG", "SELECT CHECKSUM_AGG(Id), CHECKSUM_AGG(CASE WHEN Id < 3 THEN Id END) FROM P", [[0, 3]]],
])("%s", async (_, sql, rows) => {
  expect(await client.rows(sql)).toEqual(rows);
});

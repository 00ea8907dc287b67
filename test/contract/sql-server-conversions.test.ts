import { createHash } from "node:crypto";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance();
  client = await TediousClient.connect(server.address, { database: "shop" });
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

/** Expression and its value; texts as CONVERT of SQL Server writes them ("CAST and CONVERT", Transact-SQL reference). */
const cases: [expression: string, value: unknown][] = [
  ["CONVERT(nvarchar(20), CAST(1 AS bit))", "1"],
  ["CONVERT(nvarchar(20), CAST(-9223372036854775808 AS bigint))", "-9223372036854775808"],
  ["CONVERT(nvarchar(41), CAST(12.5 AS decimal(12, 4)))", "12.5000"],
  ["CONVERT(nvarchar(41), CAST(-0.05 AS decimal(5, 2)))", "-0.05"],
  [
    "CONVERT(nvarchar(60), CAST('12345678901234567890123456789012345.678' AS decimal(38, 3)))",
    "12345678901234567890123456789012345.678",
  ],
  ["CONVERT(nvarchar(25), CAST(1234.5678 AS money))", "1234.57"],
  ["CONVERT(nvarchar(25), CAST(1234.5678 AS money), 1)", "1,234.57"],
  ["CONVERT(nvarchar(25), CAST(1234.5678 AS money), 2)", "1234.5678"],
  ["CONVERT(nvarchar(30), CAST(0.1 AS float))", "0.1"],
  ["CONVERT(nvarchar(30), CAST(1234567 AS float))", "1.23457e+006"],
  ["CONVERT(nvarchar(30), CAST(0.00001 AS float))", "1e-005"],
  ["CONVERT(nvarchar(30), CAST(0.1 AS float), 1)", "1.0000000e-001"],
  ["CONVERT(nvarchar(30), CAST(0.1 AS float), 2)", "1.000000000000000e-001"],
  ["CONVERT(nvarchar(40), CAST('2026-11-20' AS date), 126)", "2026-11-20"],
  ["CONVERT(nvarchar(40), CAST('08:15:00.1234567' AS time), 126)", "08:15:00.1234567"],
  ["CONVERT(nvarchar(40), CAST('2026-11-20T08:15:00.123' AS datetime), 126)", "2026-11-20T08:15:00.123"],
  ["CONVERT(nvarchar(40), CAST('2026-11-20T08:15:00' AS datetime), 126)", "2026-11-20T08:15:00"],
  ["CONVERT(nvarchar(40), CAST('2026-11-20T08:15:00.1234567' AS datetime2), 126)", "2026-11-20T08:15:00.1234567"],
  ["CONVERT(nvarchar(40), CAST('2026-11-20T08:15:00.12' AS datetime2(2)), 121)", "2026-11-20 08:15:00.12"],
  ["CONVERT(nvarchar(40), CAST('2026-11-20T08:15:00+08:00' AS datetimeoffset(0)), 126)", "2026-11-20T08:15:00+08:00"],
  ["CONVERT(nvarchar(40), CAST('2026-11-20T08:15:00.5+08:00' AS datetimeoffset(1)), 127)", "2026-11-20T00:15:00.5Z"],
  ["CONVERT(nvarchar(40), CAST('2026-11-20T08:15:31' AS smalldatetime), 126)", "2026-11-20T08:16:00"],
  ["CONVERT(varchar(30), CAST('2026-11-02T20:05:00' AS datetime))", "Nov  2 2026  8:05PM"],
  ["CONVERT(varchar(30), CAST('2026-11-20T08:15:00' AS datetime2(0)))", "2026-11-20 08:15:00"],
  ["CONVERT(varchar(10), CAST('2026-11-20T08:15:00' AS datetime), 120)", "2026-11-20"],
  ["CONVERT(varchar(30), CAST('2026-11-20T08:15:00' AS datetime), 112)", "20261120"],
  ["CONVERT(varchar(30), CAST('2026-11-20T08:15:00' AS datetime), 103)", "20/11/2026"],
  [
    "CONVERT(nvarchar(36), CAST('0e984725-c51c-4bf4-9960-e1c80e27aba0' AS uniqueidentifier))",
    "0E984725-C51C-4BF4-9960-E1C80E27ABA0",
  ],
  ["CONVERT(nvarchar(20), 0x00AFFE, 1)", "0x00AFFE"],
  ["CONVERT(nvarchar(20), 0x00AFFE, 2)", "00AFFE"],
  ["CONVERT(nvarchar(20), 0x41004200)", "AB"],
  ["CONVERT(varbinary(8), '0xAFFE', 1)", Buffer.from([0xaf, 0xfe])],
  ["CONVERT(varbinary(8), 258)", Buffer.from([0, 0, 1, 2])],
  ["CONVERT(int, 0x0102)", 258],
  ["CAST(12.9 AS int)", 12],
  ["CAST(-12.9 AS int)", -12],
  ["CAST(12.5 AS decimal(3, 0))", 13],
  ["CAST(-2.5 AS decimal(3, 0))", -3],
  ["CAST(' 42 ' AS int)", 42],
  ["CAST('abcdef' AS varchar(3))", "abc"],
  ["CAST('ab' AS char(4)) + '|'", "ab  |"],
  ["CAST(123456 AS varchar(3))", "*"],
  ["CAST('true' AS bit)", true],
  ["CAST('2026-02-28T23:59:59.999' AS datetime)", new Date("2026-03-01T00:00:00Z")],
  ["CAST(0.5 AS datetime)", new Date("1900-01-01T12:00:00Z")],
  ["CAST('20261120 08:15' AS datetime)", new Date("2026-11-20T08:15:00Z")],
  ["CAST('11/20/2026 8:15PM' AS datetime)", new Date("2026-11-20T20:15:00Z")],
  ["CAST(N'中文€' AS varchar(20))", "中文€"],
  ["DATALENGTH(CAST(N'中文' AS varchar(20)))", 4],
  ["CAST(N'😀' AS varchar(20))", "??"],
  ["LEN(N'abc  ')", 3],
  ["DATALENGTH(N'abc  ')", 10],
  ["LEFT('abc', 2) + RIGHT('xyz', 2) + SUBSTRING('12345', 2, 3)", "abyz234"],
  ["LTRIM('  a ') + '|' + RTRIM(' b  ') + '|'", "a | b|"],
  ["REPLACE('aXbxc', 'x', '-')", "a-b-c"],
  ["CHARINDEX('C', 'abcabc', 4)", 6],
  ["QUOTENAME('a]b')", "[a]]b]"],
  ["UPPER(N'straße') + LOWER(N'ÄB')", "STRAßEäb"],
  ["'a' + NULL", null],
  ["1 + '2'", 3],
  ["7 / 2", 3],
  ["-7 % 3", -1],
  ["1.0 / 3", 0.333333],
  ["10.00 * 1.5", 15],
  ["CAST(9223372036854775806 AS bigint) + 1", "9223372036854775807"],
  ["ROUND(2.675, 2)", 2.68],
  ["ROUND(1234, -2)", 1200],
  ["ABS(-1.5) + FLOOR(-1.5) + CEILING(1.2)", 1.5],
  ["DATEADD(month, 1, CAST('2026-01-31' AS date))", new Date("2026-02-28T00:00:00Z")],
  ["DATEADD(day, -1, CAST('2026-03-01T10:00:00' AS datetime2(0)))", new Date("2026-02-28T10:00:00Z")],
  ["DATEDIFF(year, '2025-12-31', '2026-01-01')", 1],
  ["DATEDIFF(minute, '2026-01-01T00:00:59', '2026-01-01T00:01:00')", 1],
  ["YEAR('2026-11-20') * 10000 + MONTH('2026-11-20') * 100 + DAY('2026-11-20')", 20_261_120],
  ["ISNULL(NULL, 'x') + COALESCE(NULL, NULL, 'y') + ISNULL(NULLIF('a', 'A'), 'z')", "xyz"],
  ["ISNULL(CAST(NULL AS varchar(2)), 'long')", "lo"],
  ["CASE WHEN NULL = NULL THEN 1 ELSE 0 END", 0],
  ["CASE WHEN 'a ' = 'A' THEN 1 ELSE 0 END", 1],
  ["CASE WHEN 0x01 = 0x0100 THEN 1 ELSE 0 END", 1],
  [
    "CASE WHEN CAST('2026-11-20T08:00:00+08:00' AS datetimeoffset) = CAST('2026-11-20T00:00:00+00:00' AS datetimeoffset) THEN 1 ELSE 0 END",
    1,
  ],
  ["DATALENGTH(REPLICATE(N'x', 4000) + REPLICATE(N'y', 4000))", 8000],
  ["HASHBYTES('MD5', 'a')", createHash("md5").update("a").digest()],
  ["HASHBYTES('SHA1', N'中')", createHash("sha1").update(Buffer.from("中", "utf16le")).digest()],
  [
    "HASHBYTES('SHA1', '中')",
    createHash("sha1")
      .update(Buffer.from([0xd6, 0xd0]))
      .digest(),
  ],
  ["GETUTCDATE()", new Date("2026-11-20T08:15:00.123Z")],
  ["GETDATE()", new Date("2026-11-20T16:15:00.123Z")],
  ["CONVERT(nvarchar(40), SYSDATETIMEOFFSET())", "2026-11-20 16:15:00.1230000 +08:00"],
];

test.each(cases)("%s", async (expression, value) => {
  expect(await client.value(`SELECT ${expression}`)).toEqual(value);
});

const refusals: [expression: string, number: number][] = [
  ["CAST('12.5' AS int)", 245],
  ["CAST('x' AS decimal(5, 2))", 8114],
  ["CAST('2026-02-30' AS date)", 241],
  ["CAST('2026-01-01T00:00:00.1234' AS datetime)", 241],
  ["CAST('1700-01-01' AS datetime)", 242],
  ["CAST(300 AS tinyint)", 220],
  ["CAST('3000000000' AS int)", 248],
  ["CAST(12345.6 AS decimal(5, 2))", 8115],
  ["CAST('nonsense' AS uniqueidentifier)", 8169],
  ["CAST(1 AS date)", 529],
  ["CONVERT(varchar(20), GETDATE(), 999)", 281],
  ["HASHBYTES('SHA1', CAST(REPLICATE(N'x', 4000) AS nvarchar(max)) + N'y')", 8152],
  ["CAST(N'a' AS varchar(9000))", 131],
];

test.each(refusals)("%s fails with error %i", async (expression, number) => {
  expect(await client.error(`SELECT ${expression}`)).toBe(number);
});

describe("a 2008 R2 server does not know what came later", () => {
  test.each([
    ["SELECT CONCAT('a', 'b')", 195],
    ["SELECT IIF(1 = 1, 1, 2)", 195],
    ["SELECT FORMAT(GETDATE(), 'd')", 195],
    ["SELECT TRY_CONVERT(int, 'x')", 195],
    ["SELECT EOMONTH(GETDATE())", 195],
    ["SELECT STRING_AGG(name, ',') FROM sys.databases", 195],
    ["SELECT name FROM sys.databases ORDER BY name OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY", 102],
    ["THROW 50000, 'x', 1", 102],
    ["DROP TABLE IF EXISTS t", 102],
    ["SELECT HASHBYTES('SHA2_256', 'a')", 50_501],
  ])("%s", async (sql, number) => {
    expect(await client.error(sql)).toBe(number);
  });

  test("a 2008 R2 server does not know what came later and later servers do", async () => {
    const later = await listeningInstance({ version: "2017" });
    const other = await TediousClient.connect(later.address);
    const [row] = await other.rows(
      "SELECT CONCAT('a', NULL, 1), IIF(1 = 2, 1, 2), TRY_CONVERT(int, 'x'), EOMONTH('2026-02-03')",
    );
    const page = await other.rows("SELECT name FROM sys.databases ORDER BY name OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY");
    await other.close();
    await later.listeners.close();
    expect(row).toEqual(["a1", 2, null, new Date("2026-02-28T00:00:00Z")]);
    expect(page).toEqual([["model"], ["msdb"]]);
  });
});

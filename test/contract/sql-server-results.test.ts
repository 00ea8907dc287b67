import { Request } from "tedious";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance({ version: "2012" });
  client = await TediousClient.connect(server.address, { database: "shop" });
  await client.query(`CREATE TABLE t (id int IDENTITY NOT NULL PRIMARY KEY, a varchar(10) NOT NULL, b int NULL, c AS b * 2,
    d AS ISNULL(b, 0), e AS a + 'x', f AS b + 1 PERSISTED NOT NULL); INSERT t (a, b) VALUES ('x', 1)`);
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

/** Expression and value. */
const values: [expression: string, value: unknown][] = [
  ["((SELECT 1) + 2)", 3],
  ["(((SELECT 1)))", 1],
  ["(SELECT ((SELECT 5) - (SELECT 3)) * 2)", 4],
  ["CASE WHEN ((SELECT 1) = 1) AND 1 IN ((SELECT 2), 1) AND 2 IN ((SELECT 2)) THEN 1 END", 1],
  ["REPLICATE('ab', 5000)", "ab".repeat(4000)],
  ["LEN(REPLICATE(CAST('ab' AS varchar(max)), 5000))", "10000"],
  ["LEN(REPLICATE(CAST(N'' AS nvarchar(max)), 5000))", "0"],
  ["REPLICATE('a', -1)", null],
  ["REPLACE('abc', '', 'x')", "abc"],
  ["REPLACE('abcb', 'B', '')", "ac"],
  ["REPLACE(N'İaİ', 'A', 'b')", "İbİ"],
  ["REPLACE('a', 'a', NULL)", null],
  ["CHARINDEX(N'A', N'İİa')", 3],
  ["CHARINDEX('', 'a')", 0],
  ["STUFF('abc', 2, 1, NULL)", "ac"],
  ["STUFF('abc', 4, 1, 'x')", null],
  ["STUFF(NULL, 1, 1, 'x')", null],
  ["POWER(2, 10)", 1024],
  ["POWER(2, -1)", 0],
  ["POWER(2.5, 2)", 6.3],
  ["POWER(CAST(2 AS bigint), 40)", "1099511627776"],
  ["POWER(2e0, 0.5)", Math.SQRT2],
  ["CONVERT(varchar(20), FLOOR(-123.45)) + '/' + CONVERT(varchar(20), CEILING(123.45))", "-124/124"],
  ["CAST(CAST('2026-01-01T12:00:00' AS datetime) AS int) - CAST(CAST('2026-01-01T11:59:59' AS datetime) AS int)", 1],
  ["CAST(12345 AS char(3)) + '|'", "*  |"],
  ["CAST(-5 AS varchar(1))", "*"],
  ["CASE WHEN CAST(1e-38 AS decimal(38, 38)) = CAST(0 AS decimal(38, 0)) THEN 1 ELSE 0 END", 0],
  [
    "CASE WHEN CAST(0.5 AS decimal(38, 38)) < CAST('99999999999999999999999999999999999999' AS decimal(38)) THEN 1 END",
    1,
  ],
  ["CAST('$1,234.5' AS money) + CAST('-' AS money)", 1234.5],
  ["CAST('1d2' AS float)", 100],
  ["CAST('2 Jan 2006 3:04PM' AS datetime)", new Date("2006-01-02T15:04:00Z")],
  ["CAST('January 2, 06' AS datetime)", new Date("2006-01-02T00:00:00Z")],
  ["CAST('2006 jan 02' AS date)", new Date("2006-01-02T00:00:00Z")],
  ["CAST('Jan 1950' AS date)", new Date("1950-01-01T00:00:00Z")],
  ["CAST('060102' AS datetime)", new Date("2006-01-02T00:00:00Z")],
  ["CONVERT(datetime, '3/2/49', 3)", new Date("2049-02-03T00:00:00Z")],
  ["CONVERT(datetime, '06.02.03', 2)", new Date("2006-02-03T00:00:00Z")],
  ["CAST(123.45 AS varbinary(20))", Buffer.from("0502000139300000", "hex")],
  ["CAST(CAST(-1 AS decimal(20, 0)) AS varbinary(20))", Buffer.from("14000000010000000000000000000000", "hex")],
  ["CAST(1e0 AS varbinary(8))", Buffer.from("3ff0000000000000", "hex")],
  ["DATEPART(isowk, '2021-01-03') * 100 + DATEPART(iso_week, '2024-12-30')", 5301],
  ["LOG(8, 2)", 3],
  ["CAST('1.2.2001' AS datetime)", new Date("2001-01-02T00:00:00Z")],
  ["CAST('12/31/99 10PM' AS smalldatetime)", new Date("1999-12-31T22:00:00Z")],
  ["CAST('2026-01-01' AS datetime) - '1900-01-02'", new Date("2025-12-31T00:00:00Z")],
  [
    "CONVERT(varchar(40), SWITCHOFFSET(CAST('2001-01-01T00:00:00+00:00' AS datetimeoffset(0)), -90))",
    "2000-12-31 22:30:00 -01:30",
  ],
];

test.each(values)("%s", async (expression, value) => {
  expect(await client.value(`SELECT ${expression}`)).toEqual(value);
});

test("styles of CONVERT for dates", async () => {
  const styles = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 22, 23, 104, 106, 107, 109, 113];
  const list = styles.map((style) => `CONVERT(varchar(40), CAST('2006-01-02T15:04:05.123' AS datetime), ${style})`);
  expect(await client.rows(`SELECT ${list.join(", ")}`)).toEqual([
    [
      "01/02/06",
      "06.01.02",
      "02/01/06",
      "02.01.06",
      "02-01-06",
      "02 Jan 06",
      "Jan 02, 06",
      "Jan  2 2006  3:04:05:123PM",
      "01-02-06",
      "06/01/02",
      "060102",
      "02 Jan 2006 15:04:05:123",
      "15:04:05:123",
      "01/02/06  3:04:05 PM",
      "2006-01-02",
      "02.01.2006",
      "02 Jan 2006",
      "Jan 02, 2006",
      "Jan  2 2006  3:04:05:123PM",
      "02 Jan 2006 15:04:05:123",
    ],
  ]);
  for (const style of [130, 131])
    expect(await client.error(`SELECT CONVERT(varchar(40), GETDATE(), ${style})`)).toBe(50_501);
});

test("ISNUMERIC is true for what some number type takes", async () => {
  const isNumeric = async (texts: string[]) =>
    (await client.rows(`SELECT ${texts.map((text) => `ISNUMERIC(${text})`).join(", ")}`))[0];
  const yes = ["'$'", "'+'", "'-.'", "','", "'1e5'", "'1d-5'", "' 12 '", "'-$1,2.5'", "1", "1.5", "CAST(1 AS bit)"];
  expect(await isNumeric(yes)).toEqual(yes.map(() => 1));
  const no = ["''", "' '", "'a'", "'1 2'", "'+-1'", "'1e400'", "'0x1'", "GETDATE()", "NULL", "NEWID()"];
  expect(await isNumeric(no)).toEqual(no.map(() => 0));
});

test.each([
  ["SELECT NULL UNION ALL SELECT 5 UNION ALL SELECT 6", [[null], [5], [6]]],
  ["SELECT NULL UNION ALL SELECT NULL UNION ALL SELECT 'a'", [[null], [null], ["a"]]],
  ["SELECT 1 UNION ALL SELECT NULL UNION ALL SELECT 2.5", [[1], [null], [2.5]]],
  ["SELECT x FROM (SELECT NULL AS x UNION SELECT 7) u WHERE x > 6", [[7]]],
  ["SELECT NULL EXCEPT SELECT 1", [[null]]],
  ["DECLARE @a int = 6; SET @a &= 3; SET @a |= 8; SET @a ^= 1; SELECT 'x' = @a", [[11]]],
  ["((SELECT 2) UNION (SELECT 1)) ORDER BY 1", [[1], [2]]],
  ["SELECT * FROM ((SELECT 1 AS a) x CROSS JOIN (SELECT 2 AS b) y)", [[1, 2]]],
  ["SELECT * FROM ((SELECT 1 AS a) UNION (SELECT 2)) x ORDER BY a", [[1], [2]]],
  ["DECLARE @n int = 1; SELECT v FROM (VALUES (1), (2)) x (v) ORDER BY v OFFSET @n ROWS", [[2]]],
])("%s", async (sql, rows) => {
  expect(await client.rows(sql)).toEqual(rows);
});

test("a datetime is exact for datetime2 from 2016 on", async () => {
  const text = "CONVERT(varchar(30), CAST(CAST('2006-01-02T15:04:05.123' AS datetime) AS datetime2), 121)";
  expect(await client.value(`SELECT ${text}`)).toBe("2006-01-02 15:04:05.1230000");
  const later = await listeningInstance({ version: "2016" });
  const other = await TediousClient.connect(later.address);
  expect(await other.value(`SELECT ${text}`)).toBe("2006-01-02 15:04:05.1233333");
  await other.close();
  await later.listeners.close();
});

interface Column {
  readonly type: { readonly name: string };
  readonly precision?: number;
  readonly scale?: number;
  readonly flags: number;
}

function columnsOf(sql: string): Promise<Column[]> {
  return new Promise((resolve, reject) => {
    let columns: Column[] = [];
    const request = new Request(sql, (error) => (error ? reject(error) : resolve(columns)));
    request.on("columnMetadata", (found) => (columns = found as unknown as Column[]));
    client.connection.execSqlBatch(request);
  });
}

const big = (scale: number) => `CAST(${scale === 38 ? 0 : 1} AS decimal(38, ${scale}))`;

/** "Precision, scale, and length", with the cut at 38 digits. */
test.each([
  [`${big(10)} + ${big(10)}`, "DecimalN", 38, 10],
  [`${big(20)} - CAST(1 AS decimal(20, 2))`, "DecimalN", 38, 20],
  [`${big(38)} + ${big(0)}`, "DecimalN", 38, 0],
  [`${big(20)} * ${big(20)}`, "DecimalN", 38, 6],
  [`CAST(1 AS decimal(30, 10)) * CAST(1 AS decimal(10, 9))`, "DecimalN", 38, 16],
  [`${big(10)} / ${big(10)}`, "DecimalN", 38, 6],
  [`${big(10)} % ${big(20)}`, "DecimalN", 38, 20],
  ["1.0 / 3", "NumericN", 7, 6],
  ["CAST(2 AS decimal(5, 2)) * 1.5", "DecimalN", 8, 3],
  ["CASE WHEN 1 = 1 THEN CAST(1 AS numeric(38, 30)) ELSE CAST(1 AS numeric(20, 0)) END", "NumericN", 38, 18],
  ["SUM(1.25)", "NumericN", 38, 2],
  ["AVG(1.25)", "NumericN", 38, 6],
  ["FLOOR(123.45)", "NumericN", 5, 0],
  ["POWER(2.5, 2)", "NumericN", 38, 1],
])("%s is a %s(%i, %i)", async (expression, name, precision, scale) => {
  const [column] = await columnsOf(`SELECT ${expression}`);
  expect(column).toMatchObject({ type: { name }, precision, scale });
});

const flags = { nullable: 0x01, stored: 0x08, identity: 0x10, computed: 0x20 };

test("columns of results say whether they may be NULL, are identities, or are computed", async () => {
  const found = async (sql: string) => (await columnsOf(sql)).map((column) => column.flags);
  const { nullable, stored, identity, computed } = flags;
  expect(await found("SELECT * FROM t")).toEqual([
    identity,
    stored,
    stored | nullable,
    computed | nullable,
    computed,
    computed,
    computed,
  ]);
  expect(await found("SELECT x.id, y.a, x.b + 1 FROM t x LEFT JOIN (SELECT * FROM t) y ON x.id = y.id")).toEqual([
    identity,
    stored | nullable,
    computed | nullable,
  ]);
  expect(await found("SELECT 1, NULL, GETDATE(), COUNT(*), CAST(MAX(id) AS bigint), ISNULL(MAX(b), 0) FROM t")).toEqual(
    [computed, computed | nullable, computed, computed | nullable, computed | nullable, computed],
  );
  expect(await found("SELECT id FROM t UNION SELECT 1")).toEqual([computed]);
  expect(
    await client.rows("SELECT name FROM sys.columns WHERE object_id = OBJECT_ID('t') AND is_nullable = 1"),
  ).toEqual([["b"], ["c"]]);
});

import { type Connection, TYPES } from "tedious";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let local: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  local = await listeningInstance({ version: "2016" });
  client = await TediousClient.connect(local.address, { database: "shop" });
});
afterAll(async () => {
  await client.close();
  await local.listeners.close();
});

type BulkLoadOptions = Parameters<Connection["newBulkLoad"]>[1];

type Column = readonly [name: string, type: (typeof TYPES)[keyof typeof TYPES], options?: object];

/** @returns how many rows were loaded, or the number of the error */
function load(
  table: string,
  columns: readonly Column[],
  rows: readonly (readonly unknown[])[],
  options: BulkLoadOptions = {},
): Promise<number> {
  return new Promise((resolve) => {
    const bulk = client.connection.newBulkLoad(table, options, (error, count) =>
      resolve(error ? (error as { number?: number }).number! : count!),
    );
    for (const [name, type, more] of columns) bulk.addColumn(name, type, { nullable: true, ...more });
    client.connection.execBulkLoad(bulk, rows as unknown[][]);
  });
}

test("every type that a client can send", async () => {
  await client.query(`CREATE TABLE every (i int, b bigint, s smallint, y tinyint, t bit, d decimal(12, 3), m money, f float, r real, c char(4), v varchar(10),
    n nvarchar(10), x varchar(max), z nvarchar(max), h varbinary(5), a date, e datetime, q datetime2(3), o datetimeoffset(0), g uniqueidentifier, p text, u ntext, w image)`);
  const columns: Column[] = [
    ["i", TYPES.Int],
    ["b", TYPES.BigInt],
    ["s", TYPES.SmallInt],
    ["y", TYPES.TinyInt],
    ["t", TYPES.Bit],
    ["d", TYPES.Decimal, { precision: 12, scale: 3 }],
    ["m", TYPES.Money],
    ["f", TYPES.Float],
    ["r", TYPES.Real],
    ["c", TYPES.Char, { length: 4 }],
    ["v", TYPES.VarChar, { length: 10 }],
    ["n", TYPES.NVarChar, { length: 10 }],
    ["x", TYPES.VarChar, { length: Number.POSITIVE_INFINITY }],
    ["z", TYPES.NVarChar, { length: Number.POSITIVE_INFINITY }],
    ["h", TYPES.VarBinary, { length: 5 }],
    ["a", TYPES.Date],
    ["e", TYPES.DateTime],
    ["q", TYPES.DateTime2, { scale: 3 }],
    ["o", TYPES.DateTimeOffset, { scale: 0 }],
    ["g", TYPES.UniqueIdentifier],
    ["p", TYPES.Text],
    ["u", TYPES.NText],
    ["w", TYPES.Image],
  ];
  const at = new Date("2024-02-29T10:11:12.123Z");
  const day = new Date("2024-02-29T00:00:00Z");
  const guid = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
  const long = "x".repeat(20_000);
  const row = [
    -1,
    "9007199254740993",
    2,
    255,
    true,
    -12.345,
    1.5,
    0.1,
    0.5,
    "ab",
    "é",
    "語",
    long,
    "語".repeat(5_000),
    Buffer.from([1, 2]),
    day,
    at,
    at,
    at,
    guid,
    "old",
    "語",
    Buffer.from([9]),
  ];
  expect(await load("every", columns, [row, row.map(() => null)])).toBe(2);
  const rows = await client.rows("SELECT * FROM every");
  const second = new Date("2024-02-29T10:11:12.000Z");
  expect(rows[0]).toEqual(row.with(9, "ab  ").with(18, second));
  expect(rows[1]).toEqual(row.map(() => null));
});

describe("a table with rules", () => {
  beforeEach(() =>
    client.query(`DROP TABLE IF EXISTS loaded; CREATE TABLE loaded (id int IDENTITY (10, 1) PRIMARY KEY, n int DEFAULT 7 CONSTRAINT CK CHECK (n > 0), c varchar(3) NOT NULL,
      up int CONSTRAINT FK REFERENCES loaded, twice AS (n * 2))`),
  );
  const columns: Column[] = [
    ["c", TYPES.VarChar, { length: 9 }],
    ["n", TYPES.Int],
  ];

  test("a table with rules defaults stand for NULL unless it is kept, and identities count on", async () => {
    expect(
      await load("dbo.loaded", columns, [
        ["a", null],
        ["b", 5],
      ]),
    ).toBe(2);
    expect(await load("loaded", columns, [["c", null]], { keepNulls: true })).toBe(1);
    expect(await load("loaded", [["id", TYPES.Int], ...columns], [[50, "d", 1]])).toBe(1);
    await client.query("INSERT loaded (c) VALUES ('e')");
    expect(await client.rows("SELECT id, n, c FROM loaded ORDER BY id")).toEqual([
      [10, 7, "a"],
      [11, 5, "b"],
      [12, null, "c"],
      [50, 1, "d"],
      [51, 7, "e"],
    ]);
  });

  test("a table with rules checks and foreign keys count only with CHECK_CONSTRAINTS, and are not trusted without", async () => {
    const all: Column[] = [...columns, ["up", TYPES.Int]];
    expect(await load("loaded", all, [["a", -1, null]], { checkConstraints: true })).toBe(547);
    expect(await load("loaded", all, [["a", 1, 99]], { checkConstraints: true })).toBe(547);
    expect(await load("loaded", all, [["a", 1, null]], { checkConstraints: true })).toBe(1);
    const trust =
      "SELECT is_not_trusted, is_disabled FROM sys.check_constraints WHERE name = 'CK' UNION ALL SELECT is_not_trusted, is_disabled FROM sys.foreign_keys WHERE name = 'FK'";
    expect(await client.rows(trust)).toEqual([
      [false, false],
      [false, false],
    ]);
    expect(await load("loaded", all, [["b", -5, 99]])).toBe(1);
    expect(await client.rows(trust)).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(await client.error("INSERT loaded (c, n) VALUES ('x', -1)")).toBe(547);
  });

  test.each([
    ["a text that is too long", [["long", 1]], 8152],
    [
      "NULL where none may be",
      [
        ["a", 1],
        [null, 1],
      ],
      515,
    ],
  ])("a table with rules refuses %s, and loads nothing", async (_title, rows, number) => {
    expect(await load("loaded", columns, rows)).toBe(number);
    expect(await client.value("SELECT COUNT(*) FROM loaded")).toBe(0);
  });

  test.each([
    ["an absent table", "absent", "c", 208],
    ["an absent column", "loaded", "absent", 207],
    ["a computed column", "loaded", "twice", 271],
  ])("a table with rules refuses %s before the rows", async (_title, table, column, number) => {
    expect(await load(table, [[column, TYPES.Int]], [[1]])).toBe(number);
  });

  test("a table with rules belongs to the transaction around", async () => {
    await client.query("BEGIN TRAN");
    expect(await load("loaded", columns, [["a", 1]])).toBe(1);
    await client.query("ROLLBACK");
    expect(await client.value("SELECT COUNT(*) FROM loaded")).toBe(0);
  });
});

test("a login that may only read loads nothing", async () => {
  await client.query("CREATE TABLE mine (c int)");
  const reader = await TediousClient.connect(local.address, { user: "reader", database: "shop" });
  expect(await reader.error("INSERT BULK mine (c int)")).toBe(229);
  await reader.close();
});

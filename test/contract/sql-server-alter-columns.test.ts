import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let local: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  local = await listeningInstance({ version: "2016" });
});
afterAll(() => local.listeners.close());
beforeEach(async () => {
  local.instance.data.dropDatabase("shop", local.clock.nowMs());
  local.instance.data.createDatabase("shop", "Chinese_PRC_CI_AS", local.clock.nowMs());
  client = await TediousClient.connect(local.address, { database: "shop" });
  await client.query(`CREATE TABLE t (Id int IDENTITY CONSTRAINT PK_t PRIMARY KEY, Name varchar(5) NOT NULL CONSTRAINT UQ UNIQUE,
    N int NULL, Cost decimal(5, 2) CONSTRAINT DF DEFAULT 1.5, Part char(3) CONSTRAINT CK CHECK (Part > 'a'), Twice AS (N * 2),
    Up int CONSTRAINT FK REFERENCES t, Last nvarchar(10));
    CREATE INDEX IX ON t (Last); INSERT t (Name, N, Part, Last) VALUES ('one', 12, 'b', N'1'), ('two', NULL, 'c', N'x')`);
});
afterEach(() => client.close());

describe("ALTER COLUMN", () => {
  test("ALTER COLUMN gives the values the new type, and the column what else is written", async () => {
    await client.query(
      "ALTER TABLE t ALTER COLUMN Cost decimal(9, 4) NOT NULL; ALTER TABLE t ALTER COLUMN Name varchar(9) NOT NULL",
    );
    await client.query(
      "CREATE TABLE u (a int NOT NULL, b varchar(9) COLLATE Latin1_General_CS_AS NOT NULL, c datetime)",
    );
    await client.query(
      "INSERT u VALUES (7, 'x', '20200102 03:04:05'); ALTER TABLE u ALTER COLUMN a varchar(3); ALTER TABLE u ALTER COLUMN b char(2) NOT NULL; ALTER TABLE u ALTER COLUMN c date",
    );
    expect(await client.rows("SELECT * FROM u")).toEqual([["7", "x ", new Date("2020-01-02T00:00:00Z")]]);
    await client.query("INSERT t (Name, Part) VALUES ('long name', 'd')");
    expect(await client.rows("SELECT Id, Name, Cost FROM t ORDER BY Id")).toEqual([
      [1, "one", 1.5],
      [2, "two", 1.5],
      [3, "long name", 1.5],
    ]);
    expect(
      await client.rows(
        "SELECT COLUMN_NAME, DATA_TYPE, IS_NULLABLE, COLLATION_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'u' OR COLUMN_NAME IN ('Cost', 'Name')",
      ),
    ).toEqual([
      ["Name", "varchar", "NO", "Chinese_PRC_CI_AS"],
      ["Cost", "decimal", "NO", null],
      ["a", "varchar", "YES", "Chinese_PRC_CI_AS"],
      ["b", "char", "NO", "Chinese_PRC_CI_AS"],
      ["c", "date", "YES", null],
    ]);
  });

  test("ALTER COLUMN keeps an identity, and comes back with a restore", async () => {
    await client.query(
      "CREATE TABLE i (x int IDENTITY (5, 5), y int); INSERT i (y) VALUES (1); ALTER TABLE i ALTER COLUMN x bigint; INSERT i (y) VALUES (2)",
    );
    expect(await client.rows("SELECT x FROM i ORDER BY y")).toEqual([["5"], ["10"]]);
    const past = local.instance.data.database("shop")!.rebuildAt(local.clock.nowMs());
    expect([...past.table("dbo", "i")!.rows.values()].map(([x]) => String(x))).toEqual(["5", "10"]);
  });

  test.each([
    ["an absent column", "Absent int", 4924],
    ["a computed column", "Twice int", 4928],
    ["a key", "Id int NOT NULL", 5074],
    ["a column of a foreign key", "Up bigint", 5074],
    ["a column of a check", "Part char(5)", 5074],
    ["a column of an index", "Last nvarchar(5)", 5074],
    ["a column of a computed column", "N bigint", 5074],
    ["a default for another type", "Cost int", 5074],
    ["an unknown type", "Cost absent", 2715],
  ])("the schema statement is refused: %s", async (_title, column, number) => {
    expect(await client.error(`ALTER TABLE t ALTER COLUMN ${column}`)).toBe(number);
    expect(await client.value("SELECT COUNT(*) FROM t")).toBe(2);
  });

  test.each([
    ["NULL", "n int NOT NULL", 515],
    ["a text that is too long", "c varchar(2)", 8152],
    ["a text that is no number", "c int", 245],
    ["a number that is too large", "n tinyint", 220],
  ])("ALTER COLUMN refuses %s among the values, and changes nothing", async (_title, column, number) => {
    await client.query("CREATE TABLE v (n int, c varchar(5)); INSERT v VALUES (NULL, 'abc'), (300, 'x')");
    expect(await client.error(`ALTER TABLE v ALTER COLUMN ${column}`)).toBe(number);
    expect(await client.rows("SELECT * FROM v")).toEqual([
      [null, "abc"],
      [300, "x"],
    ]);
  });
});

describe("DROP COLUMN", () => {
  test("DROP COLUMN leaves the other columns their values", async () => {
    await client.query(
      "ALTER TABLE t DROP CONSTRAINT CK, DF, FK, COLUMN Part, Twice, Cost, N; ALTER TABLE t DROP COLUMN IF EXISTS Absent",
    );
    expect(await client.rows("SELECT * FROM t ORDER BY 1")).toEqual([
      [1, "one", null, "1"],
      [2, "two", null, "x"],
    ]);
    await client.query("INSERT t (Name, Up, Last) VALUES ('three', 1, N'z'); UPDATE t SET Last = N'y' WHERE Id = 2");
    expect(await client.rows("SELECT Id, Up, Last FROM t WHERE Last > N'x' ORDER BY Id")).toEqual([
      [2, null, "y"],
      [3, 1, "z"],
    ]);
    expect(await client.error("INSERT t (Name) VALUES ('one')")).toBe(2627);
    const past = local.instance.data.database("shop")!.rebuildAt(local.clock.nowMs());
    expect([...past.table("dbo", "t")!.rows.values()]).toEqual([
      ...local.instance.data.database("shop")!.table("dbo", "t")!.rows.values(),
    ]);
  });

  test("DROP COLUMN rolls back, with the rows that a transaction has added", async () => {
    await client.query("BEGIN TRAN; ALTER TABLE t DROP COLUMN Twice, N; INSERT t (Name) VALUES ('three'); ROLLBACK");
    expect(await client.rows("SELECT Name, N, Twice FROM t ORDER BY Id")).toEqual([
      ["one", 12, 24],
      ["two", null, null],
    ]);
    await client.query(
      "BEGIN TRAN; ALTER TABLE t DROP COLUMN Twice, N; INSERT t (Name, Last) VALUES ('three', N'3'); COMMIT",
    );
    expect(await client.rows("SELECT Name, Last FROM t ORDER BY Id")).toEqual([
      ["one", "1"],
      ["two", "x"],
      ["three", "3"],
    ]);
  });

  test.each([
    ["an absent column", "ALTER TABLE t DROP COLUMN Absent", 4924],
    ["a key", "ALTER TABLE t DROP COLUMN Id", 5074],
    ["a column with a default", "ALTER TABLE t DROP COLUMN Cost", 5074],
    ["a column of an index", "ALTER TABLE t DROP COLUMN Last", 5074],
    ["a column of a computed column", "ALTER TABLE t DROP COLUMN N", 5074],
    ["the last column", "CREATE TABLE one (x int); ALTER TABLE one DROP COLUMN x", 4923],
  ])("the schema statement is refused: %s", async (_title, sql, number) => {
    expect(await client.error(sql)).toBe(number);
  });
});

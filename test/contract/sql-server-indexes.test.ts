import fc from "fast-check";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** Indexes: what they enforce, what they answer, and how the catalog shows them. */
let local: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  local = await listeningInstance({ version: "2008r2" });
  client = await TediousClient.connect(local.address, { database: "shop" });
});
afterAll(async () => {
  await client.close();
  await local.listeners.close();
});
beforeEach(async () => {
  await client.query(`IF OBJECT_ID(N'dbo.C') IS NOT NULL DROP TABLE dbo.C; IF OBJECT_ID(N'dbo.T') IS NOT NULL DROP TABLE dbo.T
    CREATE TABLE dbo.T (Id int NOT NULL CONSTRAINT PK_T PRIMARY KEY, Code nvarchar(10) NULL, N int NULL, At datetime NULL)
    INSERT dbo.T (Id, Code, N) VALUES (1, N'a', 1), (2, N'b', NULL)`);
});

const indexes = () =>
  client.rows(`SELECT name, index_id, type_desc, is_unique, is_primary_key, is_unique_constraint, is_disabled, has_filter, filter_definition
    FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.T') ORDER BY index_id`);

describe("a unique index", () => {
  test("a unique index refuses a second row with its values, NULL included", async () => {
    await client.query("CREATE UNIQUE INDEX IX ON dbo.T (Code, N)");
    await expect(client.query("INSERT dbo.T (Id, Code, N) VALUES (3, N'A', 1)")).rejects.toMatchObject({
      number: 2601,
      class: 14,
      state: 1,
      message:
        "Cannot insert duplicate key row in object 'dbo.T' with unique index 'IX'. The duplicate key value is (A, 1).",
    });
    await expect(client.query("UPDATE dbo.T SET Code = N'b', N = NULL WHERE Id = 1")).rejects.toMatchObject({
      number: 2601,
      message: expect.stringContaining("The duplicate key value is (b, <NULL>)."),
    });
    await client.query(
      "UPDATE dbo.T SET Code = CASE Id WHEN 1 THEN N'b' ELSE N'a' END, N = CASE Id WHEN 1 THEN NULL ELSE 1 END",
    );
    await client.query("INSERT dbo.T (Id, Code, N) VALUES (3, N'a', 2)");
  });

  test("a unique index is not made over rows that are equal", async () => {
    await client.query(
      "INSERT dbo.T (Id, Code, At) VALUES (3, N'A', '2026-11-20T08:05:00'), (4, N'c', '2026-11-20T08:05:00')",
    );
    await expect(client.query("CREATE UNIQUE INDEX IX ON dbo.T (At)")).rejects.toMatchObject({
      number: 1505,
      class: 16,
      message:
        "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name 'dbo.T' and the index name 'IX'. The duplicate key value is (<NULL>).",
    });
    await expect(client.query("CREATE UNIQUE INDEX IX ON dbo.T (At) WHERE At IS NOT NULL")).rejects.toMatchObject({
      message: expect.stringContaining("The duplicate key value is (Nov 20 2026  8:05AM)."),
    });
    expect(await client.error("ALTER TABLE dbo.T ADD CONSTRAINT UQ UNIQUE (Code)")).toBe(1505);
    expect((await indexes()).map(([name]) => name)).toEqual(["PK_T"]);
  });

  test("a unique index with a filter concerns the rows that fit", async () => {
    await client.query("CREATE UNIQUE INDEX IX ON dbo.T (Code) WHERE N > 0 AND N IS NOT NULL");
    await client.query("INSERT dbo.T (Id, Code, N) VALUES (3, N'a', 0), (4, N'a', NULL)");
    expect(await client.error("INSERT dbo.T (Id, Code, N) VALUES (5, N'a', 7)")).toBe(2601);
    expect(await client.error("UPDATE dbo.T SET N = 7 WHERE Id = 3")).toBe(2601);
    await client.query("UPDATE dbo.T SET N = 0 WHERE Id = 1; UPDATE dbo.T SET N = 7 WHERE Id = 3");
    expect(await client.error("UPDATE dbo.T SET N = 7 WHERE Id = 1")).toBe(2601);
    await client.query("DELETE dbo.T WHERE Id = 3; UPDATE dbo.T SET N = 7 WHERE Id = 1");
  });

  test("a unique index is not enforced while it is disabled", async () => {
    await client.query("CREATE UNIQUE INDEX IX ON dbo.T (Code); ALTER INDEX IX ON dbo.T DISABLE");
    await client.query("INSERT dbo.T (Id, Code) VALUES (3, N'a')");
    expect((await indexes())[1]).toEqual(["IX", 2, "NONCLUSTERED", true, false, false, true, false, null]);
    expect(await client.error("ALTER INDEX IX ON dbo.T REBUILD")).toBe(1505);
    await client.query("DELETE dbo.T WHERE Id = 3; ALTER INDEX ALL ON dbo.T REBUILD WITH (ONLINE = OFF)");
    expect(await client.error("INSERT dbo.T (Id, Code) VALUES (3, N'a')")).toBe(2601);
  });

  test("a unique index can be referred to, and is then not dropped", async () => {
    await client.query(`CREATE UNIQUE INDEX IX ON dbo.T (Code);
      CREATE TABLE dbo.C (Code nvarchar(10) CONSTRAINT FK_C REFERENCES dbo.T (Code)); INSERT dbo.C VALUES (N'A')`);
    expect(await client.error("INSERT dbo.C VALUES (N'z')")).toBe(547);
    expect(await client.error("DROP INDEX IX ON dbo.T")).toBe(3723);
    expect(await client.error("DELETE dbo.T WHERE Id = 1")).toBe(547);
  });
});

test("a master's key changes from one column to two", async () => {
  await client.query(`ALTER TABLE dbo.T DROP CONSTRAINT PK_T;
    INSERT dbo.T (Id, Code) VALUES (1, N'other'); UPDATE dbo.T SET N = 1 WHERE N IS NULL`);
  await expect(client.query("ALTER TABLE dbo.T ADD CONSTRAINT PK_T PRIMARY KEY (Id)")).rejects.toMatchObject({
    number: 1505,
    message: expect.stringMatching(/the index name 'PK_T'\. The duplicate key value is \(1\)\.$/),
  });
  expect(await client.error("ALTER TABLE dbo.T ADD CONSTRAINT PK_T PRIMARY KEY (Id, Code)")).toBe(8111);
  await client.query(`CREATE TABLE dbo.C (Id int NOT NULL CONSTRAINT PK_C PRIMARY KEY, Text nvarchar(10) NOT NULL)
    ALTER TABLE dbo.C DROP CONSTRAINT PK_C;
    ALTER TABLE dbo.C ADD CONSTRAINT PK_C PRIMARY KEY CLUSTERED (Id, Text DESC);
    INSERT dbo.C VALUES (1, N'a'), (1, N'b')`);
  expect(await client.error("INSERT dbo.C VALUES (1, N'B')")).toBe(2627);
  expect(
    await client.rows(`SELECT c.name, ic.key_ordinal, ic.is_descending_key FROM sys.index_columns ic
      JOIN sys.columns c ON c.object_id = ic.object_id AND c.column_id = ic.column_id WHERE ic.object_id = OBJECT_ID('dbo.C')`),
  ).toEqual([
    ["Id", 1, false],
    ["Text", 2, true],
  ]);
});

test("the catalog shows every index as it was made", async () => {
  await client.query(`CREATE UNIQUE NONCLUSTERED INDEX IX_A ON dbo.T (Code ASC, N DESC) INCLUDE (At) WITH (FILLFACTOR = 80, PAD_INDEX = ON);
    CREATE INDEX IX_B ON dbo.T (N) WHERE (N > 1);
    ALTER TABLE dbo.T ADD CONSTRAINT UQ_T UNIQUE (Code)`);
  expect(await indexes()).toEqual([
    ["PK_T", 1, "CLUSTERED", true, true, false, false, false, null],
    ["UQ_T", 2, "NONCLUSTERED", true, false, true, false, false, null],
    ["IX_A", 3, "NONCLUSTERED", true, false, false, false, false, null],
    ["IX_B", 4, "NONCLUSTERED", false, false, false, false, true, "([N]>(1))"],
  ]);
  expect(
    await client.rows(`SELECT column_id, index_column_id, key_ordinal, is_descending_key, is_included_column
      FROM sys.index_columns WHERE object_id = OBJECT_ID('dbo.T') AND index_id = 3`),
  ).toEqual([
    [2, 1, 1, false, false],
    [3, 2, 2, true, false],
    [4, 3, 0, false, true],
  ]);
  await client.query("DROP INDEX IX_A ON dbo.T, IX_B ON dbo.T");
  expect((await indexes()).map(([name]) => name)).toEqual(["PK_T", "UQ_T"]);
});

test("a clustered index takes the place of the heap, and a primary key stands beside it", async () => {
  await client.query(`CREATE TABLE dbo.C (A int NOT NULL); CREATE CLUSTERED INDEX CX ON dbo.C (A);
    ALTER TABLE dbo.C ADD CONSTRAINT PK_C PRIMARY KEY (A)`);
  expect(
    await client.rows(
      "SELECT name, index_id, type FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.C') ORDER BY index_id",
    ),
  ).toEqual([
    ["CX", 1, 1],
    ["PK_C", 2, 2],
  ]);
});

test.each([
  ["on nothing", "CREATE INDEX i ON dbo.Absent (x)", 1088],
  ["on an unknown column", "CREATE INDEX i ON dbo.T (x)", 1911],
  ["on a column twice", "CREATE INDEX i ON dbo.T (N, n)", 1909],
  ["under a taken name", "CREATE INDEX PK_T ON dbo.T (N)", 1913],
  ["as a second clustered one", "CREATE CLUSTERED INDEX i ON dbo.T (N)", 1902],
  ["with a filter that is no comparison", "CREATE INDEX i ON dbo.T (N) WHERE N = 1 OR N = 2", 10735],
  ["dropped that is not there", "DROP INDEX i ON dbo.T", 3701],
  ["dropped behind a constraint", "DROP INDEX PK_T ON dbo.T", 3723],
  ["rebuilt that is not there", "ALTER INDEX i ON dbo.T REBUILD", 2727],
  ["that ignores duplicates", "CREATE UNIQUE INDEX i ON dbo.T (N) WITH (IGNORE_DUP_KEY = ON)", 50501],
  ["dropped as only later versions can", "DROP INDEX IF EXISTS i ON dbo.T", 102],
])("an index %s is refused", async (_, sql, number) => {
  expect(await client.error(sql)).toBe(number);
});

test("a key that is referred to is not dropped", async () => {
  await client.query("CREATE TABLE dbo.C (Id int CONSTRAINT FK_C REFERENCES dbo.T (Id))");
  await expect(client.query("ALTER TABLE dbo.T DROP CONSTRAINT PK_T")).rejects.toMatchObject({
    number: 3725,
    message: "The constraint 'PK_T' is being referenced by table 'C', foreign key constraint 'FK_C'.",
  });
});

test("random inserts meet a filtered unique index as a plain search of the rows says", async () => {
  await client.query("DELETE dbo.T; CREATE UNIQUE INDEX IX ON dbo.T (Code, N) WHERE Code IS NOT NULL AND N <> 2");
  const rows: { code: string | null; n: number | null }[] = [];
  const codes = fc.constantFrom(null, "a", "A", "a ", "ａ", "b");
  await fc.assert(
    fc.asyncProperty(codes, fc.constantFrom(null, 1, 2, 3), async (code, n) => {
      const plain = (text: string) => text.normalize("NFKC").toLowerCase().trimEnd();
      // NULL <> 2 is unknown, so the row does not fit.
      const fits = code !== null && n !== null && n !== 2;
      const taken = fits && rows.some((row) => row.code !== null && plain(row.code) === plain(code) && row.n === n);
      const text = code === null ? "NULL" : `N'${code}'`;
      const answer = await client.error(`INSERT dbo.T (Id, Code, N) VALUES (${rows.length}, ${text}, ${n ?? "NULL"})`);
      expect(answer).toBe(taken ? 2601 : undefined);
      if (!taken) rows.push({ code, n });
    }),
    { numRuns: 60 },
  );
});

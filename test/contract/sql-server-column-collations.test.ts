import fc from "fast-check";
import { textRules } from "../../emulator/data/text-rules";
import { collationOf } from "../../emulator/sql-server/values/collation";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** Texts compare as the collation of their column says: in conditions, orders, groups, keys and pages. */
let local: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  local = await listeningInstance({ collation: "Chinese_PRC_CI_AS" });
  client = await TediousClient.connect(local.address, { database: "shop" });
});
afterAll(async () => {
  await client.close();
  await local.listeners.close();
});
beforeEach(() => client.query("IF OBJECT_ID(N'dbo.T') IS NOT NULL DROP TABLE dbo.T"));

const list = (column: string, rest = "") => client.rows(`SELECT ${column} FROM dbo.T ${rest}`);

describe("a column with a collation of its own", () => {
  beforeEach(async () => {
    await client.query(`CREATE TABLE dbo.T (Code nvarchar(20) COLLATE Latin1_General_CS_AS NOT NULL PRIMARY KEY, Note nvarchar(20) NULL)
      INSERT dbo.T VALUES (N'a', N'b'), (N'A', N'B'), (N'b', N'a')`);
  });

  test("a column with a collation of its own is shown by the catalog", async () => {
    const shown = [
      ["Code", "Latin1_General_CS_AS"],
      ["Note", "Chinese_PRC_CI_AS"],
    ];
    expect(
      await client.rows("SELECT name, collation_name FROM sys.columns WHERE object_id = OBJECT_ID('dbo.T')"),
    ).toEqual(shown);
    expect(
      await client.rows("SELECT COLUMN_NAME, COLLATION_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'T'"),
    ).toEqual(shown);
  });

  test.each([
    ["= of a literal", "Code", "WHERE Code = N'A'", [["A"]]],
    ["IN", "Code", "WHERE Code IN (N'B', N'a')", [["a"]]],
    ["LIKE", "Code", "WHERE Code LIKE N'A%'", [["A"]]],
    ["ORDER BY with TOP", "TOP (2) Code", "WHERE Code > N'a' ORDER BY Code", [["A"], ["b"]]],
    ["GROUP BY", "COUNT(*)", "GROUP BY Code", [[1], [1], [1]]],
    ["GROUP BY of the other column", "COUNT(*)", "GROUP BY Note", [[2], [1]]],
    ["COUNT(DISTINCT)", "COUNT(DISTINCT Code), COUNT(DISTINCT Note)", "", [[3, 2]]],
    [
      "COLLATE against the column",
      "Code",
      "WHERE Code = N'A' COLLATE Latin1_General_CI_AS ORDER BY Code",
      [["a"], ["A"]],
    ],
    ["COLLATE on the column", "COUNT(DISTINCT Code COLLATE Chinese_PRC_CI_AS)", "", [[2]]],
    [
      "a subquery",
      "Code",
      "AS o WHERE EXISTS (SELECT 1 FROM dbo.T i WHERE i.Code = o.Code AND i.Code = N'A')",
      [["A"]],
    ],
  ])("%s", async (_, columns, rest, rows) => {
    expect(await list(columns, rest)).toEqual(rows);
  });

  test("a column with a collation of its own decides what its key holds to be equal", async () => {
    expect(await client.error("INSERT dbo.T (Code) VALUES (N'b ')")).toBe(2627);
    await client.query("INSERT dbo.T (Code) VALUES (N'B')");
  });

  test("conflicts with a column of another collation", async () => {
    await expect(client.query("SELECT * FROM dbo.T WHERE Code = Note")).rejects.toMatchObject({
      number: 468,
      message:
        'Cannot resolve the collation conflict between "Chinese_PRC_CI_AS" and "Latin1_General_CS_AS" in the equal to operation.',
    });
    expect(await client.error("SELECT * FROM dbo.T a JOIN dbo.T b ON a.Code = b.Note")).toBe(468);
    expect(await list("Code", "WHERE Code = Note COLLATE Latin1_General_CI_AS")).toEqual([]);
  });

  test("a column with a collation of its own is added with a column, and stays when keys change", async () => {
    await client.query("ALTER TABLE dbo.T ADD More varchar(10) COLLATE Latin1_General_BIN2 NULL");
    await client.query("UPDATE dbo.T SET More = Code; ALTER TABLE dbo.T ADD CONSTRAINT UQ_More UNIQUE (More)");
    expect(await client.error("ALTER TABLE dbo.T ADD CONSTRAINT UQ_Note UNIQUE (Note)")).toBe(1505);
    expect(await list("Code", "WHERE More >= 'a' ORDER BY More")).toEqual([["a"], ["b"]]);
  });
});

test("a varchar column keeps what its own code page has", async () => {
  await client.query(
    "CREATE TABLE dbo.T (A varchar(20) COLLATE Latin1_General_CI_AS, B varchar(20), C varchar(max) COLLATE Latin1_General_CI_AS)",
  );
  await client.query("INSERT dbo.T VALUES (N'Zoë 王', N'Zoë 王', N'Zoë 王')");
  expect(await list("A, B, C, DATALENGTH(B)")).toEqual([["Zoë ?", "Zoe 王", "Zoë ?", 6]]);
});

test.each([
  ["Latin1_General_Foo", 448],
  ["Nonsense", 448],
  ["French_CI_AS", 50501],
  ["Latin1_General_100_CI_AS_SC_UTF8", 50501],
])("the collation %s", async (name, number) => {
  expect(await client.error(`CREATE TABLE dbo.T (A nvarchar(5) COLLATE ${name})`)).toBe(number);
  expect(await client.error(`SELECT N'a' COLLATE ${name}`)).toBe(number);
});

describe.each([
  // collation, equal to ABC, equal to あ, equal to ガ, equal to e, equal to 2
  ["Chinese_PRC_CI_AS", "ＡＢＣ abc ａｂｃ", "ア ｱ", "ｶﾞ が", "E Ｅ", "² ２"],
  ["SQL_Latin1_General_CP1_CI_AS", "ＡＢＣ abc ａｂｃ", "ア ｱ", "ｶﾞ が", "E Ｅ", "² ２"],
  ["Japanese_CI_AI", "ＡＢＣ abc ａｂｃ", "ア ｱ", "ｶﾞ が カ", "E é É Ｅ", "² ２"],
  ["Japanese_CI_AS_KS", "ＡＢＣ abc ａｂｃ", "", "ｶﾞ", "E Ｅ", "² ２"],
  ["Japanese_CI_AS_WS", "abc", "ア", "が", "E", ""],
  ["Japanese_CS_AS_KS_WS", "", "", "", "", ""],
  ["Latin1_General_CS_AI", "ＡＢＣ", "ア ｱ", "ｶﾞ が カ", "é", "² ２"],
  ["Japanese_BIN", "", "", "", "", ""],
  ["Latin1_General_BIN2", "", "", "", "", ""],
])("under %s", (collation, ...groups) => {
  const bases = ["ABC", "あ", "ガ", "e", "2"];
  const everything = "ABC ＡＢＣ abc ａｂｃ あ ア ｱ ガ ｶﾞ が カ e E é É Ｅ 2 ² ２".split(" ");

  test("under %s just these are equal", async () => {
    await client.query(`CREATE TABLE dbo.T (A nvarchar(10) COLLATE ${collation})`);
    await client.query(`INSERT dbo.T VALUES ${everything.map((text) => `(N'${text}')`).join(", ")}`);
    for (const [index, base] of bases.entries()) {
      const found = (await list("A", `WHERE A = N'${base}'`)).flat();
      expect(found.sort()).toEqual([base, ...groups[index]!.split(" ")].filter((text) => text !== "").sort());
      expect(await client.value(`SELECT COUNT(*) FROM dbo.T GROUP BY A HAVING MIN(A) = N'${base}'`)).toBe(found.length);
    }
  });
});

test("blanks at the end count in LIKE and DATALENGTH, not in = and keys", async () => {
  await client.query("CREATE TABLE dbo.T (A nvarchar(10) NOT NULL PRIMARY KEY); INSERT dbo.T VALUES (N'a  ')");
  expect(await list("DATALENGTH(A)", "WHERE A = N'a'")).toEqual([[6]]);
  expect(await list("A", "WHERE A = N'a\u3000'")).toEqual([["a  "]]);
  expect(await list("A", "WHERE A LIKE N'a'")).toEqual([]);
  expect(await client.error("INSERT dbo.T VALUES (N'A')")).toBe(2627);
});

test("one instant in two offsets is one value", async () => {
  await client.query("CREATE TABLE dbo.T (At datetimeoffset(3) NOT NULL PRIMARY KEY, N int)");
  await client.query("INSERT dbo.T VALUES ('2026-11-20T08:00:00+08:00', 1), ('2026-11-20T00:00:00.001Z', 2)");
  expect(await client.error("INSERT dbo.T VALUES ('2026-11-20T00:00:00Z', 3)")).toBe(2627);
  expect(await client.error("UPDATE dbo.T SET At = '2026-11-19T16:00:00-08:00' WHERE N = 2")).toBe(2627);
  expect(await list("N", "WHERE At = '2026-11-19T23:00:00-01:00'")).toEqual([[1]]);
  expect(await list("N", "WHERE At > '2026-11-19T23:00:00-01:00' ORDER BY At")).toEqual([[2]]);
  await client.query("UPDATE dbo.T SET At = '2026-11-20T00:00:00Z' WHERE N = 1");
});

test("equality and order agree under every collation", () => {
  const names = [
    "Chinese_PRC_CI_AS",
    "Japanese_CI_AI_WS",
    "Japanese_CS_AS_KS_WS",
    "Latin1_General_BIN2",
    "SQL_Latin1_General_CP1_CI_AS",
  ];
  const letters = fc.constantFrom(..."aAäÄáＡａ²2ｱアあｶﾞガが  \u3000\tßsş王".split(""), "");
  const texts = fc.array(letters, { maxLength: 4 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.constantFrom(...names), texts, texts, texts, (name, a, b, c) => {
      const { key, compareKeys } = collationOf(name);
      const order = (left: string, right: string) => Math.sign(compareKeys(key(left), key(right)));
      expect(order(a, b) === 0).toBe(key(a) === key(b));
      expect(order(a, b) + order(b, a)).toBe(0);
      if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0);
      expect(key(`${a} `)).toBe(key(a));
      expect(textRules(name).fold(textRules(name).fold(a))).toBe(textRules(name).fold(a));
    }),
    { numRuns: 2_000 },
  );
});

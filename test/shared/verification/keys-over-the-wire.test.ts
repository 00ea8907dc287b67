import { type TediousSession, TediousSqlServers } from "../../../shared/cloud/sql-server/tedious";
import type { TableComparison } from "../../../shared/restore/model/record";
import type { WriteBackMode } from "../../../shared/restore/write-back";
import { outcomeOf, runComparisonSlice, startComparison } from "../../../shared/verification/compare";
import { type ListeningInstance, listeningInstance, password } from "../../emulator/sql-server/listening-instance";
import { TediousClient } from "../../emulator/sql-server/tedious-client";

/** Keys are compared as the server compares them: in the columns' own types and collations, whatever their texts are. */
let local: ListeningInstance;
let client: TediousClient;
let source: TediousSession;
let target: TediousSession;

beforeAll(async () => {
  local = await listeningInstance({ version: "2008r2" });
  client = await TediousClient.connect(local.address, { database: "shop" });
  await client.query("CREATE DATABASE was COLLATE Chinese_PRC_CI_AS");
  await client.query("CREATE DATABASE now COLLATE Chinese_PRC_CI_AS");
  const connect = () => new TediousSqlServers().connect(local.address, { userName: "dba", password }, 10_000);
  [source, target] = [await connect(), await connect()];
});

afterAll(async () => {
  await source.close();
  await target.close();
  await client.close();
  await local.listeners.close();
});

afterEach(async () => {
  for (const database of ["was", "now"]) await client.query(`DROP TABLE ${database}.dbo.Codes`);
});

interface Side {
  /** Of dbo.Codes. */
  readonly columns: string;
  readonly rows: string;
}

async function compare(was: Side, now: Side, mode: WriteBackMode) {
  for (const [database, side] of [
    ["was", was],
    ["now", now],
  ] as const) {
    await client.query(`CREATE TABLE ${database}.dbo.Codes (${side.columns})`);
    await client.query(`INSERT ${database}.dbo.Codes VALUES ${side.rows}`);
  }
  const tables = [{ schema: "dbo", name: "Codes", targetName: "Codes", rows: null }];
  const database = { database: "was", targetDatabase: "now", createsDatabase: true, characterSet: "", whole: false };
  const begun = startComparison({ databases: [{ ...database, tables }] });
  const done = await runComparisonSlice(source, target, begun, mode, local.clock.nowMs() + 20_000, local.clock);
  return { table: done.tables[0]!, outcome: outcomeOf(done, mode)! };
}

const counts = ({ missing, different, extra }: TableComparison) => ({ missing, different, extra });
const coded = (type: string) => `Code ${type} NOT NULL PRIMARY KEY, Qty int NULL`;

describe("one key with two texts is neither missing nor extra", () => {
  test.each<[string, string, string, string, string, string]>([
    ["case", "nvarchar(20)", "N'abc'", "N'ABC'", "abc", "ABC"],
    ["trailing blanks", "nvarchar(20)", "N'abc'", "N'abc  '", "abc", "abc  "],
    ["width", "nvarchar(20)", "N'abc'", "N'ａｂｃ'", "abc", "ａｂｃ"],
    ["kana", "nvarchar(20)", "N'あ'", "N'ア'", "あ", "ア"],
    ["accents under an _AI collation", "nvarchar(20) COLLATE Latin1_General_CI_AI", "N'Zoe'", "N'Zoé'", "Zoe", "Zoé"],
    ["case in a code page", "varchar(20)", "'绿a'", "'绿A'", "绿a", "绿A"],
    [
      "case in another code page than the database's",
      "varchar(20) COLLATE Cyrillic_General_CI_AS",
      "N'да'",
      "N'ДА'",
      "да",
      "ДА",
    ],
    [
      "offsets of one moment",
      "datetimeoffset(3)",
      "'2026-11-20T08:15:00+08:00'",
      "'2026-11-20T00:15:00+00:00'",
      "2026-11-20T08:15:00+08:00",
      "2026-11-20T00:15:00+00:00",
    ],
    ["zeros behind the last byte", "varbinary(8)", "0x61", "0x6100", "61", "6100"],
  ])("%s", async (_, type, was, now, wasText, nowText) => {
    const columns = coded(type);
    const { table } = await compare({ columns, rows: `(${was}, 1)` }, { columns, rows: `(${now}, 1)` }, "side-by-side");
    expect(counts(table)).toEqual({ missing: 0, different: 1, extra: 0 });
    expect(table).toMatchObject({ verdict: "differs", otherKeyTexts: 1 });
    expect(table.samples).toEqual([`key text differs: '${wasText}' in the backup, '${nowText}' on the master`]);
  });

  test("one key with two texts is neither missing nor extra in a composite key, and beside rows that are really missing, different and extra", async () => {
    const columns = "Region int NOT NULL, Code nvarchar(20) NOT NULL, Qty int NULL, PRIMARY KEY (Region, Code)";
    const was = { columns, rows: "(1, N'a', 1), (1, N'b', 1), (1, N'c', 1), (2, N'A', 1), (2, N'd', 1)" };
    const now = { columns, rows: "(1, N'A', 1), (1, N'c', 2), (1, N'e', 1), (2, N'a', 2), (2, N'd', 1)" };
    const { table } = await compare(was, now, "side-by-side");
    expect(counts(table)).toEqual({ missing: 1, different: 3, extra: 1 });
    expect(table.samples).toEqual([
      "missing: (1, b)",
      "key text differs: '(1, a)' in the backup, '(1, A)' on the master",
      "key text differs: '(2, A)' in the backup, '(2, a)' on the master",
      "different: (1, c)",
      "extra: (1, e)",
    ]);
  });

  test("one key with two texts is neither missing nor extra at the borders of pages", async () => {
    const columns = coded("nvarchar(20)");
    const list = (text: (index: number) => string) =>
      Array.from({ length: 600 }, (_, index) => `(N'${text(index)}', 1)`).join(", ");
    const rows = (index: number) => `k${String(index).padStart(4, "0")}`;
    const was = { columns, rows: list(rows) };
    const now = { columns, rows: list((index) => (index % 3 === 0 ? rows(index).toUpperCase() : rows(index))) };
    const { table } = await compare(was, now, "missing-rows");
    expect(counts(table)).toEqual({ missing: 0, different: 200, extra: 0 });
    expect(table.verdict).toBe("equal");
  });

  test("two texts of a binary collation are two keys", async () => {
    const columns = coded("nvarchar(20) COLLATE Latin1_General_BIN2");
    const { table } = await compare({ columns, rows: "(N'abc', 1)" }, { columns, rows: "(N'ABC', 1)" }, "side-by-side");
    expect(counts(table)).toEqual({ missing: 1, different: 0, extra: 1 });
  });
});

describe("key columns of two collations", () => {
  const collated = (name: string, type = "nvarchar(20)") => coded(`${type} COLLATE ${name}`);

  test.each<[string, string, string]>([
    ["nvarchar", collated("Latin1_General_CS_AS"), collated("Chinese_PRC_CI_AS")],
    ["nvarchar, binary in the backup", collated("Latin1_General_BIN2"), collated("Chinese_PRC_CI_AS")],
    ["nvarchar, binary on the master", collated("Chinese_PRC_CI_AS"), collated("Latin1_General_BIN2")],
    [
      "varchar of two code pages",
      collated("Latin1_General_CI_AS", "varchar(20)"),
      collated("Chinese_PRC_CI_AS", "varchar(20)"),
    ],
  ])("key columns of two collations are found equal row by row: %s", async (_, was, now) => {
    const rows = "(N'b', 1), (N'Ab', 2), (N'é', 3), (N'_', 4), (N'ac', 5)";
    const { table, outcome } = await compare({ columns: was, rows }, { columns: now, rows }, "side-by-side");
    expect(counts(table)).toEqual({ missing: 0, different: 0, extra: 0 });
    expect(table.verdict).toBe("equal");
    expect(outcome.outcome).toBe("succeeded");
  });

  test("key columns of two collations are the same key where the master says so", async () => {
    const was = { columns: collated("Latin1_General_CS_AS"), rows: "(N'abc', 1), (N'def', 1), (N'ghi', 1)" };
    const now = { columns: collated("Chinese_PRC_CI_AS"), rows: "(N'ABC', 1), (N'ghi', 2), (N'x', 1), (N'y', 1)" };
    const { table } = await compare(was, now, "same-name");
    expect(counts(table)).toEqual({ missing: 1, different: 2, extra: 2 });
    expect(table.samples.slice(0, 2)).toEqual([
      "missing: def",
      "key text differs: 'abc' in the backup, 'ABC' on the master",
    ]);
  });

  test("key columns of two collations are two keys where the master says so", async () => {
    const was = { columns: collated("Chinese_PRC_CI_AS"), rows: "(N'abc', 1)" };
    const now = { columns: collated("Latin1_General_CS_AS"), rows: "(N'ABC', 1)" };
    const { table } = await compare(was, now, "same-name");
    expect(counts(table)).toEqual({ missing: 1, different: 0, extra: 1 });
  });

  test("collide where two keys of the backup are one on the master, which is never a success", async () => {
    const was = { columns: collated("Latin1_General_CS_AS"), rows: "(N'abc', 1), (N'ABC', 1), (N'def', 1)" };
    const now = { columns: collated("Chinese_PRC_CI_AS"), rows: "(N'abc', 1), (N'def', 1)" };
    const { table, outcome } = await compare(was, now, "missing-rows");
    expect(table).toMatchObject({ missing: 0, colliding: 1, verdict: "differs" });
    expect(table.samples).toContainEqual(expect.stringMatching(/^colliding: abc$/i));
    expect(outcome).toMatchObject({ outcome: "failed", reason: { code: "keys-repeated" } });
    expect(outcome.reason.text).toContain("1 row of the backup without a place");
  });
});

describe("two rows of the master for one compared key", () => {
  const columns = "Id int NOT NULL PRIMARY KEY, Text nvarchar(20) NOT NULL";
  const loose = "Id int NOT NULL, Text nvarchar(20) NOT NULL, PRIMARY KEY (Id, Text)";

  test.each(["side-by-side", "same-name", "missing-rows"] as const)(
    "two rows of the master for one compared key are counted and named (%s)",
    async (mode) => {
      const was = { columns, rows: "(1, N'a'), (2, N'b'), (3, N'c')" };
      const now = { columns: loose, rows: "(1, N'a'), (1, N'A2'), (1, N'A3'), (2, N'b'), (3, N'c'), (3, N'd')" };
      const { table, outcome } = await compare(was, now, mode);
      expect(table).toMatchObject({ missing: 0, different: 0, extra: 3, duplicates: 3, verdict: "differs" });
      expect(table.samples.slice(0, 2).sort()).toEqual(["duplicate: 1", "duplicate: 3"]);
      expect(outcome.outcome).toBe("failed");
      expect(outcome.reason.text).toContain("3 rows too many of keys that are there already");
    },
  );

  test("two rows of the master for one compared key are all read, also where they reach over a page", async () => {
    const was = { columns, rows: Array.from({ length: 300 }, (_, id) => `(${id}, N'a')`).join(", ") };
    const rows = Array.from({ length: 900 }, (_, row) => `(${Math.floor(row / 3)}, N'${"abc"[row % 3]}')`).join(", ");
    const { table } = await compare(was, { columns: loose, rows }, "same-name");
    expect(table).toMatchObject({ missing: 0, different: 0, extra: 600, duplicates: 600 });
  });

  test("two rows of the master for one compared key are found by the collation, not by the text", async () => {
    const was = { columns: coded("nvarchar(20)"), rows: "(N'abc', 1)" };
    const now = { columns: "Code nvarchar(20) NOT NULL, Qty int NULL", rows: "(N'abc', 1), (N'ABC', 1)" };
    const { table } = await compare(was, now, "side-by-side");
    expect(table).toMatchObject({ missing: 0, extra: 1, duplicates: 1, verdict: "differs" });
  });
});

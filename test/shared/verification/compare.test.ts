import type { Comparison } from "../../../shared/restore/model/record";
import type { WriteBackMode } from "../../../shared/restore/write-back";
import { outcomeOf, runComparisonSlice, startComparison } from "../../../shared/verification/compare";
import { column, type MemoryRow, MemorySqlServer, type MemoryTable, shape, unavailable } from "./memory-sql-server";

const columns = [column("Id", "int"), column("Note", "nvarchar(20)", { nullable: true })];
const plan = {
  databases: [
    {
      database: "shop",
      targetDatabase: "copy",
      createsDatabase: true,
      characterSet: "Chinese_PRC_CI_AS",
      whole: false,
      tables: [{ schema: "dbo", name: "Orders", targetName: "Orders", rows: null }],
    },
  ],
};

let source: MemorySqlServer;
let target: MemorySqlServer;
let original: MemoryTable;
let copy: MemoryTable;
let nowMs: number;
const clock = { nowMs: () => nowMs };

beforeEach(() => {
  nowMs = 0;
  source = new MemorySqlServer();
  target = new MemorySqlServer();
  original = source.add({ shape: shape("shop", "Orders", columns, ["Id"]), rows: rows(1, 1000) });
  copy = target.add({ shape: shape("copy", "Orders", columns, ["Id"]), rows: rows(1, 1000) });
});

function rows(from: number, to: number): MemoryRow[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ Id: from + index, Note: `n${from + index}` }));
}

function slice(comparison: Comparison, mode: WriteBackMode = "side-by-side", deadlineMs = 1_000_000) {
  return runComparisonSlice(source, target, comparison, mode, deadlineMs, clock);
}

async function compare(mode: WriteBackMode = "side-by-side") {
  const comparison = await slice(startComparison(plan), mode);
  return { table: comparison.tables[0]!, outcome: outcomeOf(comparison, mode) };
}

describe("a side-by-side copy", () => {
  it("a side-by-side copy succeeds when counts and every key's hash are equal", async () => {
    const { table, outcome } = await compare();
    expect(table).toMatchObject({ sourceRows: 1000, targetRows: 1000, verdict: "equal", samples: [] });
    expect(outcome).toMatchObject({ outcome: "succeeded", reason: { code: "copy-equals-source" } });
  });

  it("a side-by-side copy fails with a missing, a different and an extra row, and shows their keys", async () => {
    copy.rows = copy.rows.filter((row) => row["Id"] !== 500);
    copy.rows[0] = { Id: 1, Note: "other" };
    copy.rows.push({ Id: 1001, Note: null });
    const { table, outcome } = await compare();
    expect(table).toMatchObject({ missing: 1, different: 1, extra: 1, verdict: "differs", targetRows: 1000 });
    expect([...table.samples].sort()).toEqual(["different: 1", "extra: 1001", "missing: 500"]);
    expect(outcome).toMatchObject({ outcome: "failed", reason: { code: "copy-differs" } });
  });

  it("a side-by-side copy tells NULL from the text NULL", async () => {
    original.rows = [{ Id: 1, Note: null }];
    copy.rows = [{ Id: 1, Note: "null" }];
    expect((await compare()).table).toMatchObject({ different: 1, verdict: "differs" });
  });

  it("a side-by-side copy shows at most five keys", async () => {
    copy.rows = [];
    const { table } = await compare();
    expect(table.missing).toBe(1000);
    expect(table.samples).toEqual(["missing: 1", "missing: 2", "missing: 3", "missing: 4", "missing: 5"]);
  });

  it("a side-by-side copy fails when the table is not on the master, even if it was empty", async () => {
    original.rows = [];
    target.tables.length = 0;
    const { table, outcome } = await compare();
    expect(table).toMatchObject({ verdict: "differs", targetRows: null, samples: ["the table is not on the master"] });
    expect(outcome?.outcome).toBe("failed");
  });

  it("a side-by-side copy compares two empty tables as equal", async () => {
    original.rows = [];
    copy.rows = [];
    expect((await compare()).table.verdict).toBe("equal");
  });

  it("a side-by-side copy names a column that did not arrive, one that changed its type, and one that is new", async () => {
    target.tables[0] = {
      rows: copy.rows,
      shape: shape(
        "copy",
        "Orders",
        [column("ID", "int"), column("Note", "varchar(20)"), column("New", "int")],
        ["ID"],
      ),
    };
    copy = target.tables[0];
    copy.rows = copy.rows.map((row) => ({ ...row, ID: row["Id"]! }));
    const { table, outcome } = await compare();
    expect(table.verdict).toBe("differs");
    expect(table).toMatchObject({ missing: 0, different: 0 });
    expect(table.samples).toEqual([
      "column Note is nvarchar(20) in the backup and varchar(20) on the master",
      "column New is only on the master",
    ]);
    expect(outcome?.reason.code).toBe("copy-differs");
  });

  it("a side-by-side copy leaves computed and rowversion columns out on both sides", async () => {
    const more = [...columns, column("V", "timestamp"), column("C", "int", { computed: true })];
    source.tables[0] = { shape: shape("shop", "Orders", more, ["Id"]), rows: [{ Id: 1, Note: "a", V: "1", C: 1 }] };
    target.tables[0] = {
      shape: shape("copy", "Orders", [...columns, column("C", "int")], ["Id"]),
      rows: [{ Id: 1, Note: "a", C: 2 }],
    };
    expect((await compare()).table.verdict).toBe("equal");
  });
});

describe("columns whose values have no exact text", () => {
  const shops = [...columns, column("Place", "geography"), column("Any", "sql_variant")];
  const withShape = (server: MemorySqlServer, database: string, shown: typeof shops) => {
    const table = { shape: shape(database, "Orders", shown, ["Id"]), rows: rows(1, 10) };
    server.tables[0] = table;
    return table;
  };
  beforeEach(() => {
    original = withShape(source, "shop", shops);
    copy = withShape(target, "copy", shops);
  });
  const lackThem = () => {
    copy = withShape(target, "copy", columns);
  };
  const lacking = ["column Place is not on the master", "column Any is not on the master"];

  it("columns whose values have no exact text make a side-by-side copy that lacks them differ, one sentence each", async () => {
    lackThem();
    const { table, outcome } = await compare();
    expect(table).toMatchObject({ verdict: "differs", missing: 0, different: 0, samples: lacking });
    expect(outcome).toMatchObject({ outcome: "failed", reason: { code: "copy-differs" } });
    expect(outcome?.reason.text).toContain(lacking.join(", "));
  });

  it("columns whose values have no exact text make one that lacks them differ also where there is no key", async () => {
    original = source.tables[0] = { shape: shape("shop", "Orders", shops, []), rows: rows(1, 10) };
    lackThem();
    expect((await compare()).table).toMatchObject({
      verdict: "differs",
      samples: [...lacking, expect.stringContaining("the backup has no unique key")],
    });
  });

  it("columns whose values have no exact text are drift where the master has them with another type, or computed", async () => {
    copy = withShape(target, "copy", [
      ...columns,
      column("Place", "nvarchar(max)"),
      column("Any", "sql_variant", { computed: true }),
    ]);
    expect((await compare()).table).toMatchObject({
      verdict: "differs",
      samples: [
        "column Place is geography in the backup and nvarchar(max) on the master",
        "column Any is computed on the master",
      ],
    });
  });

  it.each(["side-by-side", "same-name"] as const)(
    "columns whose values have no exact text leave %s unverified and are named where both sides have them",
    async (mode) => {
      const { table, outcome } = await compare(mode);
      expect(table).toMatchObject({ verdict: "unmeasured", missing: 0, different: 0 });
      expect(outcome).toMatchObject({ outcome: "finished-unverified", reason: { code: "not-measured" } });
      expect(outcome?.reason.text).toContain(
        "1 of 1 table was not compared in full: shop.dbo.Orders (column Place was not compared: DTS does not move geography values, column Any",
      );
    },
  );

  it("columns whose values have no exact text do not hide a row that differs on a copy, or is missing under its own name", async () => {
    copy.rows = [{ Id: 1, Note: "changed" }, ...rows(2, 10)];
    expect((await compare()).outcome).toMatchObject({ outcome: "failed", reason: { code: "copy-differs" } });
    const unverified = (await compare("same-name")).outcome;
    expect(unverified?.outcome).toBe("finished-unverified");
    expect(unverified?.reason.text).toContain("different: 1");
    copy.rows = rows(2, 10);
    expect((await compare("same-name")).outcome).toMatchObject({ outcome: "failed", reason: { code: "rows-missing" } });
  });

  it("columns whose values have no exact text keep a table that came back without them from being a success", async () => {
    lackThem();
    const { table, outcome } = await compare("same-name");
    expect(table).toMatchObject({ verdict: "unmeasured", samples: lacking });
    expect(outcome).toMatchObject({ outcome: "finished-unverified", reason: { code: "not-measured" } });
    expect(outcome?.reason.text).toContain(lacking.join(", "));
  });

  it("columns whose values have no exact text are named by missing-rows, whose promise the keys alone prove", async () => {
    const { outcome } = await compare("missing-rows");
    expect(outcome).toMatchObject({ outcome: "succeeded", reason: { code: "no-row-missing" } });
    expect(outcome?.reason.text).toContain("shop.dbo.Orders (column Place was not compared");
    copy.rows = rows(2, 10);
    expect((await compare("missing-rows")).outcome?.reason.code).toBe("rows-missing");
  });

  it("columns whose values have no exact text are counted where they are too many to be named", async () => {
    const many = Array.from({ length: 8 }, (_, index) => column(`P${index}`, "point"));
    for (const [server, database] of [
      [source, "shop"],
      [target, "copy"],
    ] as const)
      withShape(server, database, [...columns, ...many]);
    const { samples } = (await compare()).table;
    expect(samples).toHaveLength(6);
    expect(samples.at(-1)).toBe("and 3 more columns");
  });
});

describe("a table without a key", () => {
  beforeEach(() => {
    source.tables[0] = { shape: shape("shop", "Orders", columns, []), rows: rows(1, 10) };
  });

  it("a table without a key is counted only, and the outcome says so", async () => {
    copy.rows = rows(1, 10);
    const { table, outcome } = await compare();
    expect(table.verdict).toBe("counts-only");
    expect(outcome).toMatchObject({ outcome: "finished-unverified", reason: { code: "only-counted" } });
  });

  it("differs when a copy has another count", async () => {
    copy.rows = rows(1, 9);
    expect((await compare()).table).toMatchObject({ verdict: "differs", missing: 1 });
  });

  it("a table without a key may have more rows where the application goes on writing", async () => {
    copy.rows = rows(1, 12);
    expect((await compare("same-name")).table).toMatchObject({ verdict: "counts-only", extra: 2 });
    expect((await compare("side-by-side")).table.verdict).toBe("differs");
  });
});

describe("a table that came back under its own name", () => {
  it("a table that came back under its own name succeeds with every key present, and lists what the application changed", async () => {
    copy.rows = [...rows(1, 1002).slice(1), { Id: 1, Note: "changed" }];
    const { table, outcome } = await compare("same-name");
    expect(table).toMatchObject({ verdict: "differs", missing: 0, different: 1, extra: 2 });
    expect(outcome).toMatchObject({ outcome: "succeeded", reason: { code: "all-rows-present" } });
    expect(outcome?.reason.text).toContain("different: 1");
  });

  it("a table that came back under its own name is not verified where a column has another type, because its values were not compared", async () => {
    const wider = [columns[0]!, column("Note", "nvarchar(80)", { nullable: true })];
    copy = target.tables[0] = { shape: shape("copy", "Orders", wider, ["Id"]), rows: rows(1, 1000) };
    const { outcome } = await compare("same-name");
    expect(outcome).toMatchObject({ outcome: "finished-unverified", reason: { code: "not-measured" } });
    expect(outcome?.reason.text).toContain("column Note is nvarchar(20) in the backup and nvarchar(80) on the master");
  });

  it("a table that came back under its own name succeeds with a column that the application added", async () => {
    const more = [...columns, column("New", "int", { nullable: true })];
    copy = target.tables[0] = { shape: shape("copy", "Orders", more, ["Id"]), rows: rows(1, 1000) };
    const { outcome } = await compare("same-name");
    expect(outcome).toMatchObject({ outcome: "succeeded", reason: { code: "all-rows-present" } });
    expect(outcome?.reason.text).toContain("column New is only on the master");
  });

  it("a table that came back under its own name fails with a key absent", async () => {
    copy.rows.pop();
    expect((await compare("same-name")).outcome).toMatchObject({ outcome: "failed", reason: { code: "rows-missing" } });
  });
});

describe("missing rows that were added", () => {
  it("succeed when no key of the backup is absent, whatever else is there", async () => {
    copy.rows = [...rows(1, 5000)].map((row) => ({ ...row, Note: "newer" }));
    const { table, outcome } = await compare("missing-rows");
    expect(table).toMatchObject({ verdict: "equal", missing: 0, different: 1000, extra: 4000 });
    expect(outcome).toMatchObject({ outcome: "succeeded", reason: { code: "no-row-missing" } });
  });

  it("missing rows that were added fail when one is", async () => {
    copy.rows.splice(10, 1);
    expect((await compare("missing-rows")).outcome).toMatchObject({
      outcome: "failed",
      reason: { code: "rows-missing" },
    });
  });
});

describe("slices", () => {
  it("stop at the deadline with the cursor set, and end with what one slice finds", async () => {
    copy.rows = copy.rows.filter((row) => Number(row["Id"]) % 7 !== 0).concat(rows(2000, 2700));
    const whole = await slice(startComparison(plan));
    let current = startComparison(plan);
    let slices = 0;
    while (outcomeOf(current, "side-by-side") === null) {
      current = await slice(current, "side-by-side", nowMs);
      slices += 1;
    }
    expect(slices).toBeGreaterThan(5);
    expect(current).toEqual(whole);
    expect(current.cursor).toEqual({ index: 1, after: null });
  });

  it("slices count a table once, not once per slice", async () => {
    let current = startComparison(plan);
    while (outcomeOf(current, "side-by-side") === null) current = await slice(current, "side-by-side", nowMs);
    expect(source.calls.filter((call) => call.startsWith("countRows"))).toHaveLength(1);
  });
});

describe("what cannot be measured", () => {
  it("what cannot be measured is a table whose first range takes the whole time of a statement; the next table goes on", async () => {
    source.add({ shape: shape("shop", "Lines", columns, ["Id"]), rows: rows(1, 3) });
    target.add({ shape: shape("copy", "Lines", columns, ["Id"]), rows: rows(1, 3) });
    const tables = [...plan.databases[0]!.tables, { schema: "dbo", name: "Lines", targetName: "Lines", rows: null }];
    source.onCall = (call) => {
      if (call === "readKeyedHashes Orders") throw unavailable("Timeout");
    };
    const done = await slice(startComparison({ databases: [{ ...plan.databases[0]!, tables }] }));
    expect(done.tables.map((table) => table.verdict)).toEqual(["unmeasured", "equal"]);
    expect(done.tables[0]?.samples).toEqual([expect.stringContaining("too slow")]);
    expect(outcomeOf(done, "side-by-side")).toMatchObject({
      outcome: "finished-unverified",
      reason: { code: "not-measured" },
    });
  });

  it("what cannot be measured is not said after a page that had grown too large: the pages begin small again", async () => {
    const limits: number[] = [];
    source.onCall = (call, limit) => {
      if (!call.startsWith("readKeyedHashes")) return;
      limits.push(limit);
      if (limit > 300) throw unavailable("Timeout");
    };
    const done = await slice(startComparison(plan));
    expect(done.tables[0]?.verdict).toBe("equal");
    expect(limits.slice(0, 4)).toEqual([250, 500, 250, 500]);
  });

  it("what cannot be measured is a table that may not be read", async () => {
    target.onCall = (call) => {
      if (call.startsWith("countRows")) throw Object.assign(unavailable("no-permission"), { kind: "refused" });
    };
    expect((await compare()).table).toMatchObject({ verdict: "unmeasured" });
  });

  it("what cannot be measured leaves a lost connection to be tried again", async () => {
    target.onCall = () => {
      throw unavailable("ConnectionLost");
    };
    await expect(slice(startComparison(plan))).rejects.toMatchObject({ code: "ConnectionLost" });
  });

  it("what cannot be measured is a plan without tables", async () => {
    const nothing = startComparison({ databases: [] });
    expect(outcomeOf(await slice(nothing), "side-by-side")).toMatchObject({ reason: { code: "nothing-compared" } });
  });
});

import { CloudError } from "../../../shared/cloud/cloud-error";
import type { Comparison } from "../../../shared/restore/model/record";
import { outcomeOf, runComparisonSlice, startComparison } from "../../../shared/verification/compare";
import { PageSize } from "../../../shared/verification/page-size";
import { column, type MemoryRow, MemorySqlServer, shape, unavailable } from "./memory-sql-server";

const columns = [column("Id", "int"), column("Note", "nvarchar(max)")];
const table = { schema: "dbo", name: "Orders", targetName: "Orders", rows: null };
const plan = {
  databases: [
    {
      database: "shop",
      targetDatabase: "copy",
      createsDatabase: true,
      characterSet: "Chinese_PRC_CI_AS",
      whole: false,
      tables: [table],
    },
  ],
};

let source: MemorySqlServer;
let target: MemorySqlServer;
let nowMs: number;
let limits: number[];

/** Rows of about `bytes` each, all equal on both sides. */
function fill(count: number, bytes: (id: number) => number): void {
  const rows = Array.from({ length: count }, (_, id): MemoryRow => ({ Id: id, Note: "x".repeat(bytes(id)) }));
  source.add({ shape: shape("shop", "Orders", columns, ["Id"]), rows });
  target.add({ shape: shape("copy", "Orders", columns, ["Id"]), rows: [...rows] });
}

beforeEach(() => {
  nowMs = 0;
  limits = [];
  source = new MemorySqlServer();
  target = new MemorySqlServer();
  source.onCall = (call, limit) => {
    if (call.startsWith("readKeyedHashes")) limits.push(limit);
  };
});

function slice(comparison: Comparison, deadlineMs: number): Promise<Comparison> {
  return runComparisonSlice(source, target, comparison, "side-by-side", deadlineMs, { nowMs: () => nowMs });
}

async function compare() {
  const done = await slice(startComparison(plan), 1_000_000);
  return { table: done.tables[0]!, outcome: outcomeOf(done, "side-by-side") };
}

describe("a page that is too large", () => {
  it("a page that is too large is halved until it fits, and no page of the table is so large again", async () => {
    fill(60, () => 1000);
    source.answerBytesMax = 30_000;
    const { table: compared } = await compare();
    expect(compared).toMatchObject({ verdict: "equal", missing: 0, different: 0, extra: 0 });
    expect(limits.filter((limit) => limit > 20)).toEqual([40]);
    expect(limits.slice(-2)).toEqual([20, 20]);
  });

  it.each(["source", "target"] as const)(
    "a page that is too large goes down to one row at a time (%s)",
    async (side) => {
      fill(9, () => 1000);
      (side === "source" ? source : target).answerBytesMax = 1500;
      expect((await compare()).table).toMatchObject({ verdict: "equal" });
    },
  );

  it("a page that is too large is halved too when the source is read again behind many more rows of the target", async () => {
    fill(120, () => 1000);
    source.tables[0]!.rows = source.tables[0]!.rows.filter((row) => Number(row["Id"]) % 2 === 0);
    let read = 0;
    source.onCall = (call, limit) => {
      if (!call.startsWith("readKeyedHashes") || ++read % 2 !== 0 || limit <= 4) return;
      throw new CloudError("refused", "sql-server", "read", "too-large", "too large");
    };
    expect((await compare()).table).toMatchObject({ missing: 0, different: 0, extra: 60 });
  });

  it("a page that is too large is halved too when long values take the whole time of a statement, down to a single row", async () => {
    fill(30, () => 1000);
    let most = 6;
    source.onCall = (call, limit) => {
      if (call.startsWith("readKeyedHashes") && limit > most) throw unavailable("Timeout");
    };
    expect((await compare()).table.verdict).toBe("equal");
    most = 0;
    expect((await compare()).table).toMatchObject({
      verdict: "unmeasured",
      samples: ["too slow: it took longer than the time of one statement"],
    });
  });

  it("a page that is too large is not forgotten between two slices", async () => {
    fill(30, () => 1000);
    source.answerBytesMax = 6_000;
    let current = startComparison(plan);
    while (outcomeOf(current, "side-by-side") === null) current = await slice(current, nowMs);
    expect(current.tables[0]).toMatchObject({ verdict: "equal" });
    expect(limits.slice(0, 3)).toEqual([20, 10, 5]);
    expect(Math.max(...limits.slice(3))).toBe(5);
  });

  it.each([
    ["in the backup", () => source],
    ["on the master", () => target],
  ])(
    "a page that is too large leaves a table unmeasured only for a single row that is too large, and names its key (%s)",
    async (side, which) => {
      fill(10, (id) => (id === 7 ? 5000 : 10));
      which().answerBytesMax = 2000;
      const { table: compared, outcome } = await compare();
      expect(compared).toMatchObject({ verdict: "unmeasured" });
      expect(compared.samples).toEqual([
        `a single row ${side} has more bytes than a function reads at once`,
        "unreadable: 7",
      ]);
      expect(outcome?.outcome).toBe("finished-unverified");
    },
  );
});

describe("pages that do not move on", () => {
  /** A server for which the rows behind the key `from` are those behind `instead`. */
  function misread(server: MemorySqlServer, from: string, instead: string): void {
    const read = server.readKeyedHashes.bind(server);
    server.readKeyedHashes = (address, shapeRead, range) =>
      read(address, shapeRead, range.after?.[0] === from ? { ...range, after: [instead] } : range);
  }

  it("pages that do not move on end the table with the key at which they begin again", async () => {
    fill(500, () => 1);
    misread(source, "19", "18");
    const { table: compared } = await compare();
    expect(compared.verdict).toBe("unmeasured");
    expect(compared.samples).toEqual([
      "rows behind a key begin with that key again in the backup, so they cannot be paged",
      "unreadable: 19",
    ]);
  });

  it("pages that do not move on end the table when they go in a circle", async () => {
    fill(100, () => 1);
    source.onCall = (call) => {
      if (call.startsWith("readKeyedHashes")) nowMs += 110_000;
    };
    misread(source, "59", "10");
    const { table: compared } = await compare();
    expect(compared.verdict).toBe("unmeasured");
    expect(compared.samples).toContain("paging by key reads more rows than the backup has");
  });

  it("pages that do not move on leave a table unmeasured that has more rows than they read", async () => {
    fill(100, () => 1);
    misread(source, "19", "29");
    misread(target, "19", "29");
    const { table: compared } = await compare();
    expect(compared.samples).toEqual(["paging by key read 90 rows of the backup and 100 were counted"]);
    expect(compared.verdict).toBe("unmeasured");
  });
});

describe("the size of a page", () => {
  it("the size of a page never grows again to what was too large", () => {
    const size = new PageSize(false);
    size.took(0, 1000);
    expect(size.rows).toBe(500);
    expect(size.tooLarge()).toBe(250);
    for (let page = 0; page < 5; page++) size.took(0, 1000);
    expect(size.rows).toBe(250);
    expect(new PageSize(false, 3).rows).toBe(3);
  });
});

import type { Verification } from "../../../shared/restore/model/record";
import { rowValue } from "../../../shared/restore/model/row-value";
import type { ObjectSelection, RestoreRequest } from "../../../shared/restore/request/request";
import { runVerificationSlice } from "../../../shared/verification/verify";
import { column, MemorySqlServer, shape, unavailable } from "./memory-sql-server";

const fresh: Verification = {
  route: "private",
  tables: [],
  checks: [],
  cursor: { stage: "shapes", index: 0 },
  sizeBytes: null,
  collations: [],
};

type Asked = Pick<RestoreRequest, "objects" | "checks" | "writeBack">;

const request: Asked = {
  objects: [
    {
      database: "shop",
      restoredName: null,
      tables: [
        { schema: "dbo", name: "Orders", restoredName: null },
        { schema: "dbo", name: "Customers", restoredName: null },
      ],
    },
  ],
  checks: [{ name: "orders are back", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: 1 } }],
  writeBack: "side-by-side",
};

let server: MemorySqlServer;
let nowMs: number;
const clock = { nowMs: () => nowMs };
const slice = (verification: Verification, asked: Partial<Asked> = request, deadlineMs = 1_000_000) =>
  runVerificationSlice(server, { ...request, ...asked }, verification, deadlineMs, clock);

beforeEach(() => {
  nowMs = 0;
  server = new MemorySqlServer();
  const columns = [column("Id", "int"), column("Note", "nvarchar(20)", { nullable: true })];
  server.add({ shape: shape("shop", "Customers", columns, []), rows: [{ Id: 1 }] });
  server.add({ shape: shape("shop", "Orders", columns, ["Id"]), rows: [{ Id: 1 }, { Id: 2 }] });
  server.scalars.set("SELECT COUNT(*) FROM dbo.Orders", 2);
});

describe("a verification slice", () => {
  it("a verification slice reads shapes, counts and checks, in the order of the request", async () => {
    const done = await slice(fresh);
    expect(done.cursor.stage).toBe("done");
    expect(done.tables).toEqual([
      { database: "shop", schema: "dbo", name: "Orders", rows: 2, key: ["Id"], notes: [] },
      {
        database: "shop",
        schema: "dbo",
        name: "Customers",
        rows: 1,
        key: [],
        notes: [expect.stringContaining("only counts")],
      },
    ]);
    expect(done.checks).toEqual([
      {
        name: "orders are back",
        passed: true,
        text: `orders are back: is ${rowValue("2")}, expected ${rowValue("at least 1")}`,
        found: "2",
        expected: "at least 1",
      },
    ]);
    expect(done.sizeBytes).toBe(2 * 8192);
  });

  it("a verification slice stops at the deadline, goes on at the cursor, and ends with what one slice would have found", async () => {
    const whole = await slice(fresh);
    let current = fresh;
    let slices = 0;
    while (current.cursor.stage !== "done") {
      current = await slice(current, request, nowMs);
      slices += 1;
    }
    expect(slices).toBe(7); // one step each: an object, two tables, a check, and three changes of stage
    expect(current).toEqual(whole);
  });

  it("a verification slice takes all tables of a database when none is named", async () => {
    const done = await slice(fresh, { objects: [{ database: "shop", restoredName: null, tables: null }], checks: [] });
    expect(done.tables.map((table) => table.name)).toEqual(["Customers", "Orders"]);
  });

  it("a verification slice names a missing database, a missing table and an empty database as failed checks", async () => {
    server.databases.set("empty", { collation: "Chinese_PRC_CI_AS" });
    const done = await slice(fresh, {
      objects: [
        { database: "gone", restoredName: null, tables: null },
        { database: "empty", restoredName: null, tables: null },
        { database: "shop", restoredName: null, tables: [{ schema: "dbo", name: "Returns", restoredName: null }] },
      ],
      checks: [],
    });
    expect(done.checks.map((check) => [check.name, check.passed])).toEqual([
      ["database gone exists", false],
      ["database empty has tables", false],
      ["table dbo.Returns exists in shop", false],
    ]);
  });

  it("a verification slice fails a check that the server refuses, and one whose value is not expected", async () => {
    const done = await slice(fresh, {
      objects: [],
      checks: [
        { name: "a", database: "shop", sql: "SELECT 1 FROM nowhere", expect: { equals: 1 } },
        { name: "b", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { equals: 3 } },
      ],
    });
    expect(done.checks).toEqual([
      { name: "a", passed: false, text: "a: no-table: Invalid object name." },
      {
        name: "b",
        passed: false,
        text: `b: is ${rowValue("2")}, expected ${rowValue("equal to 3")}`,
        found: "2",
        expected: "equal to 3",
      },
    ]);
  });

  it("a verification slice leaves a table uncounted that takes the whole time of a statement, and goes on", async () => {
    server.onCall = (call) => {
      if (call === "countRows Orders") throw unavailable("Timeout");
    };
    const done = await slice(fresh);
    expect(done.tables.map((table) => table.rows)).toEqual([null, 1]);
    expect(done.tables[0]?.notes).toEqual([expect.stringContaining("Rows not counted")]);
  });

  it("a verification slice keeps what was read when the connection breaks, and throws when nothing was", async () => {
    server.onCall = (call) => {
      if (call === "countRows Customers") throw unavailable("ConnectionLost");
    };
    const half = await slice(fresh);
    expect(half.cursor).toEqual({ stage: "counts", index: 1 });
    expect(half.tables[0]?.rows).toBe(2);
    await expect(slice(half)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("a verification slice does not take the tables that a login sees for a whole database", async () => {
    server.permissions = async () => ({ select: false, write: false, createDatabase: false });
    const done = await slice(fresh, { objects: [{ database: "shop", restoredName: null, tables: null }], checks: [] });
    expect(done.checks).toEqual([
      { name: "all of shop can be read", passed: false, text: expect.stringContaining("sees only single tables") },
    ]);
  });

  it("a verification slice does not mind a login that may not see the size", async () => {
    server.tableSizes = () => server.readScalar("shop", "no such text").then(() => []);
    expect((await slice(fresh)).sizeBytes).toBeNull();
  });

  it("measures what is moved: the chosen tables, or the whole database", async () => {
    const of = (tables: ObjectSelection["tables"]) =>
      slice(fresh, { ...request, objects: [{ database: "shop", restoredName: null, tables }] });
    expect((await of([{ schema: "dbo", name: "Orders", restoredName: null }])).sizeBytes).toBe(8192);
    expect((await of(null)).sizeBytes).toBe(8192 * server.tables.length);
  });
});

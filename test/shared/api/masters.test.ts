import type { SqlServerData } from "../../../emulator/data/sql-server-data";
import { wholeSecond } from "../../../shared/restore/request/whole-seconds";
import { Desk, hour, minute } from "./desk";

/** What is asked about a master before anything is started: dry runs, the recovery window, the objects. */
let desk: Desk;
let data: SqlServerData;

beforeEach(async () => {
  desk = await Desk.open();
  data = desk.addMaster();
});

afterEach(() => {
  expect(desk.world.records()).toEqual([]);
  expect(desk.world.rds.instances().map((instance) => instance.id)).toEqual(["rm-shop"]);
});

const plan = (changes: object = {}) => desk.ask("POST", "/plans", { body: desk.body({ ...changes }) });
const verdicts = (body: { prerequisites: { name: string; verdict: string; code: string | null }[] }) =>
  Object.fromEntries(body.prerequisites.map((entry) => [entry.name, entry.code ?? entry.verdict]));

/** Takes the functions' addresses off the master's whitelist. */
function closeMaster(): void {
  desk.world.rds.instance("rm-shop")!.whitelist.set("default", ["10.9.9.9"]);
}

describe("a dry run", () => {
  test("a dry run of a restore that is possible says so, with times in three zones, names and a hash", async () => {
    const restoreTime = new Date(wholeSecond(desk.nowMs - 2 * hour + 8 * hour)).toISOString().replace("Z", "+08:00");
    const answer = await plan({ restoreTime });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        feasible: "yes",
        requestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        restoreTime: {
          utc: new Date(desk.nowMs - 2 * hour).toISOString(),
          instanceTimeZone: "Asia/Shanghai",
          caller: restoreTime,
        },
        recoveryWindow: { from: { utc: expect.any(String) }, holes: [] },
        names: [{ database: "shop", arrivesAs: expect.stringMatching(/^shop_restored_\d{8}t\d{6}_/) }],
        writeBack: "side-by-side",
      },
    });
    expect(verdicts(answer.body)).toMatchObject({ "recovery-window": "pass", "database shop": "pass" });
  });

  test("a dry run shows the source that would be chosen, why, and what it costs", async () => {
    const { body } = await plan();
    expect(body).toMatchObject({
      source: { kind: "native", because: expect.any(String) },
      cost: expect.stringContaining("free of charge"),
    });
  });

  test("a dry run shows the checks as they would be run, and where", async () => {
    const check = { name: "rows", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: "1.0" } };
    const runsIn = (answer: { body: { checks: { runsIn: string }[] } }) => answer.body.checks[0]!.runsIn;
    const copied = await plan({ checks: [check] });
    expect(copied.body.checks).toEqual([{ ...check, runsIn: expect.any(String) }]);
    expect(runsIn(copied)).toMatch(
      /^shop on the temporary instance; where that cannot be read, shop_restored_\w+ on the master, after the approval$/,
    );
    expect(runsIn(await plan({ checks: [check], writeBack: "none" }))).toBe("shop on the temporary instance");
  });

  test("a dry run tells nothing of the tables where functions do not reach the master", async () => {
    closeMaster();
    const answer = await plan();
    expect(answer.body).toMatchObject({
      feasible: "yes",
      suitability: [{ database: "shop", tables: null, problem: expect.stringContaining("ConnectionLost") }],
      forecast: { fits: "unknown", sizeBytes: null },
    });
  });

  test("a dry run is not feasible in a mode that does not fit the tables that are there", async () => {
    const there = [{ database: "shop", tables: [{ name: "Orders" }] }];
    const again = await plan({ writeBack: "same-name", objects: there });
    expect(again.body.feasible).toBe("no");
    expect(verdicts(again.body)["tables of shop"]).toBe("target-exists");
    const gone = [{ database: "shop", tables: [{ name: "Orders" }, { name: "Invoices" }] }];
    const added = await plan({ writeBack: "missing-rows", objects: gone });
    expect(verdicts(added.body)["tables of shop"]).toBe("target-table-missing");
    expect(
      verdicts((await plan({ writeBack: "missing-rows", objects: there })).body)["tables of shop"],
    ).toBeUndefined();
  });

  test("a dry run says that a login sees only single tables, when all of the database is wanted", async () => {
    const grants = [{ database: "shop", schema: "dbo", table: "Orders", actions: ["SELECT"] as const }];
    data.setLogin({ name: "clerk", password: "Clerk-1", super: false, rights: {}, grants }, desk.nowMs);
    desk.world.kms.createSecret(
      "rewind/rm-shop/clerk",
      JSON.stringify({ AccountName: "clerk", AccountPassword: "Clerk-1" }),
    );
    const secretName = "rewind/rm-shop/clerk";
    const whole = await plan({ secretName });
    expect(whole.body.suitability).toEqual([
      expect.objectContaining({
        tables: [expect.objectContaining({ name: "Orders" })],
        problem: expect.stringContaining("sees only single tables"),
      }),
    ]);
    const chosen = await plan({ secretName, objects: [{ database: "shop", tables: [{ name: "Orders" }] }] });
    expect(chosen.body.suitability).toEqual([expect.objectContaining({ missing: [], problem: null })]);
  });

  test("a dry run tells the key and the notes of each table, and a forecast, where they do", async () => {
    data.database("shop")!.commit(desk.nowMs, [{ kind: "create-table", definition: awkwardTable }]);
    const answer = await plan();
    const [shop] = answer.body.suitability;
    expect(shop).toMatchObject({ database: "shop", missing: [], notShown: 0, problem: null });
    expect(shop.tables).toEqual([
      expect.objectContaining({ schema: "dbo", name: "Orders", key: ["Id"], notes: [] }),
      expect.objectContaining({ name: "Customers" }),
      expect.objectContaining({
        name: "Lines",
        key: [],
        notes: [
          expect.stringMatching(/No primary key, unique constraint or unique index/),
          expect.stringMatching(/Id is an identity column/),
          expect.stringMatching(/Version is a rowversion/),
          expect.stringMatching(/FK_Lines to dbo.Orders/),
          expect.stringMatching(/TR_Lines/),
        ],
      }),
    ]);
    expect(answer.body.forecast).toMatchObject({ fits: "yes", sizeBytes: expect.any(Number) });
    const chosen = await plan({ objects: [{ database: "shop", tables: [{ name: "Orders" }] }] });
    expect(chosen.body.suitability[0].tables[0].notes).toEqual([
      "Referred to by dbo.Lines (FK_Lines): rows there that were deleted together with rows of this table come back only if that table is chosen too.",
    ]);
  });

  test("a dry run names tables and databases that the master does not have now", async () => {
    const answer = await plan({
      objects: [{ database: "SHOP", tables: [{ name: "orders" }, { name: "Gone" }] }, { database: "crm" }],
    });
    expect(answer.body.suitability).toMatchObject([
      { tables: [{ name: "Orders" }], missing: ["dbo.Gone"] },
      { tables: null, problem: expect.stringContaining("no-database") },
    ]);
    expect(verdicts(answer.body)).toMatchObject({ "database crm": "unknown" });
    expect(answer.body.forecast.fits).toBe("unknown");
  });

  test("a dry run names what is near a table or a database that is not there", async () => {
    const answer = await plan({
      writeBack: "missing-rows",
      objects: [
        { database: "shop", tables: [{ name: "Order" }] },
        { database: "shpo", tables: [{ name: "Orders" }] },
      ],
    });
    const told = (name: string) =>
      answer.body.prerequisites.find((entry: { name: string }) => entry.name === name)?.text;
    expect(told("tables of shop")).toMatch(/no dbo\.Order to add rows to; .* Near names: dbo\.Orders\.$/);
    expect(told("database shpo")).toMatch(/Near names: shop\.$/);
    expect(answer.body.suitability[1].problem).toBe(
      "There is no database shpo on the master (no-database). Near names: shop.",
    );
  });

  test("a dry run says before any job that DTS could not tell a table from another schema's", async () => {
    const archived = { ...awkwardTable, schema: "archive", name: "Orders", foreignKeys: [], triggers: [] };
    data.database("shop")!.commit(desk.nowMs, [{ kind: "create-table", definition: archived }]);
    const objects = [{ database: "shop", tables: [{ name: "Orders" }] }];
    const answer = await plan({ objects });
    expect(answer.body.feasible).toBe("no");
    expect(verdicts(answer.body)["table names of shop"]).toBe("table-name-in-two-schemas");
    const { text } = answer.body.prerequisites.find((entry: { name: string }) => entry.name === "table names of shop");
    expect(text).toContain(
      "archive.Orders is there beside dbo.Orders, and DTS names tables without schema. Restore the",
    );
    expect((await plan({ objects, writeBack: "none" })).body.feasible).toBe("yes");
    expect((await plan()).body.feasible).toBe("yes");
  });

  test("a dry run of names that only some collations tell apart judges them by the database's", async () => {
    const tables = [{ name: "Orders" }, { name: "orders" }];
    const answer = await plan({ objects: [{ database: "shop", tables }] });
    expect(verdicts(answer.body)["Orders and orders"]).toBe("names-not-distinct");
    data.createDatabase("cased", "Chinese_PRC_CS_AS", desk.nowMs);
    const apart = await plan({ objects: [{ database: "cased", tables }] });
    expect(verdicts(apart.body)["Orders and orders"]).toBe("pass");
    const gone = await plan({ objects: [{ database: "gone", tables }] });
    expect(verdicts(gone.body)["Orders and orders"]).toBe("unknown");
    const twice = await plan({ writeBack: "none", objects: [{ database: "shop" }, { database: "Shop" }] });
    expect(verdicts(twice.body)["shop and Shop"]).toBe("names-not-distinct");
  });

  test("a dry run of a database of 2,000 tables shows 1,000 and counts the rest", async () => {
    const shop = data.database("shop")!;
    for (let index = 0; index < 1998; index++)
      shop.commit(desk.nowMs, [
        { kind: "create-table", definition: { ...awkwardTable, name: `T${index}`, foreignKeys: [], triggers: [] } },
      ]);
    const answer = await plan();
    expect(answer.body.suitability[0].tables).toHaveLength(1000);
    expect(answer.body.suitability[0].notShown).toBe(1000);
  });

  test("a dry run stops reading after seconds, and says what it did not read", async () => {
    for (let index = 0; index < 5; index++) data.createDatabase(`db${index}`, "Chinese_PRC_CI_AS", desk.nowMs);
    const { connect } = desk.deps.sqlServers;
    jest.spyOn(desk.deps.sqlServers, "connect").mockImplementation(async (address, credentials, timeoutMs) => {
      const session = await connect.call(desk.deps.sqlServers, address, credentials, timeoutMs);
      const { describeTables } = session;
      session.describeTables = async (database, tables) => {
        await desk.world.scheduler.run(desk.nowMs + timeoutMs, () => false);
        return describeTables.call(session, database, tables);
      };
      return session;
    });
    const startMs = desk.nowMs;
    const answer = await plan({ objects: [0, 1, 2, 3, 4].map((index) => ({ database: `db${index}` })) });
    expect(desk.nowMs - startMs).toBeLessThan(5_000);
    const problems = answer.body.suitability.map((one: { problem: string | null }) => one.problem);
    expect(problems[0]).toBeNull();
    expect(problems[4]).toMatch(/no time left/);
  });

  test.each([
    [{ restoreTime: "2026-11-01T00:00:00Z" }, { "recovery-window": "restore-time-too-old" }],
    [{ masterInstanceId: "rm-none", secretName: "rewind/rm-none/dba" }, { "master-exists": "master-not-found" }],
    [{ secretName: "rewind/rm-shop/none" }, { "secret rewind/rm-shop/none": "secret-not-readable" }],
    [{ objects: [{ database: "shop", restoredName: "shop2" }] }, { "database shop": "target-exists" }],
    [{ objects: [{ database: "shop", restoredName: "shop" }] }, { "database shop": "new-names-needed" }],
    [{ restoreTime: null, backupId: "1" }, { "recovery-window": "backup-not-found" }],
  ])("a dry run of what is not possible names the prerequisite: %j", async (changes, expected) => {
    data.createDatabase("shop2", "Chinese_PRC_CI_AS", desk.nowMs);
    const answer = await plan(changes);
    expect(answer).toMatchObject({ status: 200, body: { feasible: "no" } });
    expect(verdicts(answer.body)).toMatchObject(expected);
  });

  test("a dry run of a time that is too recent says when it becomes restorable, or refuses, as was asked for", async () => {
    const restoreTime = new Date(wholeSecond(desk.nowMs - minute)).toISOString();
    const waiting = await plan({ restoreTime });
    expect(waiting.body.feasible).toBe("after-waiting");
    const window = waiting.body.prerequisites.find((entry: { name: string }) => entry.name === "recovery-window");
    expect(window).toMatchObject({ verdict: "wait", code: "restore-time-too-recent" });
    expect(window.readyAtMs).toBeGreaterThan(desk.nowMs);
    expect((await plan({ restoreTime, whenTooRecent: "refuse" })).body.feasible).toBe("no");
  });

  test("a dry run when the cloud is down says that, and nothing else", async () => {
    desk.cloudIsDown = true;
    expect(await plan()).toMatchObject({ status: 503, body: { code: "cloud-unavailable", service: "rds" } });
  });
});

describe("the recovery window", () => {
  test("the recovery window is told in UTC and in the zone of the instance", async () => {
    const answer = await desk.ask("GET", "/masters/rm-shop/recovery-window");
    expect(answer).toMatchObject({
      status: 200,
      body: {
        masterInstanceId: "rm-shop",
        now: { utc: new Date(desk.nowMs).toISOString(), instanceTimeZone: "Asia/Shanghai" },
        window: { from: {}, to: {}, holes: [] },
        logBackupEnabled: true,
      },
    });
    const { from, to } = answer.body.window;
    expect(Date.parse(from.utc)).toBeLessThan(Date.parse(to.utc));
    expect(Date.parse(to.utc)).toBeLessThanOrEqual(desk.nowMs - 30 * minute);
    expect(Date.parse(`${to.instance}Z`) - Date.parse(to.utc)).toBe(8 * hour);
    expect(answer.body.backups.length).toBeGreaterThan(0);
  });
});

describe("the objects", () => {
  test("the objects are databases without a secret", async () => {
    const answer = await desk.ask("GET", "/masters/rm-shop/objects");
    expect(answer).toMatchObject({
      status: 200,
      body: { databases: [{ name: "shop", characterSet: "Chinese_PRC_CI_AS", tables: null }] },
    });
  });

  test("the objects are tables too with one, or the reason why not", async () => {
    const query = { secretName: "rewind/rm-shop/dba" };
    const open = await desk.ask("GET", "/masters/rm-shop/objects", { query });
    expect(open.body.databases[0].tables.map((table: { name: string }) => table.name)).toEqual(["Orders", "Customers"]);
    closeMaster();
    const closed = await desk.ask("GET", "/masters/rm-shop/objects", { query });
    expect(closed.body.databases[0]).toMatchObject({
      tables: null,
      problem: expect.stringContaining("ConnectionLost"),
    });
  });

  test("the objects with a login that the master does not know, say so and nothing of the password", async () => {
    desk.world.kms.createSecret(
      "rewind/rm-shop/old",
      JSON.stringify({ AccountName: "dba", AccountPassword: "Wrong-9" }),
    );
    const answer = await desk.ask("GET", "/masters/rm-shop/objects", { query: { secretName: "rewind/rm-shop/old" } });
    expect(answer.body.databases[0].problem).toContain("login-failed");
    expect(JSON.stringify(answer.body) + desk.world.logs.join()).not.toContain("Wrong-9");
  });
});

const awkwardTable = {
  schema: "dbo",
  name: "Lines",
  columns: [
    { name: "Id", type: { name: "int" as const }, nullable: false, identity: { seed: 1, increment: 1 } },
    { name: "Version", type: { name: "rowversion" as const }, nullable: false },
  ],
  uniqueConstraints: [],
  foreignKeys: [
    {
      name: "FK_Lines",
      columns: ["Id"],
      referencedSchema: "dbo",
      referencedTable: "Orders",
      referencedColumns: ["Id"],
    },
  ],
  triggers: [{ name: "TR_Lines", enabled: true, text: "" }],
};

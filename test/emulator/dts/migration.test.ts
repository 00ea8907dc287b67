import type { TableDefinition } from "../../../emulator/data/table-definition";
import type { DtsRecovery } from "../../../emulator/dts/dts-world";
import {
  configuration,
  emptyPurchase,
  fill,
  notesTable,
  precheckStates,
  reserve,
  rowsOf,
  runningJob,
  TEMPORARY,
  twoInstances,
} from "./two-instances";

const threeNotes = [
  [1, "one"],
  [2, "two"],
  [3, "three"],
] as const;
const wholeShop = { shop: { name: "shop_restored", all: true } };
const ordersOnly = { shop: { name: "shop", all: false, Table: { orders: { name: "orders", all: true } } } };
const longEnoughMs = 60_000;
const untilWriting = { precheckMs: 1_000, structureMs: 1_000 };

describe("a migration", () => {
  test("a migration brings a whole database under a new name: collation, keys, identity and rows", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    const jobId = runningJob(world, wholeShop);
    world.advance(longEnoughMs);

    expect(world.dts.job(jobId)).toMatchObject({ status: "Finished", data: { status: "Finished" } });
    const target = world.master.data.database("shop_restored");
    expect(target?.collation).toBe("Latin1_General_CI_AS");
    expect(target?.table("dbo", "orders")?.definition).toEqual(notesTable("orders"));
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(threeNotes);
  });

  test("a migration writes chunk by chunk, each at its own moment", () => {
    const world = twoInstances({}, { ...untilWriting, rowsPerSecond: 10 });
    fill(
      world.source,
      "shop",
      notesTable("orders"),
      Array.from({ length: 20 }, (_, id) => [id, null]),
    );
    const startedAtMs = world.clock.nowMs();
    const jobId = runningJob(world, wholeShop);
    world.advance(2_000);
    world.advance(999);
    expect(world.call("DescribeDtsJobs", { DtsJobId: jobId })["DtsJobList"]).toMatchObject([
      {
        Status: "Migrating",
        PrecheckStatus: { Status: "Finished", Percent: "100" },
        StructureInitializationStatus: { Status: "Finished", Progress: "1" },
        DataInitializationStatus: { Status: "Migrating", Percent: "25", Progress: "5" },
      },
    ]);
    world.advance(longEnoughMs);

    const moments = world.master.data.database("shop_restored")?.commits.map((commit) => commit.atMs - startedAtMs);
    expect(moments?.slice(1)).toEqual([2_500, 3_000, 3_500, 4_000]);
    expect(world.dts.job(jobId)?.finishedAtMs).toBe(startedAtMs + 4_000);
  });

  test("a migration renames single tables and leaves the rest of the source alone", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    fill(world.source, "shop", notesTable("customers"), []);
    runningJob(world, { shop: { name: "other", all: false, Table: { Orders: { name: "orders_old", all: true } } } });
    world.advance(longEnoughMs);

    const target = world.master.data.database("other");
    expect(target?.tables().map((table) => table.definition.name)).toEqual(["orders_old"]);
    expect(rowsOf(world.master, "other", "orders_old")).toEqual(threeNotes);
  });

  test("a migration with existing tables ignored adds missing rows and keeps the ones that are there", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    fill(world.master, "shop", notesTable("orders"), [[2, "changed since"]]);
    const jobId = runningJob(world, ordersOnly, { StructureInitialization: "false", Reserve: reserve("2") });
    world.advance(longEnoughMs);

    expect(world.dts.job(jobId)?.status).toBe("Finished");
    expect(rowsOf(world.master, "shop", "orders")).toEqual([
      [2, "changed since"],
      [1, "one"],
      [3, "three"],
    ]);
  });

  test("a migration appends rows of a table without a key, even those that are there", () => {
    const world = twoInstances();
    const keyless = notesTable("orders", { primaryKey: undefined });
    fill(world.source, "shop", keyless, threeNotes);
    fill(world.master, "shop", keyless, [[1, "one"]]);
    runningJob(world, ordersOnly, { StructureInitialization: "false", Reserve: reserve("2") });
    world.advance(longEnoughMs);
    expect(rowsOf(world.master, "shop", "orders")).toHaveLength(4);
  });

  test("a migration fills parents before children, whatever the order of the selection", () => {
    const world = twoInstances();
    const child = notesTable("a_lines", {
      columns: [
        { name: "id", type: { name: "int" }, nullable: false },
        { name: "order_id", type: { name: "int" }, nullable: true },
      ],
      foreignKeys: [
        {
          name: "FK_lines",
          columns: ["order_id"],
          referencedSchema: "dbo",
          referencedTable: "orders",
          referencedColumns: ["id"],
        },
      ],
    });
    for (const instance of [world.source, world.master]) {
      fill(instance, "shop", notesTable("orders"), instance === world.source ? threeNotes : []);
      fill(instance, "shop", child, instance === world.source ? [[1, 3]] : []);
    }
    const tables = { a_lines: { name: "a_lines", all: true }, orders: { name: "orders", all: true } };
    const jobId = runningJob(
      world,
      { shop: { name: "shop", all: false, Table: tables } },
      { StructureInitialization: "false", Reserve: reserve("2") },
    );
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)).toMatchObject({ status: "Finished", errorMessage: "" });
    expect(rowsOf(world.master, "shop", "a_lines")).toEqual([[1, 3]]);
  });

  test("a migration fails in the structure stage on an existing table, although existing tables are ignored", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    fill(world.master, "shop", notesTable("orders"), []);
    const jobId = runningJob(world, ordersOnly, { Reserve: reserve("2") });
    world.advance(longEnoughMs);

    expect(world.call("DescribeDtsJobs", { DtsJobId: jobId })["DtsJobList"]).toMatchObject([
      {
        Status: "MigrationFailed",
        ErrorMessage: expect.stringContaining("DTS-1020042: There is already an object named 'orders'"),
        StructureInitializationStatus: { Status: "Failed" },
        DataInitializationStatus: { Status: "NotStarted", Progress: "0" },
        ErrorDetails: [{ ErrorCode: "DTS-1020042" }],
      },
    ]);
    expect(rowsOf(world.master, "shop", "orders")).toEqual([]);
  });

  test("clashes with a constraint's name when a table is renamed inside its own database", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    fill(world.master, "shop", notesTable("orders"), []);
    const jobId = runningJob(world, {
      shop: { name: "shop", all: false, Table: { orders: { name: "orders_old", all: true } } },
    });
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.errorMessage).toContain("'PK_orders'");
    const answer = world.call("DescribePreCheckStatus", { DtsJobId: jobId, JobCode: "02" });
    expect(answer).toMatchObject({
      State: "Failed",
      ErrorItem: 1,
      JobProgress: [{ Names: "orders", TargetNames: "orders_old", DdlSql: expect.stringContaining("[orders_old]") }],
    });
  });

  test("a migration reports a column that the target lacks as DTS-30019", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    const narrow = notesTable("orders", { columns: notesTable("orders").columns.slice(0, 1) });
    fill(world.master, "shop", narrow, []);
    const jobId = runningJob(world, ordersOnly, { StructureInitialization: "false", Reserve: reserve("2") });
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)).toMatchObject({
      status: "MigrationFailed",
      errorMessage: "DTS-30019: Invalid column name 'note'.",
    });
  });

  test("a migration leaves rowversion and computed columns out, with the keys on them", () => {
    const world = twoInstances();
    const definition = notesTable("orders", {
      columns: [
        ...notesTable("orders").columns,
        { name: "version", type: { name: "rowversion" }, nullable: false },
        { name: "twice", type: { name: "int" }, nullable: true, computed: "([id]*2)" },
      ],
      uniqueConstraints: [{ name: "UQ_version", columns: ["version"] }],
      triggers: [{ name: "TR_orders", enabled: true }],
    });
    fill(world.source, "shop", definition, [[1, "one", Buffer.alloc(8, 1), null]]);
    runningJob(world, { shop: { name: "other", all: false, Table: { orders: { name: "orders", all: true } } } });
    world.advance(longEnoughMs);
    expect(world.master.data.database("other")?.table("dbo", "orders")?.definition).toEqual(notesTable("orders"));
    expect(rowsOf(world.master, "other", "orders")).toEqual([[1, "one"]]);
  });

  test.each([true, false])(
    "a migration brings foreign keys as the capability says (%s), and triggers of a whole database",
    (brings) => {
      const world = twoInstances({ migratesForeignKeys: brings });
      const foreignKey = {
        name: "FK_self",
        columns: ["id"],
        referencedSchema: "dbo",
        referencedTable: "orders",
        referencedColumns: ["id"],
      };
      const triggers = [{ name: "TR_orders", enabled: true }];
      fill(world.source, "shop", notesTable("orders", { foreignKeys: [foreignKey], triggers }), threeNotes);
      runningJob(world, wholeShop);
      world.advance(longEnoughMs);
      const definition = world.master.data.database("shop_restored")?.table("dbo", "orders")?.definition;
      expect(definition?.foreignKeys).toEqual(brings ? [foreignKey] : []);
      expect(definition?.triggers).toEqual(triggers);
    },
  );

  test("a migration takes schema-qualified keys where the capability says so", () => {
    const world = twoInstances({ tableKeys: "schema-qualified" });
    fill(world.source, "shop", notesTable("orders", { schema: "sales" }), threeNotes);
    fill(world.source, "shop", notesTable("orders"), []);
    runningJob(world, {
      shop: { name: "other", all: false, Table: { "sales.orders": { name: "orders_old", all: true } } },
    });
    world.advance(longEnoughMs);
    expect(rowsOf(world.master, "other", "orders_old", "sales")).toEqual(threeNotes);
  });
});

describe("pausing, stopping, failing", () => {
  const slow = { ...untilWriting, rowsPerSecond: 2 };

  function halfway(changes: Partial<TableDefinition> = {}, recovery?: DtsRecovery) {
    const world = twoInstances({}, slow, recovery);
    fill(world.source, "shop", notesTable("orders", changes), threeNotes);
    const jobId = runningJob(world, wholeShop);
    world.advance(2_600);
    expect(rowsOf(world.master, "shop_restored", "orders")).toHaveLength(1);
    return { world, jobId };
  }

  test("a paused job rests until it is started again", () => {
    const { world, jobId } = halfway();
    world.call("SuspendDtsJob", { DtsJobId: jobId });
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("Suspending");
    expect(rowsOf(world.master, "shop_restored", "orders")).toHaveLength(1);
    world.call("StartDtsJob", { DtsJobId: jobId });
    world.advance(longEnoughMs);
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(threeNotes);
  });

  test("a stopped job is Finished for ever, but its data stage is not", () => {
    const { world, jobId } = halfway();
    world.call("StopDtsJob", { DtsJobId: jobId });
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)).toMatchObject({ status: "Finished", data: { status: "Suspending" } });
    expect(() => world.call("StartDtsJob", { DtsJobId: jobId })).toThrow("Finished");
    expect(rowsOf(world.master, "shop_restored", "orders")).toHaveLength(1);
  });

  test("a deleted job never writes again", () => {
    const { world, jobId } = halfway();
    world.dts.deleteByHand(jobId);
    world.advance(longEnoughMs);
    expect(world.dts.jobs()).toEqual([]);
    expect(rowsOf(world.master, "shop_restored", "orders")).toHaveLength(1);
  });

  test("a source that vanishes is retried for a while, then the job fails", () => {
    const { world, jobId } = halfway();
    world.gone.add(TEMPORARY);
    world.advance(1_000);
    expect(world.call("DescribeDtsJobDetail", { DtsJobId: jobId })).toMatchObject({
      Status: "Retrying",
      RetryState: { Retrying: true, RetryTarget: "srcDB" },
    });
    world.advance(2 * longEnoughMs);
    expect(world.dts.job(jobId)).toMatchObject({ status: "MigrationFailed", data: { status: "Failed" } });
    expect(world.dts.job(jobId)?.errorMessage).toMatch(/^DTS-070211: .* does not exist/);
  });

  test("a source that comes back in time is read on", () => {
    const { world, jobId } = halfway();
    world.down.add(TEMPORARY);
    world.advance(20_000);
    expect(world.dts.job(jobId)?.status).toBe("Retrying");
    world.down.clear();
    world.advance(20_000);
    expect(world.dts.job(jobId)).toMatchObject({ status: "Finished", errorMessage: "" });
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(threeNotes);
  });

  test("a failed job resumes by itself and writes again", () => {
    const { world, jobId } = halfway();
    world.dts.failJob(jobId, "DTS-30020: made to fail");
    expect(world.dts.job(jobId)?.status).toBe("MigrationFailed");
    world.advance(60 * 60_000 + longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("Finished");
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(threeNotes);
  });

  test("a failed job stays failed where resuming is switched off, until it is started", () => {
    const never = { retryEveryMs: 1_000, retryForMs: 1_000, resumeEveryMs: undefined, resumeForMs: 0 };
    const { world, jobId } = halfway({}, never);
    world.dts.failJob(jobId, "DTS-30020: made to fail");
    world.advance(24 * 60 * 60_000);
    expect(world.dts.job(jobId)?.status).toBe("MigrationFailed");
    world.call("StartDtsJob", { DtsJobId: jobId });
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("Finished");
  });

  test("resuming by itself ends after some days", () => {
    const hourly = { retryEveryMs: 1_000, retryForMs: 1_000, resumeEveryMs: 3_600_000, resumeForMs: 3 * 3_600_000 };
    const { world, jobId } = halfway({}, hourly);
    world.down.add(TEMPORARY);
    world.advance(5 * 3_600_000);
    expect(world.dts.job(jobId)).toMatchObject({ status: "MigrationFailed", nextAtMs: undefined });
    world.down.clear();
    world.advance(24 * 3_600_000);
    expect(rowsOf(world.master, "shop_restored", "orders")).toHaveLength(1);
  });

  test("a keyless table has duplicates after a failure", () => {
    const { world, jobId } = halfway({ primaryKey: undefined });
    world.dts.failJob(jobId, "DTS-30020: made to fail");
    world.call("StartDtsJob", { DtsJobId: jobId });
    world.advance(longEnoughMs);
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual([[1, "one"], ...threeNotes]);
  });
});

describe("two orders of creation", () => {
  test("two orders of creation configure first: the unbought job is prechecked and waits; buying it with AutoStart starts it", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    const jobId = String(world.call("ConfigureDtsJob", configuration(wholeShop))["DtsJobId"]);
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("NotStarted");
    world.call("StartDtsJob", { DtsJobId: jobId });
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("PreCheckPass");
    expect(world.master.data.databases()).toEqual([]);
    expect(world.call("CreateDtsInstance", { JobId: jobId, AutoStart: "true", PayType: "PostPaid" })).toMatchObject({
      InstanceId: `dts${jobId}`,
      JobId: jobId,
    });
    world.advance(longEnoughMs);
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(threeNotes);
  });

  test("an unbought job is not prechecked where the capability denies it; buying starts precheck and migration", () => {
    const world = twoInstances({ unboughtJobPrechecks: false });
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    const jobId = String(world.call("ConfigureDtsJob", configuration(wholeShop))["DtsJobId"]);
    expect(() => world.call("StartDtsJob", { DtsJobId: jobId })).toThrow("not purchased");
    world.call("CreateDtsInstance", { JobId: jobId, AutoStart: "true" });
    expect(world.dts.job(jobId)?.status).toBe("Prechecking");
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("Finished");
  });

  test("two orders of creation buy first: a configured job starts by itself unless it is told not to", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    const jobId = String(world.call("CreateDtsInstance", emptyPurchase)["JobId"]);
    expect(world.dts.job(jobId)?.status).toBe("NotConfigured");
    const selfStarting = configuration(wholeShop, { DtsJobId: jobId, Reserve: reserve("0", "auto") });
    world.call("ConfigureDtsJob", selfStarting);
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("Finished");
    expect(() => world.call("ConfigureDtsJob", selfStarting)).toThrow("only a job that has not started");
  });

  test("a failed precheck is repeated by StartDtsJob", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), threeNotes);
    world.down.add(TEMPORARY);
    const jobId = runningJob(world, wholeShop);
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("PrecheckFailed");
    expect(precheckStates(world, jobId)).toMatchObject({ CHECK_CONN_SRC: "Failed", CHECK_SAME_OBJ: "NotStarted" });
    world.down.clear();
    world.call("StartDtsJob", { DtsJobId: jobId });
    world.advance(longEnoughMs);
    expect(world.dts.job(jobId)?.status).toBe("Finished");
  });
});

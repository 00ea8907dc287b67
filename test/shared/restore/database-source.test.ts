import { defaultCapabilities } from "../../../emulator/capabilities";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { WorldOptions } from "../../simulation/world";
import { hourMs, minuteMs, rowsOf, Scene, tableOf } from "./scene";

/** A restore by the source `database`: RDS restores the database itself, under a new name, into the master of 2019. */
function scene(options: Partial<WorldOptions> & ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const made = new Scene({ instance: { engineVersion: "2019_std_ha", storageType: "cloud_essd" }, ...options });
  made.addTable(tableOf("Orders"), rowsOf(0, 30));
  made.loseRows("Orders", (id) => id >= 10);
  return made;
}

const withCapabilities = (capabilities: Partial<typeof defaultCapabilities>) =>
  scene({ capabilities: { ...defaultCapabilities, ...capabilities } });
const checks = [
  { name: "30 orders", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { equals: 30 } },
];
const arrivedName = (record: RestoreRecord) => record.databaseRestore!.names[0]!.newName;

/** Names of the databases on the master. */
const onMaster = (of: Scene) => of.data.databases().map(({ name }) => name);

test("The database arrives beside the live one after the approval, is looked at, and stays", async () => {
  const shop = scene();
  const restoreId = await shop.ask({ checks });
  const planned = await shop.reach(restoreId, "awaiting-approval");
  expect(planned).toMatchObject({ source: { kind: "database" }, temporaryInstance: null, job: null, openings: [] });
  expect(onMaster(shop)).toEqual(["shop"]);
  await shop.approve(restoreId);
  const record = await shop.reach(restoreId, "closed");
  const name = arrivedName(record);
  expect(record).toMatchObject({
    outcome: "succeeded",
    reason: {
      code: "databases-arrived",
      text: `RDS restored shop as ${name}: 30 rows of 1 table are there. There is no other copy to compare them with.`,
    },
    comparison: { checks: [{ name: "30 orders", passed: true }] },
    leftOnMaster: [{ kind: "database", name, sql: expect.stringContaining("sp_rds_drop_database") }],
    openings: [{ instanceId: "rm-shop", state: "closed" }],
    doubts: [],
  });
  expect(shop.rows("Orders", name)).toEqual(rowsOf(0, 30));
  expect(shop.rows("Orders")).toEqual(rowsOf(0, 10));
});

test("Single tables are looked for in the whole database that arrives", async () => {
  const record = await scene().restore({ objects: [{ database: "shop", tables: [{ name: "Orders" }] }] });
  expect(record).toMatchObject({
    outcome: "succeeded",
    comparison: { tables: [{ name: "Orders", verdict: "arrived" }] },
  });
});

test("A chosen table that did not arrive, and a check that fails, are said", async () => {
  const objects = [{ database: "shop", tables: [{ name: "Orders" }, { name: "Bills" }] }];
  const absent = await scene().restore({ objects });
  expect(absent).toMatchObject({ outcome: "failed", reason: { code: "copy-differs" } });
  const failed = await scene().restore({ checks: [{ ...checks[0]!, expect: { equals: 31 } }] });
  expect(failed).toMatchObject({
    outcome: "failed",
    reason: { code: "checks-failed" },
    leftOnMaster: [{ kind: "database" }],
  });
});

test("A table that the login may not read is not verified, and no instance is said to be held", async () => {
  const shop = scene({ superLogin: false });
  shop.data.setLogin({ name: "dba", password: "Secret-1", super: false, rights: {} }, shop.nowMs - 3 * hourMs);
  const record = await shop.restore({ objects: [{ database: "shop", tables: [{ name: "Orders" }] }] });
  expect(record).toMatchObject({ outcome: "finished-unverified", leftOnMaster: [{ kind: "database" }] });
  expect(record.reason!.text).not.toContain("temporary instance");
});

test("A dropped database is restored under a new name", async () => {
  const shop = scene();
  shop.data.dropDatabase("shop", shop.nowMs - hourMs);
  const record = await shop.restore({});
  expect(record.outcome).toBe("succeeded");
  expect(onMaster(shop)).toEqual([arrivedName(record)]);
});

test.each(["recovery", "copy"] as const)("The call that RDS accepts is found: %s", async (restoreIntoMaster) => {
  const record = await withCapabilities({ restoreIntoMaster }).restore({});
  expect(record).toMatchObject({
    outcome: "succeeded",
    databaseRestore: { refused: restoreIntoMaster === "copy" ? [{ way: "recovery" }] : [] },
  });
});

test("Where RDS accepts neither call, nothing is made and both codes are named", async () => {
  const shop = withCapabilities({ restoreIntoMaster: "none" });
  const record = await shop.restore({});
  expect(record).toMatchObject({
    outcome: "failed",
    reason: { code: "database-restore-refused", text: expect.stringContaining("Nothing was written.") },
    leftOnMaster: [],
  });
  expect(onMaster(shop)).toEqual(["shop"]);
});

test.each([
  ["is listed only at its end", { restoredDatabaseListed: "at-end" }],
  ["makes the master Restoring", { statusWhileDatabasesAreRestored: "Restoring" }],
] as const)("A restore that %s is waited for", async (_what, capabilities) => {
  expect(await withCapabilities(capabilities).restore({})).toMatchObject({ outcome: "succeeded" });
});

test("A name limit of 16 characters refuses the long name, and the setting mends it", async () => {
  const capabilities = { ...defaultCapabilities, restoredNameLimit: 16 } as const;
  const record = await scene({ capabilities }).restore({});
  expect(record).toMatchObject({
    outcome: "failed",
    reason: { text: expect.stringContaining("InvalidDBName.Format") },
  });
  const short = await scene({ capabilities, restoredNameMax: 16 }).restore({});
  expect(short).toMatchObject({ outcome: "succeeded", leftOnMaster: [{ name: `r0${short.restoreId.slice(2)}` }] });
});

test("A restore that RDS gives up after it was accepted fails, and nothing is listed as left", async () => {
  const shop = scene();
  shop.world.rds.failNextDatabaseRestore("rm-shop");
  const record = await shop.restore({});
  expect(record).toMatchObject({ outcome: "failed", reason: { code: "migration-failed" }, leftOnMaster: [] });
});

test("A cancel while RDS restores is waited for, and what arrived is named", async () => {
  const shop = scene();
  const restoreId = await shop.into({}, "writing");
  await shop.command(restoreId, "cancel");
  const record = await shop.reach(restoreId, "closed");
  expect(record).toMatchObject({
    outcome: "cancelled",
    reason: { code: "cancelled-while-migrating" },
    leftOnMaster: [{ name: arrivedName(record) }],
  });
  expect(onMaster(shop)).toContain(arrivedName(record));
});

test("The other modes are refused with what to do, before anything is made", async () => {
  for (const writeBack of ["same-name", "missing-rows", "none"] as const) {
    const shop = scene();
    const record = await shop.reach(await shop.ask({ writeBack }), "closed");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "mode-not-possible" } });
    expect(record.reason!.text).toMatch(/Ask for side-by-side|allow a clone/);
  }
});

test.each([
  ["only snapshots cover the time", { backupPolicy: { method: "Snapshot" } }, "snapshot-backups-only"],
  ["the recovery model is SIMPLE", { recoveryModel: "Simple" }, "recovery-model-simple"],
  ["the master may have no more databases", { databasesMax: 1 }, "too-many-databases"],
  ["the disk is too small", { storageGb: 0 }, "disk-too-full"],
] as const)("The request is refused when %s", async (_why, instance, code) => {
  const shop = scene({ instance: { engineVersion: "2019_std_ha", ...instance } });
  const record = await shop.reach(await shop.ask(), "closed");
  expect(record).toMatchObject({ outcome: "failed", reason: { code }, leftOnMaster: [] });
});

test("Two restores of one master come one after the other", async () => {
  const shop = scene();
  const first = await shop.into({}, "awaiting-approval");
  const second = await shop.ask();
  await shop.pass(30 * minuteMs);
  expect(shop.record(second)).toMatchObject({ status: "waiting", reason: { code: "master-busy-with-restore" } });
  await shop.command(first, "cancel");
  await shop.reach(first, "closed");
  expect((await shop.reach(second, "awaiting-approval")).source).toMatchObject({ kind: "database" });
});

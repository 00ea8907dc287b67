import type { RestoreView } from "../../cli/restore-view";
import { eventually, inKeyOrder, nothingLeft, Scene, type Shop } from "./scene";

/** What other people, other tools and the service itself do to a restore under way. Each test has its own master. */
let opened: Promise<Scene> | undefined;
const scene = () => {
  // Rows arrive slowly enough to be met while they do.
  opened ??= Scene.open({ cloud: { timings: { rowsPerSecond: 3_000 } } });
  return opened;
};
afterAll(async () => (await opened)?.close());
jest.setTimeout(600_000);

const temporaryOf = (shop: Shop) => shop.leftovers().temporaryInstances[0]!;
const jobOf = (shop: Shop) => shop.leftovers().jobs[0]!;
const isDeleted = (shop: Shop) => shop.rows("shop", "Orders").length === 0;

/** Until a job of this master's restore has the status; the local cloud's own states are finer than the restore's. */
async function jobIs(shop: Shop, status: string): Promise<string> {
  const { dts } = shop.scene.local.cloud;
  let found: string | undefined;
  await eventually(() => {
    dts.settle();
    found = shop.leftovers().jobs.find((id) => dts.job(id)?.status === status);
    return found !== undefined;
  });
  if (found === undefined) throw new Error(`no job became ${status}`);
  return found;
}

test.concurrent("an instance that is released early ends the restore by name, with nothing left", async () => {
  const shop = await (await scene()).addShop("rm-early");
  const restoreId = await shop.start();
  await shop.reach(restoreId, "awaiting-approval");
  shop.scene.local.cloud.rds.releaseEarly(temporaryOf(shop));
  expect(await shop.reach(restoreId, "closed")).toMatchObject({
    outcome: "failed",
    reason: { code: "source-released" },
    leftOnMaster: [],
  });
  expect(shop.leftovers()).toEqual(nothingLeft);
  expect(isDeleted(shop)).toBe(true);
});

test.concurrent("a master that is locked before the write-back keeps its rows as they are", async () => {
  const shop = await (await scene()).addShop("rm-locked");
  const restoreId = await shop.start();
  await shop.reach(restoreId, "awaiting-approval");
  const { rds } = shop.scene.local.cloud;
  rds.lock("rm-locked", "LockByDiskQuota");
  await shop.approve(restoreId);
  // RDS changes no whitelist of a locked instance: our addresses are closed as soon as it is unlocked.
  const refused = "close-addresses was refused with IncorrectDBInstanceLockMode";
  await shop.told(restoreId, refused);
  rds.lock("rm-locked", "Unlock");
  expect(await shop.reach(restoreId, "holding")).toMatchObject({
    outcome: "failed",
    reason: { code: "master-locked" },
  });
  expect(shop.databases()).toEqual(["shop"]);
  expect(shop.leftovers()).toMatchObject({ jobs: [], openGroups: [] });
});

test.concurrent("a master that is deleted under a restore ends it, and nothing of it is left", async () => {
  const shop = await (await scene()).addShop("rm-deleted");
  const restoreId = await shop.start();
  await shop.reach(restoreId, "awaiting-approval");
  shop.scene.local.cloud.rds.releaseEarly("rm-deleted");
  await shop.approve(restoreId);
  expect(await shop.reach(restoreId, "holding")).toMatchObject({ outcome: "failed", leftOnMaster: [] });
  expect(shop.leftovers()).toMatchObject({ jobs: [], openGroups: [] });
  await shop.command(restoreId, "release");
  await shop.reach(restoreId, "closed");
  expect(shop.leftovers()).toEqual(nothingLeft);
});

test.concurrent("a migration that fails ends the restore with the message of DTS, and what may be there is listed", async () => {
  const shop = await (await scene()).addShop("rm-dtsfails");
  const restoreId = await shop.start();
  await shop.approve(restoreId);
  shop.scene.local.cloud.dts.failJob(await jobIs(shop, "Migrating"), "DTS-30020: the log of the target is full.");
  const held = await shop.reach(restoreId, "holding");
  expect(held).toMatchObject({
    outcome: "failed",
    reason: {
      code: "migration-failed",
      text: expect.stringMatching(/^DTS failed: DTS-30020: \(shown to data-reader\)/),
    },
    leftOnMaster: [{ kind: "database" }],
  });
  const eve = await shop.scene.as("eve", "reader", "data-reader");
  const { reason } = await eve.get<RestoreView>(`/restores/${restoreId}`);
  expect(reason?.text).toContain("the log of the target is full");
  expect(shop.leftovers()).toMatchObject({ jobs: [], openGroups: [] });
});

test.concurrent("a migration that is paused by hand is waited for, told of, and goes on", async () => {
  const shop = await (await scene()).addShop("rm-paused");
  const { dts, regionId } = shop.scene.local.cloud;
  const restoreId = await shop.start();
  await shop.approve(restoreId);
  const job = await jobIs(shop, "Migrating");
  dts.pauseByHand(job);
  await shop.told(restoreId, "paused by hand");
  expect((await shop.reach(restoreId, "writing")).outcome).toBeNull();
  dts.call("StartDtsJob", { RegionId: regionId, DtsJobId: job });
  expect((await shop.reach(restoreId, "closed")).outcome).toBe("succeeded");
});

test.concurrent("a job that somebody edited before the approval is never started", async () => {
  const shop = await (await scene()).addShop("rm-edited");
  const restoreId = await shop.start();
  await shop.reach(restoreId, "awaiting-approval");
  const job = shop.scene.local.cloud.dts.job(jobOf(shop))!;
  job.configuration = { ...job.configuration!, dbListText: JSON.stringify({ shop: { name: "shop", all: true } }) };
  await shop.approve(restoreId);
  expect(await shop.reach(restoreId, "holding")).toMatchObject({ outcome: "failed", reason: { code: "job-edited" } });
  expect(isDeleted(shop)).toBe(true);
  expect(shop.databases()).toEqual(["shop"]);
});

test.concurrent("a status that no document knows is busy: the restore waits, and goes on when it is Running again", async () => {
  const shop = await (await scene()).addShop("rm-status");
  const { rds } = shop.scene.local.cloud;
  rds.forceStatus("rm-status", "QuantumTuning");
  const restoreId = await shop.start({ writeBack: "none" });
  expect((await shop.reach(restoreId, "waiting")).reason).toMatchObject({ code: "master-busy" });
  rds.forceStatus("rm-status", undefined);
  await shop.reach(restoreId, "holding");
});

test.concurrent("a foreign temporary instance is waited for until it is gone, and never touched", async () => {
  const shop = await (await scene()).addShop("rm-foreign");
  const { rds, clock } = shop.scene.local.cloud;
  const foreign = rds.createTemporaryInstanceByHand("rm-foreign", clock.nowMs() - 90 * 60_000);
  const restoreId = await shop.start({ writeBack: "none" });
  const waiting = await shop.reach(restoreId, "waiting");
  expect(waiting.reason).toMatchObject({
    code: "temporary-instance-exists",
    text: expect.stringContaining(foreign.id),
  });
  expect(temporaryOf(shop)).toBe(foreign.id);
  rds.releaseEarly(foreign.id);
  await shop.reach(restoreId, "holding");
  expect(temporaryOf(shop)).not.toBe(foreign.id);
});

test.concurrent("messages that are no nudges, come twice, late, or for another step move nothing", async () => {
  const shop = await (await scene()).addShop("rm-queues");
  const { mns } = shop.scene.local.cloud;
  const restoreId = await shop.start();
  await shop.reach(restoreId, "awaiting-approval");
  const nudge = JSON.stringify({ restoreId });
  const steps = ["create-temp-instance", "verify-data", "precheck-migration", "start-migration", "compare-data"];
  for (const queue of [...steps, "clean-up", "poll-restores"]) {
    for (const body of ["not json", "{}", '{"restoreId":"rw0"}', JSON.stringify([nudge]), nudge, nudge])
      mns.send(`rewind-local-${queue}`, body);
  }
  await shop.approve(restoreId);
  const closed = await shop.reach(restoreId, "closed");
  expect(closed.outcome).toBe("succeeded");
  expect(shop.rows(closed.plan!.databases[0]!.targetDatabase, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
  expect(shop.databases()).toHaveLength(2);
  expect(shop.leftovers()).toEqual(nothingLeft);
  const dropped = shop.scene.logs.filter((line) => line.includes("a message that is not a nudge"));
  expect(dropped.length).toBeGreaterThan(0);
});

test.concurrent("a password that the backup does not know is refused by name; the version of the secret that held then is accepted", async () => {
  const shop = await (await scene()).addShop("rm-rotated");
  const { kms, clock } = shop.scene.local.cloud;
  const { dba } = shop.sample.logins;
  const rotated = { AccountName: dba.userName, AccountPassword: "Rotated-2026" };
  const then = kms.putSecretValue(
    "rewind/rm-rotated/dba",
    JSON.stringify({ ...rotated, AccountPassword: dba.password }),
  );
  kms.putSecretValue("rewind/rm-rotated/dba", JSON.stringify(rotated));
  shop.sample.instance.data.setLogin(
    { name: dba.userName, password: rotated.AccountPassword, super: true, rights: {} },
    clock.nowMs(),
  );
  const refused = await shop.start();
  expect(await shop.reach(refused, "holding")).toMatchObject({
    outcome: "failed",
    reason: { code: "login-failed", text: expect.stringContaining("temporaryInstanceSecret") },
  });
  await shop.command(refused, "release");
  await shop.reach(refused, "closed");
  const restoreId = await shop.start({ temporaryInstanceSecret: { versionId: then } });
  await shop.approve(restoreId);
  expect((await shop.reach(restoreId, "closed")).outcome).toBe("succeeded");
  const told = JSON.stringify(shop.scene.logs) + (await shop.timeline(refused));
  expect(told).not.toContain(rotated.AccountPassword);
});

test.concurrent("a database and a table that are not there fail by name before anything is prepared", async () => {
  const shop = await (await scene()).addShop("rm-unknown");
  const objects = [{ database: "crm" }, { database: "shop", tables: [{ name: "Nothing" }] }];
  const held = await shop.reach(await shop.start({ objects, checks: [] }), "holding");
  expect(held).toMatchObject({ outcome: "failed", reason: { code: "checks-failed" } });
  for (const said of ["no database crm", "no table dbo.Nothing in shop"]) expect(held.reason?.text).toContain(said);
  expect(shop.leftovers().jobs).toEqual([]);
});

test.concurrent("a name that is taken on the master is refused before anything is made", async () => {
  const shop = await (await scene()).addShop("rm-taken");
  const { rds } = shop.scene.local.cloud;
  rds.createDatabase(shop.sample.instance, "shop-copy", "Chinese_PRC_CI_AS");
  const restoreId = await shop.start({ objects: [{ database: "shop", restoredName: "shop-copy" }] });
  expect(await shop.reach(restoreId, "closed")).toMatchObject({ outcome: "failed", reason: { code: "target-exists" } });
  expect(shop.leftovers()).toEqual(nothingLeft);
});

test.concurrent("a login with a grant on the one table that is wanted is enough to read the temporary instance", async () => {
  const shop = await (await scene()).addShop("rm-granted");
  const { kms } = shop.scene.local.cloud;
  const clerk = { AccountName: "clerk", AccountPassword: "Clerk-2026" };
  const grants = [{ database: "shop", schema: "dbo", table: "Orders", actions: ["SELECT"] as const }];
  shop.sample.instance.data.setLogin(
    { name: clerk.AccountName, password: clerk.AccountPassword, super: false, rights: {}, grants },
    Date.parse(shop.restoreTime) - 60_000,
  );
  kms.createSecret("rewind/rm-granted/clerk", JSON.stringify(clerk));
  const asClerk = { temporaryInstanceSecret: { name: "rewind/rm-granted/clerk" } };
  const whole = await shop.reach(await shop.start({ ...asClerk, objects: [{ database: "shop" }] }), "holding");
  expect(whole).toMatchObject({ outcome: "failed", reason: { code: "checks-failed" } });
  expect(whole.reason?.text).toContain("sees only single tables of shop");
  await shop.command(whole.restoreId, "release");
  await shop.reach(whole.restoreId, "closed");
  const restoreId = await shop.start(asClerk);
  await shop.approve(restoreId);
  const closed = await shop.reach(restoreId, "closed");
  expect(closed.outcome).toBe("succeeded");
  expect(shop.rows(closed.plan!.databases[0]!.targetDatabase, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
});

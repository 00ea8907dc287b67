import type { RestoreRecord } from "../../../shared/restore/model/record";
import { hourMs, minuteMs, rowsOf, Scene, tableOf } from "./scene";

function accident(options: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = new Scene(options);
  scene.addTable(tableOf("Orders"), rowsOf(0, 20));
  scene.loseRows("Orders");
  return scene;
}

const missingOrders = { objects: [{ database: "shop", tables: [{ name: "Orders" }] }], writeBack: "missing-rows" };
const instanceIds = (scene: Scene) => scene.world.rds.instances().map((instance) => instance.id);

describe("a failed precheck", () => {
  const give = (scene: Scene, right: "ReadOnly" | "DBOwner", atMs: number) =>
    scene.data.setLogin({ name: "dba", password: "Secret-1", super: false, rights: { shop: right } }, atMs);

  /** The login loses its right to write after the survey has seen it, while DTS prechecks. */
  async function failingPrecheck(): Promise<{ scene: Scene; restoreId: string; failed: RestoreRecord }> {
    const scene = accident({ superLogin: false });
    give(scene, "DBOwner", scene.nowMs - minuteMs);
    const restoreId = await scene.ask(missingOrders);
    await scene.reach(restoreId, "prechecking");
    give(scene, "ReadOnly", scene.nowMs);
    return { scene, restoreId, failed: await scene.reach(restoreId, "precheck-failed") };
  }

  test("a failed precheck names items with remedies, and a retry after the repair succeeds with a new job", async () => {
    const { scene, restoreId, failed } = await failingPrecheck();
    expect(failed.precheckItems).toMatchObject([{ item: "CHECK_AUTH_DEST" }]);
    expect(failed.precheckItems[0]?.remedy).toContain("Grant the login read and write rights");
    expect(failed.plan).toBeNull();
    give(scene, "DBOwner", scene.nowMs);
    await scene.command(restoreId, "retry");
    const planned = await scene.reach(restoreId, "awaiting-approval");
    expect(planned.job).toMatchObject({ attempt: 2, name: `${restoreId}-2` });
    expect(planned.precheckItems).toEqual([]);
    expect(scene.world.dts.jobs().map((job) => job.name)).toEqual([`${restoreId}-2`]);
    await scene.approve(restoreId);
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "succeeded" });
    expect(scene.rows("Orders")).toEqual(rowsOf(0, 20));
  });

  test("a failed precheck that is cancelled ends the restore, and nothing is left", async () => {
    const { scene, restoreId } = await failingPrecheck();
    await scene.command(restoreId, "cancel");
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "cancelled", leftOnMaster: [] });
    expect(scene.world.dts.jobs()).toEqual([]);
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
  });

  test("a failed precheck that is not repaired expires, and nothing is left", async () => {
    const { scene, restoreId } = await failingPrecheck();
    expect(await scene.reach(restoreId, "closed")).toMatchObject({
      outcome: "expired",
      reason: { code: "not-repaired" },
    });
    expect(scene.world.dts.jobs()).toEqual([]);
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
    expect(scene.rows("Orders")).toEqual([]);
  });
});

describe("an approval", () => {
  test("an approval is waited for longer than the instance would be held", async () => {
    const scene = accident();
    const restoreId = await scene.ask({ ...missingOrders, keepHours: 1 });
    await scene.reach(restoreId, "awaiting-approval");
    await scene.pass(3 * hourMs);
    await scene.approve(restoreId);
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "succeeded" });
  });

  test("an approval that is not given expires without a write", async () => {
    const scene = accident();
    const restoreId = await scene.ask(missingOrders);
    await scene.reach(restoreId, "awaiting-approval");
    expect(await scene.reach(restoreId, "closed")).toMatchObject({
      outcome: "expired",
      reason: { code: "not-approved" },
      leftOnMaster: [],
    });
    expect(scene.rows("Orders")).toEqual([]);
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
  });

  test("an approval of another hash is refused, and a rejection ends it", async () => {
    const scene = accident();
    const restoreId = await scene.ask(missingOrders);
    await scene.reach(restoreId, "awaiting-approval");
    await scene.command(restoreId, "approve", { planHash: "0".repeat(64) });
    await scene.pass(5 * minuteMs);
    expect(scene.record(restoreId)).toMatchObject({ status: "awaiting-approval", approval: null });
    expect(scene.record(restoreId).handledCommands).toMatchObject([{ kind: "approve", accepted: false }]);
    await scene.command(restoreId, "reject");
    expect(await scene.reach(restoreId, "closed")).toMatchObject({
      outcome: "cancelled",
      reason: { code: "rejected" },
    });
    expect(scene.rows("Orders")).toEqual([]);
  });
});

describe("an inspection", () => {
  test("an inspection is held, extended within the 48 hours, and released", async () => {
    const scene = accident();
    const restoreId = await scene.ask({ writeBack: "none", keepHours: 2 });
    const held = await scene.reach(restoreId, "holding");
    expect(held).toMatchObject({ outcome: "inspected", reason: { code: "held-for-people" } });
    await scene.command(restoreId, "extend", { keepHours: 10 });
    await scene.pass(4 * hourMs);
    const extended = scene.record(restoreId);
    expect(extended.status).toBe("holding");
    await scene.command(restoreId, "extend", { keepHours: 100 });
    await scene.pass(10 * minuteMs);
    const createdAtMs = extended.temporaryInstance!.createdAtMs!;
    expect(scene.record(restoreId).expiresAtMs).toBe(createdAtMs + 46 * hourMs);
    await scene.command(restoreId, "extend", { keepHours: 100 });
    await scene.pass(10 * minuteMs);
    expect(scene.record(restoreId).handledCommands.at(-1)).toMatchObject({ kind: "extend", accepted: false });
    await scene.command(restoreId, "release");
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "inspected" });
    expect(scene.nowMs).toBeLessThan(createdAtMs + 8 * hourMs);
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
  });

  test("an inspection that is not released ends at its expiry", async () => {
    const scene = accident();
    const restoreId = await scene.ask({ writeBack: "none", keepHours: 2 });
    const { expiresAtMs } = await scene.reach(restoreId, "holding");
    await scene.reach(restoreId, "closed");
    expect(scene.nowMs).toBeGreaterThan(expiresAtMs!);
    expect(scene.nowMs).toBeLessThan(expiresAtMs! + hourMs);
  });
});

describe("a cancel", () => {
  test.each([
    ["creating-source", "cancelled"],
    ["verifying", "cancelled"],
    ["configuring", "cancelled"],
    ["prechecking", "cancelled"],
    ["awaiting-approval", "cancelled"],
    ["starting", "cancelled"],
    ["writing", "cancelled"],
    ["withdrawing", "succeeded"],
    ["cleaning-up", "succeeded"],
  ] as const)("a cancel in %s ends as %s with nothing of ours left", async (status, outcome) => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, status);
    await scene.command(restoreId, "cancel");
    const record = await scene.reach(restoreId, "closed");
    expect(record.outcome).toBe(outcome);
    expect(scene.nowMs - record.createdAtMs).toBeLessThan(3 * hourMs);
    expect(scene.world.dts.jobs()).toEqual([]);
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
    expect(scene.master.whitelist.get(`rewind_${restoreId}`) ?? ["127.0.0.1"]).toEqual(["127.0.0.1"]);
  });

  test("a cancel in comparing keeps the instance, whose keepHours begin then, until it is released", async () => {
    const scene = accident();
    const restoreId = await scene.into({ ...missingOrders, keepHours: 1 }, "comparing");
    await scene.command(restoreId, "cancel");
    const held = await scene.reach(restoreId, "holding");
    expect(held).toMatchObject({ outcome: "finished-unverified", expiresAtMs: held.statusSinceMs + hourMs });
    await scene.command(restoreId, "release");
    await scene.reach(restoreId, "closed");
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
  });

  test("a cancel of a restore that waits or is held ends it at once", async () => {
    const scene = accident();
    const first = await scene.into({ writeBack: "none" }, "holding");
    const second = await scene.into(missingOrders, "waiting");
    await scene.command(second, "cancel");
    expect(await scene.reach(second, "closed")).toMatchObject({ outcome: "cancelled" });
    await scene.command(first, "cancel");
    expect(await scene.reach(first, "closed")).toMatchObject({ outcome: "inspected" });
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
  });
});

describe("a create whose answer was lost", () => {
  const inDoubt = async () => {
    let struck = false;
    const scene = accident({
      faults: {
        strike: ({ label }) => {
          if (struck || !label.includes("CreateTempDBInstance")) return "none";
          struck = true;
          return "lost-reply";
        },
        latencyMs: () => 20,
      },
    });
    const restoreId = await scene.ask(missingOrders);
    const record = await scene.reach(restoreId, "confirming-instance");
    return { scene, restoreId, instanceId: record.candidate!.id };
  };

  test("a create whose answer was lost goes on once a person says that the instance is of this restore", async () => {
    const { scene, restoreId, instanceId } = await inDoubt();
    await scene.command(restoreId, "confirm-instance", { instanceId, ours: true });
    const planned = await scene.reach(restoreId, "awaiting-approval");
    expect(planned.temporaryInstance).toMatchObject({ id: instanceId, origin: "confirmed" });
    await scene.approve(restoreId);
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "succeeded" });
    expect(scene.rows("Orders")).toEqual(rowsOf(0, 20));
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
  });

  test("ends, and leaves the instance alone, once a person says that it is not", async () => {
    const { scene, restoreId, instanceId } = await inDoubt();
    await scene.command(restoreId, "confirm-instance", { instanceId, ours: false });
    expect(await scene.reach(restoreId, "closed")).toMatchObject({
      outcome: "failed",
      reason: { code: "instance-not-ours" },
    });
    await scene.pass(3 * hourMs);
    expect(instanceIds(scene)).toContain(instanceId);
  });

  test("a create whose answer was lost is ended by a cancel, which leaves the instance alone and goes on naming it", async () => {
    const { scene, restoreId, instanceId } = await inDoubt();
    await scene.command(restoreId, "cancel");
    const record = await scene.reach(restoreId, "closed");
    expect(record).toMatchObject({ outcome: "cancelled", candidate: { id: instanceId } });
    await scene.pass(3 * hourMs);
    expect(instanceIds(scene)).toContain(instanceId);
  });
});

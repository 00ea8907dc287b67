import { whitelistGroup } from "../../../shared/restore/openings";
import { hourMs, minuteMs, rowsOf, Scene, tableOf } from "./scene";

function accident(options: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = new Scene(options);
  scene.addTable(tableOf("Orders"), rowsOf(0, 60));
  scene.loseRows("Orders");
  return scene;
}

const missingOrders = { objects: [{ database: "shop", tables: [{ name: "Orders" }] }], writeBack: "missing-rows" };
const instanceIds = (scene: Scene) => scene.world.rds.instances().map((instance) => instance.id);

describe("a temporary instance that is released early", () => {
  test.each([
    ["verifying", "failed"],
    ["configuring", "failed"],
    ["prechecking", "failed"],
    ["awaiting-approval", "failed"],
    ["starting", "failed"],
    ["writing", "failed"],
    ["comparing", "finished-unverified"],
  ] as const)(
    "a temporary instance that is released early ends a restore in %s as %s, named, with nothing of ours left",
    async (status, outcome) => {
      const scene = accident();
      const restoreId = await scene.into(missingOrders, status);
      scene.world.rds.releaseEarly(scene.record(restoreId).temporaryInstance!.id);
      const record = await scene.reach(restoreId, "closed");
      expect(record).toMatchObject({ outcome, reason: { code: "source-released" } });
      expect(scene.nowMs - record.createdAtMs).toBeLessThan(3 * hourMs);
      expect(scene.world.dts.jobs()).toEqual([]);
      expect(instanceIds(scene)).toEqual(["rm-shop"]);
      expect(scene.master.whitelist.get(`rewind_${restoreId}`) ?? ["127.0.0.1"]).toEqual(["127.0.0.1"]);
    },
  );

  test("a temporary instance that is released early while it is being created ends the restore as failed", async () => {
    const scene = accident();
    const restoreId = await scene.ask(missingOrders);
    await scene.reach(restoreId, "creating-source");
    await scene.pass(minuteMs);
    scene.world.rds.releaseEarly(scene.record(restoreId).temporaryInstance!.id);
    expect(await scene.reach(restoreId, "closed")).toMatchObject({
      outcome: "failed",
      reason: { code: "source-released" },
    });
    expect(instanceIds(scene)).toEqual(["rm-shop"]);
  });

  test("a temporary instance that is released early while it is held closes the restore with the outcome that it had", async () => {
    const scene = accident();
    const restoreId = await scene.ask({ writeBack: "none" });
    await scene.reach(restoreId, "holding");
    scene.world.rds.releaseEarly(scene.record(restoreId).temporaryInstance!.id);
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "inspected" });
  });
});

test("an instance whose creation the list and the attribute tell by two moments is ours to the end", async () => {
  const scene = accident({ capabilities: { creationTimes: "moments-apart" } });
  const record = await scene.restore(missingOrders, "closed");
  expect(record).toMatchObject({ outcome: "succeeded" });
  expect(instanceIds(scene)).toEqual(["rm-shop"]);
});

describe("a master", () => {
  test("a master with a foreign temporary instance is waited for, and the instance is not touched", async () => {
    const scene = accident();
    const foreign = scene.world.rds.createTemporaryInstanceByHand("rm-shop", scene.nowMs - 3 * hourMs);
    const restoreId = await scene.ask(missingOrders);
    const waiting = await scene.reach(restoreId, "waiting");
    expect(waiting.reason).toMatchObject({ code: "temporary-instance-exists" });
    expect(waiting.reason?.text).toContain(foreign.id);
    await scene.pass(2 * hourMs);
    expect(instanceIds(scene)).toEqual(["rm-shop", foreign.id]);
    scene.world.rds.releaseEarly(foreign.id);
    const planned = await scene.reach(restoreId, "awaiting-approval");
    expect(planned.temporaryInstance?.id).not.toBe(foreign.id);
  });

  test("a master that is locked before the write-back keeps its rows as they are", async () => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, "awaiting-approval");
    scene.world.rds.lock("rm-shop", "LockByDiskQuota");
    await scene.approve(restoreId);
    await scene.reach(restoreId, "withdrawing");
    // RDS changes no whitelist of a locked instance: our addresses are closed as soon as it is unlocked.
    await scene.pass(30 * minuteMs);
    expect(scene.record(restoreId).status).toBe("withdrawing");
    scene.world.rds.lock("rm-shop", "Unlock");
    expect(await scene.reach(restoreId, "holding")).toMatchObject({
      outcome: "failed",
      reason: { code: "master-locked" },
      openings: expect.not.arrayContaining([expect.objectContaining({ state: "open" })]),
    });
    expect(scene.rows("Orders")).toEqual([]);
  });

  test("a master that stays locked names the group that cannot be closed, and a sweep closes it once it is unlocked", async () => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, "awaiting-approval");
    scene.world.rds.lock("rm-shop", "LockByDiskQuota");
    await scene.approve(restoreId);
    const held = await scene.reach(restoreId, "holding");
    const group = scene.world.rds.instance("rm-shop")!.whitelist.get(whitelistGroup(restoreId));
    expect(group).not.toEqual(["127.0.0.1"]);
    expect(held.openings).toContainEqual({ instanceId: "rm-shop", group: whitelistGroup(restoreId), state: "open" });
    expect(held.timeline.at(-2)?.text).toContain("close it by hand");
    scene.world.rds.lock("rm-shop", "Unlock");
    await scene.pass(70 * minuteMs);
    expect(scene.world.rds.instance("rm-shop")!.whitelist.get(whitelistGroup(restoreId))).toEqual(["127.0.0.1"]);
  });

  test.each(["configuring", "awaiting-approval", "writing", "comparing"] as const)(
    "a master that is deleted while the restore is %s ends it, and nothing of ours is left",
    async (status) => {
      const scene = accident();
      const restoreId = await scene.into(missingOrders, status);
      scene.world.rds.releaseEarly("rm-shop");
      if (status === "awaiting-approval") {
        await scene.pass(5 * minuteMs);
        await scene.approve(restoreId);
      }
      const record = await scene.reach(restoreId, "closed");
      expect(record.outcome).toBe(status === "comparing" ? "finished-unverified" : "failed");
      expect(scene.world.dts.jobs()).toEqual([]);
      expect(instanceIds(scene)).toEqual([]);
    },
  );

  test("serves one restore after the other, and the second goes on by itself", async () => {
    const scene = accident();
    const first = await scene.ask(missingOrders);
    const second = await scene.ask({ writeBack: "none", keepHours: 1 });
    await scene.reach(first, "awaiting-approval");
    expect(scene.record(second)).toMatchObject({ status: "waiting", reason: { code: "master-busy-with-restore" } });
    expect(instanceIds(scene)).toHaveLength(2);
    await scene.approve(first);
    await scene.reach(first, "closed");
    // It was looked at every five minutes only, and is woken now.
    await scene.pass(minuteMs);
    expect(scene.record(second).status).toBe("creating-source");
    expect(await scene.reach(second, "closed")).toMatchObject({ outcome: "inspected" });
    expect(scene.record(first).outcome).toBe("succeeded");
  });
});

describe("a migration job that somebody else", () => {
  test("edits before the approval is never started", async () => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, "awaiting-approval");
    const job = scene.world.dts.jobs()[0]!;
    job.configuration = {
      ...job.configuration!,
      dbListText: JSON.stringify({ shop: { name: "shop", all: true } }),
    };
    await scene.approve(restoreId);
    expect(await scene.reach(restoreId, "holding")).toMatchObject({
      outcome: "failed",
      reason: { code: "job-edited" },
    });
    expect(scene.rows("Orders")).toEqual([]);
    expect(scene.world.dts.jobs()).toEqual([]);
  });

  function buyInConsole(scene: Scene): void {
    scene.world.dts.call("CreateDtsInstance", {
      RegionId: "cn-hangzhou",
      JobId: scene.world.dts.jobs()[0]!.id,
      Type: "MIGRATION",
      PayType: "PostPaid",
      SourceRegion: "cn-hangzhou",
      DestinationRegion: "cn-hangzhou",
      InstanceClass: "small",
      AutoStart: "true",
    });
  }

  test.each([
    ["a table that is there by then is listed", true],
    ["a table that was never made is not listed", false],
  ])("a migration job that somebody else starts before the approval: %s", async (_, isMade) => {
    const scene = accident();
    scene.dropTable("Orders");
    const restoreId = await scene.into({ ...missingOrders, writeBack: "same-name" }, "awaiting-approval");
    buyInConsole(scene);
    if (isMade) scene.shop.commit(scene.nowMs, [{ kind: "create-table", definition: tableOf("Orders") }]);
    const record = await scene.reach(restoreId, "holding");
    expect(record.reason).toMatchObject({
      code: "job-started-by-itself",
      text: expect.stringContaining(isMade ? "before removing it" : "nothing of it was made there"),
    });
    expect(scene.shop.table("dbo", "Orders") !== undefined).toBe(isMade);
    const listed = { kind: "table", name: "shop.dbo.Orders", sql: "DROP TABLE [shop].[dbo].[Orders];" };
    expect(record.leftOnMaster).toMatchObject(isMade ? [listed] : []);
  });

  test("a table that cannot be looked for after the job stays listed, without a statement that removes it", async () => {
    const scene = accident();
    scene.dropTable("Orders");
    const restoreId = await scene.into({ ...missingOrders, writeBack: "same-name" }, "awaiting-approval");
    buyInConsole(scene);
    scene.data.setLogin({ name: "dba", password: "Other-1", super: true, rights: {} }, scene.nowMs);
    const record = await scene.reach(restoreId, "holding", "cleaning-up");
    expect(record.leftOnMaster).toMatchObject([
      { name: "shop.dbo.Orders", sql: expect.stringMatching(/^-- shop\.dbo\.Orders may not be there/) },
    ]);
  });

  test.each([
    ["destination", { destination: { instanceId: "rm-other" } }],
    ["mode", { reserveText: JSON.stringify({ targetTableMode: "0" }) }],
  ])("a migration job that somebody else gives another %s is never started", async (_what, change) => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, "awaiting-approval");
    const job = scene.world.dts.jobs()[0]!;
    const { destination } = job.configuration!;
    job.configuration = {
      ...job.configuration!,
      ...change,
      destination: { ...destination, ...("destination" in change ? change.destination : {}) },
    };
    await scene.approve(restoreId);
    expect((await scene.reach(restoreId, "holding")).reason?.code).toBe("job-edited");
    expect(scene.rows("Orders")).toEqual([]);
  });

  test("a migration job that somebody else starts before the approval is stopped and deleted, and it is said", async () => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, "awaiting-approval");
    buyInConsole(scene);
    expect(await scene.reach(restoreId, "holding")).toMatchObject({
      outcome: "failed",
      reason: { code: "job-started-by-itself" },
    });
    expect(scene.world.dts.jobs()).toEqual([]);
  });

  test("pauses is waited for and goes on", async () => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, "writing");
    const job = scene.world.dts.jobs()[0]!;
    scene.world.dts.pauseByHand(job.id);
    await scene.pass(hourMs);
    expect(scene.record(restoreId).status).toBe("writing");
    expect(
      scene
        .record(restoreId)
        .timeline.map((entry) => entry.text)
        .join(),
    ).toContain("paused by hand");
    scene.world.dts.call("StartDtsJob", { RegionId: "cn-hangzhou", DtsJobId: job.id });
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "succeeded" });
    expect(scene.rows("Orders")).toEqual(rowsOf(0, 60));
  });

  test.each([
    ["prechecking", "job-deleted"],
    ["awaiting-approval", "job-deleted"],
    ["writing", "job-deleted"],
  ] as const)(
    "a migration job that somebody else deletes while the restore is %s ends it as failed",
    async (status, code) => {
      const scene = accident();
      const restoreId = await scene.into(missingOrders, status);
      scene.world.dts.deleteByHand(scene.world.dts.jobs()[0]!.id);
      if (status === "awaiting-approval") await scene.approve(restoreId);
      expect(await scene.reach(restoreId, "holding")).toMatchObject({ outcome: "failed", reason: { code } });
    },
  );
});

describe("what cannot be seen for a while", () => {
  test("the master's tables, once the plan is approved: nothing is written before they are read again", async () => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, "awaiting-approval");
    const login = { name: "dba", super: true, rights: {} };
    scene.data.setLogin({ ...login, password: "Another-1" }, scene.nowMs);
    const definition = tableOf("Orders", { triggers: [{ name: "TR_New", enabled: true }] });
    scene.shop.commit(scene.nowMs, [{ kind: "alter-table", definition }]);
    await scene.approve(restoreId);
    await scene.pass(10 * minuteMs);
    expect(scene.record(restoreId)).toMatchObject({ status: "starting", job: { buySent: false } });
    scene.data.setLogin({ ...login, password: "Secret-1" }, scene.nowMs);
    const record = await scene.reach(restoreId, "holding");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "target-has-triggers" } });
    expect(scene.rows("Orders")).toEqual([]);
  });

  test("a temporary instance that restarts at the approval is waited for", async () => {
    const scene = accident();
    const restoreId = await scene.into(missingOrders, "awaiting-approval");
    const { id } = scene.record(restoreId).temporaryInstance!;
    scene.world.rds.forceStatus(id, "Restarting");
    await scene.approve(restoreId);
    await scene.pass(3 * minuteMs);
    expect(scene.record(restoreId).status).toBe("starting");
    scene.world.rds.forceStatus(id, "Running");
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "succeeded" });
  });

  test("how far DTS came, because its list lags: a complete copy is no stopped one", async () => {
    const scene = accident({ timings: { listLagMs: 8 * minuteMs } });
    const record = await scene.restore({});
    expect(record).toMatchObject({ outcome: "succeeded", reason: { code: "copy-equals-source" } });
  });
});

describe("messages", () => {
  test("messages that are all delivered twice lead to one instance, one job and every row once", async () => {
    const scene = accident();
    const { world } = scene;
    const send = world.send.bind(world);
    world.send = (queue, body, delayMs) => {
      send(queue, body, delayMs);
      send(queue, body, (delayMs ?? 0) + 300);
    };
    const made: string[] = [];
    const call = world.rds.call.bind(world.rds);
    world.rds.call = (action, parameters) => {
      if (action === "CreateTempDBInstance") made.push(action);
      return call(action, parameters);
    };
    const record = await scene.restore(missingOrders);
    expect(record).toMatchObject({ outcome: "succeeded", job: { attempt: 1 } });
    expect(made).toHaveLength(1);
    expect(scene.rows("Orders")).toEqual(rowsOf(0, 60));
  });
});

describe("a backup id", () => {
  test("a backup id restores that backup instead of a time", async () => {
    const scene = accident();
    const backup = scene.world.rds.backups("rm-shop").at(-1)!;
    const restoreId = await scene.ask({ writeBack: "none", restoreTime: null, backupId: backup.id });
    const record = await scene.reach(restoreId, "holding");
    expect(record.restorePoint?.evidence).toContain(`backup ${backup.id}`);
    expect(record.outcome).toBe("inspected");
  });
});

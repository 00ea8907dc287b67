import { modernEngine } from "../../../deploy/sample";
import { sweep } from "../../../shared/engine/sweep";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { CallLost } from "../../simulation/process";
import { hourMs, minuteMs, rowsOf, Scene, tableOf } from "./scene";

/** Restores by a clone of a modern master, in virtual time: what is bought, for how long, and that it is gone afterwards. */

const allowed = { kind: "clone", allowBilledClone: true, maxHourlyPrice: { amount: 5, currency: "CNY" } };
const orders = { objects: [{ database: "shop", tables: [{ name: "Orders" }] }] };

function modernShop(options: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = new Scene({ instance: modernEngine, ...options });
  scene.addTable(tableOf("Orders"), rowsOf(0, 30));
  scene.loseRows("Orders", (id) => id < 10);
  return scene;
}

const clones = (scene: Scene) => scene.world.rds.instances().filter(({ id }) => id !== "rm-shop");
const ask = (scene: Scene, changes: object = {}) => scene.ask({ ...orders, source: allowed, ...changes });

async function refusal(scene: Scene, source: object): Promise<RestoreRecord["reason"]> {
  const record = await scene.reach(await scene.ask({ ...orders, source }), "closed");
  expect([record.outcome, clones(scene), scene.world.rds.bills()]).toEqual(["failed", [], []]);
  return record.reason;
}

/** The first calls of CloneDBInstance have their effect, or none, and no answer. @returns what is sent, and how the first of it lands late */
function loseAnswers(scene: Scene, count: number, hasEffect: boolean) {
  const sent: Record<string, string>[] = [];
  const { rds } = scene.world;
  const sound = rds.call.bind(rds);
  rds.call = (action, parameters) => {
    if (action !== "CloneDBInstance") return sound(action, parameters);
    sent.push(parameters as Record<string, string>);
    if (sent.length > count) return sound(action, parameters);
    if (hasEffect) sound(action, parameters);
    throw new CallLost("lost-reply");
  };
  return Object.assign(sent, { landLate: () => sound("CloneDBInstance", sent[0]!) });
}

describe("a restore by a clone", () => {
  test("buys what was priced, reads it inside the VPC, writes back, and deletes it", async () => {
    const scene = modernShop();
    const restoreId = await ask(scene);
    const planned = await scene.reach(restoreId, "awaiting-approval");
    const [clone] = clones(scene);
    expect(clone).toMatchObject({
      description: `rewind_${restoreId}`,
      instanceClass: "mssql.x2.medium.s2",
      storageGb: 100,
      vpcId: "vpc-local",
      vSwitchId: "vsw-local",
      zoneId: "cn-hangzhou-b",
    });
    expect(planned).toMatchObject({
      source: { kind: "clone", cost: expect.stringContaining("2.6 CNY an hour: at most 62.4 CNY in 24 hours") },
      temporaryInstance: { id: clone!.id, origin: "answer" },
      verification: { route: "private" },
      plan: { source: "clone" },
      // RDS tells whole seconds.
      expiresAtMs: Math.floor(clone!.createdAtMs / 1000) * 1000 + 24 * hourMs - 15 * minuteMs,
    });
    expect(planned.plan!.notes).toEqual(
      expect.arrayContaining([expect.stringContaining("62.4 CNY"), expect.stringContaining("8 days")]),
    );
    await scene.approve(restoreId);
    expect(await scene.reach(restoreId, "closed")).toMatchObject({ outcome: "succeeded", doubts: [] });
    expect(clones(scene)).toEqual([]);
    expect(scene.world.rds.bills()).toMatchObject([{ instanceId: clone!.id, currency: "CNY" }]);
  });

  test.each(["same-name", "missing-rows"] as const)("a restore by a clone writes %s", async (writeBack) => {
    const scene = modernShop();
    if (writeBack === "same-name") scene.dropTable("Orders");
    const record = await scene.restore({ ...orders, source: allowed, writeBack });
    expect(record.outcome).toBe("succeeded");
    expect(scene.rows("Orders")).toEqual(rowsOf(0, 30));
    expect(clones(scene)).toEqual([]);
  });

  test("only looks, is kept for people, and not longer than cloneMaxHours however it is extended", async () => {
    const scene = modernShop();
    const restoreId = await ask(scene, { writeBack: "none", source: { ...allowed, cloneMaxHours: 6 } });
    const held = await scene.reach(restoreId, "holding");
    expect(held.outcome).toBe("inspected");
    const { createdAtMs } = clones(scene)[0]!;
    await scene.command(restoreId, "extend", { keepHours: 40 });
    await scene.pass(minuteMs);
    expect(scene.record(restoreId).handledCommands.at(-1)?.text).toMatch(/cloneMaxHours of the request is 6/);
    await scene.reach(restoreId, "closed");
    expect(scene.nowMs - createdAtMs).toBeLessThan(6 * hourMs);
    expect(clones(scene)).toEqual([]);
  });

  test("a restore by a clone is what auto takes for a modern master where no free source serves the mode, once it is allowed", async () => {
    const scene = modernShop();
    const asked = { source: { ...allowed, kind: "auto" }, writeBack: "missing-rows" };
    const { source } = await scene.reach(await ask(scene, asked), "creating-source");
    expect(source).toMatchObject({
      kind: "clone",
      others: [{ kind: "native" }, { kind: "database", obstacle: expect.stringContaining("beside") }],
    });
  });

  test("a restore by a clone ends with the life of the clone, wherever it is then", async () => {
    const scene = modernShop({ timings: { createCloneMs: 3 * hourMs } });
    const restoreId = await ask(scene, { source: { ...allowed, cloneMaxHours: 2 } });
    const record = await scene.reach(restoreId, "closed");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "create-too-slow" } });
    expect(clones(scene)).toEqual([]);
  });

  test("a restore by a clone of a released clone that RDS goes on to show is over all the same", async () => {
    const scene = modernShop({ capabilities: { deletedClone: "Released" } });
    expect((await scene.restore({ ...orders, source: allowed })).outcome).toBe("succeeded");
  });
});

describe("money", () => {
  const { kind } = allowed;

  test.each([
    ["not allowed", { kind }, "billed-clone-not-allowed", /2\.6 CNY an hour/],
    [
      "over the limit",
      { ...allowed, maxHourlyPrice: { amount: 2.59, currency: "CNY" } },
      "price-over-limit",
      /2\.6 CNY.*maxHourlyPrice \(2\.59 CNY\)/,
    ],
    [
      "in another currency",
      { ...allowed, maxHourlyPrice: { amount: 5, currency: "USD" } },
      "price-in-other-currency",
      /2\.6 CNY.*in USD.*in CNY/,
    ],
  ])("money that is %s buys nothing", async (_, source, code, text) => {
    expect(await refusal(modernShop(), source)).toMatchObject({ code, text: expect.stringMatching(text) });
  });

  test("money of the international site is asked for there", async () => {
    const scene = modernShop({ capabilities: { priceSite: "intl" } });
    const dollars = { ...allowed, maxHourlyPrice: { amount: 1, currency: "USD" } };
    const { source } = await scene.reach(await ask(scene, { source: dollars }), "creating-source");
    expect(source!.cost).toMatch(/0\.371 USD an hour/);
    expect(await refusal(modernShop({ capabilities: { priceSite: "intl" } }), allowed)).toMatchObject({
      code: "price-in-other-currency",
    });
  });

  test("money is asked again just before the clone is made, after the restore has waited", async () => {
    const scene = modernShop();
    scene.world.rds.forceStatus("rm-shop", "Restarting");
    const restoreId = await ask(scene);
    await scene.reach(restoreId, "waiting");
    scene.world.rds.sale.raisePrices(10);
    scene.world.rds.forceStatus("rm-shop", undefined);
    expect((await scene.reach(restoreId, "closed")).reason?.code).toBe("price-over-limit");
    expect(scene.world.rds.bills()).toEqual([]);
  });

  test("money goes to another class that takes the disk, where the master's own is sold out; to none where all are", async () => {
    const scene = modernShop();
    scene.world.rds.sale.sellOut("mssql.x2.medium.s2");
    await scene.reach(await ask(scene), "creating-source");
    expect(clones(scene)).toMatchObject([{ instanceClass: "mssql.x4.medium.s2" }]);
    const empty = modernShop();
    for (const name of ["mssql.x2.medium.s2", "mssql.x4.medium.s2"]) empty.world.rds.sale.sellOut(name);
    expect(await refusal(empty, allowed)).toMatchObject({ code: "class-sold-out" });
  });

  test("money is not spent where the functions would not reach the clone, and not while the operators have not turned it on", async () => {
    expect(await refusal(modernShop({ vpcId: "vpc-other" }), allowed)).toMatchObject({ code: "clone-not-placeable" });
    expect(await refusal(modernShop({ vpcId: null }), allowed)).toMatchObject({ code: "clone-not-placeable" });
    expect(await refusal(modernShop({ billedClones: false }), allowed)).toMatchObject({ code: "billed-clones-off" });
  });
});

describe("whitelist groups that the clone copied", () => {
  test("whitelist groups that the clone copied are covered before its login is used, and those of the master are as they were", async () => {
    const scene = modernShop();
    scene.master.whitelist.set("office", ["0.0.0.0/0"]);
    const before = new Map(scene.master.whitelist);
    const restoreId = await ask(scene, { writeBack: "none" });
    await scene.reach(restoreId, "holding");
    const [clone] = clones(scene);
    expect([clone!.whitelist.get("default"), clone!.whitelist.get("office")]).toEqual([["127.0.0.1"], ["127.0.0.1"]]);
    expect(scene.master.whitelist).toEqual(before);
    const story = scene.record(restoreId).timeline.map(({ text }) => text);
    const covered = story.findIndex((text) => text.includes("group office"));
    expect(covered).toBeGreaterThan(0);
    expect(covered).toBeLessThan(story.findIndex((text) => /checks? passed/.test(text)));
  });
});

describe("a lost answer of the create", () => {
  test.each([true, false])(
    "a lost answer of the create is asked for again with the very same call; the first had its effect: %p",
    async (hasEffect) => {
      const scene = modernShop();
      const sent = loseAnswers(scene, 1, hasEffect);
      const restoreId = await ask(scene);
      const planned = await scene.reach(restoreId, "awaiting-approval");
      expect(sent).toHaveLength(2);
      expect(sent[1]).toEqual(sent[0]);
      expect(clones(scene).map(({ id }) => id)).toEqual([planned.temporaryInstance!.id]);
      expect(planned.temporaryInstance!.origin).toBe("answer");
    },
  );

  test("a lost answer of the create is not asked for again once the token is old: a person confirms the clone of our description", async () => {
    const scene = modernShop({ capabilities: { cloneTokenLife: "ten-minutes" } });
    const sent = loseAnswers(scene, 1000, true);
    const restoreId = await ask(scene);
    const doubtful = await scene.reach(restoreId, "confirming-instance");
    const [clone] = clones(scene);
    expect(clones(scene)).toHaveLength(1);
    expect(new Set(sent.map((order) => JSON.stringify(order))).size).toBe(1);
    expect(doubtful.candidate?.id).toBe(clone!.id);
    await scene.command(restoreId, "confirm-instance", { instanceId: clone!.id, ours: true });
    expect((await scene.reach(restoreId, "awaiting-approval")).temporaryInstance).toMatchObject({
      origin: "confirmed",
    });
  });

  test("a lost answer of the create of which nothing is ever seen ends the restore, and the create is watched", async () => {
    const scene = modernShop();
    loseAnswers(scene, 1000, false);
    const record = await scene.reach(await ask(scene), "closed");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "create-in-doubt" } });
    expect(record.doubts).toMatchObject([{ intent: { call: { kind: "create-clone" } } }]);
  });

  test("a lost answer of the create is not made up for after a cancel: nothing is bought then", async () => {
    const scene = modernShop();
    const sent = loseAnswers(scene, 1, false);
    const restoreId = await ask(scene);
    await scene.reach(restoreId, "creating-source");
    await scene.command(restoreId, "cancel");
    expect((await scene.reach(restoreId, "closed")).outcome).toBe("cancelled");
    expect([sent.length, clones(scene)]).toEqual([1, []]);
  });

  test("a lost answer of the create is made up for after a cancel where the clone is there: it is deleted", async () => {
    const scene = modernShop();
    loseAnswers(scene, 1, true);
    const restoreId = await ask(scene);
    await scene.reach(restoreId, "creating-source");
    await scene.command(restoreId, "cancel");
    expect((await scene.reach(restoreId, "closed")).outcome).toBe("cancelled");
    expect(scene.world.rds.bills()).toHaveLength(1);
    expect(clones(scene)).toEqual([]);
  });

  test("a lost answer of the create whose clone appears after the restore is over is named by each sweep, and left alone", async () => {
    const scene = modernShop();
    const sent = loseAnswers(scene, 1000, false);
    const restoreId = await ask(scene);
    await scene.reach(restoreId, "closed");
    sent.landLate();
    await scene.pass(30 * minuteMs);
    for (let count = 0; count < 2; count++)
      expect(await scene.inside((deps) => sweep(deps))).toMatchObject({
        deletedInstances: [],
        costlyClones: [{ code: "clone-without-restore", restoreId }],
      });
    expect(clones(scene)).toHaveLength(1);
  });
});

describe("a clone that cannot be deleted", () => {
  test("a clone that cannot be deleted is named by each sweep once it is too old, and deleted as soon as RDS lets it go", async () => {
    const scene = modernShop();
    const restoreId = await ask(scene, { writeBack: "none", source: { ...allowed, cloneMaxHours: 3 } });
    await scene.reach(restoreId, "holding");
    const [clone] = clones(scene);
    scene.world.rds.forceStatus(clone!.id, "Restarting");
    await scene.pass(5 * hourMs);
    expect(scene.record(restoreId).status).toBe("cleaning-up");
    expect(await scene.inside((deps) => sweep(deps))).toMatchObject({
      costlyClones: [{ code: "clone-overdue", instanceId: clone!.id, restoreId }],
    });
    expect(scene.world.logs.join()).toContain("clone-overdue");
    scene.world.rds.forceStatus(clone!.id, undefined);
    await scene.reach(restoreId, "closed");
    expect(clones(scene)).toEqual([]);
  });

  test("because it has another description by now is left alone, and named until it is gone", async () => {
    const scene = modernShop();
    const restoreId = await ask(scene, { writeBack: "none", source: { ...allowed, cloneMaxHours: 3 } });
    await scene.reach(restoreId, "holding");
    const [clone] = clones(scene);
    clone!.description = "somebody's own";
    await scene.pass(5 * hourMs);
    expect([scene.record(restoreId).status, clones(scene).length]).toEqual(["cleaning-up", 1]);
    expect(await scene.inside((deps) => sweep(deps))).toMatchObject({
      costlyClones: [{ code: "clone-overdue", instanceId: clone!.id }],
    });
    clone!.description = `rewind_${restoreId}`;
    await scene.reach(restoreId, "closed");
    expect(clones(scene)).toEqual([]);
  });
});

import { modernEngine } from "../../deploy/sample";
import { cloneAllowed as allowed, expectGone } from "./gone-clone";
import { inKeyOrder, Scene } from "./scene";

/** A restore by a clone through s.yaml: priced, bought, read, written back and deleted. Each test has its own master. */
let opened: Promise<Scene> | undefined;
const scene = () => {
  opened ??= Scene.open({ settings: { billedClones: true } });
  return opened;
};
afterAll(async () => (await opened)?.close());
jest.setTimeout(600_000);

const modernShop = async (id: string) => (await scene()).addShop(id, modernEngine);

test.concurrent("side-by-side: the rows come back, and the clone is gone", async () => {
  const shop = await modernShop("rm-clone");
  const before = new Map([...shop.sample.instance.whitelist].map(([name, entries]) => [name, [...entries]] as const));
  const restoreId = await shop.start({ source: allowed });
  const planned = await shop.approve(restoreId);
  const [clone] = shop.clones(restoreId);
  expect(planned.plan).toMatchObject({ source: "clone", temporaryInstanceId: clone });
  expect(JSON.stringify(planned.plan)).toMatch(/2\.6 CNY an hour: at most 62\.4 CNY in 24 hours/);
  expect(await shop.reach(restoreId, "closed", "holding")).toMatchObject({ outcome: "succeeded" });
  const database = shop.databases().find((name) => name !== "shop")!;
  expect(shop.rows(database, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
  await expectGone(shop, restoreId, before);
});

test.concurrent("none: the clone is looked at over its private address with its copied groups covered, and released", async () => {
  const shop = await modernShop("rm-clonenone");
  shop.sample.instance.whitelist.set("office", ["0.0.0.0/0"]);
  const before = new Map(shop.sample.instance.whitelist);
  const restoreId = await shop.start({ source: allowed, writeBack: "none" });
  expect(await shop.reach(restoreId, "holding")).toMatchObject({
    outcome: "inspected",
    verification: { route: "private" },
  });
  const clone = shop.scene.local.cloud.rds.instance(shop.clones(restoreId)[0]!)!;
  expect([clone.whitelist.get("office"), clone.whitelist.get("default")]).toEqual([["127.0.0.1"], ["127.0.0.1"]]);
  await shop.command(restoreId, "release");
  await expectGone(shop, restoreId, before);
});

test.concurrent.each([
  ["price-over-limit", { ...allowed, maxHourlyPrice: { amount: 2.5, currency: "CNY" } }],
  ["billed-clone-not-allowed", { kind: "clone" }],
])("%s: nothing is bought, and the dry run has said so", async (code, source) => {
  const shop = await modernShop(`rm-${code.replaceAll("-", "")}`);
  const dryRun = await shop.ann.post<{ feasible: string; cost: string }>("/plans", shop.request({ source }));
  expect(dryRun).toMatchObject({ feasible: "no", cost: expect.stringContaining("2.6 CNY an hour") });
  const restoreId = await shop.start({ source });
  expect(await shop.reach(restoreId, "closed")).toMatchObject({ outcome: "failed", reason: { code } });
  expect(shop.clones(restoreId)).toEqual([]);
});

import { modernEngine } from "../../deploy/sample";
import { cloneAllowed as allowed, expectGone } from "./gone-clone";
import { eventually, inKeyOrder, Scene } from "./scene";

/** Restores by a clone through s.yaml: the other modes, the choice of auto, and clones that nobody deletes. Each test has its own master. */
let opened: Promise<Scene> | undefined;
const scene = () => {
  opened ??= Scene.open({ settings: { billedClones: true }, durations: { sweepMs: 2_000 } });
  return opened;
};
afterAll(async () => (await opened)?.close());
jest.setTimeout(600_000);

const modernShop = async (id: string) => (await scene()).addShop(id, modernEngine);

test.concurrent.each(["same-name", "missing-rows"])(
  "%s: the rows come back, and the clone is gone",
  async (writeBack) => {
    const shop = await modernShop(`rm-clone${writeBack.replaceAll("-", "")}`);
    const before = new Map([...shop.sample.instance.whitelist].map(([name, entries]) => [name, [...entries]] as const));
    if (writeBack === "same-name")
      shop.sample.shop.database.commit(shop.scene.local.cloud.clock.nowMs(), [
        { kind: "drop-table", schema: "dbo", table: "Orders" },
      ]);
    const restoreId = await shop.start({ source: allowed, writeBack });
    const planned = await shop.approve(restoreId);
    const [clone] = shop.clones(restoreId);
    expect(planned.plan).toMatchObject({ source: "clone", temporaryInstanceId: clone });
    expect(await shop.reach(restoreId, "closed", "holding")).toMatchObject({ outcome: "succeeded" });
    expect(shop.rows("shop", "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
    await expectGone(shop, restoreId, before);
  },
);

test.concurrent("a limit in another currency: nothing is bought, and the dry run has said so", async () => {
  const shop = await modernShop("rm-currency");
  const source = { ...allowed, maxHourlyPrice: { amount: 5, currency: "USD" } };
  const dryRun = await shop.ann.post<{ feasible: string; cost: string }>("/plans", shop.request({ source }));
  expect(dryRun).toMatchObject({ feasible: "no", cost: expect.stringContaining("2.6 CNY an hour") });
  const restoreId = await shop.start({ source });
  expect(await shop.reach(restoreId, "closed")).toMatchObject({ reason: { code: "price-in-other-currency" } });
  expect(shop.clones(restoreId)).toEqual([]);
});

test.concurrent("auto: the restore shows why it takes a clone, and what stands in the way of the others", async () => {
  const shop = await modernShop("rm-cloneauto");
  const restoreId = await shop.start({ source: { ...allowed, kind: "auto" }, writeBack: "none" });
  const { source } = (await shop.reach(restoreId, "holding")) as unknown as { source: unknown };
  expect(source).toMatchObject({
    kind: "clone",
    because: expect.stringContaining("clone is the first that nothing refuses"),
    others: expect.arrayContaining([expect.objectContaining({ kind: "native", obstacle: expect.any(String) })]),
  });
  await shop.command(restoreId, "release");
  await shop.reach(restoreId, "closed");
});

test.concurrent("a clone with the description of a closed restore that never got its id is named by each sweep", async () => {
  const shop = await modernShop("rm-cloneleak");
  const restoreId = await shop.start({ source: { kind: "clone" } });
  await shop.reach(restoreId, "closed");
  const { rds } = shop.scene.local.cloud;
  const leaked = rds.call("CloneDBInstance", {
    DBInstanceId: shop.sample.instance.id,
    PayType: "Postpaid",
    DBInstanceStorageType: "cloud_essd",
    RestoreTime: shop.restoreTime.replace(/\.\d+Z$/, "Z"),
    VSwitchId: "vsw-local",
    DBInstanceDescription: `rewind_${restoreId}`,
  });
  const alarms = () =>
    shop.scene.logs.filter(
      (line) => line.includes("clone-without-restore") && line.includes(String(leaked["DBInstanceId"])),
    );
  expect(await eventually(() => alarms().length >= 2)).toBe(true);
  expect(shop.clones(restoreId)).toEqual([leaked["DBInstanceId"]]);
});

import { modernEngine } from "../../deploy/sample";
import { cloneAllowed as allowed } from "./gone-clone";
import { Scene } from "./scene";

/** What strikes the one call that buys, or the shop that it buys in; alone in its cloud, because others' clones would be struck, too. */
let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open({ settings: { billedClones: true } });
}, 120_000);
afterAll(() => scene.close());
jest.setTimeout(600_000);

test.each(["lost-reply", "lost-request"] as const)(
  "%s of the create: one clone is bought, and it is the restore's",
  async (kind) => {
    const shop = await scene.addShop(`rm-${kind.replace("-", "")}`, modernEngine);
    const { faults, rds } = scene.local.cloud;
    const billed = rds.bills().length;
    faults.add({ service: "rds", action: "CloneDBInstance", kind, times: 1 });
    const restoreId = await shop.start({ source: allowed, writeBack: "none" });
    const held = await shop.reach(restoreId, "holding");
    expect(held).toMatchObject({ outcome: "inspected", temporaryInstance: { origin: "answer" } });
    expect(shop.clones(restoreId)).toHaveLength(1);
    await shop.command(restoreId, "release");
    await shop.reach(restoreId, "closed");
    expect([shop.clones(restoreId), rds.bills().length - billed]).toEqual([[], 1]);
  },
);

test("where the master's class is sold out another one is bought, and none where no class is left", async () => {
  const shop = await scene.addShop("rm-soldout", modernEngine);
  const { rds } = scene.local.cloud;
  rds.sale.sellOut("mssql.x2.medium.s2");
  const dryRun = await shop.ann.post<{ cost: string }>("/plans", shop.request({ source: allowed }));
  expect(dryRun.cost).toContain("mssql.x4.medium.s2");
  rds.sale.sellOut("mssql.x4.medium.s2");
  const restoreId = await shop.start({ source: allowed });
  expect(await shop.reach(restoreId, "closed")).toMatchObject({ reason: { code: "class-sold-out" } });
  expect(shop.clones(restoreId)).toEqual([]);
});

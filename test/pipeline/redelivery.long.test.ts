import { nothingLeft, Scene } from "./scene";

jest.setTimeout(600_000);

test("each message delivered twice: one temporary instance, one job, one database, the rows once", async () => {
  const scene = await Scene.open({ redeliver: true });
  try {
    const shop = await scene.addShop("rm-shop");
    const restoreId = await shop.start();
    await shop.approve(restoreId);
    const closed = await shop.reach(restoreId, "closed");
    expect(closed.outcome).toBe("succeeded");
    expect(shop.rows(closed.plan!.databases[0]!.targetDatabase, "Orders")).toHaveLength(shop.ordersBefore.length);
    expect(shop.databases()).toHaveLength(2);
    expect(shop.leftovers()).toEqual(nothingLeft);
  } finally {
    await scene.close();
  }
});

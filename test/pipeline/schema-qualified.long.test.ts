import { inKeyOrder, nothingLeft, Scene } from "./scene";

jest.setTimeout(600_000);

test("where DTS names tables with their schemas, a restore of one table brings back its rows", async () => {
  const scene = await Scene.open({
    settings: { dtsTableKeys: "schema-qualified" },
    cloud: { capabilities: { tableKeys: "schema-qualified" } },
  });
  try {
    const shop = await scene.addShop("rm-qualified");
    const restoreId = await shop.start();
    await shop.approve(restoreId);
    const closed = await shop.reach(restoreId, "closed");
    expect(closed.outcome).toBe("succeeded");
    const target = closed.plan!.databases[0]!.targetDatabase;
    expect(shop.rows(target, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
    expect(shop.leftovers()).toEqual(nothingLeft);
  } finally {
    await scene.close();
  }
});

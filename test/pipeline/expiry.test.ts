import { nothingLeft, Scene } from "./scene";

jest.setTimeout(600_000);

test("without an answer the approval expires, nothing was written, nothing is left", async () => {
  const scene = await Scene.open({ durations: { approvalDeadlineMs: 1_500 } });
  try {
    const shop = await scene.addShop("rm-silent");
    const restoreId = await shop.start({ source: { allowPublicEndpoint: false } });
    await shop.reach(restoreId, "awaiting-approval", "withdrawing", "cleaning-up", "closed");
    expect(await shop.reach(restoreId, "closed")).toMatchObject({
      outcome: "expired",
      reason: { code: "not-approved" },
      leftOnMaster: [],
    });
    expect(shop.databases()).toEqual(["shop"]);
    expect(shop.leftovers()).toEqual(nothingLeft);
  } finally {
    await scene.close();
  }
});

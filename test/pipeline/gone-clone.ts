import { nothingLeft, type Shop } from "./scene";

export const cloneAllowed = { kind: "clone", allowBilledClone: true, maxHourlyPrice: { amount: 5, currency: "CNY" } };

/** Nothing of the restore is left that costs money or lets somebody in; what it cost is on one bill. */
export async function expectGone(shop: Shop, restoreId: string, whitelist: ReadonlyMap<string, readonly string[]>) {
  await shop.reach(restoreId, "closed");
  const { id } = JSON.parse(shop.scene.stored(restoreId, "record")).temporaryInstance;
  expect(shop.clones(restoreId)).toEqual([]);
  expect(shop.leftovers()).toEqual(nothingLeft);
  const { rds } = shop.scene.local.cloud;
  expect(rds.bills().filter((bill) => bill.instanceId === id)).toMatchObject([{ hours: 1, amount: 2.6 }]);
  for (const [group, entries] of whitelist) expect(shop.sample.instance.whitelist.get(group)).toEqual(entries);
}

import { nothingLeft, Scene } from "./scene";
import { restoreCopyFirst, restoreOverPublicEndpoint } from "./whole-restore";

/** Whole restores through s.yaml: bundles, queues, triggers and official clients, in the default order. Each test has its own master. */
let opened: Promise<Scene> | undefined;
const scene = () => {
  opened ??= Scene.open({ cloud: { timings: { rowsPerSecond: 1_500 } } });
  return opened;
};
afterAll(async () => {
  // The one action of the role that no mode needs (modes).
  expect((await opened)?.local.cloud.access.usedBy("rewind-local-engine")).toContain("dts:StopDtsJob");
  await (await opened)?.close();
});
jest.setTimeout(600_000);

test.concurrent("with checks over a public endpoint, every row comes back, compared, and nothing is left", async () =>
  restoreOverPublicEndpoint(await scene(), "rm-public"));

test.concurrent("copy first: the checks run on the copy", async () => restoreCopyFirst(await scene(), "rm-copyfirst"));

test.concurrent("rejected: nothing is written and nothing is left", async () => {
  const shop = await (await scene()).addShop("rm-rejected");
  const restoreId = await shop.start();
  await shop.reach(restoreId, "awaiting-approval");
  await shop.command(restoreId, "reject");
  expect(await shop.reach(restoreId, "closed")).toMatchObject({
    outcome: "cancelled",
    reason: { code: "rejected" },
    leftOnMaster: [],
  });
  expect(shop.databases()).toEqual(["shop"]);
  expect(shop.leftovers()).toEqual(nothingLeft);
});

test.concurrent("cancelled before the point of no return: nothing is written and nothing is left", async () => {
  const shop = await (await scene()).addShop("rm-cancelled");
  const restoreId = await shop.start();
  await shop.reach(restoreId, "verifying", "configuring", "prechecking");
  await shop.command(restoreId, "cancel");
  expect(await shop.reach(restoreId, "closed")).toMatchObject({ outcome: "cancelled", leftOnMaster: [] });
  expect(shop.databases()).toEqual(["shop"]);
  expect(shop.leftovers()).toEqual(nothingLeft);
});

test.concurrent("cancelled after the point of no return: it stops, and says what stays on the master", async () => {
  const shop = await (await scene()).addShop("rm-stopped");
  const restoreId = await shop.start({ objects: [{ database: "shop" }] });
  await shop.approve(restoreId);
  await shop.reach(restoreId, "writing");
  await shop.command(restoreId, "cancel");
  const closed = await shop.reach(restoreId, "closed");
  expect(closed).toMatchObject({
    outcome: "cancelled",
    reason: { code: "cancelled-while-migrating" },
    leftOnMaster: [{ sql: expect.stringContaining("DROP DATABASE") }],
  });
  expect(shop.databases()).toEqual(["shop", closed.leftOnMaster[0]!.name]);
  expect(shop.rows("shop", "Orders")).toEqual([]);
  expect(shop.leftovers()).toEqual(nothingLeft);
});

test.concurrent("two restores of one master at once: the second waits for the first, and both succeed", async () => {
  const shop = await (await scene()).addShop("rm-twice");
  const first = await shop.start();
  const second = await shop.start();
  await shop.reach(first, "awaiting-approval");
  expect(await shop.reach(second, "waiting")).toMatchObject({
    reason: { code: expect.stringMatching(/^(master-busy-with-restore|temporary-instance-exists)$/) },
  });
  expect(shop.leftovers().temporaryInstances).toHaveLength(1);
  await shop.approve(first);
  expect((await shop.reach(first, "closed")).outcome).toBe("succeeded");
  await shop.approve(second);
  expect((await shop.reach(second, "closed")).outcome).toBe("succeeded");
  expect(shop.databases()).toHaveLength(3);
  expect(shop.leftovers()).toEqual(nothingLeft);
});

test.concurrent("an approval of another hash is refused, and nothing moves by it", async () => {
  const shop = await (await scene()).addShop("rm-wronghash");
  const restoreId = await shop.start();
  await shop.reach(restoreId, "awaiting-approval");
  await expect(shop.command(restoreId, "approve", { planHash: "0".repeat(64) })).rejects.toMatchObject({
    status: 409,
    code: "plan-hash-mismatch",
  });
  expect((await shop.reach(restoreId, "awaiting-approval")).outcome).toBeNull();
  expect(shop.databases()).toEqual(["shop"]);
});

import type { FaultRule } from "../../emulator/core/faults";
import { inKeyOrder, nothingLeft, Scene, type Shop } from "./scene";

/** Calls of the official clients that fail on the wire, in every way that the local cloud knows. Faults are the cloud's, so tests run one after the other. */
jest.setTimeout(600_000);
let scene: Scene;

beforeAll(async () => {
  // A call gives up after 1.6 seconds, and a claim ends after 10, so that what hangs or is lost is not waited for long.
  scene = await Scene.open({
    durations: { callTimeoutMs: 2_000, sliceMs: 5_000, leaseMs: 10_000, backOffMaxMs: 2_000 },
  });
});
afterEach(() => scene.local.cloud.faults.clear());
afterAll(() => scene.close());

/** Throttled, refused inside a 200, unavailable, hanging, lost on the way there and on the way back. */
const storm: readonly FaultRule[] = [
  { service: "rds", action: "*", kind: "throttle", times: 3, after: 4 },
  { service: "rds", action: "*", kind: "server-error", times: 3, after: 15 },
  { service: "rds", action: "DescribeDBInstanceAttribute", kind: "lost-request", times: 3 },
  { service: "rds", action: "ModifySecurityIps", kind: "hang", times: 1, delayMs: 3_000 },
  { service: "rds", action: "ModifySecurityIps", kind: "lost-request", times: 1, after: 2 },
  { service: "rds", action: "CreateDatabase", kind: "lost-reply", times: 1 },
  { service: "rds", action: "DeleteDBInstance", kind: "lost-request", times: 1 },
  { service: "dts", action: "*", kind: "throttle", times: 3 },
  { service: "dts", action: "DescribeDtsJobs", kind: "success-false", times: 4 },
  { service: "dts", action: "DescribeDtsJobDetail", kind: "server-error", times: 3 },
  { service: "dts", action: "ConfigureDtsJob", kind: "hang", times: 1, delayMs: 3_000 },
  { service: "dts", action: "ConfigureDtsJob", kind: "lost-request", times: 1, after: 1 },
  { service: "dts", action: "CreateDtsInstance", kind: "lost-reply", times: 1 },
  { service: "dts", action: "CreateDtsInstance", kind: "success-false", times: 1, after: 1 },
  { service: "kms", action: "GetSecretValue", kind: "server-error", times: 2 },
  { service: "mns", action: "SendMessage", kind: "lost-request", times: 3, after: 4 },
  { service: "tablestore", action: "PutRow", kind: "lost-reply", times: 3, after: 10 },
];

async function restored(shop: Shop, restoreId: string): Promise<void> {
  const closed = await shop.reach(restoreId, "closed");
  expect(closed).toMatchObject({ outcome: "succeeded", reason: { code: "copy-equals-source" } });
  expect(shop.rows(closed.plan!.databases[0]!.targetDatabase, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
  expect(shop.databases()).toHaveLength(2);
  expect(shop.leftovers()).toEqual(nothingLeft);
}

test("a storm of failing calls delays two restores and changes nothing about them", async () => {
  const { faults } = scene.local.cloud;
  const shops = [await scene.addShop("rm-storm1"), await scene.addShop("rm-storm2")];
  for (const rule of storm) faults.add(rule);
  await Promise.all(
    shops.map(async (shop) => {
      const restoreId = await shop.start();
      // A create whose answer was lost is not adopted by itself.
      const shown = await shop.reach(restoreId, "awaiting-approval", "confirming-instance");
      if (shown.status === "confirming-instance")
        await shop.command(restoreId, "confirm-instance", {
          instanceId: shown.instanceInDoubt?.instanceId,
          ours: true,
        });
      await shop.approve(restoreId);
      await restored(shop, restoreId);
    }),
  );
});

test("a create that took effect although its answer was lost is asked about; one that did not is sent again", async () => {
  const { faults, rds } = scene.local.cloud;
  const lost = { service: "rds", action: "CreateTempDBInstance", times: 1 } as const;
  const first = await scene.addShop("rm-lostreply");
  faults.add({ ...lost, kind: "lost-reply" });
  const restoreId = await first.start();
  const { instanceInDoubt } = await first.reach(restoreId, "confirming-instance");
  expect(instanceInDoubt?.instanceId).toContain("rm-lostreply");
  faults.add({ ...lost, kind: "lost-request" });
  const second = await scene.addShop("rm-lostrequest");
  const other = await second.start({ writeBack: "none" });
  expect(await second.reach(other, "holding")).toMatchObject({ outcome: "inspected" });
  await first.command(restoreId, "confirm-instance", { instanceId: instanceInDoubt?.instanceId, ours: true });
  await first.approve(restoreId);
  await restored(first, restoreId);
  await second.command(other, "release");
  await second.reach(other, "closed");
  expect(rds.instances().filter((instance) => instance.type === "Temp")).toEqual([]);
});

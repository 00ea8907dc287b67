import { defaultCapabilities, laptopTimings } from "../../../emulator/capabilities";
import { ManualClock } from "../../../emulator/core/clock";
import { SeededRandom } from "../../../emulator/core/random";
import { RdsService } from "../../../emulator/rds/rds-service";
import { RdsClient } from "../../../shared/cloud/rds/client";
import { reachableAddress, reachableAddresses } from "../../../shared/engine/connect";
import type { Dependencies } from "../../../shared/engine/dependencies";
import { NumberedAddresses, nowText } from "../../emulator/rds/rds-cloud";
import { closeLocalServices, serveLocally } from "../cloud/local-services";

afterEach(closeLocalServices);

/** A master of the local cloud, and what functions in a VPC (or in none) reach of it. */
async function master(spec: { readonly vpcId?: string; readonly classic?: boolean; readonly isPublic?: boolean }) {
  const local = new RdsService({
    clock: new ManualClock(Date.parse(nowText)),
    random: new SeededRandom(1),
    regionId: "cn-hangzhou",
    accountId: "1000000000000001",
    capabilities: defaultCapabilities,
    timings: laptopTimings,
    addresses: new NumberedAddresses(),
  });
  local.addInstance({ id: "rm-shop", networkType: spec.classic ? "Classic" : "VPC", vpcId: spec.vpcId });
  const { rpc } = await serveLocally(local);
  const rds = new RdsClient(rpc, "cn-hangzhou");
  if (spec.isPublic) await rds.allocatePublicConnection("rm-shop", "shop-public", 3433);
  const settings = (vpcId: string | null): Dependencies["settings"] => ({
    dtsOrder: "configure-first",
    tableKeys: "bare",
    twoPersonRule: "never",
    acceptsWriteBacks: true,
    billedClones: false,
    restoredNameMax: 64,
    sqlTls: { checksIdentity: true, allowsClear: false },
    egressAddresses: [],
    vpcId,
  });
  return {
    kinds: async (vpcId: string | null) =>
      (await reachableAddresses({ rds, settings: settings(vpcId) }, "rm-shop")).map(({ kind }) => kind),
    best: async (vpcId: string | null) =>
      (await reachableAddress({ rds, settings: settings(vpcId) }, "rm-shop"))?.kind ?? null,
  };
}

test("a private address is reached from its own VPC, and preferred there to the public endpoint", async () => {
  const { kinds, best } = await master({ vpcId: "vpc-7", isPublic: true });
  expect(await kinds("vpc-7")).toEqual(["private", "public"]);
  expect(await best("vpc-7")).toBe("private");
});

test.each([null, "vpc-8"])("from outside its VPC (%s) a master is reached at its public endpoint", async (vpcId) => {
  const { kinds, best } = await master({ vpcId: "vpc-7", isPublic: true });
  expect(await kinds(vpcId)).toEqual(["public"]);
  expect(await best(vpcId)).toBe("public");
});

test.each([null, "vpc-8"])(
  "from outside its VPC (%s) a master without a public endpoint is not reached",
  async (vpcId) => expect(await (await master({ vpcId: "vpc-7" })).best(vpcId)).toBeNull(),
);

test.each([null, "vpc-7"])("the classic network is reached from nowhere, whatever the VPC (%s)", async (vpcId) =>
  expect(await (await master({ classic: true })).best(vpcId)).toBeNull(),
);

import { RdsClient } from "../../../../shared/cloud/rds/client";
import { clone } from "../../../../shared/restore/source/clone";
import { masterId } from "../small-master";
import { type Defect, inMethod, of } from "./defects";

const rds = RdsClient.prototype;

/** One deliberate mistake each that only a restore by a clone can show. */
export const cloneDefects: Readonly<Record<string, Defect>> = {
  "a token for each sending": inMethod(rds, "cloneInstance", (sound) => {
    let serial = 0;
    return function (this: RdsClient, order) {
      return sound.call(this, { ...order, clientToken: `${order.clientToken}-${serial++}` });
    };
  }),
  "delete whatever is a primary": inMethod(
    clone as { hasExpectedKind: typeof clone.hasExpectedKind },
    "hasExpectedKind",
    () =>
      ({ type }) =>
        type === "Primary",
  ),
  "buy without asking for the price": inMethod(rds, "hourlyPrice", () => async () => ({
    amount: 0.1,
    currency: "CNY",
  })),
  "look for no clones": inMethod(rds, "listPrimaries", () => async () => []),
  "tell nobody of a clone that is left": of({
    sweepClones: () => async () => ({ deleted: [], foreign: [], alarms: [] }),
  }),
  "cover the groups of the master": inMethod(
    rds,
    "coverWhitelistGroup",
    (sound) =>
      function (this: RdsClient, instanceId, group, addresses) {
        return sound.call(this, group.startsWith("rewind_") ? instanceId : masterId, group, addresses);
      },
  ),
  "leave the copied groups as they are": inMethod(
    clone as { copiesWhitelist: boolean },
    "copiesWhitelist",
    () => false,
  ),
};

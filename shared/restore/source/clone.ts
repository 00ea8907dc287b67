import { canonicalJson, sha256Hex } from "../../canonical-json";
import type { ChangingCall } from "../model/calls";
import { cloneDescription } from "../model/names";
import type { PrerequisiteFacts } from "../prerequisites";
import { fail, type Prerequisite, pass, unknown } from "../prerequisites/verdict";
import type { RestoreRequest } from "../request/request";
import { costOf, type Offer, priceOf } from "./offer";
import type { SourceRow } from "./row";

/** Versions of which documents say, or make likely, that RDS clones them. */
const versions = /^(2012|2014|2016|2017|2019|2022)/;

/** CloneDBInstance: an ordinary pay-as-you-go primary in the functions' VPC, billed by the hour until we delete it. */
export const clone: SourceRow<"clone"> = {
  kind: "clone",
  noun: "clone",
  isBilled: true,
  copiesWhitelist: true,
  liesInOurVpc: true,
  listedAmong: "described-primaries",
  readsDatabaseFiles: false,
  movesRowsByDts: true,
  cost: (request, { offer }) => (offer && "price" in offer ? costOf(offer, request) : "It is billed by the hour."),
  judgeVersion: (master) => {
    const name = "engine-and-version";
    const version = master.engineVersion.toLowerCase();
    if (version === "2008r2" && (master.storageType ?? "local_ssd").toLowerCase() === "local_ssd")
      return fail(name, "version-not-supported", "SQL Server 2008 R2 on local disks cannot be cloned.");
    if (version === "2008r2")
      return unknown(name, "SQL Server 2008 R2 on cloud disks: older documents allow a clone; the service decides.");
    if (!versions.test(version))
      return unknown(
        name,
        `SQL Server ${master.engineVersion}: no document tells whether RDS clones it; the service decides.`,
      );
    return pass(name, `SQL Server ${master.engineVersion} can be cloned.`);
  },
  refusesMode: () => null,
  judge: (request, facts) => [judgeOffer(request, facts)],
  creation: ({ restoreId, restoreTimeMs, request }, { offer }): ChangingCall => {
    if (!offer || !("price" in offer)) throw new Error(`${restoreId} would buy a clone without a price`);
    const { instanceClass, storageType, storageGb, vpcId, vSwitchId, zoneId } = offer;
    const order = {
      masterInstanceId: request.masterInstanceId,
      restoreTimeMs,
      backupId: request.backupId,
      description: cloneDescription(restoreId),
      ...{ instanceClass, storageType, storageGb, vpcId, vSwitchId, zoneId },
    };
    return { kind: "create-clone", ...order, clientToken: clientToken(restoreId, order) };
  },
  // It looks exactly like a master: the description tells it, beside the id and the age of the ledger. The type never does.
  hasExpectedKind: ({ description }, { restoreId }) => description === cloneDescription(restoreId),
  lifeEndMs: (createdAtMs, { source }, durations) =>
    createdAtMs + source.cloneMaxHours * 3_600_000 - durations.cloneMarginMs,
  lifeLimit: ({ source }) => `cloneMaxHours of the request is ${source.cloneMaxHours}`,
  decides: {},
  notes: ({ source }) => [
    ...(source ? [source.cost] : []),
    "The clone has the whitelist of the master. Each of its groups is covered before a login of the clone is used.",
    "A deleted clone may stay in the recycle bin of RDS for up to 8 days, not billed. People who may rebuild it there can read its data.",
  ],
  ifLeftAlone: "it is billed until somebody deletes it",
  removal: (instanceId) => ({ kind: "delete-instance", instanceId }),
};

/** The same parameters have the same token, and others never: a call that is sent again can only be the very same. */
function clientToken(
  restoreId: string,
  order: Omit<Extract<ChangingCall, { kind: "create-clone" }>, "kind" | "clientToken">,
) {
  return `${restoreId}-${sha256Hex(canonicalJson(order)).slice(0, 32)}`;
}

function judgeOffer(request: RestoreRequest, { offer }: PrerequisiteFacts): Prerequisite {
  const name = "clone-price";
  const { allowBilledClone, maxHourlyPrice } = request.source;
  if (offer && "code" in offer && offer.code === "billed-clones-off") return fail(name, offer.code, offer.text);
  const cost = offer && "price" in offer ? ` ${costOf(offer, request)}` : "";
  if (!allowBilledClone || maxHourlyPrice === null)
    return fail(
      name,
      "billed-clone-not-allowed",
      `A clone is billed by the hour.${cost} Allow it with source.allowBilledClone and source.maxHourlyPrice.`,
    );
  if (!offer) return fail(name, "price-not-known", "The price of a clone was not asked. Nothing was made.");
  if ("code" in offer) return fail(name, offer.code, offer.text);
  return judgePrice(name, request, offer, maxHourlyPrice);
}

function judgePrice(
  name: string,
  request: RestoreRequest,
  offer: Offer,
  limit: NonNullable<RestoreRequest["source"]["maxHourlyPrice"]>,
): Prerequisite {
  const { price } = offer;
  if (price.currency !== limit.currency)
    return fail(
      name,
      "price-in-other-currency",
      `An hour of a clone costs ${priceOf(price)}, and maxHourlyPrice is in ${limit.currency}. Nothing was made. Send the limit in ${price.currency}.`,
    );
  if (price.amount > limit.amount)
    return fail(
      name,
      "price-over-limit",
      `An hour of a clone costs ${priceOf(price)}, more than maxHourlyPrice (${priceOf(limit)}). Nothing was made.`,
    );
  return pass(name, costOf(offer, request));
}

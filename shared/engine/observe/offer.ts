import { CloudError } from "../../cloud/cloud-error";
import type { RdsInstance, RdsOffering } from "../../cloud/rds";
import type { StatedReason } from "../../restore/model/reasons";
import type { RestoreRequest } from "../../restore/request/request";
import { candidates } from "../../restore/source";
import type { Offer, OfferFacts } from "../../restore/source/offer";
import type { Dependencies } from "../dependencies";

/** Where the master's class is not sold, at most so many other classes are priced. */
const pricedMax = 5;

type Readers = Pick<Dependencies, "rds" | "settings">;

/** What a clone of the master would be and cost now; nothing is asked where the request cannot come to one. */
export async function readOffer(deps: Readers, request: RestoreRequest, master: RdsInstance): Promise<OfferFacts> {
  const mayBuy = candidates(request).some(
    ({ isBilled, judgeVersion }) => isBilled && judgeVersion(master).verdict !== "fail",
  );
  if (!mayBuy) return null;
  if (!deps.settings.billedClones)
    return {
      code: "billed-clones-off",
      text: "Clones are billed, and the operators of Rewind have not turned them on (billedClones). Nothing was made.",
    };
  const place = placeOf(deps, master);
  if ("code" in place) return place;
  try {
    return await cheapest(deps, request, master, place);
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind !== "refused") throw error;
    return {
      code: "price-not-known",
      text: `RDS tells no price of a clone (${error.action}: ${error.code}). Nothing was made.`,
    };
  }
}

type Place = Pick<Offer, "vpcId" | "vSwitchId" | "zoneId">;

/** Beside the master, which has to lie in the functions' own VPC: functions cannot read a clone in another one. */
function placeOf({ settings }: Readers, { id, vpcId, vSwitchId, zoneId }: RdsInstance): Place | StatedReason {
  const refused = (why: string): StatedReason => ({ code: "clone-not-placeable", text: `${why} Nothing was made.` });
  if (settings.vpcId === null)
    return refused("The functions are in no VPC, and read a clone at its private address only. Set network.vpc.");
  if (vpcId !== settings.vpcId)
    return refused(
      `${id} is not in the VPC of the functions (${settings.vpcId}), where a clone of it would have to lie.`,
    );
  // The master's first vSwitch is that of its primary node.
  const [own] = vSwitchId?.split(",") ?? [];
  if (!own || !zoneId || /MAZ/i.test(zoneId))
    return refused(`RDS does not tell which single zone and vSwitch ${id} is in (${zoneId ?? "no zone"}).`);
  return { vpcId, vSwitchId: own, zoneId };
}

/** The master's own class if it is on sale, else the cheapest one of those that take its disk. */
async function cheapest(
  { rds }: Readers,
  { source }: RestoreRequest,
  master: RdsInstance,
  place: Place,
): Promise<OfferFacts> {
  const { engineVersion, category, storageType, storageGb } = master;
  if (!category || !storageType || !storageGb)
    return {
      code: "class-sold-out",
      text: `RDS does not tell edition and disk of ${master.id}, so that no class fits for sure.`,
    };
  const offering: RdsOffering = { engineVersion, category, storageType, zoneId: place.zoneId };
  const fitting = (await rds.listClasses(offering)).filter(({ storage }) => storage.most >= storageGb);
  const own = fitting.filter(({ name }) => name === master.instanceClass);
  const priced = await Promise.all(
    (own.length > 0 ? own : fitting.slice(0, pricedMax)).map(async ({ name, storage }): Promise<Offer> => {
      const size = Math.ceil(Math.max(storageGb, storage.least) / storage.step) * storage.step;
      const wanted = { ...offering, instanceClass: name, storageGb: size };
      const price = await rds.hourlyPrice(wanted, source.maxHourlyPrice?.currency ?? null);
      return { ...place, instanceClass: name, storageType, storageGb: size, price };
    }),
  );
  const [best] = priced.sort((left, right) => left.price.amount - right.price.amount);
  return (
    best ?? {
      code: "class-sold-out",
      text: `No class for SQL Server ${engineVersion} (${category}, ${storageType}, ${storageGb} GB) is on sale in ${place.zoneId}. Nothing was made. Ask again later.`,
    }
  );
}

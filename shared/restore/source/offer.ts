import type { HourlyPrice } from "../../cloud/rds";
import type { StatedReason } from "../model/reasons";
import type { RestoreRequest } from "../request/request";

/** The clone that would be bought now, and what an hour of it costs. */
export interface Offer {
  readonly instanceClass: string;
  readonly storageType: string;
  readonly storageGb: number;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly zoneId: string;
  readonly price: HourlyPrice;
}

/** What was found out about buying a clone, or why none can be bought; null: it was not asked. */
export type OfferFacts = Offer | StatedReason | null;

/** `2.6 CNY` */
export function priceOf({ amount, currency }: HourlyPrice): string {
  return `${amount} ${currency}`;
}

/** One sentence with the most that the clone can cost, and what comes on top. */
export function costOf({ instanceClass, storageGb, price }: Offer, { source }: Pick<RestoreRequest, "source">): string {
  const { cloneMaxHours } = source;
  const most = Number((price.amount * cloneMaxHours).toFixed(2));
  return `A clone of class ${instanceClass} with ${storageGb} GB costs ${priceOf(price)} an hour: at most ${most} ${price.currency} in ${cloneMaxHours} hours (cloneMaxHours). What it copies from the master may be billed beside it: SQL audit, backups beyond the free size.`;
}

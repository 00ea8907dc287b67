import type { RestoreRecord } from "../../shared/restore/model/record";
import type { Claim } from "../../shared/store/restore-store";

export type Product = "rds" | "dts" | "kms";
export type Parameters = Readonly<Record<string, unknown>>;

/** Sees everything that the product does, at the moment it does it; it changes nothing. */
export interface Onlooker {
  /** The product sends a call; it may be lost, late, or take effect twice. */
  sending(product: Product, action: string, parameters: Parameters): void;
  /** The product hears of a call. `answer` null: it was refused, or not done. */
  answered(
    product: Product,
    action: string,
    parameters: Parameters,
    answer: Readonly<Record<string, unknown>> | null,
  ): void;
  /** A call took effect in the cloud, whether or not its answer arrives. */
  tookEffect(product: Product, action: string, parameters: Parameters): void;
  /** A record is in the store now. `before`: what was there; undefined: it is new. `json` null: this world makes none. */
  saved(before: RestoreRecord | undefined, record: RestoreRecord, json: string | null): void;
  /** A row of a restore was written, with its record or without. `before`: the claim that was there; undefined: it is new. */
  claimed(restoreId: string, before: Claim | undefined, claim: Claim): void;
  messageSent(queue: string, body: string): void;
  logged(line: string): void;
  invoked(by: string): void;
  /** A tick of the poller won its row. */
  ticked(): void;
}

import { restoreIdOfDescription } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { Parameters, Product } from "../onlooker";
import type { World } from "../world";
import type { Break } from "./promise-broken";
import { openAddresses } from "./saved-records";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** A sweep comes once an hour, and takes its time. */
const namedWithinMs = 2 * hourMs;
/** Between the look at the price and the call lies a save. */
const askedWithinMs = 2 * minuteMs;

/** A create as it was last sent for a restore. */
interface Sent {
  readonly parameters: string;
  readonly firstAtMs: number;
  /** Nobody heard what became of it. */
  isInDoubt: boolean;
}

/** What clones cost, whom they admit, and what is left of them; judged by what is true in the cloud. */
export class Clones {
  readonly #world: World;
  readonly #healthyFromMs: number;
  readonly #broken: Break;
  /** By description. */
  readonly #sent = new Map<string, Sent>();
  /** When the price of a class was last asked. */
  readonly #askedAtMs = new Map<string, number>();
  /** Instance id to the last alarm about it. */
  readonly #namedAtMs = new Map<string, number>();

  /** @param healthyFromMs when the faults have ended; before that a sweep may not come through */
  constructor(world: World, healthyFromMs: number, broken: Break) {
    this.#world = world;
    this.#healthyFromMs = healthyFromMs;
    this.#broken = broken;
  }

  sending(_product: Product, action: string, parameters: Parameters): void {
    if (action === "DescribePrice")
      this.#askedAtMs.set(String(parameters["DBInstanceClass"]), this.#world.scheduler.nowMs());
    if (action === "CloneDBInstance") this.#judgeOrder(parameters);
    if (action === "ConfigureDtsJob") this.#judgeGroups(String(parameters["SourceEndpointInstanceID"]));
  }

  answered(action: string, parameters: Parameters): void {
    const sent = this.#sent.get(String(parameters["DBInstanceDescription"]));
    if (action === "CloneDBInstance" && sent) sent.isInDoubt = false;
  }

  saved(before: RestoreRecord | undefined, record: RestoreRecord): void {
    const hasRead = record.verification && record.verification !== before?.verification;
    if (hasRead && record.verification!.tables.length > 0) this.#judgeGroups(record.temporaryInstance?.id ?? "");
  }

  logged(line: string): void {
    if (!line.includes("clone-overdue") && !line.includes("clone-without-restore")) return;
    for (const { id } of this.#world.rds.instances())
      if (line.includes(id)) this.#namedAtMs.set(id, this.#world.scheduler.nowMs());
  }

  ticked(): void {
    const nowMs = this.#world.scheduler.nowMs();
    for (const { id, createdAtMs, restoreId, record } of this.#living()) {
      const limitMs = createdAtMs + (record?.request.source.cloneMaxHours ?? 24) * hourMs;
      const sinceMs = Math.max(limitMs, this.#healthyFromMs, this.#namedAtMs.get(id) ?? 0);
      if (nowMs > limitMs && nowMs > sinceMs + namedWithinMs)
        throw this.#broken("costs-named", `${id} of ${restoreId} is too old, and nobody is told`);
    }
  }

  /** One that is on no ledger has raised its alarm. */
  judgeEnd(): void {
    for (const { id, restoreId, record } of this.#living())
      if (record?.temporaryInstance?.id !== id && !this.#namedAtMs.has(id))
        throw this.#broken("costs-named", `${id} of ${restoreId} is billed, and nobody is told`);
  }

  #judgeOrder(parameters: Parameters): void {
    const { scheduler, rds, durations } = this.#world;
    const nowMs = scheduler.nowMs();
    const description = String(parameters["DBInstanceDescription"]);
    const record = this.#world.records().find(({ restoreId }) => restoreId === restoreIdOfDescription(description));
    const broken = (text: string) => this.#broken("allowed-money", `the clone ${description} ${text}`);
    if (!record) throw broken("is of no restore");
    if (parameters["PayType"] !== "Postpaid") throw broken(`is ${parameters["PayType"]}`);
    const sent = this.#sent.get(description);
    const order = JSON.stringify(parameters);
    const isYoung = sent !== undefined && nowMs - sent.firstAtMs <= durations.cloneTokenMs + durations.leaseMs;
    // The run that sent it may have died before the answer was saved: the very same call may go out again.
    if (isYoung && sent.parameters === order) return;
    if (sent?.isInDoubt) {
      if (sent.parameters !== order)
        throw this.#broken("one-temporary-instance", `${description} is asked for in other words while it is in doubt`);
      throw this.#broken("one-temporary-instance", `${description} is asked for again with an old token`);
    }
    this.#sent.set(description, { parameters: order, firstAtMs: nowMs, isInDoubt: true });
    const { allowBilledClone, maxHourlyPrice } = record.request.source;
    const name = String(parameters["DBInstanceClass"]);
    const price = rds.sale.hourlyPrice(name, Number(parameters["DBInstanceStorage"]), "cn");
    if (!allowBilledClone || !maxHourlyPrice) throw broken("was not allowed");
    if (!price || price.amount > maxHourlyPrice.amount || price.currency !== maxHourlyPrice.currency)
      throw broken(`costs ${price?.amount} ${price?.currency}`);
    const askedAtMs = this.#askedAtMs.get(name);
    const decidedAtMs = decidedAtMsOf(record, nowMs);
    if (askedAtMs === undefined || decidedAtMs - askedAtMs > askedWithinMs)
      throw broken("has a price that was not asked just before");
    if (nowMs - decidedAtMs > durations.cloneTokenMs + durations.leaseMs) throw broken("was decided on too long ago");
  }

  /** What a clone copied admits no client once its logins are used. */
  #judgeGroups(instanceId: string): void {
    const clone = this.#living().find(({ id }) => id === instanceId);
    for (const [group, entries] of clone?.whitelist ?? []) {
      const open = group.startsWith("rewind_") ? null : openAddresses(entries);
      if (open)
        throw this.#broken("delete-only-ours", `${instanceId} is used while its copied group ${group} admits ${open}`);
    }
  }

  /** Instances that are called like a clone of ours, and are not being deleted. */
  #living() {
    const records = this.#world.records();
    return this.#world.rds.instances().flatMap(({ id, description, createdAtMs, deletingSinceMs, whitelist }) => {
      const restoreId = restoreIdOfDescription(description);
      if (restoreId === null || deletingSinceMs !== undefined) return [];
      return [{ id, createdAtMs, whitelist, restoreId, record: records.find((one) => one.restoreId === restoreId) }];
    });
  }
}

/** When the order was saved for the first time: a run may die before it sends it, and the very same order is sent later. */
function decidedAtMsOf({ intent, doubts }: RestoreRecord, nowMs: number): number {
  const orders = [intent, ...doubts.map((doubt) => doubt.intent)];
  const savedAtMs = orders.flatMap((one) => (one?.call.kind === "create-clone" ? [one.sentAtMs] : []));
  return Math.min(nowMs, ...savedAtMs);
}

import type { RestoreRecord } from "../../../shared/restore/record";
import type { Parameters } from "../onlooker";
import type { World } from "../world";
import type { Break } from "./promise-broken";

/** What the product can know of its creates: whose answers it heard, and which are in doubt. */
export class HeardAnswers {
  readonly #world: World;
  readonly #broken: Break;
  readonly #answered = new Set<string>();
  /** Master to the sending of a create whose outcome nobody heard. */
  readonly #inDoubt = new Map<string, number>();

  constructor(world: World, broken: Break) {
    this.#world = world;
    this.#broken = broken;
  }

  /** A create in doubt is read back for the settle time before the next; its lease began before it was sent. */
  sending(action: string, parameters: Parameters): void {
    if (action !== "CreateTempDBInstance") return;
    const { scheduler, durations } = this.#world;
    const masterId = String(parameters["DBInstanceId"]);
    const sinceMs = this.#inDoubt.get(masterId);
    if (sinceMs !== undefined && scheduler.nowMs() - sinceMs < durations.settleMs - durations.leaseMs)
      throw this.#broken("one-temporary-instance", `a create for ${masterId} is repeated while the last is in doubt`);
    this.#inDoubt.set(masterId, scheduler.nowMs());
  }

  /** @param answer null: refused, or not done */
  answered(action: string, parameters: Parameters, answer: Readonly<Record<string, unknown>> | null): void {
    if (action !== "CreateTempDBInstance") return;
    this.#inDoubt.delete(String(parameters["DBInstanceId"]));
    if (answer) this.#answered.add(String(answer["TempDBInstanceId"]));
  }

  saved(before: RestoreRecord, record: RestoreRecord): void {
    const ours = record.temporaryInstance;
    if (before.temporaryInstance || ours?.origin !== "answer" || this.#answered.has(ours.id)) return;
    throw this.#broken(
      "delete-only-ours",
      `${record.restoreId} takes ${ours.id} for its own without an answer or a yes`,
    );
  }
}

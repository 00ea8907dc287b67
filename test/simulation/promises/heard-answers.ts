import type { ChangingCall } from "../../../shared/restore/model/calls";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { Parameters } from "../onlooker";
import type { World } from "../world";
import { restoringActions } from "./database-restores";
import type { Break } from "./promise-broken";

/** What the product can know of the calls that make something: whose answers it heard, and which are in doubt. */
export class HeardAnswers {
  readonly #world: World;
  readonly #broken: Break;
  readonly #answered = new Set<string>();
  /** Master to the sending of a create whose outcome nobody heard. */
  readonly #inDoubt = new Map<string, number>();
  /** Jobs and databases by the name that a call gave them; `made`: its answer was heard. */
  readonly #named = new Map<string, "in-doubt" | "made">();
  /** Calls that write, by what they are about, that were answered with nothing done. */
  readonly #declined = new Set<string>();

  constructor(world: World, broken: Break) {
    this.#world = world;
    this.#broken = broken;
  }

  sending(action: string, parameters: Parameters): void {
    this.#declined.delete(sent(action, parameters));
    if (action === "CreateTempDBInstance") this.#judgeCreate(String(parameters["DBInstanceId"]));
    const name = nameGivenBy(action, parameters);
    if (name === null) return;
    const before = this.#named.get(name);
    // A database in doubt may be asked for again, RDS makes no second one; of a job's name DTS makes as many as it is told to.
    if (before === "made" || (before === "in-doubt" && action === "ConfigureDtsJob"))
      throw this.#broken("legal-history", `${name} is asked for again; the first time is ${before}`);
    this.#named.set(name, "in-doubt");
  }

  /** @param answer null: refused, or not done */
  answered(action: string, parameters: Parameters, answer: Readonly<Record<string, unknown>> | null): void {
    if (answer === null) this.#declined.add(sent(action, parameters));
    const name = nameGivenBy(action, parameters);
    if (name !== null && answer) this.#named.set(name, "made");
    else if (name !== null) this.#named.delete(name);
    if (action === "CloneDBInstance" && answer) this.#answered.add(String(answer["DBInstanceId"]));
    if (action !== "CreateTempDBInstance") return;
    this.#inDoubt.delete(String(parameters["DBInstanceId"]));
    if (answer) this.#answered.add(String(answer["TempDBInstanceId"]));
  }

  /** Was the last sending of this call, one that leads to writes, answered with nothing done? */
  isDeclined(call: ChangingCall): boolean {
    switch (call.kind) {
      case "create-database":
        return this.#declined.has(`CreateDatabase ${call.name}`);
      case "restore-databases": {
        const names = JSON.stringify(Object.fromEntries(call.databases.map(({ name, newName }) => [name, newName])));
        return restoringActions.some((action) => this.#declined.has(`${action} ${names}`));
      }
      case "buy-job":
        return this.#declined.has(`CreateDtsInstance ${call.jobId}`);
      case "start-job":
        return this.#declined.has(`StartDtsJob ${call.jobId}`);
      default:
        return false;
    }
  }

  saved(before: RestoreRecord, record: RestoreRecord): void {
    const ours = record.temporaryInstance;
    if (before.temporaryInstance || ours?.origin !== "answer" || this.#answered.has(ours.id)) return;
    throw this.#broken(
      "delete-only-ours",
      `${record.restoreId} takes ${ours.id} for its own without an answer or a yes`,
    );
  }

  /** A create in doubt is read back for the settle time before the next; it is sent in the part of a lease that leaves time for a call. */
  #judgeCreate(masterId: string): void {
    const { scheduler, durations } = this.#world;
    const { settleMs, leaseMs, callTimeoutMs } = durations;
    const sinceMs = this.#inDoubt.get(masterId);
    if (sinceMs !== undefined && scheduler.nowMs() - sinceMs < settleMs - (leaseMs - callTimeoutMs))
      throw this.#broken("one-temporary-instance", `a create for ${masterId} is repeated while the last is in doubt`);
    this.#inDoubt.set(masterId, scheduler.nowMs());
  }
}

/** A call with what it is about. */
function sent(action: string, { DBName, DbNames, JobId, DtsJobId }: Parameters): string {
  return `${action} ${DBName ?? DbNames ?? JobId ?? DtsJobId}`;
}

/** What a call makes under a name that is ours to choose; null: nothing. */
function nameGivenBy(action: string, parameters: Parameters): string | null {
  if (action === "ConfigureDtsJob") return `job ${parameters["DtsJobName"]}`;
  if (action === "CreateDatabase") return `database ${parameters["DBName"]} of ${parameters["DBInstanceId"]}`;
  return null;
}

import { cloneDescription, restoreIdOfJobName } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { isLegalTransition, type Status } from "../../../shared/restore/model/states";
import { watchedGroups } from "../../../shared/restore/watched-calls";
import type { Claim } from "../../../shared/store/restore-store";
import { secretMark } from "../chance";
import type { World } from "../world";
import type { HeardAnswers } from "./heard-answers";
import { canWrite } from "./late-effects";
import type { Break } from "./promise-broken";

/** A record of a whole restore takes some kilobytes; a list without a bound would show here. */
const recordCharactersMax = 60_000;

/** The clocks of functions are at most this far behind ours. */
const clockSlackMs = 20_000;

/** Judges each record at the moment it is in the store. */
export class SavedRecords {
  readonly #world: World;
  readonly #heardAnswers: HeardAnswers;
  readonly #broken: Break;

  constructor(world: World, heardAnswers: HeardAnswers, broken: Break) {
    this.#world = world;
    this.#heardAnswers = heardAnswers;
    this.#broken = broken;
  }

  /** @param json null: this world makes none, and others judge it */
  judge(before: RestoreRecord | undefined, record: RestoreRecord, json: string | null): void {
    if (json !== null) this.#judgeJson(record.restoreId, json);
    if (!before) return;
    this.#judgeHistory(before, record);
    this.#judgeIntent(before, record);
    if (before.status === record.status) return;
    if (record.status === "holding" || record.status === "closed") this.#judgeEnd(record);
  }

  #judgeJson(restoreId: string, json: string): void {
    if (json.includes(secretMark)) throw this.#broken("no-secret", `the record of ${restoreId} has a password in it`);
    if (json.length > recordCharactersMax)
      throw this.#broken("bounded", `the record of ${restoreId} has ${json.length} characters`);
  }

  #judgeHistory(before: RestoreRecord, record: RestoreRecord): void {
    const broken = (text: string) => this.#broken("legal-history", `${record.restoreId} ${text}`);
    let from: Status = before.status;
    for (const to of newStatuses(before, record)) {
      if (from !== to && !isLegalTransition(from, to)) throw broken(`went from ${from} to ${to}`);
      from = to;
    }
    if (from !== record.status) throw broken(`is ${record.status} after ${from} without a line in its timeline`);
    if (before.outcome !== null && before.outcome !== record.outcome)
      throw broken(`turned from ${before.outcome} to ${record.outcome}`);
    if (record.status === "closed" && (record.intent !== null || record.outcome === null))
      throw broken(`is closed with ${record.intent ? `an open ${record.intent.call.kind}` : "no outcome"}`);
    if (before.requestHash !== record.requestHash) throw broken("changed its request");
    // What only a call would have made that was refused, or throttled, was never there.
    const { intent } = before;
    const unmade = intent && record.intent === null && this.#heardAnswers.isDeclined(intent.call) ? intent.leaves : [];
    const lost = before.leftOnMaster.find(
      ({ name }) =>
        !unmade?.includes(name) &&
        !record.leftOnMaster.some((now) => now.name === name) &&
        this.#mayBeThere(name, record),
    );
    if (lost) throw this.#broken("everything-listed", `${record.restoreId} forgot ${lost.name}`);
  }

  /** Is it on the master now, or could a job of the restore, or RDS, still make it? A database that we made is never forgotten. */
  #mayBeThere(name: string, { restoreId, request, source }: RestoreRecord): boolean {
    const { rds, dts } = this.#world;
    this.#world.settle();
    if (source?.kind === "database")
      return (
        rds.instance(request.masterInstanceId)?.data.database(name) !== undefined ||
        rds.arrivingDatabases(request.masterInstanceId).includes(name)
      );
    if (!name.includes(".") || dts.jobs().some((job) => job.name.startsWith(restoreId) && canWrite(job))) return true;
    const databases = rds.instance(request.masterInstanceId)?.data.databases() ?? [];
    return databases.some((database) =>
      database.tables().some(({ definition }) => {
        const address = `${database.name}.${definition.schema}.${definition.name}`;
        return address.toLowerCase() === name.toLowerCase();
      }),
    );
  }

  /** Two runs never hold one record. */
  judgeLease(restoreId: string, before: Claim["lease"], lease: Claim["lease"]): void {
    const isLive = before && before.untilMs > this.#world.scheduler.nowMs() + clockSlackMs;
    if (isLive && lease && lease.token !== before.token)
      throw this.#broken("legal-history", `${restoreId}: a live lease was taken over`);
  }

  /** Whatever happens waits for the call that is on its way. */
  #judgeIntent(before: RestoreRecord, record: RestoreRecord): void {
    const { intent } = before;
    if (intent && record.intent?.sentAtMs === intent.sentAtMs && before.status !== record.status)
      throw this.#broken(
        "legal-history",
        `${record.restoreId} went on to ${record.status} while ${intent.call.kind} is open`,
      );
  }

  #judgeEnd(record: RestoreRecord): void {
    const { rds, dts } = this.#world;
    this.#world.settle();
    const broken = (text: string) =>
      this.#broken("nothing-left", `${record.restoreId} is ${record.status} and ${text}`);
    const job = dts
      .jobs()
      // A configure that lands after the last look leaves a job that nobody knows and that cannot write, until the next sweep.
      .find(
        (one) => restoreIdOfJobName(one.name) === record.restoreId && (canWrite(one) || one.id === record.job?.jobId),
      );
    if (job) throw broken(`its job ${job.name} is ${job.status}`);
    for (const { instanceId, group } of record.openings) {
      const instance = rds.instance(instanceId);
      if (!instance) continue;
      const open = openAddresses(instance.whitelist.get(group));
      // A lost opening that lands after the last look is on the watch list; the next sweep closes it.
      const watched = watchedGroups(record).some((lost) => lost.instanceId === instanceId);
      if (open && !watched && rds.isRunning(instance)) throw broken(`its group on ${instance.id} admits ${open}`);
    }
    if (record.status !== "closed" || !record.temporaryInstance) return;
    const { id, createdAtMs } = record.temporaryInstance;
    const instance = rds.instance(id);
    const isOurs = instance?.type === "Temp" || instance?.description === cloneDescription(record.restoreId);
    if (instance && isOurs && (createdAtMs === null || isSameCreation(instance.createdAtMs, createdAtMs)))
      throw broken(`${id} is ${rds.status(id)}`);
  }
}

/** What a whitelist group lets in from outside; null: nobody. RDS does not delete groups: 127.0.0.1 closes one. */
export function openAddresses(group: readonly string[] | undefined): string | null {
  const open = (group ?? []).filter((address) => address !== "127.0.0.1");
  return open.length === 0 ? null : open.join(", ");
}

/** RDS tells creation times in whole seconds, and its list by another moment than its attribute. */
function isSameCreation(atMs: number, toldMs: number): boolean {
  return Math.abs(atMs - toldMs) <= 60_000;
}

/** The states that the new lines of the timeline went through. */
function newStatuses(before: RestoreRecord, record: RestoreRecord): Status[] {
  const last = before.timeline.at(-1)!;
  let index = record.timeline.length - 1;
  while (index >= 0) {
    const entry = record.timeline[index]!;
    if (entry.atMs === last.atMs && entry.text === last.text && entry.status === last.status) break;
    index--;
  }
  return record.timeline.slice(index + 1).map((entry) => entry.status);
}

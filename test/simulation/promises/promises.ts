import type { SqlServerData } from "../../../emulator/data/sql-server-data";
import { restoreIdOfJobName } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { watchedGroups } from "../../../shared/restore/watched-calls";
import type { Claim } from "../../../shared/store/restore-store";
import { secretMark } from "../chance";
import type { SimulatedMaster } from "../master";
import type { Onlooker, Parameters, Product } from "../onlooker";
import type { People } from "../people";
import type { World } from "../world";
import { judgeBlame } from "./blame";
import { CallBudget } from "./call-budget";
import { HeardAnswers } from "./heard-answers";
import { LateEffects } from "./late-effects";
import { type Break, PromiseBroken } from "./promise-broken";
import { judgeMaster, judgeSuccess } from "./rows";
import { openAddresses, SavedRecords } from "./saved-records";
import { SentCalls } from "./sent-calls";

/** One tick in 12 seconds, and whatever straddles the minute. */
const ticksPerMinuteMax = 6;
/** Ticks and nudges for single restores, each of them perhaps delivered twice. */
const invocationsPerMinuteMax = 60;

/** Words of errors that a failing cloud explains; any other error of the product is a bug. */
const cloudTroubles = ['"throttled"', '"throttle"', '"server-error"', '"lost-request"', '"lost-reply"', '"lands-late"'];

/** What the product logs when it goes on after an error that it did not expect. */
const failures = ['"a restore could not be polled"', '"the sweep failed by an error of our own"'];

/** A check of its own that sees what the promises see. */
export interface Watcher {
  answered?(action: string, parameters: Parameters, answer: Readonly<Record<string, unknown>> | null): void;
  tookEffect?(action: string, parameters: Parameters): void;
  logged?(line: string): void;
  sending?(product: Product, action: string, parameters: Parameters): void;
  saved?(before: RestoreRecord | undefined, record: RestoreRecord): void;
  ticked?(): void;
  judgeEnd?(): void;
}

/** Watches a whole world and stops it at the first promise that is broken. */
export class Promises implements Onlooker {
  readonly counts = { cloudCalls: 0, ticks: 0, invocations: 0, saves: 0 };
  readonly outcomes: Record<string, number> = {};
  #world!: World;
  #masters: readonly SimulatedMaster[] = [];
  #people!: People;
  #sentCalls!: SentCalls;
  #savedRecords!: SavedRecords;
  #lateEffects!: LateEffects;
  #callBudget!: CallBudget;
  #heardAnswers!: HeardAnswers;
  /** The data of temporary instances, kept after they are gone. */
  readonly #sources = new Map<string, { readonly data: SqlServerData; readonly restoredToMs: number | undefined }>();
  #minute = { start: 0, ticks: 0, invocations: 0 };
  readonly #watchers: Watcher[] = [];
  /** For checks elsewhere: stops the world. */
  readonly broken: Break = (promise, text) => this.#broken(promise, text);
  readonly #broken: Break = (promise, text) => {
    const error = new PromiseBroken(promise, text);
    // The product may catch what is thrown through it; the scheduler does not.
    this.#world.scheduler.fail(error);
    return error;
  };

  /** The world that it is the onlooker of, once there is one. */
  watch(world: World, masters: readonly SimulatedMaster[], people: People): void {
    this.#world = world;
    this.#masters = masters;
    this.#people = people;
    this.#sentCalls = new SentCalls(world, people, this.#broken);
    this.#heardAnswers = new HeardAnswers(world, this.#broken);
    this.#savedRecords = new SavedRecords(world, this.#heardAnswers, this.#broken);
    this.#callBudget = new CallBudget(world, this.#broken);
    this.#lateEffects = new LateEffects(world, this.#broken);
  }

  add(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  sending(product: Product, action: string, parameters: Parameters): void {
    this.counts.cloudCalls++;
    this.#callBudget.sending(parameters);
    this.#heardAnswers.sending(action, parameters);
    this.#sentCalls.judge(product, action, parameters);
    for (const watcher of this.#watchers) watcher.sending?.(product, action, parameters);
  }

  answered(
    _product: Product,
    action: string,
    parameters: Parameters,
    answer: Readonly<Record<string, unknown>> | null,
  ): void {
    this.#heardAnswers.answered(action, parameters, answer);
    for (const watcher of this.#watchers) watcher.answered?.(action, parameters, answer);
    this.#sentCalls.answered(action, parameters, answer);
  }

  tookEffect(product: Product, action: string, parameters: Parameters): void {
    for (const watcher of this.#watchers) watcher.tookEffect?.(action, parameters);
    if (action === "ConfigureDtsJob") this.#lateEffects.judgeNames();
    if (product === "rds" && action === "CloneDBInstance")
      for (const { id, description } of this.#world.rds.instances())
        if (description === parameters["DBInstanceDescription"]) this.#sentCalls.made(id);
    if (product !== "rds" || action !== "CreateTempDBInstance") return;
    const masterId = String(parameters["DBInstanceId"]);
    const living = this.#world.rds.instances().filter((instance) => instance.masterInstanceId === masterId);
    for (const instance of living) this.#sentCalls.made(instance.id);
    if (living.length !== 1) throw this.#broken("one-temporary-instance", `${masterId} has ${living.length} of them`);
  }

  claimed(restoreId: string, before: Claim | undefined, claim: Claim): void {
    this.counts.saves++;
    this.#savedRecords.judgeLease(restoreId, before?.lease ?? null, claim.lease);
  }

  saved(before: RestoreRecord | undefined, record: RestoreRecord, json: string | null): void {
    this.#callBudget.saved(record);
    this.#savedRecords.judge(before, record, json);
    if (before) this.#heardAnswers.saved(before, record);
    for (const watcher of this.#watchers) watcher.saved?.(before, record);
    const id = record.temporaryInstance?.id;
    const instance = id === undefined ? undefined : this.#world.rds.instance(id);
    if (instance && !this.#sources.has(instance.id))
      this.#sources.set(instance.id, { data: instance.data, restoredToMs: instance.restoredToMs });
    if (record.outcome !== null && before?.outcome === null) this.#concluded(record);
    if (before?.status !== record.status) this.#people.see(record);
    else if (record.intent?.negativeReads === 1 && before.intent?.negativeReads === 0) this.#people.seeStuck(record);
  }

  messageSent(queue: string, body: string): void {
    if (body.includes(secretMark)) throw this.#broken("no-secret", `a message to ${queue} has a password in it`);
  }

  logged(line: string): void {
    if (line.includes(secretMark)) throw this.#broken("no-secret", `a log line has a password in it`);
    for (const watcher of this.#watchers) watcher.logged?.(line);
    const isFailure = failures.some((message) => line.includes(message));
    if (isFailure && !cloudTroubles.some((word) => line.includes(word))) this.#world.scheduler.fail(new Error(line));
  }

  invoked(by: string): void {
    this.counts.invocations++;
    if (by === "poll-restores" && ++this.#thisMinute().invocations > invocationsPerMinuteMax)
      throw this.#broken("bounded", `${invocationsPerMinuteMax} invocations of the poller in one minute`);
  }

  ticked(): void {
    this.counts.ticks++;
    if (++this.#thisMinute().ticks > ticksPerMinuteMax)
      throw this.#broken("bounded", `${ticksPerMinuteMax} ticks in one minute`);
    this.#lateEffects.judgeNow();
    for (const watcher of this.#watchers) watcher.ticked?.();
    for (const job of this.#world.dts.jobs()) {
      const restoreId = job.status === "Migrating" ? restoreIdOfJobName(job.name) : null;
      if (restoreId !== null && this.#world.record(restoreId).approval === null)
        throw this.#broken("write-only-approved", `the job ${job.name} writes and nobody approved it`);
    }
  }

  /** After everything is closed and the sweep has run. */
  judgeEnd(): void {
    const { rds, dts } = this.#world;
    this.#world.settle();
    const records = this.#world.records();
    for (const job of dts.jobs()) {
      const restoreId = restoreIdOfJobName(job.name);
      if (restoreId !== null) throw this.#broken("nothing-left", `the job ${job.name} is ${job.status} at the end`);
      else if (!records.some((record) => this.#isWatched(record)))
        throw this.#broken("nothing-left", `the job ${job.id} without a name is on no record's watch list`);
    }
    for (const instance of rds.instances()) {
      const owner = records.find((record) => record.temporaryInstance?.id === instance.id);
      if (owner && rds.status(instance.id) !== "Deleting")
        throw this.#broken(
          "nothing-left",
          `${instance.id} of ${owner.restoreId} is ${rds.status(instance.id)} at the end`,
        );
      for (const [group, entries] of instance.whitelist) {
        const open = group.startsWith("rewind_") ? openAddresses(entries) : null;
        // RDS changes no whitelist of an instance that is locked or down; the restore names what it left open there.
        const isFrozen = instance.lockMode !== "Unlock" || !rds.isRunning(instance);
        const isNamed = records.some((record) =>
          watchedGroups(record).some((lost) => lost.instanceId === instance.id && lost.group === group),
        );
        if (open && !(isFrozen && isNamed))
          throw this.#broken("nothing-left", `the group ${group} on ${instance.id} admits ${open} at the end`);
      }
    }
    this.#lateEffects.judgeEnd(this.#sentCalls.madeInstances);
    for (const watcher of this.#watchers) watcher.judgeEnd?.();
    for (const master of this.#masters) judgeMaster(master, records, this.#broken);
  }

  /** An empty purchase whose answer was lost is watched for 48 hours, whenever it lands; after that the timeline is what names it. */
  #isWatched(record: RestoreRecord): boolean {
    const { durations, scheduler } = this.#world;
    if (record.doubts.some((doubt) => doubt.intent.call.kind === "buy-job")) return true;
    const untilMs = scheduler.nowMs() - durations.doubtMs;
    return record.timeline.some(({ atMs, text }) => atMs < untilMs && text.includes("an empty, unconfigured"));
  }

  #concluded(record: RestoreRecord): void {
    const name = `${record.outcome} ${record.reason?.code}`;
    this.outcomes[name] = (this.outcomes[name] ?? 0) + 1;
    // What RDS will not do is known before it is asked here; a refused create is one that was asked for too early.
    if (record.reason?.code === "create-refused")
      throw this.#broken("never-lost", `${record.restoreId} failed by a create that could have waited`);
    judgeBlame(record, this.#world, this.#broken);
    if (record.outcome !== "succeeded") return;
    this.#world.settle();
    const master = this.#masters.find((one) => one.instance.id === record.request.masterInstanceId);
    const source = this.#sourceOf(record, master?.instance.data);
    if (!source || !master) {
      throw this.#broken("true-outcome", `${record.restoreId} succeeded without a source or a master`);
    }
    if (record.temporaryInstance?.origin === "answer" && source.restoredToMs !== record.restoreTimeMs)
      throw this.#broken("true-outcome", `${record.restoreId} succeeded from another restore time`);
    judgeSuccess(record, source.data, master.instance.data, this.#broken);
  }

  /** What was restored from: the temporary instance, or, of databases that RDS restores itself, the master as it was then. */
  #sourceOf(
    { temporaryInstance, restoreTimeMs, source, request }: RestoreRecord,
    master: SqlServerData | undefined,
  ): { readonly data: SqlServerData; readonly restoredToMs: number | undefined } | undefined {
    if (source?.kind !== "database") return this.#sources.get(temporaryInstance?.id ?? "");
    const backup = this.#world.rds.backups(request.masterInstanceId).find(({ id }) => id === request.backupId);
    const atMs = restoreTimeMs ?? backup?.endedAtMs;
    return atMs === undefined ? undefined : master && { data: master.rebuildAt(atMs), restoredToMs: atMs };
  }

  #thisMinute(): { ticks: number; invocations: number } {
    const start = Math.floor(this.#world.scheduler.nowMs() / 60_000);
    if (start !== this.#minute.start) this.#minute = { start, ticks: 0, invocations: 0 };
    return this.#minute;
  }
}

import type { Capabilities } from "../../emulator/capabilities";
import { type Durations, defaultDurations } from "../../shared/restore/model/durations";
import { AlarmQueue } from "./alarm-queue";
import { raiseStorms, stormRules } from "./alarm-storm";
import { keepWriting } from "./application";
import { Chance } from "./chance";
import { CodeVersions } from "./code-versions";
import { RandomFaults } from "./fault-plan";
import { JobTroubles } from "./job-troubles";
import { lifetimesFor } from "./lifetimes";
import { addMaster } from "./master";
import { MastersLost } from "./masters-lost";
import { Operators } from "./operators";
import { People } from "./people";
import { Alarms } from "./promises/alarms";
import { Clones } from "./promises/clones";
import { Holds } from "./promises/holds";
import { Lifespans } from "./promises/lifespans";
import { PromiseBroken } from "./promises/promise-broken";
import { Promises } from "./promises/promises";
import { Requests } from "./promises/requests";
import { Requesters } from "./requester";
import { Scheduler } from "./scheduler";
import { WaningApprovals } from "./waning-approvals";
import { weather } from "./weather";
import { World } from "./world";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Faults, operators and requests end after this. */
const troubleMs = 4 * hourMs;
/** After everything is closed, every late request has landed and every master is back: the sweep runs once more. */
const afterwardsMs = 2 * hourMs;

export interface SeedReport {
  readonly seed: number;
  readonly restores: number;
  /** Null: every promise held. */
  readonly failure: Error | null;
  readonly faults: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly counts: Promises["counts"];
  readonly virtualMs: number;
  readonly trace: readonly string[];
}

/** Builds the world of one seed, lets everything happen in it, and watches the promises until all is closed. */
export async function runSeed(seed: number, options: { readonly trace?: boolean } = {}): Promise<SeedReport> {
  const { stackTraceLimit } = Error;
  // Errors of the cloud are daily bread here, and where they were made costs more than the rest; a replay tells it.
  if (!options.trace) Error.stackTraceLimit = 0;
  try {
    return await runWorld(seed, options.trace ?? false);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function runWorld(seed: number, trace: boolean): Promise<SeedReport> {
  const chance = new Chance(seed, 0);
  // What only a share of the worlds has.
  const features = new Chance(seed, 5);
  const hasAlarms = features.happens(0.3);
  // A day's cap begins anew at midnight.
  const scheduler = new Scheduler(Date.parse(hasAlarms ? "2026-11-19T22:00:00Z" : "2026-11-20T00:00:00Z"));
  const startMs = scheduler.nowMs();
  const endOfTroubleMs = startMs + troubleMs;
  const faults = new RandomFaults(seed, scheduler, endOfTroubleMs);
  const promises = new Promises();
  const dtsOrder = chance.happens(0.5) ? "configure-first" : "buy-first";
  const versions = features.happens(0.15)
    ? new CodeVersions(scheduler, features, endOfTroubleMs, promises.broken)
    : undefined;
  const lifetimes = lifetimesFor(features);
  // A share of the worlds has masters that are cloned. Drawn apart, so that the others stay as they were.
  const clouds = new Chance(seed, 10);
  const hasModern = clouds.happens(0.25);
  const sky = weather(new Chance(seed, 6), scheduler, endOfTroubleMs, (kind) => faults.count(kind));
  const world = new World({
    ...sky,
    ...lifetimes,
    timings: { ...sky.timings, ...lifetimes.timings },
    seed,
    scheduler,
    faults,
    dtsOrder,
    durations: {
      ...durationsFor(chance),
      ...lifetimes.durations,
      ...(features.happens(0.5) ? { alertCoolDownMs: 20 * minuteMs } : {}),
    },
    capabilities: {
      ...databaseCapabilities(new Chance(seed, 12)),
      unboughtJobPrechecks: dtsOrder === "configure-first" || chance.happens(0.5),
      ...(hasModern ? cloneSwitches(clouds) : {}),
    },
    indexLagMs: chance.pick([0, 0, 2_000, 30_000]),
    clockSkewMs: chance.pick([0, 0, -20_000, 20_000]),
    delivery: () => faults.delivery(),
    onlooker: promises,
    ...(versions ? { versions } : {}),
    skipsIdleTicks: true,
    // That a record is the same after it was JSON is tried often enough by a fourth of the worlds.
    remembersRecords: seed % 4 !== 0 && !versions,
    trace,
  });
  const approvals = new WaningApprovals(faults, new Chance(seed, 9), features.happens(0.12));
  promises.add(approvals);
  const people = new People(world, new Chance(seed, 2), () => approvals.ageMs());
  const masters = Array.from({ length: chance.whole(1, 4) }, (_, index) =>
    addMaster(world, chance, `rm-m${index}`, hasModern && clouds.happens(0.6)),
  );
  promises.watch(world, masters, people);
  promises.add(new Lifespans(world, endOfTroubleMs, promises.broken));
  promises.add(new Holds(world, people, promises.broken));
  promises.add(new Clones(world, endOfTroubleMs, promises.broken));
  if (hasModern && clouds.happens(0.3))
    scheduler.after(clouds.whole(0, 200) * minuteMs, () => world.rds.sale.raisePrices(clouds.pick([1.5, 3])));
  const operators = new Operators(world, masters, new Chance(seed, 3));
  operators.actUntil(endOfTroubleMs);
  if (features.happens(0.2)) operators.releaseUntil(endOfTroubleMs + 2 * hourMs);
  new JobTroubles(world, new Chance(seed, 7), (kind) => faults.count(kind)).troubleUntil(endOfTroubleMs);
  const lost = new MastersLost(world, masters, new Chance(seed, 8));
  lost.loseUntil(endOfTroubleMs);
  keepWriting(world, masters, new Chance(seed, 4), endOfTroubleMs);
  const wishes = chance.whole(1, 6);
  const requests = new Requests(world, promises.broken);
  promises.add(requests);
  const requesters = new Requesters(world, (wish, restoreId, body) => requests.accepted(wish, restoreId, body));
  requests.watch(requesters.wishes);
  for (let index = 0; index < wishes; index++) {
    const master = chance.pick(masters);
    requesters.wantAt(startMs + chance.whole(0, 150) * minuteMs, master, new Chance(seed, 100 + index));
  }
  const rules = stormRules(masters, features);
  const alarms = new AlarmQueue(world, rules, features);
  if (hasAlarms) {
    promises.add(new Alarms(world, rules, alarms, promises.broken));
    raiseStorms(world, masters, alarms, features, endOfTroubleMs);
  }
  const isQuiet = () => requesters.isDone && alarms.isEmpty && people.areAnswered;
  const failure = await runToTheEnd(
    world,
    promises,
    isQuiet,
    () => Math.max(faults.lastLandingMs, lost.backMs),
    endOfTroubleMs,
  );
  const restores = world.records().length;
  const { counts, outcomes } = promises;
  const virtualMs = scheduler.nowMs() - startMs;
  return { seed, restores, failure, faults: faults.counts, outcomes, counts, virtualMs, trace: world.trace };
}

/** What the documents leave open about clones. */
function cloneSwitches(chance: Chance): Partial<Capabilities> {
  return {
    masterStatusDuringClone: chance.pick(["Running", "INS_CLONING"]),
    cloneTokenLife: chance.pick(["day", "day", "ten-minutes"]),
    deletedClone: chance.pick(["absent", "Released"]),
  };
}

async function runToTheEnd(
  world: World,
  promises: Promises,
  isQuiet: () => boolean,
  lastEffectMs: () => number,
  endOfTroubleMs: number,
): Promise<Error | null> {
  const { scheduler, durations } = world;
  try {
    await scheduler.run(endOfTroubleMs, () => false);
    const boundMs = endOfTroubleMs + (world.records().length + 1) * sumOfDeadlines(durations);
    const isOver = () => isQuiet() && world.records().every((record) => record.status === "closed");
    // A message that arrives hours late may begin something anew.
    do {
      if (!(await scheduler.run(boundMs, isOver))) {
        const open = world.records().filter((record) => record.status !== "closed");
        throw new PromiseBroken(
          "never-lost",
          open.map(({ restoreId, status }) => `${restoreId} is ${status}`).join(", "),
        );
      }
      await scheduler.run(Math.max(scheduler.nowMs(), lastEffectMs()) + afterwardsMs, () => false);
    } while (!isOver());
    promises.judgeEnd();
    await scheduler.run(scheduler.nowMs(), () => false);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error;
  }
}

/** The longest that one restore may take by its deadlines: each state's, the time that it is kept, and the deletion. */
function sumOfDeadlines(durations: Durations): number {
  const deadlines = Object.entries(durations).filter(([name]) => name.endsWith("DeadlineMs"));
  return deadlines.reduce((sum, [, length]) => sum + length, durations.temporaryInstanceLifeMs + hourMs);
}

/** Most worlds have short deadlines and look seldom, so that deadlines are met often and virtual days are few and cheap. */
function durationsFor(chance: Chance): Partial<Durations> {
  if (chance.happens(0.01)) return defaultDurations;
  return {
    createDeadlineMs: 1 * hourMs,
    confirmDeadlineMs: 2 * hourMs,
    verifyDeadlineMs: 1 * hourMs,
    configureDeadlineMs: 0.5 * hourMs,
    precheckDeadlineMs: 0.5 * hourMs,
    repairDeadlineMs: 1 * hourMs,
    approvalDeadlineMs: 2 * hourMs,
    migrateDeadlineMs: 2 * hourMs,
    compareDeadlineMs: 1 * hourMs,
    closeAddressesDeadlineMs: 2 * hourMs,
    ...(chance.happens(0.05) ? {} : { pollMs: 2 * minuteMs, idlePollMs: 15 * minuteMs, backOffMaxMs: 30 * minuteMs }),
  };
}

/** What documents leave open of databases that RDS restores, differently in each world. */
function databaseCapabilities(chance: Chance): Partial<Capabilities> {
  return {
    restoreIntoMaster: chance.pick(["both", "recovery", "copy", "none"]),
    restoredDatabaseListed: chance.pick(["at-start", "at-end"]),
    statusWhileDatabasesAreRestored: chance.pick(["Running", "Restoring"]),
  };
}

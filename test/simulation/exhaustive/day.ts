import type { Capabilities } from "../../../emulator/capabilities";
import { nudge } from "../../../shared/engine/nudging";
import { makeRestoreId } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { Outcome } from "../../../shared/restore/model/states";
import { type RestoreRequest, restoreRequestSchema } from "../../../shared/restore/request/request";
import { wholeSecond } from "../../../shared/restore/request/whole-seconds";
import type { WriteBackMode } from "../../../shared/restore/write-back";
import type { FaultPlan } from "../process";
import { Clones } from "../promises/clones";
import { Holds } from "../promises/holds";
import { PromiseBroken } from "../promises/promise-broken";
import { askedByAnn } from "../sample-records";
import { World } from "../world";
import { CloseWatch } from "./close-watch";
import { type Script, ScriptedPeople } from "./script";
import { addSmallMaster, masterId, orderCount, type SmallMaster, secretName } from "./small-master";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What other hands see and can do while a restore runs. */
export interface Scene {
  readonly world: World;
  readonly master: SmallMaster;
  readonly people: ScriptedPeople;
}

/** One restore and everything that happens to it. */
export interface Day {
  readonly mode: WriteBackMode;
  readonly dtsOrder: "configure-first" | "buy-first";
  readonly faults?: FaultPlan;
  /** For each message, how much later each copy of it arrives. */
  readonly delivery?: () => readonly number[];
  readonly script?: Script;
  /** Other hands: told of each saved record. */
  readonly hands?: (record: RestoreRecord, scene: Scene) => void;
  /** How it may end; anything else is a finding. */
  readonly ends: readonly Outcome[];
  /** It is closed within this time, or it was held up. */
  readonly withinMs?: number;
  /** How long to look on after it is closed. */
  readonly afterwardsMs?: number;
  readonly restoredName?: string;
  /** A master that RDS clones, and this for its `source`, beside what allows it. Left out: a master with temporary instances. */
  readonly clone?: Partial<RestoreRequest["source"]>;
  readonly capabilities?: Partial<Capabilities>;
}

export interface Evening {
  /** Null: every promise held, and it ended as it may. */
  readonly failure: Error | null;
  readonly outcome: Outcome | null;
}

/** No restore of these days has a reason to take longer. */
const longestMs = 60 * hourMs;

/** Runs one day from the request until the restore is closed and the promises are judged. */
export async function live(day: Day): Promise<Evening> {
  const watch = new CloseWatch((record) => day.hands?.(record, { world, master, people }));
  const world = new World({
    seed: 1,
    dtsOrder: day.dtsOrder,
    capabilities: { unboughtJobPrechecks: day.dtsOrder === "configure-first", ...day.capabilities },
    // Seldom polls make short histories: every call of them is struck.
    durations: { pollMs: 4 * minuteMs, cloneTokenMs: 9 * minuteMs },
    ...(day.faults ? { faults: day.faults } : {}),
    ...(day.delivery ? { delivery: day.delivery } : {}),
    onlooker: watch,
    skipsIdleTicks: true,
  });
  const people = new ScriptedPeople(world, day.script ?? {});
  const master = addSmallMaster(world, day.mode, day.clone !== undefined);
  watch.watch(world, [master], people);
  watch.add(new Holds(world, people, watch.broken));
  watch.add(new Clones(world, world.scheduler.nowMs(), watch.broken));
  const startMs = world.scheduler.nowMs();
  try {
    const restoreId = await accept(world, day);
    const isClosed = () => world.record(restoreId).status === "closed";
    if (!(await world.scheduler.run(startMs + (day.withinMs ?? longestMs), isClosed)))
      throw new PromiseBroken("never-lost", `it is still ${world.record(restoreId).status}`);
    await world.scheduler.run(world.scheduler.nowMs() + (day.afterwardsMs ?? 5 * minuteMs), () => false);
    watch.judgeEnd();
    const { outcome, reason } = world.record(restoreId);
    if (outcome === null || !day.ends.includes(outcome))
      throw new Error(`unexpected-end: ${outcome} ${reason?.code}: ${reason?.text}`);
    return { failure: null, outcome };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { failure: error, outcome: null };
  }
}

const allowedClone = { kind: "clone", allowBilledClone: true, maxHourlyPrice: { amount: 5, currency: "CNY" } };

/** What the API does with a request: the record first, then a nudge. */
async function accept(world: World, day: Day): Promise<string> {
  const nowMs = world.scheduler.nowMs();
  const restoreId = makeRestoreId(nowMs, () => world.random.next());
  const table = day.mode === "same-name" || day.mode === "missing-rows" ? { tables: [{ name: "Orders" }] } : {};
  const request = restoreRequestSchema.parse({
    masterInstanceId: masterId,
    restoreTime: new Date(wholeSecond(nowMs - 2 * hourMs)).toISOString(),
    source: { allowPublicEndpoint: true, ...(day.clone ? { ...allowedClone, ...day.clone } : {}) },
    objects: [{ database: "shop", ...(day.restoredName ? { restoredName: day.restoredName } : {}), ...table }],
    writeBack: day.mode,
    secretName,
    keepHours: 4,
    checks: [
      { name: "orders", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { equals: orderCount } },
    ],
  });
  const deps = world.dependencies(world.outsider());
  const record = askedByAnn(restoreId, request, nowMs);
  const accepting = deps.store.create(record).then(() => nudge(deps, "create-temp-instance", restoreId));
  await world.scheduler.run(nowMs + 50, () => false);
  await accepting;
  return restoreId;
}

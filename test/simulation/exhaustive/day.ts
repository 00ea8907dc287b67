import { nudge } from "../../../shared/engine/nudging";
import { newRecord } from "../../../shared/restore/accept";
import { makeRestoreId } from "../../../shared/restore/names";
import type { RestoreRecord } from "../../../shared/restore/record";
import { restoreRequestSchema, type WriteBackMode } from "../../../shared/restore/request";
import type { Outcome } from "../../../shared/restore/states";
import type { FaultPlan } from "../process";
import { PromiseBroken } from "../promises/promise-broken";
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
  readonly trace?: boolean;
}

export interface Evening {
  /** Null: every promise held, and it ended as it may. */
  readonly failure: Error | null;
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  /** Virtual time from the request to `closed`. */
  readonly durationMs: number;
  readonly trace: readonly string[];
}

/** No restore of these days has a reason to take longer. */
const longestMs = 60 * hourMs;

/** Runs one day from the request until the restore is closed and the promises are judged. */
export async function live(day: Day): Promise<Evening> {
  let scene: Scene | null = null;
  let yesAtMs: number | null = null;
  const watch = new CloseWatch(
    () => scene!.world,
    () => yesAtMs,
  );
  const saved = watch.saved.bind(watch);
  watch.saved = (before, record, json) => {
    saved(before, record, json);
    day.hands?.(record, scene!);
  };
  const world = new World({
    seed: 1,
    dtsOrder: day.dtsOrder,
    capabilities: { unboughtJobPrechecks: day.dtsOrder === "configure-first" },
    // Seldom polls make short histories: every call of them is struck.
    durations: { pollMs: 4 * minuteMs },
    ...(day.faults ? { faults: day.faults } : {}),
    ...(day.delivery ? { delivery: day.delivery } : {}),
    onlooker: watch,
    skipsIdleTicks: true,
    trace: day.trace ?? false,
  });
  const people = new ScriptedPeople(world, day.script ?? {});
  const master = addSmallMaster(world, day.mode);
  scene = { world, master, people };
  watch.watch(world, [master], people);
  const see = people.asked.push.bind(people.asked);
  people.asked.push = (...asked) => {
    if (asked.some((one) => one.kind === "approve"))
      yesAtMs = world.scheduler.nowMs() - (day.script?.approves === "hours-ago" ? 3 * hourMs : 0);
    return see(...asked);
  };
  const startMs = world.scheduler.nowMs();
  try {
    const restoreId = await accept(world, day);
    const isClosed = () => world.record(restoreId).status === "closed";
    if (!(await world.scheduler.run(startMs + (day.withinMs ?? longestMs), isClosed)))
      throw new PromiseBroken("never-lost", `it is still ${world.record(restoreId).status}`);
    const durationMs = world.scheduler.nowMs() - startMs;
    await world.scheduler.run(world.scheduler.nowMs() + (day.afterwardsMs ?? 5 * minuteMs), () => false);
    watch.judgeEnd();
    const { outcome, reason } = world.record(restoreId);
    const ended = { outcome, reason: reason?.code ?? null, durationMs, trace: world.trace };
    const isExpected = outcome !== null && day.ends.includes(outcome);
    return {
      ...ended,
      failure: isExpected ? null : new Error(`unexpected-end: ${outcome} ${reason?.code}: ${reason?.text}`),
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const durationMs = world.scheduler.nowMs() - startMs;
    return { failure: error, outcome: null, reason: null, durationMs, trace: world.trace };
  }
}

/** What the API does with a request: the record first, then a nudge. */
async function accept(world: World, day: Day): Promise<string> {
  const nowMs = world.scheduler.nowMs();
  const restoreId = makeRestoreId(nowMs, () => world.random.next());
  const table = day.mode === "same-name" || day.mode === "missing-rows" ? { tables: [{ name: "Orders" }] } : {};
  const request = restoreRequestSchema.parse({
    masterInstanceId: masterId,
    restoreTime: new Date(nowMs - 2 * hourMs).toISOString(),
    source: { allowPublicEndpoint: true },
    objects: [{ database: "shop", ...(day.restoredName ? { restoredName: day.restoredName } : {}), ...table }],
    writeBack: day.mode,
    secretName,
    keepHours: 4,
    checks: [
      { name: "orders", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { equals: orderCount } },
    ],
  });
  const deps = world.dependencies(world.outsider());
  const record = newRecord({
    restoreId,
    request,
    requestedBy: "ann",
    origin: "person",
    automaticApprovalAllowed: false,
    nowMs,
  });
  const accepting = deps.store.create(record).then(() => nudge(deps, "create-temp-instance", restoreId));
  await world.scheduler.run(nowMs + 50, () => false);
  await accepting;
  return restoreId;
}

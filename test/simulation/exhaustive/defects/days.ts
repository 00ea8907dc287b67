import { ServiceError } from "../../../../emulator/core/service-error";
import { Database } from "../../../../emulator/data/database";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import type { Strike } from "../../process";
import type { Day, Scene } from "../day";
import { masterId } from "../small-master";
import { Strikes } from "../strikes";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const collation = "Chinese_PRC_CI_AS";

/** The first call of this name is struck. */
export function struck(label: string, strike: Strike, { landsAfterMs = 0 } = {}): Strikes {
  return new Strikes(new Map([[0, strike]]), { counts: (called) => called === label, landsAfterMs });
}

/** Acts once, on the first record for which it is time. */
export function once(
  isTime: (record: RestoreRecord) => boolean,
  act: (scene: Scene, record: RestoreRecord) => void,
): NonNullable<Day["hands"]> {
  let done = false;
  return (record, scene) => {
    if (done || !isTime(record)) return;
    done = true;
    act(scene, record);
  };
}

/** Acts as soon as DTS writes. */
function whenWriting(act: (scene: Scene, jobId: string) => void): NonNullable<Day["hands"]> {
  const look = (scene: Scene): void => {
    scene.world.settle();
    const writing = scene.world.dts.jobs().find((job) => job.status === "Migrating");
    if (writing) act(scene, writing.id);
    else scene.world.scheduler.after(secondMs, () => look(scene));
  };
  return once(
    (record) => record.status === "starting",
    (scene) => look(scene),
  );
}

/** The job fails as soon as DTS has made the table. */
function failOnceMade(scene: Scene, jobId: string): void {
  const { world, master } = scene;
  world.settle();
  if (master.instance.data.database("shop")?.table("dbo", "Orders")) world.dts.failJob(jobId, "the source broke");
  else world.scheduler.after(10, () => failOnceMade(scene, jobId));
}

/** From now on lists do not show the instance yet, and the next read by its id says that there is none. */
function missOnce({ world }: Scene, record: RestoreRecord): void {
  const sound = world.rds.call.bind(world.rds);
  const id = record.temporaryInstance?.id;
  let isMissed = false;
  world.rds.call = (action, parameters) => {
    if (!isMissed && action === "DescribeDBInstances")
      return { ...sound(action, parameters), Items: { DBInstance: [] } };
    if (isMissed || action !== "DescribeDBInstanceAttribute" || parameters["DBInstanceId"] !== id)
      return sound(action, parameters);
    isMissed = true;
    throw new ServiceError(404, "InvalidDBInstanceId.NotFound", "a stale read");
  };
}

export const plain: Day = { mode: "side-by-side", dtsOrder: "configure-first", ends: ["succeeded"] };

/** Days on which a sound product keeps every promise; each makes another carelessness show. Made anew for each run. */
export const days: Readonly<Record<string, () => Day>> = {
  "a quiet day": () => plain,
  "a quiet day, bought first": () => ({ ...plain, dtsOrder: "buy-first" }),
  "every message arrives twice": () => ({ ...plain, delivery: () => [0, 0] }),
  "a run is killed, and its message comes again before its lease ends": () => ({
    ...plain,
    faults: struck("rds AllocateInstancePublicConnection", "kill-after"),
    delivery: () => [0, 125 * secondMs],
  }),
  "the answer of the create is lost": () => ({
    ...plain,
    faults: struck("rds CreateTempDBInstance", "lost-reply"),
    withinMs: 3 * hourMs,
  }),
  "the create is lost, and a colleague makes an instance by hand": () => ({
    ...plain,
    faults: struck("rds CreateTempDBInstance", "lost-request"),
    script: { isOurs: () => false },
    hands: once(
      (record) => record.intent?.call.kind === "create-temporary-instance",
      ({ world }) =>
        world.scheduler.after(minuteMs, () =>
          world.rds.createTemporaryInstanceByHand(masterId, world.scheduler.nowMs() - 3 * hourMs),
        ),
    ),
    ends: ["failed"],
  }),
  "the answer of the create is lost, and somebody cancels": () => ({
    ...plain,
    faults: struck("rds CreateTempDBInstance", "lost-request"),
    hands: once(
      (record) => record.intent?.call.kind === "create-temporary-instance",
      ({ people }, record) => people.ask("cancel", record),
    ),
    ends: ["cancelled"],
  }),
  "the configure lands when nobody waits for it any more": () => ({
    ...plain,
    faults: struck("dts ConfigureDtsJob", "lands-late", { landsAfterMs: 15 * minuteMs }),
    afterwardsMs: 2 * hourMs,
  }),
  "the answer of an empty purchase is lost": () => ({
    ...plain,
    dtsOrder: "buy-first",
    faults: struck("dts CreateDtsInstance", "lost-reply"),
  }),
  "the answer of the purchase is lost": () => ({ ...plain, faults: struck("dts CreateDtsInstance", "lost-reply") }),
  "the answer of a save is lost": () => ({
    ...plain,
    faults: struck("tablestore PutRow restores", "lost-reply"),
    withinMs: 75 * minuteMs,
  }),
  "nobody approves": () => ({ ...plain, script: { approves: "never" }, ends: ["expired"] }),
  "somebody approves another plan": () => ({ ...plain, script: { approves: "another-plan" }, ends: ["expired"] }),
  "an approval is read hours late": () => ({ ...plain, script: { approves: "hours-ago" }, ends: ["expired"] }),
  "RDS does not answer while an approval passes its hour": () => ({
    ...plain,
    script: { approves: "almost-an-hour-ago" },
    hands: once(
      (record) => record.status === "starting",
      ({ world }) => {
        const sound = world.rds.call.bind(world.rds);
        const untilMs = world.scheduler.nowMs() + 15 * minuteMs;
        world.rds.call = (action, parameters) => {
          if (world.scheduler.nowMs() < untilMs) throw new ServiceError(503, "Throttling.User", "come back later");
          return sound(action, parameters);
        };
      },
    ),
    ends: ["failed"],
  }),
  "somebody stops the migration job halfway": () => ({
    ...plain,
    hands: whenWriting(({ world }, jobId) => {
      world.dts.call("StopDtsJob", { RegionId: "cn-hangzhou", DtsJobId: jobId });
    }),
    ends: ["failed"],
  }),
  "the migration fails halfway": () => ({
    ...plain,
    hands: whenWriting(({ world }, jobId) => world.dts.failJob(jobId, "the source broke")),
    ends: ["failed"],
  }),
  "the migration of a dropped table fails once the table is made": () => ({
    ...plain,
    mode: "same-name",
    hands: whenWriting((scene, jobId) => failOnceMade(scene, jobId)),
    ends: ["failed"],
  }),
  "a row is lost on the copy before it is compared": () => ({
    ...plain,
    hands: once(
      (record) => record.status === "comparing",
      ({ world, master }, record) => {
        const copy = master.instance.data.database(record.plan!.databases[0]!.targetDatabase)!;
        const [id] = [...copy.table("dbo", "Orders")!.rows.keys()];
        const lost = { kind: "delete", schema: "dbo", table: "Orders", ids: [id!] } as const;
        copy.commit(world.scheduler.nowMs(), [lost]);
      },
    ),
    ends: ["failed", "finished-unverified"],
  }),
  "the temporary instance is made a regular one": () => ({
    ...plain,
    hands: (record, { world }) => {
      const id = record.temporaryInstance?.id ?? "";
      if (record.status === "cleaning-up") Object.assign(world.rds.instance(id) ?? {}, { type: "Primary" });
      if (record.status === "closed") world.rds.releaseEarly(id);
    },
  }),
  "a read says once that the instance is gone": () => ({
    ...plain,
    hands: once((record) => record.status === "cleaning-up", missOnce),
  }),
  "a read says once that the instance is gone that is held": () => ({
    ...plain,
    mode: "none",
    script: { keeps: true },
    hands: once((record) => record.status === "holding", missOnce),
    ends: ["inspected"],
  }),
  "somebody makes a database of the same name before the approval": () => ({
    ...plain,
    restoredName: "shop_copy",
    hands: once(
      (record) => record.status === "awaiting-approval",
      ({ world, master }) => {
        world.rds.createDatabase(master.instance, "shop_copy", collation);
        master.shadow.set("shop_copy", new Database("shop_copy", collation, world.scheduler.nowMs()));
      },
    ),
    ends: ["failed"],
  }),
};

import { CloudError } from "../../../shared/cloud/cloud-error";
import { tick } from "../../../shared/engine/poll";
import { sweep } from "../../../shared/engine/sweep";
import { makeRestoreId } from "../../../shared/restore/model/names";
import { Desk, hour, minute } from "../api/desk";

/** What should not be there: ours goes after the usual checks, everything else is named and left alone. */
let desk: Desk;

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
  // The poller's own sweep is not due before an hour has gone.
  await tick(desk.deps);
});

/** The lists of RDS and DTS are a little behind. */
const pass = (milliseconds = 5 * minute) => desk.world.scheduler.run(desk.nowMs + milliseconds, () => false);
/** A restore at rest, so that only the sweep looks at it. */
const place = (changes: Parameters<Desk["place"]>[0]) => desk.place(changes, desk.nowMs + 20 * hour);

function configure(name: string) {
  const credentials = { userName: "dba", password: "Secret-1" };
  return desk.deps.dts.configureJob({
    name,
    jobId: null,
    dtsInstanceId: null,
    sourceInstanceId: "rm-shop",
    sourceCredentials: credentials,
    destinationInstanceId: "rm-shop",
    destinationCredentials: credentials,
    objects: JSON.stringify({ shop: { name: "shop-copy", all: true } }),
    migrateStructure: true,
    targetTableMode: "0",
  });
}

const instanceIds = () => desk.world.rds.instances().map((instance) => instance.id);
const temporary = () => desk.world.rds.createTemporaryInstanceByHand("rm-shop", desk.nowMs - 3 * hour);
const ledger = (id: string) => ({ id, origin: "answer" as const, createdAtMs: null, missingSinceMs: null });

test("a job of a closed restore is deleted, one of an open restore stays", async () => {
  const closed = await configure(`${await place({ status: "closed" })}-1`);
  const open = await configure(`${await place({ status: "prechecking" })}-1`);
  await pass();
  expect(await sweep(desk.deps)).toMatchObject({ deletedJobs: [closed.jobId], foreign: [] });
  expect(desk.world.dts.jobs().map((job) => job.id)).toEqual([open.jobId]);
});

test("a job with our kind of name that no restore knows is named and left alone", async () => {
  const { jobId } = await configure(`${makeRestoreId(desk.nowMs, () => 0.5)}-1`);
  await pass();
  const report = await sweep(desk.deps);
  expect(report).toMatchObject({ deletedJobs: [], foreign: [expect.stringContaining(jobId)] });
  expect(desk.world.dts.jobs()).toHaveLength(1);
});

test("an instance of a closed restore is deleted, one of an open restore stays", async () => {
  const { id } = temporary();
  const restoreId = await place({ status: "holding", temporaryInstance: ledger(id) });
  await pass(30 * minute);
  expect(await sweep(desk.deps)).toMatchObject({ deletedInstances: [], foreign: [] });
  const found = await desk.deps.store.read(restoreId);
  await desk.deps.store.save(found!, { ...found!.record, status: "closed" });
  expect(await sweep(desk.deps)).toMatchObject({ deletedInstances: [id], foreign: [] });
  await pass(20 * minute);
  expect(instanceIds()).toEqual(["rm-shop"]);
});

test("a foreign instance is named and left alone, also where a restore merely suspects it", async () => {
  const { id, createdAtMs } = temporary();
  await place({ status: "closed", candidate: { id, createdAtMs } });
  await pass(30 * minute);
  expect(await sweep(desk.deps)).toMatchObject({ deletedInstances: [], foreign: [expect.stringContaining(id)] });
  expect(instanceIds()).toEqual(["rm-shop", id]);
});

test("a purchase whose answer was lost is named for as long as it exists, long after the watch over it", async () => {
  const deps = { ...desk.deps, settings: { ...desk.deps.settings, dtsOrder: "buy-first" as const } };
  const { dtsInstanceId, jobId } = await deps.dts.buy({ jobId: null, autoStart: false });
  await pass();
  // A restore that is just about to configure its own purchase looks the same.
  expect(await sweep(deps)).toMatchObject({ unconfigured: [] });
  await pass(50 * hour);
  expect(await sweep(deps)).toMatchObject({ unconfigured: [expect.stringContaining(dtsInstanceId)], deletedJobs: [] });
  expect(await sweep(desk.deps)).toMatchObject({ unconfigured: [] });
  await deps.dts.deleteJob(jobId);
  await pass();
  expect(await sweep(deps)).toMatchObject({ unconfigured: [] });
});

describe("what one part of the sweep fails at", () => {
  const spoil = (restoreId: string, record: string) => {
    const { columns } = desk.world.tablestore.getRow({ table: "restores", primaryKey: { restoreId } })!;
    const condition = { row: "EXPECT_EXIST" } as const;
    desk.world.tablestore.putRow({
      table: "restores",
      primaryKey: { restoreId },
      columns: { ...columns, record },
      condition,
    });
  };

  test.each([
    [
      "of a newer version of the functions",
      (json: string) => JSON.stringify({ ...JSON.parse(json), schemaVersion: 2 }),
    ],
    ["that is no record at all", () => "{}"],
  ])("a row %s keeps nothing else from being swept", async (_what, spoiled) => {
    const bad = await place({ status: "closed" });
    const kept = await configure(`${bad}-1`);
    const { id } = temporary();
    const closed = await place({ status: "closed", temporaryInstance: ledger(id) });
    const job = await configure(`${closed}-1`);
    spoil(bad, spoiled(JSON.stringify(desk.world.record(bad))));
    await pass(30 * minute);
    expect(await sweep(desk.deps)).toMatchObject({ deletedJobs: [job.jobId] });
    expect(desk.world.dts.jobs().map((one) => one.id)).toEqual([kept.jobId]);
  });

  test("DTS, when it answers nothing, keeps no instance from being deleted", async () => {
    const { id } = temporary();
    await place({ status: "closed", temporaryInstance: ledger(id) });
    await pass(30 * minute);
    const refuse = () => Promise.reject(new CloudError("refused", "dts", "DescribeDtsJobs", "Forbidden.RAM", "no"));
    const dts = Object.assign(Object.create(desk.deps.dts), { listJobsByPrefix: refuse });
    expect(await sweep({ ...desk.deps, dts })).toMatchObject({ deletedJobs: [], deletedInstances: [id] });
  });
});

test("one sweep an hour, however many ticks there are", async () => {
  const sweeps = () => desk.world.logs.filter((line) => line.includes('"message":"sweep"')).length;
  expect(sweeps()).toBe(1);
  await pass(59 * minute);
  expect(sweeps()).toBe(1);
  await pass(2 * minute);
  expect(sweeps()).toBe(2);
});

import { runStep } from "../../../shared/engine/step";
import { whitelistGroup } from "../../../shared/restore/openings";
import { Desk, hour } from "../api/desk";

/** What took so long to read that the lease no longer covers a call is on the record for the next run. */
test("a survey of the master that used up its run is not made again", async () => {
  const desk = await Desk.open({ vpcId: null });
  desk.addMaster();
  const { id } = desk.world.rds.createTemporaryInstanceByHand("rm-shop", desk.nowMs - 3 * hour);
  await desk.world.scheduler.run(desk.nowMs + hour, () => false);
  const { rds, dts, settings, durations } = desk.deps;
  let nowMs = desk.nowMs;
  const placed = await desk.place({
    status: "configuring",
    statusSinceMs: nowMs,
    source: { kind: "native", because: "", cost: "", others: [] },
    temporaryInstance: { id, origin: "answer", createdAtMs: null, missingSinceMs: null },
    expiresAtMs: nowMs + 20 * hour,
  });
  const wanted = [...settings.egressAddresses, ...(await dts.listServerAddresses())];
  for (const instanceId of [id, "rm-shop"]) await rds.coverWhitelistGroup(instanceId, whitelistGroup(placed), wanted);
  const listDatabases = rds.listDatabases.bind(rds);
  const slowly = async (instanceId: string) => {
    nowMs += durations.leaseMs - durations.callTimeoutMs + 1;
    return listDatabases(instanceId);
  };
  const run = () => runStep({ ...desk.deps, clock: { nowMs: () => nowMs } }, "precheck-migration", placed);
  Object.assign(rds, { listDatabases: slowly });
  expect(await run()).toMatchObject({ kind: "ran", to: "configuring", call: null });
  expect(desk.world.record(placed).target).toMatchObject({ obstacle: null, unseen: true });
  Object.assign(rds, { listDatabases });
  expect(await run()).toMatchObject({ call: "configure-job" });
});

import { SqlServerData } from "../../emulator/data/sql-server-data";
import { nudge } from "../../shared/engine/nudging";
import { makeCommandId, makeRestoreId } from "../../shared/restore/model/names";
import { restoreRequestSchema } from "../../shared/restore/request/request";
import { askedByAnn } from "../simulation/sample-records";
import type { World } from "../simulation/world";

const hourMs = 3_600_000;

/** A master with one small table, emptied an hour ago. */
export function addBenchMaster(world: World, masterInstanceId: string): void {
  const nowMs = world.scheduler.nowMs();
  const data = new SqlServerData();
  data.setLogin({ name: "dba", password: "Bench-1", super: true, rights: {} }, nowMs - 40 * hourMs);
  const shop = data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 40 * hourMs);
  const columns = [{ name: "Id", type: { name: "int" as const }, nullable: false }];
  const definition = {
    schema: "dbo",
    name: "Orders",
    columns,
    primaryKey: { name: "PK_Orders", columns: ["Id"] },
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
  };
  shop.commit(nowMs - 40 * hourMs, [{ kind: "create-table", definition }]);
  shop.commit(nowMs - 39 * hourMs, [
    { kind: "insert", schema: "dbo", table: "Orders", rows: Array.from({ length: 20 }, (_, index) => [index]) },
  ]);
  shop.commit(nowMs - hourMs, [
    { kind: "delete", schema: "dbo", table: "Orders", ids: [...shop.table("dbo", "Orders")!.rows.keys()] },
  ]);
  world.rds.addInstance({
    id: masterInstanceId,
    collation: "Chinese_PRC_CI_AS",
    storageGb: 100,
    createdAtMs: nowMs - 240 * hourMs,
    whitelist: { default: ["192.168.0.0/16"] },
    data,
  });
  world.kms.createSecret(
    `rewind/${masterInstanceId}/dba`,
    JSON.stringify({ AccountName: "dba", AccountPassword: "Bench-1" }),
  );
}

export function startRestore(world: World, masterInstanceId: string): void {
  const nowMs = world.scheduler.nowMs();
  const restoreId = makeRestoreId(nowMs, () => world.random.next());
  const request = restoreRequestSchema.parse({
    masterInstanceId,
    restoreTime: new Date(nowMs - 2 * hourMs).toISOString(),
    source: { allowPublicEndpoint: true },
    objects: [{ database: "shop" }],
    secretName: `rewind/${masterInstanceId}/dba`,
    keepHours: 1,
  });
  const deps = world.dependencies(world.outsider());
  void deps.store
    .create(askedByAnn(restoreId, request, nowMs))
    .then(() => nudge(deps, "create-temp-instance", restoreId));
}

/** Approves whatever awaits it, until all restores are closed. */
export async function approveAll(world: World, count: number): Promise<void> {
  const deps = world.dependencies(world.outsider());
  const untilMs = world.scheduler.nowMs() + 48 * hourMs;
  for (;;) {
    await world.scheduler.run(world.scheduler.nowMs() + 5 * 60_000, () => false);
    const records = world.records();
    if (records.length === count && records.every((record) => record.status === "closed")) break;
    if (world.scheduler.nowMs() > untilMs)
      throw new Error(`not closed in time: ${records.find((record) => record.status !== "closed")?.status}`);
    for (const record of records) {
      if (record.status !== "awaiting-approval" || record.approval) continue;
      const atMs = world.scheduler.nowMs();
      const command = {
        restoreId: record.restoreId,
        commandId: makeCommandId(atMs, () => 0.5),
        kind: "approve" as const,
        by: "bob",
        atMs,
        planHash: record.planHash,
        keepHours: null,
        instanceId: null,
        ours: null,
        state: "pending" as const,
        text: null,
      };
      void deps.store.addCommand(command).then(() => nudge(deps, "poll-restores", record.restoreId));
    }
  }
  const failed = world.records().filter((record) => record.outcome !== "succeeded");
  if (failed.length > 0) throw new Error(`${failed.length} did not succeed: ${failed[0]!.reason?.text}`);
}

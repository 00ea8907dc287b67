import type { Database } from "../../emulator/data/database";
import { SqlServerData } from "../../emulator/data/sql-server-data";
import { nudge } from "../../shared/engine/nudging";
import { makeCommandId, makeRestoreId } from "../../shared/restore/model/names";
import { restoreRequestSchema } from "../../shared/restore/request/request";
import { wholeSecond } from "../../shared/restore/request/whole-seconds";
import { askedByAnn } from "./sample-records";
import { World } from "./world";

const minute = 60_000;
const hour = 60 * minute;

function addMaster(world: World): Database {
  const nowMs = world.scheduler.nowMs();
  const data = new SqlServerData();
  data.setLogin({ name: "dba", password: "Secret-1", super: true, rights: {} }, nowMs - 40 * hour);
  const shop = data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 40 * hour);
  const columns = [
    { name: "Id", type: { name: "int" as const }, nullable: false },
    { name: "Text", type: { name: "nvarchar" as const, length: 50 }, nullable: true },
  ];
  const definition = {
    schema: "dbo",
    name: "Orders",
    columns,
    primaryKey: { name: "PK_Orders", columns: ["Id"] },
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
  };
  shop.commit(nowMs - 40 * hour, [{ kind: "create-table", definition }]);
  shop.commit(nowMs - 39 * hour, [
    {
      kind: "insert",
      schema: "dbo",
      table: "Orders",
      rows: Array.from({ length: 40 }, (_, index) => [index, `row ${index}`]),
    },
  ]);
  shop.commit(nowMs - 1 * hour, [
    { kind: "delete", schema: "dbo", table: "Orders", ids: [...shop.table("dbo", "Orders")!.rows.keys()] },
  ]);
  world.rds.addInstance({
    id: "rm-shop",
    engineVersion: "2008r2",
    storageType: "local_ssd",
    storageGb: 100,
    collation: "Chinese_PRC_CI_AS",
    createdAtMs: nowMs - 240 * hour,
    whitelist: { default: ["192.168.0.0/16"] },
    data,
  });
  world.kms.createSecret("rewind/rm-shop/dba", JSON.stringify({ AccountName: "dba", AccountPassword: "Secret-1" }));
  return shop;
}

describe.each(["configure-first", "buy-first"] as const)("a restore in the order %s", (dtsOrder) => {
  test.each([true, false])(
    "a restore in the order %s ends with the rows back and nothing left (public endpoint allowed: %s)",
    async (allowPublicEndpoint) => {
      const world = new World({
        seed: 1,
        trace: true,
        dtsOrder,
        capabilities: { unboughtJobPrechecks: dtsOrder === "configure-first" },
      });
      addMaster(world);
      const nowMs = world.scheduler.nowMs();
      const restoreId = makeRestoreId(nowMs, () => world.random.next());
      const request = restoreRequestSchema.parse({
        masterInstanceId: "rm-shop",
        restoreTime: new Date(wholeSecond(nowMs - 2 * hour)).toISOString(),
        source: { allowPublicEndpoint },
        objects: [{ database: "shop" }],
        secretName: "rewind/rm-shop/dba",
        checks: [{ name: "orders", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { equals: 40 } }],
      });
      const deps = world.dependencies(world.outsider());
      const started = (async () => {
        await deps.store.create(askedByAnn(restoreId, request, nowMs));
        await nudge(deps, "create-temp-instance", restoreId);
      })();
      await world.scheduler.run(nowMs + 2_000, () => false);
      await started;
      const reach = async (status: string) => {
        const reached = await world.scheduler.run(world.scheduler.nowMs() + 30 * hour, () =>
          ["closed", "holding", status].includes(world.record(restoreId).status),
        );
        if (!reached || world.record(restoreId).status !== status)
          throw new Error(
            `${world.record(restoreId).status} ${JSON.stringify(world.record(restoreId).reason)}\n${world.trace.slice(-60).join("\n")}`,
          );
      };
      await reach("awaiting-approval");
      const record = world.record(restoreId);
      expect(world.rds.instance("rm-shop")!.data.databases()).toHaveLength(1);
      const approving = (async () => {
        const atMs = world.scheduler.nowMs();
        await deps.store.addCommand({
          restoreId,
          commandId: makeCommandId(atMs, () => 0.5),
          kind: "approve",
          by: "bob",
          atMs,
          planHash: record.planHash,
          keepHours: null,
          instanceId: null,
          ours: null,
          state: "pending",
          text: null,
        });
        await nudge(deps, "poll-restores", restoreId);
      })();
      await reach(allowPublicEndpoint ? "closed" : "holding");
      await approving;
      const done = world.record(restoreId);
      expect(done).toMatchObject({ outcome: allowPublicEndpoint ? "succeeded" : "finished-unverified" });
      const restored = world.rds.instance("rm-shop")!.data.database(record.plan!.databases[0]!.targetDatabase)!;
      expect([...restored.table("dbo", "Orders")!.rows.values()]).toEqual(
        Array.from({ length: 40 }, (_, index) => [index, `row ${index}`]),
      );
      expect(world.dts.jobs()).toEqual([]);
      await world.scheduler.run(world.scheduler.nowMs() + 60 * hour, () => world.record(restoreId).status === "closed");
      expect(world.rds.instances().map((instance) => instance.id)).toEqual(["rm-shop"]);
      expect(
        [...world.rds.instance("rm-shop")!.whitelist.entries()]
          .filter(([name]) => name !== "default")
          .map(([, entries]) => entries),
      ).toEqual([["127.0.0.1"]]);
      expect(world.logs.join("\n")).not.toContain("Secret-1");
    },
  );
});

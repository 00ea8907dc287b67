import { modernEngine } from "../../deploy/sample";
import type { Row } from "../../emulator/data/database";
import type { TableDefinition } from "../../emulator/data/table-definition";
import { TediousClient } from "../emulator/sql-server/tedious-client";
import { allowedActions } from "./allowed-actions";
import { inKeyOrder, nothingLeft, Scene, type Shop } from "./scene";

/** Each write-back mode through s.yaml, the rows on the master asserted; and the ways that need people. Each test has its own master. */
const alertRules = [
  {
    name: "rows deleted",
    match: { masterInstanceId: "rm-alert", metricName: "DeletedRows" },
    minutesBefore: 2,
    objects: [{ database: "shop", tables: [{ name: "Orders" }] }],
    checks: [
      { name: "orders were there", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: 1 } },
    ],
    secretName: "rewind/rm-alert/dba",
    allowPublicEndpoint: true,
  },
];
let opened: Promise<Scene> | undefined;
const scene = () => {
  // RDS refuses the first of its two calls that restore databases, so that both are sent.
  opened ??= Scene.open({ settings: { alertRules }, cloud: { capabilities: { restoreIntoMaster: "copy" } } });
  return opened;
};
afterAll(async () => {
  const used = (await opened)?.local.cloud.access.usedBy("rewind-local-engine");
  await (await opened)?.close();
  // A job is stopped where a write is cancelled (configure-first). Everything else that the role may do was needed here.
  expect(used).toEqual(allowedActions("engine").filter((action) => action !== "dts:StopDtsJob"));
});
jest.setTimeout(600_000);

/** A change on the master now, as an application or a person at a SQL prompt makes it. */
function changeNow(
  shop: Shop,
  table: string,
  change: (rows: ReadonlyMap<number, Row>) => { deleted?: number[]; updated?: { id: number; row: Row }[] },
): void {
  const { database } = shop.sample.shop;
  const { deleted = [], updated = [] } = change(database.table("dbo", table)!.rows);
  const atMs = shop.scene.local.cloud.clock.nowMs();
  if (deleted.length > 0) database.commit(atMs, [{ kind: "delete", schema: "dbo", table, ids: deleted }]);
  if (updated.length > 0) database.commit(atMs, [{ kind: "update", schema: "dbo", table, rows: updated }]);
}

test.concurrent("same-name: a dropped table comes back under its name, row by row", async () => {
  const shop = await (await scene()).addShop("rm-samename");
  shop.sample.shop.database.commit(shop.scene.local.cloud.clock.nowMs(), [
    { kind: "drop-table", schema: "dbo", table: "Orders" },
  ]);
  const restoreId = await shop.start({ writeBack: "same-name" });
  await shop.approve(restoreId);
  const closed = await shop.reach(restoreId, "closed", "holding");
  expect(closed).toMatchObject({
    status: "closed",
    outcome: "succeeded",
    leftOnMaster: [
      { kind: "table", sizeBytes: shop.tableBytes("shop", "Orders"), sql: "DROP TABLE [shop].[dbo].[Orders];" },
    ],
  });
  expect(shop.rows("shop", "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
  expect(shop.databases()).toEqual(["shop"]);
  expect(shop.leftovers()).toEqual(nothingLeft);
});

test.concurrent("same-name: a table that is there is never overwritten", async () => {
  const shop = await (await scene()).addShop("rm-sametaken");
  const restoreId = await shop.start({ writeBack: "same-name" });
  expect(await shop.reach(restoreId, "holding", "closed", "precheck-failed")).toMatchObject({
    outcome: "failed",
    reason: { code: "target-exists" },
    leftOnMaster: [],
  });
  expect(shop.rows("shop", "Orders")).toEqual([]);
});

test.concurrent("A database of SQL Server 2019 is restored by RDS beside the damaged one, checked there, and can be dropped by the statement", async () => {
  const shop = await (await scene()).addShop("rm-modern", modernEngine);
  const restoreId = await shop.start({ source: {}, objects: [{ database: "shop" }] });
  const awaiting = await shop.approve(restoreId);
  expect(shop.databases()).toEqual(["shop"]);
  expect(awaiting.plan?.notes.join(" ")).toContain("no call that stops");
  const closed = await shop.reach(restoreId, "closed", "holding");
  const name = awaiting.plan!.databases[0]!.targetDatabase;
  expect(name).toBe(`shop_r0${restoreId.slice(2)}`);
  expect(closed).toMatchObject({
    status: "closed",
    outcome: "succeeded",
    reason: { code: "databases-arrived" },
    comparison: { checks: [{ passed: true }] },
    leftOnMaster: [{ kind: "database", name, sizeBytes: expect.any(Number) }],
  });
  expect(shop.rows(name, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
  expect(shop.rows("shop", "Orders")).toEqual([]);
  expect(shop.leftovers()).toEqual(nothingLeft);
  const { instance, logins } = shop.sample;
  const { userName: user, password } = logins.dba;
  const dba = await TediousClient.connect(instance.privateAddress!, { user, password });
  const { sql } = closed.leftOnMaster[0]!;
  await dba.query(sql);
  expect(shop.databases()).toEqual(["shop"]);
  // People give the live database the name of the copy: what is older than the restore is not dropped.
  instance.data.createDatabase(name, "Chinese_PRC_CI_AS", Date.parse(shop.restoreTime));
  await expect(dba.query(sql)).rejects.toThrow("Not dropped");
  expect(shop.databases()).toEqual(["shop", name]);
  await dba.close();
});

test.concurrent("missing-rows: adds what is missing, and changed rows stay as they are, which the plan says in plain words", async () => {
  const shop = await (await scene()).addShop("rm-missing");
  const before = shop.rows("shop", "OrderLines");
  changeNow(shop, "OrderLines", (rows) => {
    const ids = [...rows.keys()];
    return {
      deleted: ids.slice(0, 500),
      updated: ids.slice(500, 510).map((id) => ({ id, row: [...rows.get(id)!.slice(0, 3), 99, rows.get(id)![4]!] })),
    };
  });
  const changed = shop.rows("shop", "OrderLines").filter((row) => row[3] === 99);
  const restoreId = await shop.start({
    writeBack: "missing-rows",
    objects: [{ database: "shop", tables: [{ name: "OrderLines" }] }],
    checks: [],
  });
  const awaiting = await shop.approve(restoreId);
  expect(awaiting.plan?.notes.join(" ")).toMatch(/stay as they are/);
  const done = await shop.reach(restoreId, "closed", "holding");
  expect(done.outcome).toBe("succeeded");
  const after = shop.rows("shop", "OrderLines");
  expect(after).toHaveLength(before.length);
  expect(after.filter((row) => row[3] === 99)).toEqual(changed);
  const untouched = (rows: Row[]) =>
    rows.filter((row) => !changed.some((other) => other[0] === row[0] && other[1] === row[1]));
  expect(untouched(after)).toEqual(untouched(before));
  expect(shop.leftovers()).toMatchObject({ jobs: [], openGroups: [] });
});

test.concurrent("missing-rows: a key whose text changed is the same key where the master says so, and is told of", async () => {
  const shop = await (await scene()).addShop("rm-keytext");
  const { database } = shop.sample.shop;
  const madeMs = Date.parse(shop.restoreTime) + 65_000;
  const definition: TableDefinition = {
    schema: "dbo",
    name: "Codes",
    columns: [
      { name: "Code", type: { name: "nvarchar", length: 20 }, nullable: false },
      { name: "Qty", type: { name: "int" }, nullable: true },
    ],
    primaryKey: { name: "PK_Codes", columns: ["Code"] },
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
  };
  database.commit(madeMs, [
    { kind: "create-table", definition },
    {
      kind: "insert",
      schema: "dbo",
      table: "Codes",
      rows: [
        ["abc", 1],
        ["def", 2],
        ["ghi", 3],
      ],
    },
  ]);
  changeNow(shop, "Codes", (rows) => {
    const [abc, def] = [...rows.keys()];
    return { updated: [{ id: abc!, row: ["ABC", 1] }], deleted: [def!] };
  });
  const restoreId = await shop.start({
    writeBack: "missing-rows",
    restoreTime: new Date(Math.ceil(madeMs / 1000) * 1000 + 5_000).toISOString(),
    objects: [{ database: "shop", tables: [{ name: "Codes" }] }],
    checks: [],
  });
  const awaiting = await shop.approve(restoreId);
  expect(awaiting.plan?.notes).toContain(
    "shop.dbo.Codes: 1 of 3 rows is missing and is added; 1 row has other values and stays.",
  );
  const done = await shop.reach(restoreId, "closed", "holding");
  expect(done).toMatchObject({ outcome: "succeeded", reason: { code: "no-row-missing" } });
  expect(done.reason?.text).toContain(
    "No key of the backup is absent on the master: 3 rows of 1 table. 1 row was added.",
  );
  expect(done.comparison?.tables).toMatchObject([{ missing: 0, different: 1, extra: 0, verdict: "equal" }]);
  expect(
    shop
      .rows("shop", "Codes")
      .map((row) => row[0])
      .sort(),
  ).toEqual(["ABC", "def", "ghi"]);
});

test.concurrent("none: the instance is inspected and held, kept longer on request, and released", async () => {
  const shop = await (await scene()).addShop("rm-inspect");
  const restoreId = await shop.start({ writeBack: "none", keepHours: 1 });
  const held = await shop.reach(restoreId, "holding");
  expect(held).toMatchObject({ outcome: "inspected", plan: null, leftOnMaster: [] });
  expect(shop.leftovers()).toMatchObject({
    jobs: [],
    openGroups: [],
    temporaryInstances: [expect.stringContaining("rm-inspect")],
  });
  await shop.command(restoreId, "extend", { keepHours: 5 });
  await shop.command(restoreId, "release");
  await shop.reach(restoreId, "closed");
  expect(await shop.timeline(restoreId)).toMatch(/extend by bob/);
  expect(shop.databases()).toEqual(["shop"]);
  expect(shop.leftovers()).toEqual(nothingLeft);
});

test.concurrent("a failed precheck names cause and remedy; repaired and retried, the rows come back", async () => {
  const shop = await (await scene()).addShop("rm-precheck");
  const { kms } = shop.scene.local.cloud;
  const { dba, report } = shop.sample.logins;
  kms.createSecret(
    "rewind/rm-precheck/other",
    JSON.stringify({ AccountName: report.userName, AccountPassword: report.password }),
  );
  // Copy first: the master is not looked at before, so only DTS's own precheck can find the missing right.
  const restoreId = await shop.start({
    secretName: "rewind/rm-precheck/other",
    source: { allowPublicEndpoint: false },
  });
  const failed = await shop.reach(restoreId, "precheck-failed", "holding");
  expect(failed).toMatchObject({
    status: "precheck-failed",
    precheckItems: [{ item: "CHECK_AUTH_DEST", remedy: expect.stringMatching(/^Grant/) }],
  });
  kms.putSecretValue(
    "rewind/rm-precheck/other",
    JSON.stringify({ AccountName: dba.userName, AccountPassword: dba.password }),
  );
  await shop.command(restoreId, "retry");
  await shop.approve(restoreId);
  const held = await shop.reach(restoreId, "holding");
  expect(shop.rows(held.plan!.databases[0]!.targetDatabase, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
  expect(shop.leftovers()).toMatchObject({ jobs: [], openGroups: [] });
});

test.concurrent("an alarm in the queue leads to a held instance, once, however often it is repeated", async () => {
  const shop = await (await scene()).addShop("rm-alert");
  const alarm = {
    ruleName: "many rows deleted",
    curLevel: "CRITICAL",
    resources: JSON.stringify({ instanceId: "rm-alert" }),
    metricName: "DeletedRows",
    namespace: "acs_rds_dashboard",
    time: Date.parse(shop.restoreTime) + 60_000,
  };
  const { mns } = shop.scene.local.cloud;
  for (const level of ["CRITICAL", "CRITICAL", "OK"])
    mns.send("rewind-local-restore-on-alert", JSON.stringify({ ...alarm, curLevel: level }));
  const list = async () =>
    (await shop.ann.get<{ restores: { restoreId: string; origin: string }[] }>("/restores?masterInstanceId=rm-alert"))
      .restores;
  for (const endMs = Date.now() + 60_000; (await list()).length === 0 && Date.now() < endMs; )
    await new Promise((resolve) => setTimeout(resolve, 150));
  const [started] = await list();
  const held = await shop.reach(started!.restoreId, "holding");
  expect(held).toMatchObject({
    outcome: "inspected",
    verification: {
      checks: expect.arrayContaining([expect.objectContaining({ name: "orders were there", passed: true })]),
    },
  });
  expect(await list()).toHaveLength(1);
  expect(shop.databases()).toEqual(["shop"]);
});

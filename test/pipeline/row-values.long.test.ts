import type { ApiClient } from "../../cli/api-client";
import type { RestoreView } from "../../cli/restore-view";
import type { TableDefinition } from "../../emulator/data/table-definition";
import { withoutValues } from "../../shared/restore/model/row-value";
import { Scene, type Shop } from "./scene";

/**
 * Every key and value of a table holds one text. Restores that fail and succeed over it tell of rows in many ways: that text reaches
 * data-readers, and nobody and nothing else.
 */
const marker = "ZQX4711";
let opened: Promise<Scene> | undefined;
const scene = () => {
  opened ??= Scene.open();
  return opened;
};
afterAll(async () => (await opened)?.close());
jest.setTimeout(600_000);

const definition: TableDefinition = {
  schema: "dbo",
  name: "Codes",
  columns: [
    { name: "Code", type: { name: "nvarchar", length: 30 }, nullable: false },
    { name: "Note", type: { name: "nvarchar", length: 30 }, nullable: true },
  ],
  primaryKey: { name: "PK_Codes", columns: ["Code"] },
  uniqueConstraints: [{ name: "UQ_Codes_Note", columns: ["Note"] }],
  foreignKeys: [],
  triggers: [],
};

/** A master whose table has lost a row since, and whose other rows have changed. */
async function addCodes(
  masterInstanceId: string,
  where: Promise<Scene> = scene(),
): Promise<{ shop: Shop; restoreTime: string }> {
  const shop = await (await where).addShop(masterInstanceId);
  const { database } = shop.sample.shop;
  const madeMs = Date.parse(shop.restoreTime) + 65_000;
  const rows = ["abc", "def", "ghi"].map((name) => [`${marker}-${name}`, `${marker}-note-${name}`]);
  database.commit(madeMs, [
    { kind: "create-table", definition },
    { kind: "insert", schema: "dbo", table: "Codes", rows },
  ]);
  const [abc, def, ghi] = [...database.table("dbo", "Codes")!.rows.keys()];
  const changed = [
    { id: abc!, row: [`${marker}-ABC`, `${marker}-note-abc`] },
    { id: ghi!, row: [`${marker}-ghi`, `${marker}-note-other`] },
  ];
  database.commit(shop.scene.local.cloud.clock.nowMs(), [
    { kind: "update", schema: "dbo", table: "Codes", rows: changed },
    { kind: "delete", schema: "dbo", table: "Codes", ids: [def!] },
  ]);
  return { shop, restoreTime: new Date(Math.ceil(madeMs / 1000) * 1000 + 5_000).toISOString() };
}

const objects = [{ database: "shop", tables: [{ name: "Codes" }] }];

/** Sentences for everybody, as they stand in the record: what is of rows is marked in them. */
function expectMarked({ scene }: Shop, restoreId: string): void {
  const record = JSON.parse(scene.stored(restoreId, "record"));
  const { timeline, reason, lastRefusal, precheckItems, handledCommands, plan, target } = record;
  const sentences = [timeline, reason, lastRefusal, precheckItems, handledCommands, plan?.notes];
  expect(withoutValues(JSON.stringify([...sentences, target?.notes, target?.obstacle]))).not.toContain(marker);
}

async function expectHidden(shop: Shop, restoreId: string): Promise<void> {
  const seenBy = async (client: ApiClient, masterInstanceId = shop.sample.instance.id) => {
    const restore = await client.get<RestoreView>(`/restores/${restoreId}`);
    const events = await client.get(`/restores/${restoreId}/events`);
    const list = await client.get("/restores");
    const window = await client.get(`/masters/${masterInstanceId}/recovery-window`);
    return { restore, text: JSON.stringify([restore, events, list, window]) };
  };
  const { restore, text } = await seenBy(await shop.scene.as("eve", "admin", "reader", "requester", "approver"));
  expect(text).not.toContain(marker);
  expect(text).toContain("(shown to data-reader)");
  expectMarked(shop, restoreId);
  const { restore: full, text: all } = await seenBy(await shop.scene.as("dora", "reader", "data-reader"));
  expect(all).toContain(marker);
  expect(all).toContain("row values were shown to dora");
  expect(all).not.toContain("row values were shown to eve");
  expect(full.planHash).toBe(restore.planHash);
  expect(shop.scene.logs.length).toBeGreaterThan(0);
  expect(shop.scene.logs.filter((line) => line.includes(marker))).toEqual([]);
}

test.concurrent("row values are shown to data-reader alone in a restore that ends well, and in its plan", async () => {
  const { shop, restoreTime } = await addCodes("rm-valuesadded");
  const checks = [
    { name: "first", database: "shop", sql: "SELECT MIN(Code) FROM dbo.Codes", expect: { equals: `${marker}-abc` } },
  ];
  const restoreId = await shop.start({ writeBack: "missing-rows", restoreTime, objects, checks });
  await shop.reach(restoreId, "awaiting-approval");
  await expectHidden(shop, restoreId);
  await shop.approve(restoreId);
  expect(await shop.reach(restoreId, "closed", "holding")).toMatchObject({ outcome: "succeeded" });
  await expectHidden(shop, restoreId);
});

test.concurrent("row values are shown to data-reader alone in what is said of a row that cannot be added beside another row", async () => {
  const { shop, restoreTime } = await addCodes("rm-valuestaken");
  shop.sample.shop.database.commit(shop.scene.local.cloud.clock.nowMs(), [
    { kind: "insert", schema: "dbo", table: "Codes", rows: [[`${marker}-new`, `${marker}-note-def`]] },
  ]);
  const restoreId = await shop.start({ writeBack: "missing-rows", restoreTime, objects, checks: [] });
  expect(await shop.reach(restoreId, "closed", "holding")).toMatchObject({
    outcome: "failed",
    reason: { code: "unique-values-held" },
  });
  await expectHidden(shop, restoreId);
});

test.concurrent("row values are shown to data-reader alone in what DTS says of a row whose values another row holds", async () => {
  const failing = Scene.open({ cloud: { capabilities: { secondaryKeyConflict: "fails" } } });
  const { shop, restoreTime } = await addCodes("rm-valuesdts", failing);
  const { database } = shop.sample.shop;
  const ghi = [...database.table("dbo", "Codes")!.rows].find(([, row]) => row[0] === `${marker}-ghi`)!;
  database.commit(shop.scene.local.cloud.clock.nowMs(), [
    { kind: "delete", schema: "dbo", table: "Codes", ids: [ghi[0]] },
    { kind: "insert", schema: "dbo", table: "Codes", rows: [[`${marker}-new`, `${marker}-note-def`]] },
  ]);
  const restoreId = await shop.start({ writeBack: "missing-rows", restoreTime, objects, checks: [] });
  await shop.approve(restoreId);
  const ended = await shop.reach(restoreId, "closed", "holding");
  expect(ended.reason?.text).toMatch(/^DTS failed: DTS-\d+: \(shown to data-reader\)/);
  await expectHidden(shop, restoreId);
  await (await failing).close();
});

test.concurrent.each([
  ["rm-valuescheck", "SELECT MAX(Code) FROM dbo.Codes"],
  ["rm-valuescast", "SELECT CAST(MAX(Code) AS int) FROM dbo.Codes"],
])("on %s, in a check that does not pass: %s", async (masterInstanceId, sql) => {
  const { shop, restoreTime } = await addCodes(masterInstanceId);
  const checks = [{ name: "last", database: "shop", sql, expect: { equals: 7 } }];
  const restoreId = await shop.start({ writeBack: "none", restoreTime, objects, checks });
  const ended = await shop.reach(restoreId, "holding", "closed");
  expect(ended).toMatchObject({ outcome: "failed", reason: { code: "checks-failed" } });
  await expectHidden(shop, restoreId);
});

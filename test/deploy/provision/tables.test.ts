import * as sdk from "tablestore";
import { lookAtTables, lookAtTablesToRemove } from "../../../deploy/provision/tables";
import { tableLayouts } from "../../../shared/store/tables";
import { closeLocalStores, startLocalStore } from "../../shared/store/local-store";
import { localStage } from "../local-stage";

afterEach(closeLocalStores);

async function start() {
  const store = await startLocalStore();
  const { endpoint, instanceName } = store.settings;
  const credentials = store.settings.credentials();
  const stage = localStage(
    { endpoints: { tablestore: endpoint }, tablestore: { instance: instanceName } },
    credentials,
  );
  const client = new sdk.Client({
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.accessKeySecret,
    endpoint,
    instancename: instanceName,
  });
  const texts = async () => (await lookAtTables(stage)).map(({ text }) => text);
  return { ...store, stage, client, texts };
}

const restores = tableLayouts.find(({ name }) => name === "restores")!;
const text = (name: string) => ({ name, type: sdk.DefinedColumnType.DCT_STRING });

/** The table as an older version may have left it. */
async function replaceRestores(client: sdk.Client, definedColumn: object[], indexMetas: object[]): Promise<void> {
  await client.deleteTable({ tableName: "restores" });
  await client.createTable({
    tableMeta: { tableName: "restores", primaryKey: restores.key, definedColumn },
    reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
    tableOptions: { timeToLive: -1, maxVersions: 1 },
    indexMetas,
  });
}

test("tables that are there are left as they are, with their rows", async () => {
  const { rows, texts } = await start();
  await rows.put("restores", { restoreId: "rw1" }, { version: 1 }, { row: "absent" });
  expect(await texts()).toEqual([]);
  expect(await rows.get("restores", { restoreId: "rw1" })).not.toBeNull();
});

test("a table that is missing is made with its indexes", async () => {
  const { client, texts } = await start();
  await client.deleteTable({ tableName: "restores" });
  expect(await texts()).toEqual(["Makes the table restores with restores_due and restores_of_master."]);
});

test("an index that an existing table lacks is made with the rows that are there", async () => {
  const { client, rows, stage, clock, texts } = await start();
  const columns = [
    text("phase"),
    text("masterInstanceId"),
    { name: "nextCheckAtMs", type: sdk.DefinedColumnType.DCT_INTEGER },
  ];
  await replaceRestores(client, columns, [
    { name: "restores_due", primaryKey: ["phase", "nextCheckAtMs", "restoreId"], definedColumn: [] },
  ]);
  await rows.put("restores", { restoreId: "rw1" }, { masterInstanceId: "rm-1" }, { row: "absent" });
  const changes = await lookAtTables(stage);
  expect(changes.map((change) => change.text)).toEqual([
    "Makes the index restores_of_master of the existing table restores, with the rows that are there.",
  ]);
  for (const change of changes) await change.apply();
  clock.advance(60_000);
  const all = { masterInstanceId: "rm-1", restoreId: { bound: "min" as const } };
  const found = await rows.range(
    "restores_of_master",
    all,
    { ...all, restoreId: { bound: "max" } },
    { limit: 10, direction: "forward" },
  );
  expect(found).toHaveLength(1);
  expect(await texts()).toEqual([]);
});

test("an index whose column the table does not define is explained, and nothing is changed", async () => {
  const { client, stage } = await start();
  await replaceRestores(client, [text("phase"), text("masterInstanceId")], []);
  await expect(lookAtTables(stage)).rejects.toThrow(
    "The table restores lacks the predefined column nextCheckAtMs, without which its index restores_due cannot be made. Add it in the console of Tablestore (phase STRING, nextCheckAtMs INTEGER, masterInstanceId STRING), and run the command again. Nothing of the table was changed.",
  );
});

test("removing deletes the tables that are ours, and no other", async () => {
  const { client, stage } = await start();
  await client.createTable({
    tableMeta: { tableName: "others", primaryKey: [{ name: "id", type: "STRING" }] },
    reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
    tableOptions: { timeToLive: -1, maxVersions: 1 },
  });
  for (const change of await lookAtTablesToRemove(stage)) await change.apply();
  expect(await lookAtTablesToRemove(stage)).toEqual([]);
  await expect(client.describeTable({ tableName: "others" })).resolves.toBeDefined();
});

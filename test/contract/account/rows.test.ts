import * as sdk from "tablestore";
import { ConditionFailed } from "../../../shared/store/rows";
import { TablestoreRows } from "../../../shared/store/tablestore-rows";
import { type Account, eventually, openAccount, withWrongSecret } from "./account";

/** A table of the test's own in the Tablestore instance of the deployment, which must be there. */
let account: Account;
let table: string;
beforeAll(async () => {
  account = await openAccount();
  table = `contract_${account.id}`;
  await client().createTable({
    tableMeta: { tableName: table, primaryKey: [{ name: "id", type: "STRING" }] },
    reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
    tableOptions: { timeToLive: -1, maxVersions: 1 },
  });
  // A new table may be used some seconds after it was made.
  const isReady = () =>
    rows()
      .get(table, { id: "none" })
      .then(
        () => true,
        () => false,
      );
  expect(await eventually(isReady)).toBe(true);
}, 120_000);
afterAll(async () => {
  await client().deleteTable({ tableName: table });
  await account.close();
});

function client(): sdk.Client {
  const { credentials, names } = account.stage;
  return new sdk.Client({
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.accessKeySecret,
    ...(credentials.securityToken ? { stsToken: credentials.securityToken } : {}),
    endpoint: names.endpoints.tablestore,
    instancename: names.tablestoreInstance,
    maxRetries: 0,
  });
}

const rows = (stage = account.stage) =>
  new TablestoreRows({
    endpoint: stage.names.endpoints.tablestore,
    instanceName: stage.names.tablestoreInstance,
    credentials: () => stage.credentials,
  });

test("a row that must be absent is put once, and the second put is told from a failure", async () => {
  const put = () => rows().put(table, { id: "once" }, { version: 1, text: "数据" }, { row: "absent" });
  await put();
  await expect(put()).rejects.toThrow(ConditionFailed);
  expect(await rows().get(table, { id: "once" })).toEqual({
    key: { id: "once" },
    columns: { version: 1, text: "数据" },
  });
});

test("a change holds only while the version is the one that was read", async () => {
  await rows().put(table, { id: "cas" }, { version: 1 }, { row: "any" });
  const change = (from: number) =>
    rows().update(
      table,
      { id: "cas" },
      { version: from + 1 },
      { row: "present", column: { name: "version", equals: from } },
    );
  await change(1);
  await expect(change(1)).rejects.toThrow(ConditionFailed);
  expect((await rows().get(table, { id: "cas" }))?.columns).toEqual({ version: 2 });
});

test("a range lists keys in order, from its start and without its end, in both directions", async () => {
  for (const id of ["r1", "r2", "r3"]) await rows().put(table, { id }, { n: 1 }, { row: "any" });
  const ids = async (from: string, to: string, direction: "forward" | "backward") =>
    (await rows().range(table, { id: from }, { id: to }, { limit: 10, direction })).map(({ key }) => key["id"]);
  expect(await ids("r1", "r3", "forward")).toEqual(["r1", "r2"]);
  expect(await ids("r3", "r1", "backward")).toEqual(["r3", "r2"]);
});

test("what is deleted is gone, and deleting it again under a condition fails", async () => {
  await rows().put(table, { id: "gone" }, { n: 1 }, { row: "any" });
  await rows().delete(table, { id: "gone" }, { row: "present" });
  expect(await rows().get(table, { id: "gone" })).toBeNull();
  await expect(rows().delete(table, { id: "gone" }, { row: "present" })).rejects.toThrow(ConditionFailed);
});

test("a table that is not there and a wrong key are refused by codes", async () => {
  await expect(rows().get(`${table}_none`, { id: "x" })).rejects.toMatchObject({ code: "OTSObjectNotExist" });
  await expect(rows(withWrongSecret(account.stage)).get(table, { id: "x" })).rejects.toMatchObject({
    code: "OTSAuthFailed",
  });
});

import { randomBytes } from "node:crypto";
import { type KeyDesk, listKeys, makeKey, revokeKey, type WantedKey } from "../../../deploy/keys/manage";
import { lookAtTables } from "../../../deploy/provision/tables";
import { functionRoles } from "../../../deploy/roles";
import { SettingsError } from "../../../deploy/settings";
import { LocalCloud } from "../../../emulator/local-cloud";
import { ApiKeys } from "../../../shared/store/api-keys";
import { TablestoreRows } from "../../../shared/store/tablestore-rows";
import { localStage } from "../local-stage";

/** The command that makes, lists and revokes API keys, against the local cloud. */
let cloud: LocalCloud;
const said: string[] = [];
const nowMs = Date.parse("2026-12-01T10:00:00Z");
beforeAll(async () => {
  cloud = await LocalCloud.start({ spareListeners: 0, tablestoreInstance: "rewind-dev" });
  for (const change of await lookAtTables(deskWith().stage)) await change.apply();
});
beforeEach(() => said.splice(0));
afterAll(() => cloud.stop());

function deskWith(settings: Readonly<Record<string, unknown>> = {}, atMs = nowMs): KeyDesk {
  const endpoints = { tablestore: cloud.tablestoreEndpoint };
  const credentials = { accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret };
  return { stage: localStage({ endpoints, ...settings }, credentials), nowMs: atMs, say: (line) => said.push(line) };
}

const randomHex = (digits: number) => randomBytes(digits / 2).toString("hex");
const wanted = { owner: "ann@example.com", by: "root", roles: "reader,requester", masters: "rm-shop", expires: "90d" };
const make = (changes: WantedKey = {}, desk = deskWith()) => makeKey(desk, { ...wanted, ...changes }, randomHex);
const keyIdIn = (text: string) => text.split("_")[2]!;

async function problems(changes: WantedKey, desk = deskWith()): Promise<readonly string[]> {
  const error = await make(changes, desk).catch((thrown: unknown) => thrown);
  if (error instanceof SettingsError) return error.problems;
  throw new Error(`it was made, or failed otherwise: ${String(error)}`);
}

test("a key is made and shown once; what is kept and listed holds no part of its secret", async () => {
  const text = await make();
  const keyId = keyIdIn(text);
  expect(said.splice(0)).toEqual([
    `The API key ${keyId} of ann@example.com: reader, requester on rm-shop until 2027-03-01T10:00:00.000Z, made by root.`,
    "It is shown this once; only its hash is kept. Give it to its owner alone:",
  ]);
  await listKeys(deskWith());
  expect(said).toContain(
    `${keyId}  valid    ann@example.com: reader, requester on rm-shop until 2027-03-01T10:00:00.000Z, made by root`,
  );
  const row = cloud.tablestore.getRow({ table: "keys", primaryKey: { keyId } });
  const kept = [...Object.values(row?.columns ?? {}).map(String), ...said];
  expect(kept.length).toBeGreaterThan(8);
  expect(kept.filter((one) => one.includes(text.slice(-64)))).toEqual([]);
});

test("a revoked key stays in the list as such; a second time changes nothing; an unknown id is said to be none", async () => {
  const keyId = keyIdIn(await make());
  await revokeKey(deskWith(), keyId);
  await revokeKey(deskWith({}, nowMs + 60_000), keyId);
  expect(said.at(-1)).toBe(
    `The API key ${keyId} of ann@example.com is revoked: the API refuses it from its next request on.`,
  );
  expect(cloud.tablestore.getRow({ table: "keys", primaryKey: { keyId } })?.columns["revokedAtMs"]).toBe(BigInt(nowMs));
  await listKeys(deskWith());
  expect(said.find((line) => line.startsWith(keyId))).toMatch(/ {2}revoked {2}ann@example\.com: /);
  await expect(revokeKey(deskWith(), "000000000000")).rejects.toThrow(
    "There is no API key 000000000000; npm run keys -- list shows every id.",
  );
});

test("a key that has expired is listed as such", async () => {
  const keyId = keyIdIn(await make({ expires: "1d" }));
  await listKeys(deskWith({}, nowMs + 24 * 3_600_000));
  expect(said.find((line) => line.startsWith(keyId))).toMatch(/ {2}expired {2}ann/);
});

test.each<[string, WantedKey, string]>([
  [
    "no owner",
    { owner: " " },
    "--owner must name who calls with the key, as that person's bearer does (sub): 1 to 200 characters.",
  ],
  [
    "a name with a line break",
    { owner: "ann\nbob" },
    "--owner must name who calls with the key, as that person's bearer does (sub): 1 to 200 characters.",
  ],
  [
    "no maker",
    { by: undefined },
    "--by must name who makes the key, as that person's bearer or key does: the person who makes a key does not approve with it.",
  ],
  ["no role", { roles: "" }, "--roles must name some of reader, requester, approver, admin, data-reader."],
  [
    "an unknown role",
    { roles: "owner" },
    "--roles: there is no role owner; there are reader, requester, approver, admin, data-reader.",
  ],
  [
    "a role that approves",
    { roles: "approver" },
    "--roles: approver can approve, and keys may not: identity.keysMayApprove is false.",
  ],
  [
    "the role that implies it",
    { roles: "reader admin" },
    "--roles: admin can approve, and keys may not: identity.keysMayApprove is false.",
  ],
  [
    "no master",
    { masters: "" },
    "--masters must name masters: ids, or beginnings of ids with * behind; '*' alone is every master.",
  ],
  [
    "a star within an id",
    { masters: "rm-*-shop" },
    "--masters must name masters: ids, or beginnings of ids with * behind; '*' alone is every master.",
  ],
  [
    "no end",
    { expires: undefined },
    "--expires must say when the key ends: 90d, 2027-03-01, or 2027-03-01T08:00:00+08:00.",
  ],
  [
    "a day that does not exist",
    { expires: "2027-02-30" },
    "--expires must say when the key ends: 90d, 2027-03-01, or 2027-03-01T08:00:00+08:00.",
  ],
  [
    "a time without an offset",
    { expires: "2027-03-01T08:00:00" },
    "--expires must say when the key ends: 90d, 2027-03-01, or 2027-03-01T08:00:00+08:00.",
  ],
  ["an end that is past", { expires: "2026-12-01" }, "--expires is 2026-12-01, which is past."],
  ["an end too far away", { expires: "367d" }, "--expires is 367d; a key ends after 366 days at most."],
])("a key for %s is not made", async (_, changes, problem) => {
  expect(await problems(changes)).toEqual([problem]);
});

test("where keys may approve, a maker still gets no key to approve with", async () => {
  const desk = deskWith({ identity: { keysMayApprove: true }, approval: { automaticRole: "robot" } });
  expect(await problems({ roles: "approver", owner: "Root " }, desk)).toEqual([
    "--roles: approver can approve, and the person who made a key does not approve with it.",
  ]);
  expect(await problems({ roles: "owner" }, desk)).toEqual([
    "--roles: there is no role owner; there are reader, requester, approver, admin, data-reader, robot.",
  ]);
  for (const roles of ["approver", "admin", "robot"]) expect(await make({ roles }, desk)).toMatch(/^rewind_key_/);
});

test("without the table of keys, the command says what makes it", async () => {
  const desk = deskWith({ tablestore: { instance: "other" } });
  cloud.tablestoreInstances.create("other", ["INTERNET"]);
  await expect(listKeys(desk)).rejects.toThrow(
    /^ots refused GetRange \(OTSObjectNotExist.*\)\. The table of API keys is not there yet; npm run deploy makes it\.$/,
  );
});

describe("the roles of functions", () => {
  /** The table as a function with that role reaches it. */
  function keysAs(name: string): ApiKeys {
    const { stage } = deskWith();
    const role = functionRoles(stage).find((one) => one.name === `rewind-dev-${name}`)!;
    if (!cloud.ram.role(role.name)) {
      const trust = {
        Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: ["fc.aliyuncs.com"] } }],
      };
      const made = cloud.ram.createRole(role.name, JSON.stringify({ ...trust, Version: "1" }), "");
      cloud.ram.createPolicy(role.name, JSON.stringify(role.policy), "");
      made.policies.set(role.name, { attachedAtMs: 0 });
    }
    const taken = cloud.access.takeRole(role.name);
    const { endpoints, tablestoreInstance } = stage.names;
    return new ApiKeys(
      new TablestoreRows({
        endpoint: endpoints.tablestore,
        instanceName: tablestoreInstance,
        credentials: () => taken,
      }),
    );
  }

  const forged = { owner: "eve", madeBy: "eve", roles: ["admin"], masters: ["*"], madeAtMs: 0, expiresAtMs: 4e12 };
  const denied = { code: "OTSNoPermissionAccess" };

  test("the API reads a key by its id; it neither lists, makes, changes nor revokes one", async () => {
    const keyId = keyIdIn(await make());
    const keys = keysAs("api");
    expect(await keys.read(keyId)).toMatchObject({ owner: "ann@example.com" });
    await expect(keys.list()).rejects.toMatchObject(denied);
    await expect(keys.add({ ...forged, keyId: "0".repeat(12), hash: "", revokedAtMs: null })).rejects.toMatchObject(
      denied,
    );
    await expect(keys.revoke(keyId, nowMs)).rejects.toMatchObject(denied);
    expect(cloud.tablestore.getRow({ table: "keys", primaryKey: { keyId: "0".repeat(12) } })).toBeUndefined();
  });

  test.each(["alarm", "engine"])("the role of the %s does not even read one", async (name) => {
    const keyId = keyIdIn(await make());
    const keys = keysAs(name);
    await expect(keys.read(keyId)).rejects.toMatchObject(denied);
    await expect(keys.list()).rejects.toMatchObject(denied);
    await expect(keys.add({ ...forged, keyId: "1".repeat(12), hash: "", revokedAtMs: null })).rejects.toMatchObject(
      denied,
    );
    await expect(keys.revoke(keyId, nowMs)).rejects.toMatchObject(denied);
  });
});

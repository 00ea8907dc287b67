import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { hashOfKey, keyIdIn, looksLikeKey, newKey } from "../../../shared/api/api-key-text";
import { isSamePerson } from "../../../shared/api/same-person";
import { rowValue } from "../../../shared/restore/model/row-value";
import { type ApiKey, ApiKeys } from "../../../shared/store/api-keys";
import type { Rows } from "../../../shared/store/rows";
import { closeLocalStores, startLocalStore } from "../store/local-store";
import { Desk, hour } from "./desk";

/** Named API keys beside bearers: who is known by one, and what it allows. */
let rows: Rows;
let keys: ApiKeys;
let desk: Desk;
const randomHex = (digits: number) => randomBytes(digits / 2).toString("hex");

beforeAll(async () => {
  rows = (await startLocalStore()).rows;
  keys = new ApiKeys(rows);
});
beforeEach(async () => {
  desk = await Desk.open({ apiKeys: keys });
  desk.addMaster();
});
afterAll(closeLocalStores);

/** A key in the table. @returns its text */
async function key(changes: Partial<ApiKey> = {}): Promise<string> {
  const { text, ...made } = newKey(randomHex);
  const [madeAtMs, expiresAtMs] = [desk.nowMs, desk.nowMs + hour];
  const rest = { owner: "ann", madeBy: "root", roles: ["requester"], masters: ["*"], madeAtMs, expiresAtMs };
  await keys.add({ ...made, ...rest, revokedAtMs: null, ...changes });
  return text;
}

const list = async (token: string) => desk.ask("GET", "/restores", { token });

test("a key is known as its owner, with its roles", async () => {
  const token = await key({ owner: "ann@example.com" });
  const started = await desk.ask("POST", "/restores", { token, body: desk.body() });
  expect(started).toMatchObject({ status: 202, body: { requestedBy: "ann@example.com" } });
  expect(await list(await key({ roles: [] }))).toMatchObject({ status: 403, body: { code: "role-missing" } });
});

test("an API key works where there is no issuer, and bearers are refused there", async () => {
  desk.knowsBearers = false;
  expect((await list(await key())).status).toBe(200);
  const refused = await list(await desk.token({ subject: "ann" }));
  expect(refused).toMatchObject({ status: 401, body: { code: "token-invalid" } });
  expect(refused.body.detail).toBe("Only API keys are known here: no issuer of bearers is set (identity.issuer).");
});

test("what is no whole key of ours is refused with one sentence, whichever part is wrong", async () => {
  const token = await key();
  const other = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");
  const unknownId = token.replace(/(?<=^rewind_key_)[0-9a-f]{12}/, "0".repeat(12));
  for (const text of [
    other,
    unknownId,
    token.slice(0, -1),
    `${token}0`,
    token.toUpperCase(),
    "rewind_key_",
    `${token}\n`,
  ]) {
    const refused = await list(text);
    expect([refused.status, refused.body.detail]).toEqual([
      401,
      expect.stringMatching(
        /^(The API key is not known\. Send a whole key that was not replaced\.|The token was refused)/,
      ),
    ]);
    expect(JSON.stringify(refused.body)).not.toContain(token.slice(24, 50));
  }
  expect((await list(token)).status).toBe(200);
});

test("the hash of one key under the id of another opens nothing", async () => {
  const [stolen, target] = [newKey(randomHex), newKey(randomHex)];
  await key({ keyId: target.keyId, hash: stolen.hash });
  expect((await list(stolen.text)).status).toBe(401);
  expect((await list(stolen.text.replace(stolen.keyId, target.keyId))).status).toBe(401);
});

test("a key is refused from the request on after which it is revoked, and from the moment on at which it expires", async () => {
  const token = await key({ expiresAtMs: desk.nowMs + 1_000 });
  expect((await list(token)).status).toBe(200);
  await desk.world.scheduler.run(desk.nowMs + 1_000, () => false);
  expect((await list(token)).body.detail).toMatch(
    /^The API key [0-9a-f]{12} expired at \d{4}-.*Z\. Ask for a new one\.$/,
  );
  const other = await key();
  expect((await list(other)).status).toBe(200);
  await keys.revoke(keyIdIn(other)!, desk.nowMs);
  expect((await list(other)).body).toMatchObject({
    code: "token-invalid",
    detail: expect.stringMatching(/^The API key [0-9a-f]{12} was revoked\.$/),
  });
});

test("a row without an end, or with nothing but an id, opens nothing", async () => {
  const endless = newKey(randomHex);
  await rows.put(
    "keys",
    { keyId: endless.keyId },
    { hash: endless.hash, owner: "ann", roles: "admin" },
    { row: "absent" },
  );
  const empty = newKey(randomHex);
  await rows.put("keys", { keyId: empty.keyId }, {}, { row: "absent" });
  expect([(await list(endless.text)).status, (await list(empty.text)).status]).toEqual([401, 401]);
});

test("a key names its masters, and others look as if they did not exist", async () => {
  desk.addMaster("rm-payroll");
  const window = async (token: string, id: string) =>
    (await desk.ask("GET", `/masters/${id}/recovery-window`, { token })).status;
  const one = await key({ masters: ["rm-shop"] });
  const some = await key({ masters: ["rm-s*"] });
  const none = await key({ masters: [] });
  for (const token of [one, some])
    expect([await window(token, "rm-shop"), await window(token, "rm-payroll")]).toEqual([200, 404]);
  expect(await window(none, "rm-shop")).toBe(404);
  expect(await window(await key({ masters: ["*"] }), "rm-payroll")).toBe(200);
});

describe("approving", () => {
  const planHash = "a".repeat(64);
  const approve = async (token: string, requestedBy: string) => {
    const restoreId = await desk.place({ status: "awaiting-approval", planHash, requestedBy });
    return desk.ask("POST", `/restores/${restoreId}/approve`, { token, body: { planHash } });
  };

  test("approving is nothing for a key unless a setting allows it, whatever role in the table implies it", async () => {
    desk.automaticApprovalRole = "robot";
    const tokens = [await key({ roles: ["approver"] }), await key({ roles: ["requester", "admin"] })];
    for (const token of tokens)
      expect(await approve(token, "carl")).toMatchObject({ status: 403, body: { code: "role-missing" } });
    const robot = await key({ roles: ["requester", "robot"] });
    const body = desk.body({ approval: "automatic" });
    const ask = async () => (await desk.ask("POST", "/restores", { token: robot, body })).status;
    expect(await ask()).toBe(403);
    desk.keysMayApprove = true;
    for (const token of tokens) expect((await approve(token, "carl")).status).toBe(202);
    expect(await ask()).toBe(202);
  });

  test("approving is refused to the maker of the key, as its owner and for the maker's own restore", async () => {
    desk.keysMayApprove = true;
    const own = await key({ roles: ["approver"], owner: "Ann", madeBy: "ann " });
    expect(await approve(own, "carl")).toMatchObject({ status: 403, body: { code: "role-missing" } });
    const forBob = await key({ roles: ["approver"], owner: "bob", madeBy: "ann" });
    const refused = await approve(forBob, "ANN");
    expect(refused).toMatchObject({ status: 403, body: { code: "two-person-rule" } });
    expect(refused.body.detail).toMatch(
      /^ann asked for this restore and made the API key [0-9a-f]{12}; approve with a bearer, or with a key that another person made\. Nothing was approved\.$/,
    );
    expect((await approve(forBob, "carl")).status).toBe(202);
  });

  test("approving is refused to the maker of the key with which the restore was asked for, where it takes two people", async () => {
    const { restoreId } = (await desk.ask("POST", "/restores", { token: await key(), body: desk.body() })).body;
    expect(desk.world.record(restoreId)).toMatchObject({ requestedBy: "ann", requestKeyMadeBy: "root" });
    const asBearer = async (subject: string, changes: object) => {
      const placed = await desk.place({ status: "awaiting-approval", planHash, requestedBy: "tool", ...changes });
      const token = await desk.token({ subject, roles: ["approver"] });
      const { status, body } = await desk.ask("POST", `/restores/${placed}/approve`, { token, body: { planHash } });
      return [status, body.detail];
    };
    expect((await asBearer("ann", { requestKeyMadeBy: "Ann" }))[0]).toBe(202);
    desk.twoPersonRule = "always";
    expect(await asBearer("ann", { requestKeyMadeBy: "Ann" })).toEqual([
      403,
      "ann made the API key with which this restore was asked for; another person approves it. Nothing was approved.",
    ]);
    // The owner of a key is typed by people, so the spelling of the bearer's subject may differ from it.
    expect((await asBearer("Tool", { requestKeyMadeBy: "ann" }))[0]).toBe(403);
    expect((await asBearer("bob", { requestKeyMadeBy: "ann" }))[0]).toBe(202);
    expect((await asBearer("Tool", {}))[0]).toBe(202);
  });

  test("a bearer and a key of one person are one person, in any spelling", async () => {
    desk.keysMayApprove = true;
    desk.twoPersonRule = "always";
    const owned = await key({ roles: ["approver"], owner: "ann@example.com" });
    for (const requestedBy of ["ann@example.com", "Ann@Example.com", " ann@example.com", "ａｎｎ@example.com"])
      expect(await approve(owned, requestedBy)).toMatchObject({ status: 403, body: { code: "two-person-rule" } });
    const bearer = await desk.token({ subject: "ann@example.com", roles: ["approver"] });
    expect(await approve(bearer, "ann@example.com")).toMatchObject({ status: 403, body: { code: "two-person-rule" } });
    expect((await approve(owned, "carl@example.com")).status).toBe(202);
  });
});

test("row values are shown only to a key that has the role data-reader itself", async () => {
  desk.keysMayApprove = true;
  const reason = { code: "checks-failed" as const, text: `the value is ${rowValue("42")}` };
  const restoreId = await desk.place({ reason });
  const shown = async (roles: string[]) =>
    (await desk.ask("GET", `/restores/${restoreId}`, { token: await key({ roles }) })).body.reason.text;
  expect(await shown(["admin"])).toBe("the value is (shown to data-reader)");
  expect(await shown(["reader", "data-reader"])).toBe("the value is 42");
});

test("a key leaves its id in the log and its text nowhere: not in the log, the records, or an answer", async () => {
  const lines: string[] = [];
  jest.spyOn(desk.deps, "log").mockImplementation((...line) => void lines.push(JSON.stringify(line)));
  const token = await key();
  const started = await desk.ask("POST", "/restores", { token, body: desk.body() });
  const secret = token.slice(-64);
  expect(lines).toContainEqual(
    JSON.stringify([
      "info",
      "a request with an API key",
      { keyId: keyIdIn(token), owner: "ann", method: "POST", path: "/restores" },
    ]),
  );
  for (const text of [lines.join(), JSON.stringify(desk.world.records()), JSON.stringify(started)])
    expect(text).not.toContain(secret);
  expect(JSON.stringify(await keys.list())).not.toContain(secret);
});

test("keys have 256 random bits, and their form tells them from every bearer", async () => {
  const made = newKey(randomHex);
  expect(made.text).toMatch(/^rewind_key_[0-9a-f]{12}_[0-9a-f]{64}$/);
  expect([keyIdIn(made.text), made.hash]).toEqual([made.keyId, hashOfKey(made.text)]);
  expect(looksLikeKey(await desk.token({ subject: "ann" }))).toBe(false);
});

test("who made a key, or owns it, is the same however it is spelt, and two who differ in a letter are two", () => {
  const spelling = fc.constantFrom(
    (name: string) => name.toUpperCase(),
    (name: string) => ` ${name}\t`,
    (name: string) => name.normalize("NFD"),
    (name: string) =>
      [...name]
        .map((letter) => (/[!-~]/.test(letter) ? String.fromCodePoint(letter.codePointAt(0)! + 0xfee0) : letter))
        .join(""),
  );
  const name = fc.stringMatching(/^[a-zé@.-]{1,20}$/);
  fc.assert(
    fc.property(name, fc.array(spelling, { maxLength: 3 }), (given, spellings) => {
      expect(
        isSamePerson(
          given,
          spellings.reduce((text, spell) => spell(text), given),
        ),
      ).toBe(true);
      expect(isSamePerson(given, `${given}x`)).toBe(false);
    }),
  );
});

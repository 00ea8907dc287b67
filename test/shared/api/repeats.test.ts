import { wholeSecond } from "../../../shared/restore/request/whole-seconds";
import { Desk, hour } from "./desk";

/** The same thing asked for more than once is done once. */
let desk: Desk;

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
});

const key = { "Idempotency-Key": "4f1c" };

test("the same request 20 times at once with one key is one restore", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => desk.ask("POST", "/restores", { body: desk.body(), headers: key })),
  );
  expect(answers.every((answer) => [200, 202].includes(answer.status))).toBe(true);
  expect(new Set(answers.map((answer) => answer.body.restoreId)).size).toBe(1);
  expect(desk.world.records()).toHaveLength(1);
  const [first] = answers;
  expect(first?.headers["location"]).toBe(`/restores/${first?.body.restoreId}`);
  await desk.reach(first?.body.restoreId, "verifying");
  expect(desk.world.rds.instances()).toHaveLength(2);
});

test("a repeat finds the restore wherever it is, without starting it again", async () => {
  const first = await desk.ask("POST", "/restores", { body: desk.body(), headers: key });
  const body = desk.body();
  expect(first.status).toBe(202);
  await desk.reach(first.body.restoreId, "verifying");
  const repeat = await desk.ask("POST", "/restores", { body, headers: key });
  expect(repeat).toMatchObject({ status: 200, body: { restoreId: first.body.restoreId } });
  expect(repeat.body.status).not.toBe("accepted");
});

test("the same meaning in another writing is the same body", async () => {
  const body = desk.body();
  const first = await desk.ask("POST", "/restores", { body, headers: key });
  const reordered = Object.fromEntries(Object.entries({ ...body, label: "", keepHours: 24 }).reverse());
  const repeat = await desk.ask("POST", "/restores", { body: reordered, headers: { "idempotency-key": "4f1c" } });
  expect(repeat).toMatchObject({ status: 200, body: { restoreId: first.body.restoreId } });
});

test("the same key with another body is a conflict that names the restore", async () => {
  const first = await desk.ask("POST", "/restores", { body: desk.body(), headers: key });
  const other = await desk.ask("POST", "/restores", { body: desk.body({ label: "other" }), headers: key });
  expect(other).toMatchObject({ status: 409, body: { code: "idempotency-conflict" } });
  expect(other.body.detail).toContain(first.body.restoreId);
  expect(desk.world.records()).toHaveLength(1);
});

test("a key belongs to its caller", async () => {
  const ann = await desk.token({ subject: "ann", roles: ["requester"] });
  const bob = await desk.token({ subject: "bob", roles: ["requester"] });
  const first = await desk.ask("POST", "/restores", { token: ann, body: desk.body(), headers: key });
  const second = await desk.ask("POST", "/restores", { token: bob, body: desk.body(), headers: key });
  expect(second.status).toBe(202);
  expect(second.body.restoreId).not.toBe(first.body.restoreId);
});

test("a refused request leaves its key free", async () => {
  expect(await desk.ask("POST", "/restores", { body: desk.body({ keepHours: 0 }), headers: key })).toMatchObject({
    status: 400,
  });
  expect(await desk.ask("POST", "/restores", { body: desk.body(), headers: key })).toMatchObject({ status: 202 });
});

test("a caller who died between the key and the record is completed by the repeat", async () => {
  const body = desk.body();
  const create = jest.spyOn(desk.deps.store, "create").mockRejectedValueOnce(new Error("the function was killed"));
  expect(await desk.ask("POST", "/restores", { body, headers: key })).toMatchObject({ status: 500 });
  expect(desk.world.records()).toEqual([]);
  const repeat = await desk.ask("POST", "/restores", { body, headers: key });
  expect(repeat.status).toBe(202);
  expect(create.mock.calls[0]?.[0].restoreId).toBe(repeat.body.restoreId);
  expect(desk.world.records()).toHaveLength(1);
});

test("when the store is down nothing is promised, and the repeat starts the restore", async () => {
  desk.cloudIsDown = true;
  const down = await desk.ask("POST", "/restores", { body: desk.body(), headers: key });
  expect(down).toMatchObject({ status: 503, body: { code: "cloud-unavailable", service: "tablestore" } });
  desk.cloudIsDown = false;
  expect(desk.world.records()).toEqual([]);
  expect(await desk.ask("POST", "/restores", { body: desk.body(), headers: key })).toMatchObject({ status: 202 });
});

test("without a key, each request is a restore of its own, and one waits for the other", async () => {
  const first = await desk.ask("POST", "/restores", { body: desk.body() });
  const second = await desk.ask("POST", "/restores", { body: desk.body() });
  expect(second.body.restoreId).not.toBe(first.body.restoreId);
  await desk.reach(first.body.restoreId, "verifying");
  expect(desk.world.record(second.body.restoreId).status).toBe("waiting");
  expect(desk.world.rds.instances()).toHaveLength(2);
});

test("a restore time that cannot be restored is recorded and closed with the reason", async () => {
  const tooOld = new Date(desk.nowMs - 30 * 24 * hour).toISOString();
  const old = await desk.ask("POST", "/restores", { body: desk.body({ restoreTime: tooOld }) });
  expect(await desk.reach(old.body.restoreId, "closed")).toMatchObject({
    outcome: "failed",
    reason: { code: "restore-time-too-old" },
  });
  const tooRecent = { restoreTime: new Date(wholeSecond(desk.nowMs - 60_000)).toISOString(), whenTooRecent: "refuse" };
  const recent = await desk.ask("POST", "/restores", { body: desk.body(tooRecent) });
  expect(await desk.reach(recent.body.restoreId, "closed")).toMatchObject({
    reason: { code: "restore-time-too-recent" },
  });
  expect(desk.world.rds.instances()).toHaveLength(1);
});

test.each([
  [{ masterInstanceId: "rm-none", secretName: "rewind/rm-none/dba" }, "master-not-found"],
  [{ restoreTime: null, backupId: "999999" }, "backup-not-found"],
  [{ secretName: "rewind/rm-shop/none" }, "secret-not-readable"],
])("what only the cloud knows is recorded and closed with the reason: %j", async (changes, code) => {
  const asked = await desk.ask("POST", "/restores", { body: desk.body(changes) });
  expect(asked.status).toBe(202);
  expect(await desk.reach(asked.body.restoreId, "closed")).toMatchObject({ outcome: "failed", reason: { code } });
  expect(desk.world.rds.instances()).toHaveLength(1);
});

test("where write-backs are stopped none is started; one that is recorded is answered, and looking goes on", async () => {
  const recorded = desk.body();
  const first = await desk.ask("POST", "/restores", { body: recorded, headers: key });
  desk.acceptsWriteBacks = false;
  const repeat = await desk.ask("POST", "/restores", { body: recorded, headers: key });
  expect(repeat).toMatchObject({ status: 200, body: { restoreId: first.body.restoreId } });
  const other = { "Idempotency-Key": "77" };
  const body = desk.body({ label: "other" });
  expect(await desk.ask("POST", "/restores", { body, headers: other })).toMatchObject({
    status: 503,
    body: { code: "write-backs-stopped", detail: expect.stringContaining("Nothing was started.") },
  });
  expect(desk.world.records()).toHaveLength(1);
  expect((await desk.ask("POST", "/restores", { body: desk.body({ writeBack: "none" }) })).status).toBe(202);
  desk.acceptsWriteBacks = true;
  expect((await desk.ask("POST", "/restores", { body, headers: other })).status).toBe(202);
});

import { SeededRandom } from "../../../emulator/core/random";
import type { Command } from "../../../shared/restore/model/command";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { SpoiledRecord } from "../../../shared/store/record-row";
import { type Claim, SaveLost } from "../../../shared/store/restore-store";
import { RowsRestoreStore } from "../../../shared/store/restore-store-rows";
import { ConditionFailed, type Rows } from "../../../shared/store/rows";
import { pendingCommand } from "../../simulation/sample-records";
import { record as sample } from "../restore/samples";
import { closeLocalStores, startLocalStore } from "./local-store";

afterEach(closeLocalStores);

const nowMs = Date.parse("2026-11-20T10:00:00Z");
let seed = 0;
/** A store of its own, as each function instance has one. */
const storeOver = (rows: Rows) => new RowsRestoreStore(rows, instanceRandom());
function instanceRandom() {
  const random = new SeededRandom(++seed);
  return { random: () => random.next() };
}

const restore = (restoreId: string, changes: Partial<RestoreRecord> = {}, masterInstanceId = "rm-shop") => {
  const record = sample(changes.status ?? "accepted", { restoreId, createdAtMs: nowMs, ...changes });
  return { ...record, request: { ...record.request, masterInstanceId } };
};

async function start(options: { readonly indexLagMs?: number } = {}) {
  const local = await startLocalStore(options);
  const lose = (action: string, kind: "lost-reply" | "lost-request") =>
    local.faults.add({ service: "tablestore", action, kind, times: 1 });
  return { ...local, lose, store: storeOver(local.rows), other: storeOver(local.rows) };
}

describe("a record", () => {
  test("a record is read as it was created, and creating it again leaves it alone", async () => {
    const { store, other } = await start();
    const record = restore("rw1");
    await store.create(record);
    await other.create({ ...record, requestedBy: "bob" });
    expect(await store.read("rw1")).toEqual({ record, version: 1, lease: null, nextCheckAtMs: nowMs });
    expect(await store.read("rw2")).toBeNull();
  });

  test("a record is created although the reply was lost, and not if the request was", async () => {
    const { store, lose } = await start();
    lose("PutRow", "lost-reply");
    await store.create(restore("rw1"));
    expect(await store.read("rw1")).toMatchObject({ version: 1 });
    lose("PutRow", "lost-request");
    await expect(store.create(restore("rw2"))).rejects.toMatchObject({ kind: "unknown-outcome" });
    expect(await store.read("rw2")).toBeNull();
  });

  test("a record is saved one version after the other", async () => {
    const { store } = await start();
    await store.create(restore("rw1"));
    const first = (await store.read("rw1"))!;
    const second = await store.save(first, { ...first.record, status: "waiting" });
    const third = await store.save(second, { ...second.record, status: "accepted" });
    expect(third.version).toBe(3);
    expect(await store.read("rw1")).toEqual(third);
  });

  test("a record is saved by one of two that save at once; the other is told so", async () => {
    const { store, other } = await start();
    await store.create(restore("rw1"));
    const read = (await store.read("rw1"))!;
    const outcomes = await Promise.allSettled([
      store.save(read, { ...read.record, idleRuns: 1 }),
      other.save(read, { ...read.record, idleRuns: 2 }),
    ]);
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(lost).toEqual([{ status: "rejected", reason: expect.any(SaveLost) }]);
    const won = outcomes[0]!.status === "fulfilled" ? 1 : 2;
    expect(await store.read("rw1")).toMatchObject({ version: 2, record: { idleRuns: won } });
  });

  test("a record is saved although the reply was lost", async () => {
    const { store, lose } = await start();
    await store.create(restore("rw1"));
    const read = (await store.read("rw1"))!;
    lose("PutRow", "lost-reply");
    const saved = await store.save(read, { ...read.record, status: "waiting" });
    expect(await store.read("rw1")).toEqual(saved);
  });

  test("a record is saved although the write arrived twice", async () => {
    const { store, rows } = await start();
    await store.create(restore("rw1"));
    const read = (await store.read("rw1"))!;
    const saved = await storeOver(repeatingWrites(rows)).save(read, { ...read.record, status: "waiting" });
    expect(await store.read("rw1")).toEqual(saved);
  });

  test("a record is not saved when the request was lost, and stays as it was", async () => {
    const { store, lose } = await start();
    await store.create(restore("rw1"));
    const read = (await store.read("rw1"))!;
    lose("PutRow", "lost-request");
    await expect(store.save(read, { ...read.record, status: "waiting" })).rejects.toMatchObject({
      kind: "unknown-outcome",
    });
    expect(await store.read("rw1")).toEqual(read);
  });

  const claim: Claim = {
    lease: { token: "t", by: "poll-restores", untilMs: nowMs + 150_000 },
    nextCheckAtMs: nowMs + 150_000,
  };

  test("a record is claimed without being written, and keeps the claim until a save gives it back", async () => {
    const { store } = await start();
    await store.create(restore("rw1"));
    const read = (await store.read("rw1"))!;
    const claimed = await store.claim(read, claim);
    expect(claimed).toEqual({ record: read.record, version: 2, ...claim });
    expect(await store.read("rw1")).toEqual(claimed);
    const saved = await store.save(claimed, { ...read.record, idleRuns: 1 });
    expect(await store.read("rw1")).toMatchObject({ ...claim, record: { idleRuns: 1 } });
    const released = await store.save(saved, saved.record, { lease: null, nextCheckAtMs: nowMs + 15_000 });
    expect(await store.read("rw1")).toEqual(released);
    expect(await store.listDue(nowMs + 15_000, 10)).toHaveLength(1);
  });

  test("a record is claimed by one of two that claim at once, and by neither after a save", async () => {
    const { store, other } = await start();
    await store.create(restore("rw1"));
    const read = (await store.read("rw1"))!;
    const outcomes = await Promise.allSettled([store.claim(read, claim), other.claim(read, claim)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(store.save(read, { ...read.record, idleRuns: 1 })).rejects.toThrow(SaveLost);
    await expect(store.claim(read, claim)).rejects.toThrow(SaveLost);
    expect(await store.read("rw1")).toMatchObject({ version: 2, record: { idleRuns: 0 } });
  });

  test("a record is claimed although the reply was lost, or the write arrived twice", async () => {
    const { store, rows, lose } = await start();
    await store.create(restore("rw1"));
    const read = (await store.read("rw1"))!;
    lose("UpdateRow", "lost-reply");
    const claimed = await store.claim(read, claim);
    expect(await storeOver(repeatingWrites(rows)).claim(claimed, claim)).toEqual({ ...claimed, version: 3 });
    lose("UpdateRow", "lost-request");
    await expect(store.claim({ ...claimed, version: 3 }, claim)).rejects.toMatchObject({ kind: "unknown-outcome" });
  });

  test("a record that would not fit is not written, counted in bytes", async () => {
    const { store } = await start();
    await store.create(restore("rw1"));
    const read = (await store.read("rw1"))!;
    const entry = { atMs: nowMs, status: "accepted", text: "误".repeat(700_000) } as const;
    await expect(store.save(read, { ...read.record, timeline: [entry] })).rejects.toMatchObject({
      kind: "refused",
      code: "RecordTooLarge",
      message: expect.stringMatching(/would have 2\d{6} bytes/),
    });
    expect(await store.read("rw1")).toEqual(read);
  });

  test.each([
    ["of a newer form", { schemaVersion: 2 }, "was written by a newer version of the functions (form 2, accepted)"],
    ["of an unknown status", { status: "rehearsing" }, "was written by a newer version"],
    ["of no form", { schemaVersion: null }, "holds no record of it"],
    ["of another restore", { restoreId: "rw2" }, "holds no record of it"],
  ])("%s in its row is not read", async (_, changes, said) => {
    const { store, rows } = await start();
    const json = JSON.stringify({ ...restore("rw1"), ...changes });
    await rows.put("restores", { restoreId: "rw1" }, { record: json, version: 1 }, { row: "any" });
    await expect(store.read("rw1")).rejects.toThrow(said);
  });

  test("a record of a version that kept names as the keys of objects is read", async () => {
    const { store, rows } = await start();
    const older = `{"schemaVersion":1,"restoreId":"rw1","status":"configuring","doubts":[],"timeline":[],
      "master":{"collation":"X","databasesListed":true,"characterSets":{"shop":"Chinese_PRC_CI_AS","__proto__":"Chinese_PRC_BIN"}},
      "verification":{"route":"public","collations":{"shop":"Chinese_PRC_CS_AS"}}}`;
    await rows.put("restores", { restoreId: "rw1" }, { record: older, version: 1 }, { row: "any" });
    const { record } = (await store.read("rw1"))!;
    expect(record.master?.databases).toEqual([
      { name: "shop", characterSet: "Chinese_PRC_CI_AS" },
      { name: "__proto__", characterSet: "Chinese_PRC_BIN" },
    ]);
    expect(record.verification?.collations).toEqual([{ database: "shop", collation: "Chinese_PRC_CS_AS" }]);
  });

  test.each([
    ["creating-temp-instance", "creating-source"],
    ["migrating", "writing"],
  ])("a record of a version that called a state %s is read as %s, its timeline too", async (before, today) => {
    const { store, rows } = await start();
    const { timeline, ...rest } = restore("rw1");
    const json = JSON.stringify({ ...rest, status: before, timeline: [{ ...timeline[0], status: before }] });
    await rows.put("restores", { restoreId: "rw1" }, { record: json, version: 1 }, { row: "any" });
    const { record } = (await store.read("rw1"))!;
    expect([record.status, record.timeline[0]?.status]).toEqual([today, today]);
  });

  test("a record of a version that knew one source is read as a restore by it; one that has not chosen yet stays so", async () => {
    const { store, rows } = await start();
    const { source: _, ...older } = restore("rw1");
    await rows.put("restores", { restoreId: "rw1" }, { record: JSON.stringify(older), version: 1 }, { row: "any" });
    expect((await store.read("rw1"))!.record.source).toMatchObject({ kind: "native", others: [] });
    await store.create({ ...restore("rw2"), source: null });
    expect((await store.read("rw2"))!.record.source).toBeNull();
  });

  test("a record with half a lease in its row is not read, and is left out of its master's history", async () => {
    const { store, rows } = await start();
    await store.create(restore("rw1"));
    await store.create(restore("rw2"));
    await rows.update("restores", { restoreId: "rw1" }, { lease: '{"token"' }, { row: "any" });
    await expect(store.read("rw1")).rejects.toThrow(SpoiledRecord);
    const listed = await store.list({ masterInstanceId: "rm-shop", limit: 10 });
    expect(listed.map(({ restoreId }) => restoreId)).toEqual(["rw2"]);
  });
});

describe("lists", () => {
  test("due restores, oldest first, up to now and no others", async () => {
    const { store } = await start();
    await store.create(restore("rw1"), nowMs - 5);
    await store.create(restore("rw2"), nowMs - 9.5);
    await store.create(restore("rw3"));
    await store.create(restore("rw4"), nowMs + 1);
    await store.create(restore("rw5", { status: "closed" }), nowMs - 50);
    const due = await store.listDue(nowMs, 10);
    expect(due.map(({ restoreId }) => restoreId)).toEqual(["rw2", "rw1", "rw3"]);
    expect(due[1]).toEqual({ restoreId: "rw1", nextCheckAtMs: nowMs - 5 });
    expect(await store.listDue(nowMs, 1)).toHaveLength(1);
  });

  test("a closed restore with something in doubt is still due", async () => {
    const { store } = await start();
    const call = { kind: "delete-instance", instanceId: "sub1_rm-shop" } as const;
    const doubt = { intent: { call, sentAtMs: nowMs, negativeReads: 0 }, untilMs: nowMs + 1000, found: null };
    await store.create(restore("rw1", { status: "closed", doubts: [doubt] }));
    expect(await store.listDue(nowMs, 10)).toHaveLength(1);
  });

  test("a lagging index shows an older world, the row the present one", async () => {
    const { store, clock } = await start({ indexLagMs: 3_000 });
    await store.create(restore("rw1"));
    expect(await store.listDue(nowMs, 10)).toEqual([]);
    clock.advance(3_000);
    const read = (await store.read("rw1"))!;
    await store.save(read, read.record, { lease: null, nextCheckAtMs: nowMs + 60_000 });
    expect(await store.listDue(nowMs, 10)).toEqual([{ restoreId: "rw1", nextCheckAtMs: nowMs }]);
    expect((await store.read("rw1"))?.nextCheckAtMs).toBe(nowMs + 60_000);
    clock.advance(3_000);
    expect(await store.listDue(nowMs, 10)).toEqual([]);
  });

  test("lists restores newest first, of all masters or of one, page by page", async () => {
    const { store } = await start();
    for (const id of ["rw1", "rw2", "rw3", "rw4", "rw5"])
      await store.create(restore(id, {}, Number(id.slice(2)) % 2 ? "rm-odd" : "rm-even"));
    const ids = async (options: Parameters<typeof store.list>[0]) =>
      (await store.list(options)).map(({ restoreId }) => restoreId);
    expect(await ids({ limit: 2 })).toEqual(["rw5", "rw4"]);
    expect(await ids({ limit: 2, before: "rw4" })).toEqual(["rw3", "rw2"]);
    expect(await ids({ limit: 2, before: "rw2" })).toEqual(["rw1"]);
    expect(await ids({ limit: 2, before: "rw1" })).toEqual([]);
    expect(await ids({ limit: 10, masterInstanceId: "rm-odd" })).toEqual(["rw5", "rw3", "rw1"]);
    expect(await ids({ limit: 1, masterInstanceId: "rm-odd", before: "rw5" })).toEqual(["rw3"]);
    expect(await ids({ limit: 10, masterInstanceId: "rm-none" })).toEqual([]);
  });
});

describe("commands", () => {
  const command = (commandId: string, changes: Partial<Command> = {}): Command =>
    pendingCommand({ restoreId: "rw1", commandId, kind: "cancel", by: "ann", atMs: nowMs, ...changes });

  test("commands are listed in the order of their ids, each as it was given", async () => {
    const { store } = await start();
    await store.addCommand(command("c2"));
    await store.addCommand(command("c1", { kind: "approve", planHash: "abc" }));
    await store.addCommand(command("c9", { restoreId: "rw2" }));
    expect(await store.listCommands("rw1")).toEqual([
      command("c1", { kind: "approve", planHash: "abc" }),
      command("c2"),
    ]);
    expect(await store.readCommand("rw1", "c2")).toEqual(command("c2"));
    expect(await store.readCommand("rw1", "c3")).toBeNull();
  });

  test("commands are taken once, also when the reply was lost", async () => {
    const { store, lose } = await start();
    lose("PutRow", "lost-reply");
    await store.addCommand(command("c1"));
    await store.addCommand(command("c1", { by: "bob" }));
    expect(await store.listCommands("rw1")).toEqual([command("c1")]);
    lose("PutRow", "lost-request");
    await expect(store.addCommand(command("c2"))).rejects.toMatchObject({ kind: "unknown-outcome" });
  });

  test("commands are settled, as often as one likes", async () => {
    const { store } = await start();
    await store.addCommand(command("c1"));
    const settled = command("c1", { state: "accepted", text: "done" });
    await store.settleCommand(settled);
    await store.settleCommand(settled);
    expect(await store.listCommands("rw1")).toEqual([settled]);
  });

  test("commands that wait are seen, however many are over", async () => {
    const { store } = await start();
    const id = (number: number) => `c${String(number).padStart(4, "0")}`;
    for (let number = 0; number < 210; number++) await store.addCommand(command(id(number), { state: "accepted" }));
    await store.addCommand(command(id(210)));
    const listed = await store.listCommands("rw1");
    expect(listed.filter(({ state }) => state === "pending")).toHaveLength(1);
    expect(listed.map(({ commandId }) => commandId)).toEqual(listed.map(({ commandId }) => commandId).toSorted());
  });
});

describe("the lock of a master", () => {
  test("the lock of a master is held by the first that takes it, again and again", async () => {
    const { store, other } = await start();
    await store.create(restore("rw1"));
    expect(await store.lockMaster("rm-shop", "rw1")).toBe("rw1");
    expect(await other.lockMaster("rm-shop", "rw2")).toBe("rw1");
    expect(await store.lockMaster("rm-shop", "rw1")).toBe("rw1");
    expect(await other.lockMaster("rm-stock", "rw2")).toBe("rw2");
  });

  test("the lock of a master has one holder when several ask at once, and all are told the same", async () => {
    const { rows, store } = await start();
    const ids = ["rw1", "rw2", "rw3", "rw4"];
    for (const id of ids) await store.create(restore(id));
    const holders = await Promise.all(ids.map((id) => storeOver(rows).lockMaster("rm-shop", id)));
    expect(new Set(holders).size).toBe(1);
    expect(ids).toContain(holders[0]);
  });

  test("the lock of a master is held although the reply was lost", async () => {
    const { store, lose } = await start();
    lose("PutRow", "lost-reply");
    expect(await store.lockMaster("rm-shop", "rw1")).toBe("rw1");
  });

  test("the lock of a master is released by its holder only", async () => {
    const { store } = await start();
    await store.create(restore("rw1"));
    await store.lockMaster("rm-shop", "rw1");
    await store.unlockMaster("rm-shop", "rw2");
    expect(await store.lockMaster("rm-shop", "rw2")).toBe("rw1");
    await store.unlockMaster("rm-shop", "rw1");
    await store.unlockMaster("rm-shop", "rw1");
    expect(await store.lockMaster("rm-shop", "rw2")).toBe("rw2");
  });

  test("the lock of a master is taken over from a closed holder, by one of those who try at once", async () => {
    const { rows, store } = await start();
    await store.create(restore("rw1"));
    await store.lockMaster("rm-shop", "rw1");
    const read = (await store.read("rw1"))!;
    expect(await store.lockMaster("rm-shop", "rw2")).toBe("rw1");
    await store.save(read, { ...read.record, status: "closed" });
    for (const id of ["rw2", "rw3"]) await store.create(restore(id));
    const holders = await Promise.all(["rw2", "rw3"].map((id) => storeOver(rows).lockMaster("rm-shop", id)));
    expect(holders[0]).toBe(holders[1]);
    expect(["rw2", "rw3"]).toContain(holders[0]);
  });

  test("the lock of a master is not taken from a holder whose record cannot be found", async () => {
    const { store } = await start();
    await store.lockMaster("rm-shop", "rw1");
    expect(await store.lockMaster("rm-shop", "rw2")).toBe("rw1");
  });
});

describe("a create-once row", () => {
  const value = (restoreId: string) => ({ restoreId, bodyHash: `hash of ${restoreId}`, atMs: nowMs });

  test("a create-once row belongs to the first of several that claim it at once; all get the winner's value", async () => {
    const { rows } = await start();
    const ids = ["rw1", "rw2", "rw3"];
    const won = await Promise.all(ids.map((id) => storeOver(rows).claimOnce("key", value(id))));
    expect(new Set(won.map(({ restoreId }) => restoreId)).size).toBe(1);
    expect(won[0]).toEqual(value(won[0]!.restoreId));
  });

  test("a create-once row is claimed although the reply was lost, and not if the request was", async () => {
    const { store, lose } = await start();
    lose("PutRow", "lost-reply");
    expect(await store.claimOnce("key", value("rw1"))).toEqual(value("rw1"));
    lose("PutRow", "lost-request");
    await expect(store.claimOnce("other", value("rw1"))).rejects.toMatchObject({ kind: "unknown-outcome" });
  });

  test("a create-once row is replaced by one of those who saw the same value", async () => {
    const { store, other } = await start();
    const held = await store.claimOnce("key", value("rw1"));
    const replaced = await Promise.all([
      store.replaceOnce("key", held, value("rw2")),
      other.replaceOnce("key", held, value("rw3")),
    ]);
    expect(replaced.filter(Boolean)).toHaveLength(1);
    expect((await store.claimOnce("key", value("rw9"))).restoreId).toBe(replaced[0] ? "rw2" : "rw3");
    expect(await store.replaceOnce("key", held, value("rw4"))).toBe(false);
  });

  test("a create-once row that was replaced under its own restore id is not replaced by who saw it before", async () => {
    const { store, other } = await start();
    const held = await store.claimOnce("key", value("rw1"));
    const later = { ...held, atMs: nowMs + 1 };
    expect(await store.replaceOnce("key", held, later)).toBe(true);
    expect(await other.replaceOnce("key", held, value("rw2"))).toBe(false);
    expect(await store.claimOnce("key", value("rw3"))).toEqual(later);
  });

  test("a create-once row of an older version, which has no write id, is replaced once", async () => {
    const { rows, store, other } = await start();
    await rows.put("once", { onceKey: "key" }, value("rw1"), { row: "absent" });
    const replaced = await Promise.all([
      store.replaceOnce("key", value("rw1"), value("rw2")),
      other.replaceOnce("key", value("rw1"), value("rw3")),
    ]);
    expect(replaced.filter(Boolean)).toHaveLength(1);
  });

  test("a create-once row of which the replacing is lost on its way is not taken for somebody else's", async () => {
    const { store, lose } = await start();
    const held = await store.claimOnce("key", value("rw1"));
    lose("PutRow", "lost-request");
    await expect(store.replaceOnce("key", held, value("rw2"))).rejects.toMatchObject({ kind: "unavailable" });
    expect(await store.claimOnce("key", value("rw3"))).toEqual(held);
    expect(await store.replaceOnce("key", held, value("rw2"))).toBe(true);
  });
});

describe("a tick", () => {
  test("a tick is won by one of several, the first as well as later ones, and not before its time", async () => {
    const { rows } = await start();
    const poller = () => storeOver(rows);
    for (const atMs of [nowMs, nowMs + 12_000]) {
      const won = await Promise.all([1, 2, 3, 4].map(() => poller().claimTick(atMs, atMs + 12_000, 60_000)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await poller().claimTick(atMs + 11_999, atMs + 24_000, 60_000)).toBeNull();
    }
  });

  test("a tick is won although the reply was lost", async () => {
    const { store, lose } = await start();
    lose("PutRow", "lost-reply");
    expect(await store.claimTick(nowMs, nowMs + 12_000.5, 60_000)).toEqual({ sweeps: true });
    expect(await store.claimTick(nowMs + 1, nowMs + 12_000, 60_000)).toBeNull();
  });

  test("a tick carries the sweep once in its time", async () => {
    const { store } = await start();
    const swept: (boolean | undefined)[] = [];
    for (const afterMs of [0, 12_000, 59_999, 60_000, 72_000, 120_000])
      swept.push((await store.claimTick(nowMs + afterMs, nowMs + afterMs + 1, 60_000))?.sweeps);
    expect(swept).toEqual([true, false, false, true, false, true]);
  });
});

/** A transport that sends each write again although it arrived: what is then refused was its own doing. */
function repeatingWrites(rows: Rows): Rows {
  const twice = async (write: () => Promise<void>) => {
    await write();
    await expect(write()).rejects.toThrow(ConditionFailed);
    throw new ConditionFailed("repeated");
  };
  return {
    get: (...given) => rows.get(...given),
    range: (...given) => rows.range(...given),
    delete: (...given) => rows.delete(...given),
    put: (...given) => twice(() => rows.put(...given)),
    update: (...given) => twice(() => rows.update(...given)),
  };
}

import { inspect } from "node:util";
import { ConditionFailed } from "../../../shared/store/rows";
import { TablestoreRows } from "../../../shared/store/tablestore-rows";
import { closeLocalStores, startLocalStore } from "./local-store";

afterEach(closeLocalStores);

const min = { bound: "min" } as const;
const max = { bound: "max" } as const;
const any = { row: "any" } as const;
const absent = { row: "absent" } as const;
const key = { restoreId: "rw1" };

describe("a row", () => {
  test("a row is read as it was written, large numbers and all characters included", async () => {
    const { rows } = await startLocalStore();
    const columns = { record: '{"text":"错误 ü"}', version: 7, nextCheckAtMs: 1_795_000_000_123, empty: "" };
    await rows.put("restores", key, columns, absent);
    expect(await rows.get("restores", key)).toEqual({ key, columns });
    expect(await rows.get("restores", { restoreId: "rw2" })).toBeNull();
  });

  test("a row is replaced whole", async () => {
    const { rows } = await startLocalStore();
    await rows.put("restores", key, { one: "1", two: "2" }, any);
    await rows.put("restores", key, { two: "3" }, any);
    expect((await rows.get("restores", key))?.columns).toEqual({ two: "3" });
  });

  test("a row is only written if its condition holds", async () => {
    const { rows } = await startLocalStore();
    const atVersion = (equals: number) => ({ row: "present", column: { name: "version", equals } }) as const;
    await expect(rows.put("restores", key, { version: 1 }, { row: "present" })).rejects.toThrow(ConditionFailed);
    await expect(rows.put("restores", key, { version: 1 }, atVersion(1))).rejects.toThrow(ConditionFailed);
    await rows.put("restores", key, { version: 1 }, absent);
    await expect(rows.put("restores", key, { version: 9 }, absent)).rejects.toThrow(ConditionFailed);
    await expect(rows.put("restores", key, { version: 9 }, atVersion(2))).rejects.toThrow(ConditionFailed);
    await rows.put("restores", key, { version: 2 }, atVersion(1));
    await rows.put("restores", key, { other: "x" }, { row: "present" });
    await expect(rows.put("restores", key, { version: 9 }, atVersion(2))).rejects.toThrow(ConditionFailed);
    expect((await rows.get("restores", key))?.columns).toEqual({ other: "x" });
  });

  test("a row is only deleted if its condition holds", async () => {
    const { rows } = await startLocalStore();
    const held = (equals: string) => ({ row: "present", column: { name: "restoreId", equals } }) as const;
    await rows.put("locks", { masterInstanceId: "rm-1" }, { restoreId: "rw1" }, absent);
    await expect(rows.delete("locks", { masterInstanceId: "rm-1" }, held("rw2"))).rejects.toThrow(ConditionFailed);
    await rows.delete("locks", { masterInstanceId: "rm-1" }, held("rw1"));
    expect(await rows.get("locks", { masterInstanceId: "rm-1" })).toBeNull();
  });
});

describe("a range", () => {
  const commandIds = ["a", "b", "c", "d"];
  const ids = (found: readonly { readonly key: Readonly<Record<string, unknown>> }[]) =>
    found.map((row) => row.key["commandId"]);

  async function withCommands() {
    const store = await startLocalStore();
    for (const commandId of commandIds)
      await store.rows.put("commands", { restoreId: "rw1", commandId }, { command: commandId }, absent);
    await store.rows.put("commands", { restoreId: "rw2", commandId: "x" }, { command: "x" }, absent);
    return store;
  }
  const from = { restoreId: "rw1", commandId: min };
  const to = { restoreId: "rw1", commandId: max };

  test("a range has its start and not its end, in both directions, and is limited", async () => {
    const { rows } = await withCommands();
    const forward = { limit: 100, direction: "forward" } as const;
    const backward = { limit: 100, direction: "backward" } as const;
    expect(ids(await rows.range("commands", from, to, forward))).toEqual(["a", "b", "c", "d"]);
    expect(ids(await rows.range("commands", to, from, backward))).toEqual(["d", "c", "b", "a"]);
    expect(ids(await rows.range("commands", to, from, { ...backward, limit: 2 }))).toEqual(["d", "c"]);
    const b = { restoreId: "rw1", commandId: "b" };
    const d = { restoreId: "rw1", commandId: "d" };
    expect(ids(await rows.range("commands", b, d, forward))).toEqual(["b", "c"]);
    expect(ids(await rows.range("commands", d, b, backward))).toEqual(["d", "c"]);
  });

  test("a range goes on over pages, which the service ends after 4 MB", async () => {
    const { rows } = await startLocalStore();
    const command = "x".repeat(1_500_000);
    for (const commandId of commandIds)
      await rows.put("commands", { restoreId: "rw1", commandId }, { command }, absent);
    expect(ids(await rows.range("commands", from, to, { limit: 100, direction: "forward" }))).toEqual(commandIds);
    expect(ids(await rows.range("commands", to, from, { limit: 3, direction: "backward" }))).toEqual(["d", "c", "b"]);
  });

  test("a range of an index has the columns of its key, numbers in their order", async () => {
    const { rows } = await startLocalStore();
    for (const [restoreId, nextCheckAtMs] of [
      ["rw1", 100],
      ["rw2", 9],
      ["rw3", 1_795_000_000_000],
    ] as const)
      await rows.put("restores", { restoreId }, { phase: "open", nextCheckAtMs, masterInstanceId: "rm-1" }, absent);
    const due = { phase: "open", nextCheckAtMs: min, restoreId: min };
    const end = { phase: "open", nextCheckAtMs: 101, restoreId: min };
    const found = await rows.range("restores_due", due, end, { limit: 10, direction: "forward" });
    expect(found.map((row) => row.key)).toEqual([
      { phase: "open", nextCheckAtMs: 9, restoreId: "rw2" },
      { phase: "open", nextCheckAtMs: 100, restoreId: "rw1" },
    ]);
  });
});

describe("failures", () => {
  test("a write whose reply is lost may be there", async () => {
    const { rows, faults } = await startLocalStore();
    faults.add({ service: "tablestore", action: "PutRow", kind: "lost-reply", times: 1 });
    await expect(rows.put("restores", key, { version: 1 }, absent)).rejects.toMatchObject({ kind: "unknown-outcome" });
    expect((await rows.get("restores", key))?.columns).toEqual({ version: 1 });
  });

  test("a write that failed inside the service may be there as well", async () => {
    const { rows, faults } = await startLocalStore();
    faults.add({ service: "tablestore", action: "DeleteRow", kind: "server-error", times: 1 });
    await expect(rows.delete("restores", key, any)).rejects.toMatchObject({
      kind: "unknown-outcome",
      code: "OTSInternalServerError",
    });
  });

  test("a read is repeated by the client, but not for ever", async () => {
    const { rows, faults } = await startLocalStore();
    await rows.put("restores", key, { version: 1 }, absent);
    faults.add({ service: "tablestore", action: "GetRow", kind: "lost-reply", times: 1 });
    expect((await rows.get("restores", key))?.columns).toEqual({ version: 1 });
    faults.add({ service: "tablestore", action: "GetRow", kind: "lost-reply", times: 4 });
    await expect(rows.get("restores", key)).rejects.toMatchObject({ kind: "unavailable" });
    expect((await rows.get("restores", key))?.columns).toEqual({ version: 1 });
  });

  test("a table that is not there, or a key of another form, is refused", async () => {
    const { rows } = await startLocalStore();
    await expect(rows.get("nothing", key)).rejects.toMatchObject({ kind: "refused", code: "OTSObjectNotExist" });
    await expect(rows.put("restores", { other: "x" }, {}, any)).rejects.toMatchObject({
      kind: "refused",
      code: "OTSInvalidPK",
    });
  });

  test("a wrong key is refused, and the error shows none", async () => {
    const { settings } = await startLocalStore();
    const credentials = () => ({ accessKeyId: "akid", accessKeySecret: "wrong-secret" });
    const error = await new TablestoreRows({ ...settings, credentials }).get("restores", key).catch((thrown) => thrown);
    expect(error).toMatchObject({ kind: "refused", code: "OTSAuthFailed" });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("wrong-secret");
  });
});

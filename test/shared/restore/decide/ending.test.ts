import { takeCommand } from "../../../../shared/restore/decide/commands";
import { decideCleaningUp, decideHolding } from "../../../../shared/restore/decide/ending";
import { at, context, hour, instance, master, minute, nowMs, record, temporaryId } from "../samples";
import { given } from "./fixtures";

describe("holding", () => {
  test("holding keeps the instance until its expiry or a release", () => {
    expect(decideHolding(record("holding"), { instance: instance() }, context).record.status).toBe("holding");
    expect(decideHolding(record("holding"), { instance: instance() }, at(25 * hour)).record.status).toBe("cleaning-up");
    expect(
      decideHolding(takeCommand(record("holding"), given("release"), context).record, { instance: instance() }, context)
        .record.status,
    ).toBe("cleaning-up");
  });

  test("holding is not shortened by an extension to an earlier time", () => {
    const kept = { ...record("holding"), expiresAtMs: nowMs + 20 * hour };
    const taken = takeCommand(kept, given("extend", { keepHours: 2 }), context);
    expect(taken.record.expiresAtMs).toBe(nowMs + 20 * hour);
    expect(taken.handled).toMatchObject({ accepted: false, text: expect.stringContaining("kept until") });
  });

  test("holding is extended only inside the instance's life", () => {
    const extended = takeCommand(record("holding"), given("extend", { keepHours: 47 }), context).record;
    expect(extended.expiresAtMs).toBe(nowMs - 10 * minute + 46 * hour);
    expect(takeCommand(extended, given("extend", { keepHours: 47, commandId: "c2" }), context).handled.accepted).toBe(
      false,
    );
  });
});

describe("cleaning-up", () => {
  test("cleaning-up deletes only what a fresh read shows to be ours", () => {
    expect(decideCleaningUp(record("cleaning-up"), { instance: instance() }, context).call).toEqual({
      kind: "delete-instance",
      instanceId: temporaryId,
    });
    for (const change of [{ type: "Primary" }, { masterInstanceId: "rm-other" }, { createdAtMs: nowMs }]) {
      expect(decideCleaningUp(record("cleaning-up"), { instance: instance(change) }, context)).toMatchObject({
        call: null,
        record: { status: "closed" },
      });
    }
  });

  test("cleaning-up takes two moments of one creation, as the list and the attribute may tell it, for one", () => {
    const { createdAtMs } = record("cleaning-up").temporaryInstance!;
    for (const apartMs of [-30_000, 30_000]) {
      const told = instance({ createdAtMs: createdAtMs! + apartMs });
      expect(decideCleaningUp(record("cleaning-up"), { instance: told }, context).call?.kind).toBe("delete-instance");
    }
  });

  test("cleaning-up never deletes a master, even one that the ledger names", () => {
    const wrong = record("cleaning-up", {
      temporaryInstance: { id: "rm-shop", origin: "answer", createdAtMs: null, missingSinceMs: null },
    });
    expect(
      decideCleaningUp(wrong, { instance: master({ type: "Temp", masterInstanceId: "rm-shop" }) }, context).call,
    ).toBeNull();
  });

  test("cleaning-up waits for one that is still being made, and closes after the second look at nothing", () => {
    expect(
      decideCleaningUp(record("cleaning-up"), { instance: instance({ status: "Creating" }) }, context),
    ).toMatchObject({ call: null, record: { status: "cleaning-up" } });
    const once = decideCleaningUp(record("cleaning-up"), { instance: null }, context).record;
    expect(once.status).toBe("cleaning-up");
    expect(decideCleaningUp(once, { instance: null }, at(3 * minute)).record.status).toBe("closed");
  });

  test("cleaning-up does not count a look at nothing that was made in a state before it", () => {
    const unseen = { ...record("holding").temporaryInstance!, missingSinceMs: nowMs - 2 * hour };
    const released = record("holding", { cancelRequested: true, temporaryInstance: unseen });
    const first = decideHolding(released, { instance: instance() }, context).record;
    const looked = decideCleaningUp(first, { instance: null }, context).record;
    expect(looked).toMatchObject({ status: "cleaning-up", temporaryInstance: { missingSinceMs: nowMs } });
  });
});

import { decideHolding } from "../../../../shared/restore/decide/ending";
import { decideWithdrawing } from "../../../../shared/restore/decide/withdrawing";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import { enter } from "../../../../shared/restore/transition";
import { at, context, hour, instance, job, minute, nowMs, record, temporaryId } from "../samples";

describe("withdrawing", () => {
  const gone = { jobs: [], instance: instance(), openGroups: [], unseenGroups: [], missesOpening: false };
  const confirmed = (overrides: Partial<RestoreRecord> = {}) =>
    record("withdrawing", {
      outcome: "succeeded",
      job: { ...record("withdrawing").job!, missingSinceMs: nowMs - 3 * minute },
      ...overrides,
    });

  test("withdrawing stops a job that may write, deletes it, and believes that it is gone after a second look", () => {
    expect(decideWithdrawing(record("withdrawing"), { ...gone, jobs: [job("Migrating")] }, context).call).toEqual({
      kind: "stop-job",
      jobId: "job1",
    });
    expect(
      decideWithdrawing(record("withdrawing"), { ...gone, jobs: [job("MigrationFailed")] }, context).call?.kind,
    ).toBe("stop-job");
    expect(decideWithdrawing(record("withdrawing"), { ...gone, jobs: [job("Finished")] }, context).call).toEqual({
      kind: "delete-job",
      jobId: "job1",
    });
    expect(decideWithdrawing(record("withdrawing"), gone, context)).toMatchObject({
      call: null,
      record: { status: "withdrawing" },
    });
  });

  test("withdrawing does not count a look at no job that was made in a state before it", () => {
    const unseen = { ...record("comparing").job!, missingSinceMs: nowMs - 3 * minute };
    const withdrawing = enter(record("comparing", { job: unseen }), "withdrawing", nowMs, "");
    expect(decideWithdrawing(withdrawing, gone, context).record.status).toBe("withdrawing");
  });

  test("withdrawing believes that a job of an earlier attempt is gone after a second look, though the new attempt has none", () => {
    const { job: current } = record("withdrawing");
    const job = { ...current!, jobId: null, configured: false, missingSinceMs: null };
    const first = decideWithdrawing(confirmed({ job, staleJobs: ["old"] }), gone, context);
    expect(first.record).toMatchObject({ status: "withdrawing", staleJobs: ["old"], job: { missingSinceMs: nowMs } });
    expect(decideWithdrawing(confirmed({ job, staleJobs: [] }), gone, context).record.status).toBe("cleaning-up");
  });

  test("withdrawing closes what is open before it lets go of anything", () => {
    const open = { instanceId: "rm-shop", group: "g" };
    expect(decideWithdrawing(confirmed(), { ...gone, openGroups: [open] }, context).call).toEqual({
      kind: "close-addresses",
      ...open,
    });
  });

  test("withdrawing does not believe at once that a group that was opened is not there: a replica may not know it yet", () => {
    const missed = { ...gone, missesOpening: true };
    const early = decideWithdrawing(confirmed(), missed, at(minute));
    expect(early).toMatchObject({ call: null, record: { status: "withdrawing" }, checkAfterMs: minute });
    expect(decideWithdrawing(confirmed(), missed, at(2 * minute)).record.status).toBe("cleaning-up");
  });

  test("withdrawing watches the groups of an instance that was not found: one look is no proof", () => {
    const unseen = { instanceId: "rm-shop", group: "g" };
    const decided = decideWithdrawing(confirmed({ outcome: "failed" }), { ...gone, unseenGroups: [unseen] }, context);
    expect(decided.record).toMatchObject({ status: "holding", doubts: [{ intent: { call: unseen } }] });
  });

  test("withdrawing closes addresses in between, each in its turn, when a job does not go for long", () => {
    const openGroups = ["rm-shop", temporaryId].map((instanceId) => ({ instanceId, group: "g" }));
    const stuck = { ...gone, jobs: [job("MigrationFailed")], openGroups };
    const calls = Array.from(
      { length: 16 },
      (_, removals) => decideWithdrawing(confirmed({ removals }), stuck, context).call!,
    );
    expect(calls.slice(0, 8).map(({ kind }) => kind)).not.toContain("close-addresses");
    expect(calls.filter(({ kind }) => kind === "close-addresses")).toEqual([
      { kind: "close-addresses", ...openGroups[0] },
      { kind: "close-addresses", ...openGroups[1] },
    ]);
    expect(calls.slice(8).map(({ kind }) => kind)).toContain("delete-job");
  });

  test("withdrawing tries the other call now and then: what DTS does not stop may be deleted", () => {
    const failed = { ...gone, jobs: [job("MigrationFailed")] };
    const calls = [0, 1, 2, 3, 4].map(
      (removals) => decideWithdrawing(confirmed({ removals }), failed, context).call?.kind,
    );
    expect(calls).toEqual(["stop-job", "stop-job", "stop-job", "delete-job", "stop-job"]);
  });

  test("withdrawing leaves a group that closing does not close to the sweep, though nothing was refused", () => {
    const open = { ...gone, openGroups: [{ instanceId: "rm-shop", group: "g" }] };
    const since = { outcome: "succeeded" as const, statusSinceMs: nowMs - 13 * hour };
    expect(decideWithdrawing(confirmed({ ...since, removals: 3 }), open, context).call?.kind).toBe("close-addresses");
    expect(decideWithdrawing(confirmed({ ...since, removals: 12 }), open, context).record.status).toBe("cleaning-up");
  });

  test("withdrawing does not say that no address is left while RDS refuses to close one", () => {
    const refused = confirmed({
      outcome: "succeeded",
      statusSinceMs: nowMs - 13 * hour,
      lastRefusal: { call: "close-addresses", code: "IncorrectDBInstanceLockMode", text: "" },
    });
    const open = { instanceId: "rm-shop", group: "g" };
    const { record } = decideWithdrawing(refused, { ...gone, openGroups: [open] }, context);
    const [named, moved] = record.timeline.slice(-2).map(({ text }) => text);
    expect(named).toContain("IncorrectDBInstanceLockMode");
    expect(moved).toBe(
      "no job of ours is left, and no address but those that RDS refuses to close; the temporary instance is deleted",
    );
  });

  test("one group that is refused does not keep the others open", () => {
    const openGroups = ["rm-shop", "sub1_rm-shop"].map((instanceId) => ({ instanceId, group: "g" }));
    const asked = [0, 1].map((removals) =>
      decideWithdrawing(confirmed({ removals }), { ...gone, openGroups }, context),
    );
    expect(asked.map(({ call }) => call)).toMatchObject(openGroups);
  });

  test.each([
    ["succeeded", "cleaning-up"],
    ["cancelled", "cleaning-up"],
    ["expired", "cleaning-up"],
    ["inspected", "holding"],
    ["failed", "holding"],
    ["finished-unverified", "holding"],
  ] as const)("%s goes to %s", (outcome, status) => {
    expect(decideWithdrawing(confirmed({ outcome }), gone, context).record.status).toBe(status);
  });

  test("withdrawing holds nothing that is gone or has no time left", () => {
    const missed = decideWithdrawing(confirmed({ outcome: "failed" }), { ...gone, instance: null }, context).record;
    expect(decideWithdrawing(missed, { ...gone, instance: null }, at(2 * minute)).record.status).toBe("cleaning-up");
    expect(
      decideWithdrawing(confirmed({ outcome: "failed", expiresAtMs: nowMs - 1 }), gone, context).record.status,
    ).toBe("cleaning-up");
    expect(
      decideWithdrawing(confirmed({ outcome: "failed", temporaryInstance: null }), gone, context).record.status,
    ).toBe("closed");
  });
});

/** A first look that misses the instance, one that sees it, and one that misses it again. */
describe.each([
  [
    "withdrawing",
    (before: RestoreRecord, found: boolean, later: number) =>
      decideWithdrawing(
        before,
        { jobs: [], instance: found ? instance() : null, openGroups: [], unseenGroups: [], missesOpening: false },
        at(later),
      ),
  ],
  [
    "holding",
    (before: RestoreRecord, found: boolean, later: number) =>
      decideHolding(before, { instance: found ? instance() : null }, at(later)),
  ],
] as const)("%s does not give the instance up because one look misses it", (status, look) => {
  const kept = record(status, { outcome: "failed", job: null });

  test("gone needs a second look, some time later", () => {
    const once = look(kept, false, 0);
    expect(once).toMatchObject({ call: null, record: { status }, checkAfterMs: 2 * minute });
    // A command may make it look sooner.
    expect(look(once.record, false, minute)).toMatchObject({ record: { status }, checkAfterMs: minute });
    expect(look(once.record, false, 2 * minute).record.status).toBe("cleaning-up");
  });

  test("a look that sees it begins anew", () => {
    const seenJob = look(look(kept, false, 0).record, true, minute).record;
    expect(seenJob).toMatchObject({ status: "holding", temporaryInstance: { missingSinceMs: null } });
    expect(decideHolding(seenJob, { instance: null }, at(3 * minute)).record.status).toBe("holding");
  });
});

test("withdrawing forgets a miss also when the look that sees the instance has something to close first", () => {
  const facts = { jobs: [], openGroups: [], unseenGroups: [], missesOpening: false };
  const missed = decideWithdrawing(
    record("withdrawing", { outcome: "failed", job: null }),
    { ...facts, instance: null },
    context,
  ).record;
  const closing = decideWithdrawing(
    missed,
    { ...facts, instance: instance(), openGroups: [{ instanceId: temporaryId, group: "rewind_a" }] },
    at(minute),
  );
  expect(closing.call?.kind).toBe("close-addresses");
  expect(decideWithdrawing(closing.record, { ...facts, instance: null }, at(3 * minute)).record.status).toBe(
    "withdrawing",
  );
});

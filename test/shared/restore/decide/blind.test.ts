import { CloudError } from "../../../../shared/cloud/cloud-error";
import { decideAccepted } from "../../../../shared/restore/decide/accepting";
import { decideBlind, troubleOf } from "../../../../shared/restore/decide/blind";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import { recordTooLarge } from "../../../../shared/restore/model/record";
import { at, context, hour, nowMs, record } from "../samples";
import { fresh, mine } from "./fixtures";

describe("when the cloud cannot be read", () => {
  const lost = new CloudError("unavailable", "rds", "DescribeDBInstances", "Timeout", "no answer");

  test("a restore waits with growing pauses until its deadline", () => {
    const first = decideBlind(record("verifying"), troubleOf(lost), context);
    const later = decideBlind(record("verifying", { idleRuns: 4 }), troubleOf(lost), context);
    expect(first.record.status).toBe("verifying");
    expect(later.checkAfterMs).toBeGreaterThan(first.checkAfterMs);
    expect(decideBlind(record("verifying"), troubleOf(lost), at(5 * hour)).record).toMatchObject({
      status: "withdrawing",
      reason: { code: "cloud-unreachable" },
    });
    expect(decideBlind(record("comparing"), troubleOf(lost), at(7 * hour)).record.outcome).toBe("finished-unverified");
    expect(decideBlind(record("withdrawing"), troubleOf(lost), at(500 * hour)).record.status).toBe("withdrawing");
  });

  test.each([
    ["configuring", {}, "failed", "Nothing was written."],
    [
      "starting",
      { leftOnMaster: [{ kind: "table", name: "shop.dbo.A", sizeBytes: null, sql: "" }] },
      "failed",
      "leftOnMaster",
    ],
    ["comparing", {}, "finished-unverified", "The rows are on the master"],
  ] as const)("what has no room in the record ends a restore that is %s at once", (status, more, outcome, said) => {
    const tooLarge = new CloudError("refused", "tablestore", "PutRow", recordTooLarge, "it would have 2 MB");
    expect(decideBlind(record(status, more), troubleOf(tooLarge), context).record).toMatchObject({
      status: "withdrawing",
      outcome,
      reason: { code: "record-too-large", text: expect.stringContaining(said) },
    });
  });

  test.each([
    ["verifying", "cancelled", "cancelled"],
    ["starting", "cancelled", "cancelled-while-starting"],
    ["writing", "cancelled", "cancelled-while-migrating"],
    ["comparing", "finished-unverified", "comparison-cancelled"],
  ] as const)("a cancel in %s needs no look at it", (status, outcome, code) => {
    expect(decideBlind(record(status, { cancelRequested: true }), troubleOf(lost), context).record).toMatchObject({
      status: "withdrawing",
      outcome,
      reason: { code },
    });
  });

  test("an instance in doubt is left alone on a cancel and at the deadline, without another look at it", () => {
    const doubtful = record("confirming-instance", {
      temporaryInstance: null,
      job: null,
      candidate: { id: "rm-late", createdAtMs: nowMs },
    });
    expect(decideBlind(doubtful, troubleOf(lost), at(hour)).record.status).toBe("confirming-instance");
    expect(decideBlind(doubtful, troubleOf(lost), at(25 * hour)).record).toMatchObject({
      status: "closed",
      outcome: "failed",
      reason: { code: "instance-not-confirmed" },
    });
    expect(decideBlind({ ...doubtful, cancelRequested: true }, troubleOf(lost), context).record).toMatchObject({
      status: "closed",
      outcome: "cancelled",
    });
  });

  test("a cancel of a restore that made nothing needs no cloud, and its outcome is the person's", () => {
    const refused = new CloudError("refused", "rds", "DescribeBackups", "Forbidden.RAM", "denied");
    for (const error of [lost, refused])
      expect(decideBlind({ ...fresh(), cancelRequested: true }, troubleOf(error), context).record).toMatchObject({
        status: "closed",
        outcome: "cancelled",
      });
  });

  test("a cancel after a lost create does not say that nothing was made", () => {
    const call = {
      kind: "create-temporary-instance",
      masterInstanceId: "rm-shop",
      restoreTimeMs: null,
      backupId: null,
    };
    const intent = { call, sentAtMs: nowMs - hour, negativeReads: 3 } as const;
    const doubts = [{ intent, untilMs: nowMs + 47 * hour, found: null }] as RestoreRecord["doubts"];
    const { reason } = decideAccepted({ ...fresh(), cancelRequested: true, doubts }, mine, context).record;
    expect(reason).toMatchObject({ code: "cancelled", text: expect.stringContaining("watched until 2026-") });
    expect(reason?.text).not.toContain("before anything was made");
  });

  test("a restore that made nothing ends when a read is refused", () => {
    const refused = new CloudError("refused", "rds", "DescribeBackups", "Forbidden.RAM", "denied");
    expect(decideBlind(fresh(), troubleOf(refused), context).record).toMatchObject({
      status: "closed",
      reason: { code: "cloud-refused" },
    });
  });
});

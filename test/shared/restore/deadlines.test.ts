import fc from "fast-check";
import { presentRestore } from "../../../shared/api/presentation";
import { CloudError } from "../../../shared/cloud/cloud-error";
import { deadlineMs } from "../../../shared/restore/deadlines";
import { decideAwaitingApproval } from "../../../shared/restore/decide/approving";
import { decideBlind, troubleOf } from "../../../shared/restore/decide/blind";
import { takeCommand } from "../../../shared/restore/decide/commands";
import { decidePrecheckFailed } from "../../../shared/restore/decide/prechecking";
import { defaultDurations } from "../../../shared/restore/model/durations";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { forecastBytesPerSecond } from "../../../shared/restore/plan/forecast";
import { context, hour, instance, job, minute, nowMs, record } from "./samples";

const lost = new CloudError("unavailable", "rds", "DescribeDBInstances", "Timeout", "no answer");
const facts = { instance: instance(), job: job("PreCheckPass"), precheckItems: [] };
const at = (atMs: number) => ({ ...context, nowMs: atMs });

/** Awaits an approval; the write-back takes `forecastHours`, and the instance is ours for `leftHours` more. */
function planned(forecastHours: number, leftHours: number): RestoreRecord {
  const { verification } = record("awaiting-approval");
  return record("awaiting-approval", {
    planHash: "p",
    expiresAtMs: nowMs + leftHours * hour,
    verification: { ...verification!, sizeBytes: forecastHours * 3600 * forecastBytesPerSecond },
  });
}

test.each([
  ["awaiting-approval", decideAwaitingApproval],
  ["precheck-failed", decidePrecheckFailed],
] as const)("%s ends at one time and with one outcome, whether the cloud can be read or not", (status, decide) => {
  const hours = fc.double({ min: 0, max: 46, noNaN: true });
  fc.assert(
    fc.property(hours, hours, (forecastHours, leftHours) => {
      const waiting = { ...planned(forecastHours, leftHours), status };
      const endMs = Math.floor(deadlineMs(waiting, defaultDurations)!);
      for (const [atMs, isOver] of [
        [endMs, false],
        [endMs + 1, true],
      ] as const) {
        for (const decision of [decide(waiting, facts, at(atMs)), decideBlind(waiting, troubleOf(lost), at(atMs))]) {
          expect(decision.record.status).toBe(isOver ? "withdrawing" : status);
          expect(decision.record.outcome).toBe(isOver ? "expired" : null);
        }
      }
    }),
  );
});

describe("an approval is asked for only while the write-back still fits the instance's life", () => {
  const waiting = planned(40.8, 45.8);
  const approveAt = (atMs: number) =>
    takeCommand(
      waiting,
      {
        restoreId: waiting.restoreId,
        commandId: "c1",
        kind: "approve",
        by: "bob",
        atMs,
        planHash: "p",
        keepHours: null,
        instanceId: null,
        ours: null,
        state: "pending",
        text: null,
      },
      at(atMs),
    );

  test("people are shown the time until which it does", () => {
    const shown = presentRestore(waiting, { nowMs, durations: defaultDurations });
    expect(Date.parse(shown["approveBefore"] as string) - nowMs).toBeCloseTo(5 * hour, -4);
  });

  test("an approval is asked for only while the write-back still fits the instance's life until then it is taken, afterwards it is refused with the forecast", () => {
    expect(approveAt(nowMs + 5 * hour - minute).handled.accepted).toBe(true);
    const late = approveAt(nowMs + 5 * hour + minute);
    expect(late.record.approval).toBeNull();
    expect(late.handled).toMatchObject({ accepted: false, text: expect.stringContaining("takes up to 40.8 hours") });
  });

  test("a right to approve automatically does not outlast it", () => {
    const automatic = {
      ...waiting,
      automaticApprovalAllowed: true,
      request: { ...waiting.request, approval: "automatic" as const },
    };
    expect(decideAwaitingApproval(automatic, facts, at(nowMs + hour)).record.status).toBe("starting");
    expect(decideAwaitingApproval(automatic, facts, at(nowMs + 6 * hour)).record.outcome).toBe("expired");
  });
});

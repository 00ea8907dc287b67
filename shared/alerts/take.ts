import type { Dependencies } from "../engine/dependencies";
import { decodeQueueEvent, type QueueElement } from "../messaging/events";
import type { AlertRule } from "./rules";
import { type AlertReport, startOnAlarm } from "./start";

/**
 * A batch of the alarm queue. Alarms carry facts that nothing else knows, so an element that fails, or that comes in a form that cannot
 * be read, makes the batch fail once the others are taken: it is delivered again and ends in the dead-letter queue. Repeating the
 * others is harmless.
 */
export async function takeAlarms(
  deps: Dependencies,
  rules: readonly AlertRule[],
  event: Uint8Array,
): Promise<{ results: AlertReport[] }> {
  const taken = await Promise.allSettled(decodeQueueEvent(event).map((element) => takeAlarm(deps, rules, element)));
  const results = taken.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
  return { results };
}

async function takeAlarm(deps: Dependencies, rules: readonly AlertRule[], element: QueueElement): Promise<AlertReport> {
  const { messageId, body, problem } = element;
  if (body === null) throw new Error(`the alarm ${messageId ?? "without an id"} cannot be read: ${problem}`);
  const report = await startOnAlarm(deps, rules, body);
  const isUnread = report.kind === "ignored" && report.why === "not-an-alarm";
  deps.log(isUnread ? "warn" : "info", "alarm", { messageId, ...report });
  if (isUnread) throw new Error(`the alarm ${messageId ?? "without an id"} cannot be read: ${report.problem}`);
  return report;
}

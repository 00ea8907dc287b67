import type { Dependencies } from "../engine/dependencies";
import { decodeQueueEvent, type QueueElement } from "../messaging/events";
import type { AlertRule } from "./rules";
import { type AlertReport, startOnAlarm } from "./start";

/** Where the platform puts alarms that it cannot deliver (s.yaml), and where those go that nobody here can read. */
export const deadAlarms = "restore-on-alert-dead";

/**
 * A batch of the alarm queue. Alarms carry facts that nothing else knows, so an element that fails, or whose message cannot be got at,
 * makes the batch fail once the others are taken: it is delivered again and ends in the dead-letter queue. Repeating the others is
 * harmless. A message that is no alarm is put there at once, so that it keeps no other waiting.
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
  if (isUnread) await deps.queues.send(deadAlarms, body);
  return report;
}

import type { Dependencies } from "../engine/dependencies";
import { decodeQueueEvent, type QueueElement } from "../messaging/events";
import type { AlertRule } from "./rules";
import { type AlertReport, startOnAlarm } from "./start";

/** Where the platform puts alarms that it cannot deliver (s.yaml), and where those go that cannot be read here. */
export const deadAlarms = "restore-on-alert-dead";

/**
 * A batch of the alarm queue. Alarms carry facts that nothing else knows, so an element that fails, or whose message cannot be got at,
 * makes the batch fail once the others are taken: it is delivered again and ends in the dead-letter queue. Repeating the others is
 * harmless. A message that is no alarm, or one of a time that cannot be restored, is put there at once, so that it keeps no other waiting.
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
  const isDead = "problem" in report;
  deps.log(isDead ? "warn" : "info", "alarm", { messageId, ...report });
  if (isDead) await deps.queues.send(deadAlarms, clip(body));
  return report;
}

/** A message of MNS holds 64 KB, and bodies travel in base64: what fills one as plain text would be refused each time. */
const deadBytesMax = 45_000;

function clip(body: string): string {
  const bytes = Buffer.from(body, "utf8");
  return bytes.length <= deadBytesMax ? body : bytes.subarray(0, deadBytesMax).toString("utf8");
}

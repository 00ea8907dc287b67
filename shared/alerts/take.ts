import type { Dependencies } from "../engine/dependencies";
import { decodeQueueEvent } from "../messaging/events";
import type { AlertRule } from "./rules";
import { startOnAlarm } from "./start";

/**
 * A batch of the alarm queue. Alarms carry facts that nothing else knows, so an element that fails makes the batch fail: it is
 * delivered again and ends in the dead-letter queue. Repeating the others is harmless.
 */
export async function takeAlarms(
  deps: Dependencies,
  rules: readonly AlertRule[],
  event: Uint8Array,
): Promise<{ results: unknown[] }> {
  const results = await Promise.all(
    decodeQueueEvent(event).map(async (element) => {
      const report =
        element.body === null
          ? { kind: "ignored", why: "not-an-alarm" }
          : await startOnAlarm(deps, rules, element.body);
      deps.log("info", "alarm", { messageId: element.messageId, ...report });
      return report;
    }),
  );
  return { results };
}

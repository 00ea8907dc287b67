import { startOnAlarm } from "../alerts/start";
import { decodeQueueEvent } from "../messaging/events";
import type { FunctionContext } from "./context";
import { wireAlerts } from "./wiring";

/**
 * Alarms carry facts that nothing else knows, so an element that fails makes the batch fail: it is delivered again and ends in
 * the dead-letter queue. Repeating the others is harmless.
 */
export function alertHandler() {
  return async (event: Uint8Array, context: FunctionContext): Promise<{ results: unknown[] }> => {
    const { deps, rules } = wireAlerts(context);
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
  };
}

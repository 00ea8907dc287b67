import { decodeQueueEvent } from "../messaging/events";
import type { FunctionContext } from "./context";
import { wire } from "./wiring";

/** Alarms from the alarm queue. Without a rule an alarm starts nothing but a log line. */
export function alertHandler() {
  return async (event: Uint8Array, context: FunctionContext): Promise<{ results: unknown[] }> => {
    const deps = wire(context);
    const results = decodeQueueEvent(event).map((element) => {
      deps.log("info", "an alarm came; there is no rule for it", { messageId: element.messageId });
      return { kind: "no-rule" };
    });
    return { results };
  };
}

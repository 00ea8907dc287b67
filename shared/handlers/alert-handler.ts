import { takeAlarms } from "../alerts/take";
import type { FunctionContext } from "./function-context";
import { wireAlerts } from "./wiring";

/** The function that the alarm queue wakes. */
export function alertHandler() {
  return (event: Uint8Array, context: FunctionContext): Promise<{ results: unknown[] }> => {
    const { deps, rules } = wireAlerts(context);
    return takeAlarms(deps, rules, event);
  };
}

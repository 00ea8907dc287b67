import { takeAlarms } from "../alerts/take";
import type { FunctionContext } from "./context";
import { alertRules, wire } from "./wiring";

/** The function that the alarm queue wakes. */
export function alertHandler() {
  return (event: Uint8Array, context: FunctionContext): Promise<{ results: unknown[] }> => {
    const deps = wire(context);
    return takeAlarms(deps, alertRules(), event);
  };
}

import type { Capabilities, Timings } from "../capabilities";
import type { Instance } from "./instance";

/** RDS releases a temporary instance this long after its creation (help 95724). */
export const temporaryInstanceLifetimeMs = 48 * 3600_000;

/** When the instance is or will be released, and when nothing of it is left; undefined while neither is known. */
export function endOf(
  instance: Instance,
  timings: Pick<Timings, "deleteInstanceMs">,
): { readonly deletingFromMs: number; readonly goneAtMs: number } | undefined {
  const lifetimeEndMs = instance.type === "Temp" ? instance.createdAtMs + temporaryInstanceLifetimeMs : undefined;
  const deletingFromMs = instance.deletingSinceMs ?? lifetimeEndMs;
  if (deletingFromMs === undefined) return undefined;
  return { deletingFromMs, goneAtMs: instance.goneAtMs ?? deletingFromMs + timings.deleteInstanceMs };
}

export function isGone(instance: Instance, nowMs: number, timings: Pick<Timings, "deleteInstanceMs">): boolean {
  return (endOf(instance, timings)?.goneAtMs ?? Number.POSITIVE_INFINITY) <= nowMs;
}

/**
 * Status of an instance that is not gone, as DescribeDBInstanceAttribute shows it. `temporary` is the living temporary instance of
 * a master; whether the master's own status shows its making is a capability.
 */
export function statusOf(
  instance: Instance,
  temporary: Instance | undefined,
  nowMs: number,
  capabilities: Capabilities,
  timings: Pick<Timings, "deleteInstanceMs">,
): string {
  if ((endOf(instance, timings)?.deletingFromMs ?? Number.POSITIVE_INFINITY) <= nowMs) return "Deleting";
  if (instance.forcedStatus !== undefined) return instance.forcedStatus;
  if (nowMs < instance.runningFromMs)
    return instance.type === "Temp" ? capabilities.tempStatusWhileCreated : "Creating";
  if (temporary && nowMs < temporary.runningFromMs) return capabilities.masterStatusWhileTempIsCreated;
  return "Running";
}

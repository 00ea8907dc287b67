import type { Capabilities, Timings } from "../capabilities";
import type { Instance } from "./instance";

/** RDS releases a temporary instance this long after its creation (help 95724). */
export const temporaryInstanceLifetimeMs = 48 * 3600_000;

/** How long the recycle bin keeps a released instance. */
export const recycledMs = 8 * 24 * 3600_000;

/** From when on the instance is released; infinity while it is not known. */
function deletingFromMs({ type, createdAtMs, deletingSinceMs }: Instance): number {
  if (deletingSinceMs !== undefined) return deletingSinceMs;
  return type === "Temp" ? createdAtMs + temporaryInstanceLifetimeMs : Number.POSITIVE_INFINITY;
}

/** Is nothing of it left? */
export function isGone(instance: Instance, nowMs: number, timings: Pick<Timings, "deleteInstanceMs">): boolean {
  return (instance.goneAtMs ?? deletingFromMs(instance) + timings.deleteInstanceMs) <= nowMs;
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
): string {
  if (deletingFromMs(instance) <= nowMs) return "Deleting";
  if (instance.forcedStatus !== undefined) return instance.forcedStatus;
  if (nowMs < instance.runningFromMs)
    return instance.type === "Temp" ? capabilities.tempStatusWhileCreated : "Creating";
  if (temporary && nowMs < temporary.runningFromMs) return capabilities.masterStatusWhileTempIsCreated;
  return "Running";
}

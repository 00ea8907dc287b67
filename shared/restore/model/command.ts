import type { CommandKind } from "./states";

/** What a person asked for: a row of its own, so that it never overtakes a call whose answer is on its way. */
export interface Command {
  readonly restoreId: string;
  /** Sortable by time. */
  readonly commandId: string;
  readonly kind: CommandKind;
  readonly by: string;
  readonly atMs: number;
  /** approve: the hash of the plan that was read. */
  readonly planHash: string | null;
  /** extend: hours from now to keep the instance. */
  readonly keepHours: number | null;
  /** confirm-instance: the instance, and whether it is ours. */
  readonly instanceId: string | null;
  readonly ours: boolean | null;
  readonly state: "pending" | "accepted" | "refused";
  /** What became of it, for the person who asked. */
  readonly text: string | null;
}

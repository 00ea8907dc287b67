import type { RestoreRecord } from "../restore/model/record";
import type { Status } from "../restore/model/states";
import type { Dependencies } from "./dependencies";
import { traceOf } from "./run-facts";

/** A change of state that was saved. The line of the timeline lies in `record` already: it is saved together with the change. */
export interface Transition {
  /** Null: the restore has just been recorded. */
  readonly from: Status | null;
  /** How long the state before lasted, milliseconds. */
  readonly lastedMs: number;
  readonly record: RestoreRecord;
}

type Needed = Pick<Dependencies, "log">;

/** What happens after each change of state. What else is to follow one (a notification, a metric, a drill) is a row here. */
const listeners: readonly { readonly name: string; readonly hear: (deps: Needed, change: Transition) => void }[] = [
  { name: "log", hear: logChange },
];

/** Called once for each saved change. A listener that fails is logged: it never holds up a restore. */
export function onTransition(deps: Needed, before: RestoreRecord | null, record: RestoreRecord): void {
  if (before?.status === record.status) return;
  const lastedMs = before ? record.statusSinceMs - before.statusSinceMs : 0;
  const change: Transition = { from: before?.status ?? null, lastedMs, record };
  for (const { name, hear } of listeners) {
    try {
      hear(deps, change);
    } catch (error) {
      const { restoreId } = record;
      deps.log("error", "a listener of state changes failed", { restoreId, listener: name, error });
    }
  }
}

function logChange(deps: Needed, { from, lastedMs, record }: Transition): void {
  const { restoreId, status, outcome, reason } = record;
  const { traceId } = traceOf(record);
  deps.log("info", "state", { restoreId, from, status, lastedMs, outcome, reason: reason?.code ?? null, traceId });
}

import { sha256Hex } from "../canonical-json";
import type { ApiDependencies } from "./api-dependencies";
import type { Caller } from "./identity";
import { Problem } from "./problem";

/** A place without a record belongs to a request that crashed. After this time another request may take it. */
const emptyAfterMs = 60_000;

/**
 * Takes one of the caller's places for a restore, so that no more of them are open at a time than there are places. A place is free
 * again once its restore is closed; it does not have to be given back. Sent again for the same restore it is the same place.
 * @throws Problem `too-many-restores`
 */
export async function takeRoom(deps: ApiDependencies, caller: Caller, restoreId: string): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const mine = { restoreId, bodyHash: "", atMs: nowMs };
  const open: string[] = [];
  for (let place = 0; place < deps.restoresPerCaller; place++) {
    const key = `in-flight/${sha256Hex(caller.subject)}/${place}`;
    const taken = await deps.store.claimOnce(key, mine);
    if (taken.restoreId === restoreId) return;
    const holder = await deps.store.read(taken.restoreId);
    const isOver = holder ? holder.record.status === "closed" : nowMs - taken.atMs > emptyAfterMs;
    if (isOver && (await deps.store.replaceOnce(key, taken, mine))) return;
    open.push(taken.restoreId);
  }
  throw new Problem(
    "too-many-restores",
    `${caller.subject} has ${open.length} restores open, which is the most (REWIND_RESTORES_PER_CALLER): ${open.slice(0, 3).join(", ")}${open.length > 3 ? " …" : ""}. Nothing was started. Cancel or release one, or wait until one is closed.`,
  );
}

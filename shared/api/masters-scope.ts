import type { Caller } from "./identity";
import { Problem } from "./problem";

/**
 * The masters that a caller may use: ids, or beginnings of ids with `*` behind. Null: all, because no claim is configured.
 * Everything of another master is answered as if it did not exist, so that nothing is learnt of it.
 */
export type MastersScope = readonly string[] | null;

/** Texts of a list, or of one text with spaces or commas between them; anything else names nothing. */
export function namesIn(claim: unknown): string[] {
  const named: unknown[] = Array.isArray(claim) ? claim : typeof claim === "string" ? claim.split(/[ ,]+/) : [];
  return named.filter((name): name is string => typeof name === "string" && name !== "");
}

export function mayUse({ masters }: Pick<Caller, "masters">, masterInstanceId: string): boolean {
  if (masters === null) return true;
  return masters.some((name) =>
    name.endsWith("*") ? masterInstanceId.startsWith(name.slice(0, -1)) : name === masterInstanceId,
  );
}

/** What is said of a master that does not exist, and of one that is not the caller's. */
export function masterNotFound(masterInstanceId: string): Problem {
  return new Problem(
    "master-not-found",
    `There is no master instance ${masterInstanceId.slice(0, 64)} in this region.`,
  );
}

/** @throws Problem `master-not-found` */
export function requireScope(caller: Caller, masterInstanceId: string): void {
  if (!mayUse(caller, masterInstanceId)) throw masterNotFound(masterInstanceId);
}

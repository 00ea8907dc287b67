import type { ReasonCode } from "../model/reasons";

export type Verdict = "pass" | "fail" | "unknown" | "wait";

export interface Prerequisite {
  readonly name: string;
  readonly verdict: Verdict;
  /** Stable code for fail and wait (see reasons). */
  readonly code: ReasonCode | null;
  readonly text: string;
  /** wait: when it is likely to pass; null: unknown. */
  readonly readyAtMs: number | null;
}

/** A prerequisite that refuses the restore, or makes it wait. */
export interface Obstacle extends Prerequisite {
  readonly verdict: "fail" | "wait";
  readonly code: ReasonCode;
}

export function isObstacle(prerequisite: Prerequisite): prerequisite is Obstacle {
  return prerequisite.code !== null;
}

export function pass(name: string, text: string): Prerequisite {
  return { name, verdict: "pass", code: null, text, readyAtMs: null };
}

export function unknown(name: string, text: string): Prerequisite {
  return { name, verdict: "unknown", code: null, text, readyAtMs: null };
}

export function fail(name: string, code: ReasonCode, text: string): Obstacle {
  return { name, verdict: "fail", code, text, readyAtMs: null };
}

export function wait(name: string, code: ReasonCode, text: string, readyAtMs: number | null): Obstacle {
  return { name, verdict: "wait", code, text, readyAtMs };
}

import type { WriteBackMode } from "./request";

/** For which restores approver and requester must be two people: all, those that write into live tables, none. */
export const twoPersonRules = ["always", "live-writes", "never"] as const;
export type TwoPersonRule = (typeof twoPersonRules)[number];

/** Whether rows go into tables that applications use already. The other modes make what they write to. */
export function writesIntoLiveTables(mode: WriteBackMode): boolean {
  return mode === "missing-rows";
}

export function needsTwoPeople(rule: TwoPersonRule, mode: WriteBackMode): boolean {
  return rule === "always" || (rule === "live-writes" && writesIntoLiveTables(mode));
}

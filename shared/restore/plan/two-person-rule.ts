import { type WriteBackMode, writeBackOf } from "../write-back";

/** For which restores approver and requester must be two people: all, those that write into live tables, none. */
export const twoPersonRules = ["always", "live-writes", "never"] as const;
export type TwoPersonRule = (typeof twoPersonRules)[number];

export function needsTwoPeople(rule: TwoPersonRule, mode: WriteBackMode): boolean {
  return rule === "always" || (rule === "live-writes" && writeBackOf(mode).addsRows);
}

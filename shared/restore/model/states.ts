import type { Durations } from "./durations";

/**
 * The states of a restore: one table, read by the engine (who acts), the API (what people may do), docs/states.md (tested
 * against it) and every decision (legal transitions only).
 */
export const statuses = [
  "accepted",
  "waiting",
  "creating-source",
  "confirming-instance",
  "verifying",
  "configuring",
  "prechecking",
  "precheck-failed",
  "awaiting-approval",
  "starting",
  "writing",
  "comparing",
  "withdrawing",
  "holding",
  "cleaning-up",
  "closed",
] as const;
export type Status = (typeof statuses)[number];

/** The functions of the pipeline that move restores; each has a folder, an entry in s.yaml and a queue of this name. */
export const stepFunctions = [
  "create-temp-instance",
  "verify-data",
  "precheck-migration",
  "start-migration",
  "compare-data",
  "clean-up",
  "poll-restores",
] as const;
export type StepFunction = (typeof stepFunctions)[number];

export const commandKinds = ["approve", "reject", "confirm-instance", "cancel", "retry", "extend", "release"] as const;
export type CommandKind = (typeof commandKinds)[number];

/** When a state ends by itself, and how. */
export interface Deadline {
  /** How long the state may last; null: what it waits for decides, as `inWords` says. */
  readonly duration: keyof Durations | null;
  /** What the source must still live for when the state ends: it can end sooner than its duration. Left out: its life does not matter. */
  readonly sourceLivesFor?: "nothing-more" | "the-write-back";
  /** Of the restore, if nothing decided it before. */
  readonly outcome: Outcome | null;
  /** In words, for people. */
  readonly inWords: string;
}

export interface StateRow {
  /** What is true while a restore is in this state. */
  readonly trueWhile: string;
  /** The one function that acts on it; the poller nudges it when it is due. */
  readonly actor: StepFunction | null;
  readonly leavesTo: readonly Status[];
  /** What people may ask for here, besides reading. */
  readonly commands: readonly CommandKind[];
  /** What `cancel` does here, in the words shown to the person who asks. */
  readonly cancel: string;
  /** What happens when the state lasts too long, also while nothing can be read; null: it has no deadline of its own. */
  readonly deadline: Deadline | null;
}

export const states: Readonly<Record<Status, StateRow>> = {
  accepted: {
    trueWhile: "the request is recorded and its prerequisites are being checked",
    actor: "create-temp-instance",
    leavesTo: ["waiting", "creating-source", "confirming-instance", "awaiting-approval", "closed"],
    commands: ["cancel"],
    cancel: "ends it; nothing exists yet",
    deadline: null,
  },
  waiting: {
    trueWhile:
      "the restore time is not restorable yet, or the master is taken by another restore or temporary instance",
    actor: "poll-restores",
    leavesTo: ["accepted", "confirming-instance", "closed"],
    commands: ["cancel"],
    cancel: "ends it; nothing exists yet",
    deadline: { duration: null, outcome: "failed", inWords: "the restore time leaves the recovery window: failed" },
  },
  "creating-source": {
    trueWhile: "the temporary instance is asked for and not Running yet",
    actor: "poll-restores",
    leavesTo: ["accepted", "verifying", "confirming-instance", "withdrawing", "closed"],
    commands: ["cancel"],
    cancel: "waits until the create is answered, then deletes what it made",
    deadline: { duration: "createDeadlineMs", outcome: "failed", inWords: "failed; the instance is deleted" },
  },
  "confirming-instance": {
    trueWhile: "a temporary instance appeared that cannot be proven to be ours; it is not touched",
    actor: "poll-restores",
    leavesTo: ["creating-source", "closed"],
    commands: ["confirm-instance", "cancel"],
    cancel: "ends it and leaves the instance alone",
    deadline: {
      duration: "confirmDeadlineMs",
      outcome: "failed",
      inWords: "failed; the instance is named and left to RDS",
    },
  },
  verifying: {
    trueWhile: "checks run on the temporary instance, in slices",
    actor: "verify-data",
    leavesTo: ["configuring", "withdrawing"],
    commands: ["cancel"],
    cancel: "closes our addresses and deletes the instance",
    deadline: { duration: "verifyDeadlineMs", outcome: "failed", inWords: "failed; the instance is held for people" },
  },
  configuring: {
    trueWhile: "addresses are opened and the migration job is configured",
    actor: "precheck-migration",
    leavesTo: ["prechecking", "awaiting-approval", "withdrawing"],
    commands: ["cancel"],
    cancel: "deletes the job, closes our addresses, deletes the instance",
    deadline: { duration: "configureDeadlineMs", outcome: "failed", inWords: "failed; withdrawn" },
  },
  prechecking: {
    trueWhile: "DTS prechecks the job",
    actor: "poll-restores",
    leavesTo: ["awaiting-approval", "precheck-failed", "writing", "withdrawing"],
    commands: ["cancel"],
    cancel: "deletes the job, closes our addresses, deletes the instance",
    deadline: { duration: "precheckDeadlineMs", outcome: "failed", inWords: "failed; withdrawn" },
  },
  "precheck-failed": {
    trueWhile: "the precheck named items to repair; a person repairs them and asks for a retry",
    actor: "poll-restores",
    leavesTo: ["configuring", "withdrawing"],
    commands: ["retry", "cancel"],
    cancel: "deletes the job, closes our addresses, deletes the instance",
    deadline: {
      duration: "repairDeadlineMs",
      sourceLivesFor: "nothing-more",
      outcome: "expired",
      inWords: "expired; withdrawn",
    },
  },
  "awaiting-approval": {
    trueWhile: "the evidence is frozen and the plan hash is shown",
    actor: "poll-restores",
    leavesTo: ["starting", "withdrawing"],
    commands: ["approve", "reject", "cancel"],
    cancel: "deletes the job, closes our addresses, deletes the instance",
    deadline: {
      duration: "approvalDeadlineMs",
      sourceLivesFor: "the-write-back",
      outcome: "expired",
      inWords: "expired; withdrawn",
    },
  },
  starting: {
    trueWhile: "the approval is consumed and the write-back is being started: the point of no return",
    actor: "start-migration",
    leavesTo: ["prechecking", "writing", "withdrawing"],
    commands: ["cancel"],
    cancel: "stops, and reports what was written",
    deadline: {
      duration: "startDeadlineMs",
      outcome: "failed",
      inWords: "failed; withdrawn, what was written is reported",
    },
  },
  writing: {
    trueWhile: "DTS writes to the master, or RDS restores databases on it",
    actor: "poll-restores",
    leavesTo: ["comparing", "precheck-failed", "withdrawing"],
    commands: ["cancel"],
    cancel: "stops the job and reports what was written; a restore of databases by RDS is waited for",
    deadline: {
      duration: "migrateDeadlineMs",
      outcome: "failed",
      inWords: "failed; withdrawn, what was written is reported",
    },
  },
  comparing: {
    trueWhile: "both sides are read and compared, in slices; of databases that RDS restored, what arrived is looked at",
    actor: "compare-data",
    leavesTo: ["withdrawing"],
    commands: ["cancel"],
    cancel: "stops comparing: finished-unverified; the instance is held for people",
    deadline: { duration: "compareDeadlineMs", outcome: "finished-unverified", inWords: "finished-unverified" },
  },
  withdrawing: {
    trueWhile: "the job is stopped, deleted and confirmed gone, and our addresses are closed on both sides",
    actor: "clean-up",
    leavesTo: ["holding", "cleaning-up", "closed"],
    commands: ["cancel"],
    cancel: "is recorded; clean-up goes on, and the instance is deleted instead of held",
    deadline: {
      duration: null,
      outcome: null,
      inWords: "addresses that RDS refuses to close, on a locked master, are named and left to the hourly sweep",
    },
  },
  holding: {
    trueWhile: "the outcome is decided and the instance is kept for people until it expires; no DTS job exists",
    actor: "poll-restores",
    leavesTo: ["cleaning-up"],
    commands: ["extend", "release", "cancel"],
    cancel: "deletes the instance now",
    deadline: { duration: null, outcome: null, inWords: "the instance is deleted at its expiry" },
  },
  "cleaning-up": {
    trueWhile: "the instance is deleted and confirmed gone",
    actor: "clean-up",
    leavesTo: ["closed"],
    commands: ["cancel"],
    cancel: "is recorded; clean-up goes on",
    deadline: null,
  },
  closed: {
    trueWhile: "nothing of this restore exists any more except what leftOnMaster lists",
    actor: null,
    leavesTo: [],
    commands: [],
    cancel: "is refused: it is over",
    deadline: null,
  },
};

export const outcomes = ["succeeded", "finished-unverified", "inspected", "failed", "cancelled", "expired"] as const;
export type Outcome = (typeof outcomes)[number];

/** May a restore go from one state to the other? */
export function isLegalTransition(from: Status, to: Status): boolean {
  return states[from].leavesTo.includes(to);
}

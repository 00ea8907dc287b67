import type { RdsAddress, RdsInstance } from "../../cloud/rds";
import { counted } from "../counted";
import { giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import { publicPrefix } from "../model/names";
import type { StatedReason } from "../model/reasons";
import type { RestoreRecord, Verification } from "../model/record";
import { isAdmitted, openTo } from "../openings";
import type { RestoreRequest } from "../request/request";
import { isRunning, seen } from "../temporary-instance";
import { backOffMs, type Decision, go, note, request, stay, withdraw } from "../transition";
import { writeBackOf } from "../write-back";
import { cancelWork } from "./cancelling";
import { decideOnSource } from "./lost-source";

/**
 * verifying. Reads only, in slices with a cursor in the record; opening an address is a call of its own and repeatable
 * (Cover on our own group). If we die after it, it is on the record as open and closed in `withdrawing`.
 */
export interface VerifyingFacts {
  readonly instance: RdsInstance | null;
  /** Those under which functions reach the instance. */
  readonly addresses: readonly RdsAddress[];
  /** Our group on the temporary instance as it is now; null: there is none. */
  readonly group: readonly string[] | null;
  /** A closed group of an earlier restore that may be used again; null: none, or we have one. */
  readonly freeGroup: string | null;
  /** Whitelist groups that the instance was made with, and that admit somebody; none where the source copies none. */
  readonly copiedGroups: readonly string[];
  /** Where our own connections come from. */
  readonly egress: readonly string[];
  /** The verification after one more slice; null: no slice was read. */
  readonly slice: Verification | null;
  /** Why no slice was read, if one was tried. */
  readonly problem: StatedReason | null;
}

export const freshVerification: Verification = {
  route: "undecided",
  tables: [],
  checks: [],
  cursor: { stage: "shapes", index: 0 },
  sizeBytes: null,
  collations: [],
};

/** The port of a public endpoint that we open (AllocateInstancePublicConnection: 1000-5999). */
const publicPort = 3433;

export function decideVerifying(record: RestoreRecord, facts: VerifyingFacts, context: DecisionContext): Decision {
  const { durations } = context;
  if (record.cancelRequested) return cancelWork(record, context);
  const lost = decideOnSource(record, facts.instance, context);
  if (lost) return lost;
  if (isOverdue(record, context)) return giveUp(record, tooLate(facts.problem, record.lastRefusal), context);
  if (!isRunning(facts.instance!)) return stay(record, durations.pollMs);
  const current = seen(record);
  const verification = current.verification ?? freshVerification;
  const [group] = facts.copiedGroups;
  // The instance is the ledger's: decideOnSource has just compared its id, description and age.
  if (group) return request(current, { kind: "cover-copied-group", instanceId: facts.instance!.id, group });
  if (verification.route === "undecided") return chooseRoute(current, verification, facts, context);
  return followRoute(current, verification, facts, context) ?? noSlice(current, facts.problem, context);
}

/** Null: no slice was read. */
function followRoute(
  record: RestoreRecord,
  verification: Verification,
  facts: VerifyingFacts,
  context: DecisionContext,
): Decision | null {
  if (verification.route === "copy-first") return afterChecks(record, verification, context);
  if (!isAdmitted(facts.group, facts.egress)) return openTo(record, facts.instance!.id, facts.freeGroup, facts.egress);
  return facts.slice && afterSlice(record, facts.slice, context);
}

/** What the deadline found: a refusal, no connection, another problem, or checks that go on. */
function tooLate(problem: StatedReason | null, refusal: RestoreRecord["lastRefusal"]): StatedReason {
  if (refusal)
    return {
      code: "source-not-reachable",
      text: `The temporary instance was not opened to our addresses in time: ${refusal.text}. Nothing was written.`,
    };
  if (!problem)
    return {
      code: "checks-too-slow",
      text: "The checks did not end in time. Nothing was written. Ask again with fewer or quicker checks, or with fewer tables.",
    };
  if (problem.code !== "unavailable") return problem;
  return {
    code: "source-not-reachable",
    text: `The checks did not end in time, because the temporary instance could not be connected to: ${problem.text} Nothing was written. Look whether the functions reach it (REWIND_EGRESS_ADDRESSES, route, port) while it is held, or ask again without allowPublicEndpoint: then the checks run on the restored copy.`,
  };
}

function chooseRoute(
  record: RestoreRecord,
  verification: Verification,
  facts: VerifyingFacts,
  context: DecisionContext,
): Decision {
  const routed = (route: Verification["route"], text: string): Decision => {
    const chosen = { ...verification, route };
    const next = note({ ...record, verification: chosen }, context.nowMs, text);
    return followRoute(next, chosen, facts, context) ?? stay(next, 0);
  };
  if (facts.addresses.some((address) => address.kind === "private"))
    return routed("private", "the temporary instance is reachable inside the VPC");
  const copyFirst = (why: string) => routed("copy-first", `${why}: ${untilTheCopy(record.request)}`);
  if (!record.request.source.allowPublicEndpoint || record.lastRefusal?.call === "allocate-public-connection")
    return copyFirst("the temporary instance is not reachable from the functions");
  if (facts.egress.length === 0)
    return copyFirst("no address of the functions is known that could be admitted (REWIND_EGRESS_ADDRESSES)");
  if (facts.addresses.some((address) => address.kind === "public"))
    return routed("public", "checks use the public endpoint, opened for our own addresses only");
  return request(record, {
    kind: "allocate-public-connection",
    instanceId: facts.instance!.id,
    prefix: publicPrefix(record.restoreId),
    port: publicPort,
  });
}

/** What becomes of the checks when the temporary instance cannot be read; whether each of them reads the copy is judged there. */
function untilTheCopy({ writeBack, checks }: RestoreRequest): string {
  const { job, readsSourceFirst } = writeBackOf(writeBack);
  if (!job) return "nothing can be measured";
  if (readsSourceFirst) return `${writeBack} is not possible without reading it`;
  return checks.length > 0 ? "the checks wait for the restored copy" : "nothing is measured before the copy";
}

function afterSlice(record: RestoreRecord, slice: Verification, context: DecisionContext): Decision {
  const next = { ...record, verification: slice };
  return slice.cursor.stage === "done"
    ? afterChecks(next, slice, context)
    : { record: { ...next, idleRuns: 0 }, call: null, checkAfterMs: 0 };
}

function afterChecks(record: RestoreRecord, verification: Verification, context: DecisionContext): Decision {
  const { nowMs } = context;
  const failed = verification.checks.filter((check) => !check.passed);
  if (failed.length > 0) {
    return withdraw(
      record,
      "failed",
      {
        code: failed.find((check) => check.code)?.code ?? "checks-failed",
        text: `${failed.length} of ${verification.checks.length} checks failed: ${failed
          .map((check) => check.text)
          .slice(0, 3)
          .join("; ")}`,
      },
      nowMs,
    );
  }
  const mode = record.request.writeBack;
  const known = { ...record, verification };
  const { job, readsSourceFirst } = writeBackOf(mode);
  if (!job) {
    const text =
      verification.route === "copy-first"
        ? "The instance is held for people. It is not reachable from the functions. Nothing was measured."
        : `${counted(verification.checks.length, "check")} passed; the instance is held for people.`;
    return withdraw(
      known,
      "inspected",
      { code: verification.route === "copy-first" ? "held-unmeasured" : "held-for-people", text },
      nowMs,
    );
  }
  if (verification.route === "copy-first" && readsSourceFirst) {
    return withdraw(
      known,
      "failed",
      {
        code: "source-not-reachable",
        text: `Write-back ${mode} needs the temporary instance to be read first; allow a public endpoint, or use side-by-side.`,
      },
      nowMs,
    );
  }
  const rows = verification.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
  const passed = `${counted(verification.checks.length, "check")} passed`;
  const text =
    verification.route === "copy-first"
      ? "the migration is prepared. Nothing was measured before"
      : `${passed} over ${counted(verification.tables.length, "table")} with ${counted(rows, "row")}`;
  return go(known, "configuring", nowMs, text);
}

function noSlice(record: RestoreRecord, problem: StatedReason | null, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  if (problem?.code === "login-failed") {
    return withdraw(
      record,
      "failed",
      {
        code: "login-failed",
        text: `${problem.text} The temporary instance has the accounts and passwords of the backup: name a secret or version that held then (temporaryInstanceSecret).`,
      },
      nowMs,
    );
  }
  if (problem && problem.code !== "unavailable") return withdraw(record, "failed", problem, nowMs);
  const tried = problem ? note(record, nowMs, problem.text) : record;
  return stay(
    record.idleRuns === 0 ? tried : record,
    backOffMs(record.idleRuns, durations.pollMs / 4, durations.backOffMaxMs),
  );
}

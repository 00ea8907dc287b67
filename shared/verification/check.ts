import { CloudError } from "../cloud/cloud-error";
import type { SqlServerSession } from "../cloud/sql-server";
import type { CheckResult } from "../restore/model/record";
import type { Check } from "../restore/request/request";
import { judgeExpectation } from "./judge-expectation";
import { refusalText } from "./refusal-text";

/**
 * Runs one check in `database`. A refusal, and a statement that used up its whole time, are results; only what passes by
 * itself is thrown.
 */
export async function runCheck(session: SqlServerSession, check: Check, database: string): Promise<CheckResult> {
  try {
    const { passed, text, found, expected } = judgeExpectation(
      await session.readScalar(database, check.sql),
      check.expect,
    );
    return { name: check.name, passed, text: `${check.name}: ${text}`, found, expected };
  } catch (error) {
    const problem = lastingProblem(error);
    if (problem === null) throw error;
    return { name: check.name, passed: false, text: `${check.name}: ${problem.text}` };
  }
}

export interface LastingProblem {
  /** The port's code, or `too-slow` for a statement that had its full time. */
  readonly code: string;
  readonly text: string;
}

/** Why trying again would end the same way; null when it may not. */
export function lastingProblem(error: unknown): LastingProblem | null {
  if (!(error instanceof CloudError)) return null;
  if (error.kind === "refused") return { code: error.code, text: `${error.code}: ${refusalText(error)}` };
  return error.kind === "unavailable" && error.code === "Timeout"
    ? { code: "too-slow", text: "too slow: it took longer than the time of one statement" }
    : null;
}

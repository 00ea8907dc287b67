import type { Clock } from "../clock";
import { isPassing } from "../cloud/cloud-error";
import type { SqlServerSession } from "../cloud/sql-server";
import type { Verification } from "../restore/model/record";
import type { RestoreRequest } from "../restore/request/request";
import { runCheck } from "./check";
import { countTable, describeSelection } from "./count-tables";

/**
 * One slice of looking at the temporary instance: shapes, counts, checks, until `deadlineMs`, at least one step. The cursor in
 * the result says where the next slice goes on; a slice that is repeated repeats reads only.
 * @throws CloudError `unavailable` when not even the first step got an answer; `refused` only for a reason that no step can name.
 */
export async function runVerificationSlice(
  session: SqlServerSession,
  request: Pick<RestoreRequest, "objects" | "checks" | "writeBack">,
  verification: Verification,
  deadlineMs: number,
  clock: Clock,
): Promise<Verification> {
  let current = verification;
  try {
    do {
      current = await advance(session, request, current);
    } while (current.cursor.stage !== "done" && clock.nowMs() < deadlineMs);
  } catch (error) {
    // What was read stays read.
    if (current === verification || !isPassing(error)) throw error;
  }
  return current;
}

async function advance(
  session: SqlServerSession,
  request: Pick<RestoreRequest, "objects" | "checks" | "writeBack">,
  verification: Verification,
): Promise<Verification> {
  const { stage, index } = verification.cursor;
  const next = (read: Verification): Verification => ({ ...read, cursor: { stage, index: index + 1 } });
  const enter = (entered: typeof stage): Verification => ({ ...verification, cursor: { stage: entered, index: 0 } });
  switch (stage) {
    case "shapes": {
      const object = request.objects[index];
      return object ? next(await describeSelection(session, request, object, verification)) : enter("counts");
    }
    case "counts":
      return index < verification.tables.length
        ? next(await countTable(session, index, verification))
        : enter("checks");
    case "checks": {
      const check = request.checks[index];
      if (!check) return enter("done");
      const result = await runCheck(session, check, check.database);
      return next({ ...verification, checks: [...verification.checks, result] });
    }
    case "done":
      return verification;
  }
}

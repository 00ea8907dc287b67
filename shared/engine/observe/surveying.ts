import type { TableShape } from "../../cloud/sql-server";
import { isLate, type SurveyFacts } from "../../restore/decide/surveying";
import { statedReason } from "../../restore/model/reasons";
import { isSurveyed, type RestoreRecord, type TargetSurvey } from "../../restore/model/record";
import { plannedDatabases } from "../../restore/plan/dts-objects";
import { namesNeeded } from "../../restore/plan/plan-facts";
import type { FoundObject } from "../../restore/plan/taken-names";
import { targetTables } from "../../restore/plan/target-obstacle";
import { objectsByDatabase } from "../../verification/found-objects";
import { giveUpComparing } from "../../verification/missing-rows";
import { type SurveyEnds, shapesByDatabase, surveyTarget } from "../../verification/target-survey";
import { reachableAddress, reachableAddresses, unreachableMaster, withSession } from "../connect";
import type { Dependencies } from "../dependencies";

const nothing: SurveyFacts = { target: null, targetProblem: null };

/** One more slice of looking at the master, once our addresses are open on both sides. */
export async function observeTarget(deps: Dependencies, record: RestoreRecord): Promise<SurveyFacts> {
  if (record.target && isSurveyed(record.target)) return nothing;
  const [masterAddress, sourceAddresses] = await Promise.all([
    reachableAddress(deps, record.request.masterInstanceId),
    reachableAddresses(deps, record.temporaryInstance!.id),
  ]);
  if (!masterAddress) return { ...nothing, targetProblem: { code: "target-not-reachable", text: unreachableMaster } };
  const deadlineMs = deps.clock.nowMs() + deps.durations.sliceMs;
  const databases = plannedDatabases(record);
  const late = isLate(record, { nowMs: deps.clock.nowMs(), durations: deps.durations });
  const slice = async (ends: SurveyEnds): Promise<TargetSurvey> => {
    const mode = record.request.writeBack;
    const survey = await surveyTarget(ends, mode, databases, record.target, deadlineMs, deps.clock);
    return late && !isSurveyed(survey) ? giveUpComparing(survey, databases) : survey;
  };
  const sourceAddress = sourceAddresses.find((address) => address.kind === record.verification?.route);
  const read = await withSession(deps, record, "master", masterAddress, async (master) =>
    sourceAddress
      ? withSession(deps, record, "temporary", sourceAddress, (source) => slice({ source, master }))
      : { value: await slice({ source: null, master }), problem: null },
  );
  const problem = read.problem ?? read.value.problem;
  return { target: read.value?.value ?? null, targetProblem: problem && statedReason(problem) };
}

/** What is on the master at the places that are about to be written to. */
export interface TargetsNow {
  readonly tables: readonly TableShape[];
  /** Everything that has a name which the tables to be made need. */
  readonly objects: readonly FoundObject[];
}

/** @returns null: it cannot be read now */
export async function readTargets(deps: Dependencies, record: RestoreRecord): Promise<TargetsNow | null> {
  const wanted = targetTables(record.plan?.databases ?? []);
  if (wanted.length === 0) return { tables: [], objects: [] };
  const address = await reachableAddress(deps, record.request.masterInstanceId);
  if (!address) return null;
  const read = await withSession(deps, record, "master", address, async (master) => ({
    tables: await shapesByDatabase(master, wanted),
    objects: await objectsByDatabase(master, namesNeeded(record)),
  }));
  return read.value;
}

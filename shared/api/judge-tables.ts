import { showName, tablePath, tellNear } from "../object-name";
import { fail, type Prerequisite } from "../restore/prerequisites/verdict";
import { type WriteBackMode, writeBackOf } from "../restore/write-back";
import type { SurveyedDatabase } from "./master-survey";

export const feasibilities = ["yes", "after-waiting", "no"] as const;

/** `yes`: no prerequisite speaks against it; what is `unknown` is judged by the restore. `after-waiting`: it is made, and waits first. */
export function feasibility(prerequisites: readonly Prerequisite[]): (typeof feasibilities)[number] {
  const verdicts = new Set(prerequisites.map(({ verdict }) => verdict));
  if (verdicts.has("fail")) return "no";
  return verdicts.has("wait") ? "after-waiting" : "yes";
}

/** Whether the mode fits the tables that are on the master now, where they could be read; the restore looks again before it writes. */
export function judgeTables(mode: WriteBackMode, surveyed: readonly SurveyedDatabase[]): Prerequisite[] {
  return surveyed.flatMap((one) => [...judgeNamesakes(mode, one), ...judgeTargets(mode, one)]);
}

function judgeTargets(mode: WriteBackMode, one: SurveyedDatabase): Prerequisite[] {
  const { tables, missing, nearNames } = one;
  const name = `tables of ${showName(one.database)}`;
  const present = (tables ?? []).map((table) => showName(...tablePath(table)));
  const obstacle = writeBackOf(mode).tablesNow(name, { present, missing, near: tellNear(nearNames) });
  const taken = one.obstacle ? [fail(`names of ${name}`, one.obstacle.code, one.obstacle.text)] : [];
  return [...(obstacle ? [obstacle] : []), ...taken];
}

/** Known before any job: its precheck would only say that an object is not there. */
function judgeNamesakes(mode: WriteBackMode, { database, namesakes }: SurveyedDatabase): Prerequisite[] {
  if (!writeBackOf(mode).job || namesakes.length === 0) return [];
  const text = `In ${showName(database)} on the master, ${namesakes.join("; ")}. Restore the whole database, or ask all the same if only one of these tables was there at the restore time: the restore looks again.`;
  return [fail(`table names of ${showName(database)}`, "table-name-in-two-schemas", text)];
}

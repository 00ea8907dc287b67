import type { Durations } from "../model/durations";
import type { RestoreRequest } from "../request/request";
import { candidates, type SourceChoice, type SourceKind, type SourceRow } from "../source";
import { judgePrerequisites, type PrerequisiteFacts } from "./index";
import { fail, type Obstacle, type Prerequisite } from "./verdict";

/** The source that a request would have now, with its prerequisites. */
export interface ChosenSource {
  readonly row: SourceRow;
  /** Of the chosen source; where none fits, what all of them meet and why none fits. */
  readonly prerequisites: readonly Prerequisite[];
  readonly choice: SourceChoice;
}

interface Judged {
  readonly row: SourceRow<SourceKind>;
  readonly prerequisites: readonly Prerequisite[];
  /** The first prerequisite that refuses it; undefined: none does. */
  readonly refusal: Obstacle | undefined;
}

/**
 * Asks each source that the request allows, in the table's order: the first one that nothing refuses is chosen. One that has to wait is
 * not passed over, because the next one may cost money.
 */
export function chooseSource(
  request: RestoreRequest,
  facts: PrerequisiteFacts,
  nowMs: number,
  durations: Durations,
): ChosenSource {
  const judged = candidates(request).map((row): Judged => {
    const prerequisites = judgePrerequisites(row, request, facts, nowMs, durations);
    return { row, prerequisites, refusal: prerequisites.find(isRefusal) };
  });
  const fitting = judged.find(({ refusal }) => refusal === undefined);
  const { row, prerequisites } = fitting ?? judged[0]!;
  const others = judged
    .filter((one) => one.row !== row)
    .map((one) => ({
      kind: one.row.kind,
      obstacle: one.refusal?.text ?? null,
      cost: one.row.cost(request, facts),
    }));
  const choice: SourceChoice = {
    kind: row.kind,
    because: whyChosen(judged, row.kind),
    cost: row.cost(request, facts),
    others,
  };
  return { row, prerequisites: fitting ? prerequisites : whyNone(judged), choice };
}

function isRefusal(prerequisite: Prerequisite): prerequisite is Obstacle {
  return prerequisite.verdict === "fail";
}

function whyChosen(judged: readonly Judged[], kind: string): string {
  if (judged.length === 1) return "The request leaves no other.";
  const order = judged.map(({ row }) => row.kind).join(", ");
  return `Of the sources in their order (${order}), ${kind} is the first that nothing refuses.`;
}

const versionCodes: ReadonlySet<string> = new Set(["version-not-supported"]);
const notAllowedCodes: ReadonlySet<string> = new Set(["billed-clones-off", "billed-clone-not-allowed"]);

/**
 * A source that the version rules out, or that is billed and was not allowed, is not what a person asks about where another one is left: then
 * that one's reasons count. Sources that fail for one reason are refused with it; others with a sentence each.
 */
function whyNone(all: readonly Judged[]): readonly Prerequisite[] {
  const judged = [versionCodes, notAllowedCodes].reduce((left, codes) => {
    const others = left.filter(({ refusal }) => !codes.has(refusal!.code));
    return others.length > 0 ? others : left;
  }, all);
  const codes = judged.map(({ prerequisites }) => prerequisites.filter(isRefusal).map(({ code }) => code));
  if (codes[0]!.some((code) => codes.every((others) => others.includes(code)))) return judged[0]!.prerequisites;
  const each = judged.map(({ row, refusal }) => `${row.kind}: ${refusal!.text}`).join(" ");
  return [
    ...judged[0]!.prerequisites.filter((one) => !isRefusal(one)),
    fail("source", "no-source-fits", `No source can make this restore. ${each}`),
  ];
}

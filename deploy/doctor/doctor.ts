import type { MeasuredFacts } from "../../emulator/capabilities-file";
import type { FunctionDefinition } from "../../emulator/fc/definition";
import type { Stage } from "../stage";
import { lookAtFacts } from "./capabilities";
import { examine, type Finding, ok, wrong } from "./finding";
import { insideArea } from "./inside";
import { messageAreas } from "./messages";
import { provisionedAreas } from "./provisioned";
import { serviceAreas } from "./services";

export interface DoctorOptions {
  readonly stage: Stage;
  /** As `s.yaml` defines them for this deployment. */
  readonly functions: readonly FunctionDefinition[];
  /** What speaks against the settings, as `npm run deploy` would say it. */
  readonly problems: readonly string[];
  /** What a probe found out about the account; null: `rewind.yaml` names no file. */
  readonly facts: MeasuredFacts | null;
  readonly nowMs: () => number;
}

/** Looks at a deployment and everything that it stands on. Writes nothing in the cloud, and repairs nothing. */
export function examineDeployment({ stage, functions, problems, facts, nowMs }: DoctorOptions): Promise<Finding[]> {
  return examine([
    { area: "settings", look: async () => lookAtSettings(problems) },
    { area: "capabilities", look: async () => lookAtFacts(facts) },
    ...serviceAreas(stage, nowMs),
    ...provisionedAreas(stage, functions),
    ...messageAreas(stage),
    insideArea(stage),
  ]);
}

function lookAtSettings(problems: readonly string[]) {
  if (problems.length === 0) return [ok("Nothing speaks against the settings.")];
  return problems.map((problem) => wrong(problem, "Put it right in rewind.yaml, and run npm run deploy."));
}

/** As a table of words: what was found, and below it what to do. */
export function inLines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ area }) => area.length));
  const lines = findings.flatMap(({ area, state, text, advice }) => [
    `${state.padEnd(11)}  ${area.padEnd(width)}  ${text}`,
    ...(advice === null ? [] : [`${" ".repeat(width + 15)}-> ${advice}`]),
  ]);
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  return [...lines, `${count("ok")} as they should be, ${count("wrong")} wrong, ${count("not checked")} not checked.`];
}

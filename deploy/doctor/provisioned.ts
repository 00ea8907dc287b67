import type { FunctionDefinition } from "../../emulator/fc/definition";
import type { Look } from "../provision/change";
import { lookAtFunctions } from "../provision/functions";
import { lookAtLogs } from "../provision/logs";
import { lookAtQueues } from "../provision/queues";
import { lookAtRoles } from "../provision/roles";
import { lookAtTables } from "../provision/tables";
import { findInstance, instanceChanges } from "../provision/tablestore-instance";
import type { Stage } from "../stage";
import { type Examination, ok, wrong } from "./finding";

/** What `npm run deploy` makes and sends: it is as it should be if a deployment would change nothing. */
export function provisionedAreas(stage: Stage, functions: readonly FunctionDefinition[]): Examination[] {
  const { logProject, tablestoreInstance } = stage.names;
  return [
    area("roles", "The roles, who may take them, and their policies are as they should be.", () => lookAtRoles(stage)),
    area("logs", `The log project ${logProject} and its logstore are there.`, () => lookAtLogs(stage)),
    area("Tablestore", `The instance ${tablestoreInstance} is there and may be reached.`, async () =>
      instanceChanges(await findInstance(stage), stage),
    ),
    area("tables", "Every table and index is there.", () => lookAtTables(stage)),
    area("queues", "Every queue is there with its attributes.", () => lookAtQueues(stage)),
    area(
      "functions",
      `${functions.length} functions, their code, variables, roles and triggers are as s.yaml says.`,
      async () => (await lookAtFunctions(stage, functions)).differences.map((text) => ({ text })),
    ),
  ];
}

type Differences = () => Promise<readonly Pick<Awaited<ReturnType<Look>>[number], "text">[]>;

function area(name: string, asItShouldBe: string, look: Differences): Examination {
  return {
    area: name,
    look: async () => {
      const differences = await look();
      if (differences.length === 0) return [ok(asItShouldBe)];
      return differences.map(({ text }) =>
        wrong(`A deployment would change it: ${text}`, "Run npm run deploy; it changes only what differs."),
      );
    },
  };
}

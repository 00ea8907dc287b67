import type { FunctionDefinition } from "../emulator/fc/definition";
import type { Change, Look } from "./provision/change";
import { lookAtFunctionsToRemove } from "./provision/functions";
import { lookAtLogs, lookAtLogsToRemove } from "./provision/logs";
import { lookAtQueues, lookAtQueuesToRemove } from "./provision/queues";
import { lookAtRoles, lookAtRolesToRemove } from "./provision/roles";
import { allTables, hasForeignTables, lookAtTables, lookAtTablesToRemove } from "./provision/tables";
import { findInstance, instanceChanges, instanceRemoval } from "./provision/tablestore-instance";
import type { Stage } from "./stage";

/** Everything that the functions stand on, in the order in which it is made. */
export function provisioning(stage: Stage): Look[] {
  return [
    () => lookAtRoles(stage),
    () => lookAtLogs(stage),
    async () => instanceChanges(await findInstance(stage), stage),
    // Before the instance exists, its tables can only be told.
    async () => ((await findInstance(stage)) ? lookAtTables(stage) : allTables()),
    () => lookAtQueues(stage),
  ];
}

/** Everything of a stage, in the order in which it is removed: what works first, what it stands on last. */
export function removal(stage: Stage, functions: readonly FunctionDefinition[], withData: boolean): Look[] {
  const ofData: Look[] = [
    async () => ((await findInstance(stage)) ? lookAtTablesToRemove(stage) : []),
    async () => {
      const found = await findInstance(stage);
      return found && !(await hasForeignTables(stage)) ? instanceRemoval(stage) : [];
    },
    () => lookAtLogsToRemove(stage),
  ];
  return [
    () => lookAtFunctionsToRemove(stage, functions),
    () => lookAtQueuesToRemove(stage, withData),
    ...(withData ? ofData : []),
    () => lookAtRolesToRemove(stage),
  ];
}

/** Does what has to be done, and says each thing before it does it. @returns how many there were. @throws Refusal */
export async function carryOut(looks: readonly Look[], say: (line: string) => void): Promise<number> {
  let count = 0;
  for (const look of looks)
    for (const change of await look()) {
      say(`  ${change.text}`);
      await change.apply();
      count++;
    }
  return count;
}

/** Only says it. */
export async function foresee(looks: readonly Look[]): Promise<Change[]> {
  const changes: Change[] = [];
  for (const look of looks) changes.push(...(await look()));
  return changes;
}

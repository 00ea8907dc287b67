import type { FunctionDefinition } from "../emulator/fc/definition";
import { RowsRestoreStore } from "../shared/store/restore-store-rows";
import { TablestoreRows } from "../shared/store/tablestore-rows";
import { carryOut, foresee, removal } from "./plan";
import { findInstance } from "./provision/tablestore-instance";
import { ask, orAbsent } from "./refusal";
import type { Stage } from "./stage";

export interface UndeployOptions {
  readonly stage: Stage;
  readonly functions: readonly FunctionDefinition[];
  /** Also what is known of restores, logs, and alarms that wait. */
  readonly withData: boolean;
  readonly say: (line: string) => void;
}

/** Only says what would be deleted and what would stay. @throws Refusal */
export async function foreseeRemoval(options: UndeployOptions): Promise<void> {
  const { stage, functions, withData, say } = options;
  for (const { text } of await foresee(removal(stage, functions, withData))) say(`  ${text}`);
  if (!withData) say(staying(stage));
}

/**
 * Removes a deployment. Never while a restore is open: its temporary instance and its addresses would stay, and no function would close them.
 * @throws Refusal; Error that names the open restores, nothing was removed then
 */
export async function undeploy(options: UndeployOptions): Promise<void> {
  const { stage, functions, withData, say } = options;
  const open = await openRestores(stage);
  if (open.length > 0)
    throw new Error(
      `Nothing was removed: ${open.join(", ")} ${open.length === 1 ? "is" : "are"} open. Cancel or release them (POST /restores/{id}/cancel or /release), wait until they are closed, and run the command again.`,
    );
  const count = await carryOut(removal(stage, functions, withData), say);
  say(count === 0 ? "There was nothing to remove." : "Removed.");
  if (!withData) say(staying(stage));
}

/** Later than any restore is looked at next: the last instant that a Date can hold. */
const endOfTimeMs = 8.64e15;

/** At most ten of them. The index lags behind by seconds at most; a restore that was asked for just now may be missed. */
async function openRestores(stage: Stage): Promise<string[]> {
  if (!(await findInstance(stage))) return [];
  const { endpoints, tablestoreInstance } = stage.names;
  const rows = new TablestoreRows({
    endpoint: endpoints.tablestore,
    instanceName: tablestoreInstance,
    credentials: () => stage.credentials,
  });
  const store = new RowsRestoreStore(rows, { random: Math.random, log: () => {} });
  const listed = await orAbsent(/^OTSObjectNotExist$/, () =>
    ask("ots", "GetRange", () => store.listDue(endOfTimeMs, 10)),
  );
  return (listed ?? []).map(({ restoreId }) => restoreId);
}

function staying({ names }: Stage): string {
  return `The data stays: the Tablestore instance ${names.tablestoreInstance}, the log project ${names.logProject}, and the queues of alarms. --with-data removes them too.`;
}

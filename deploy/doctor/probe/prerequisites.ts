import { instanceCondition } from "../../../shared/cloud/statuses";
import { isSecretOf } from "../../../shared/restore/prerequisites";
import { RowsRestoreStore } from "../../../shared/store/restore-store-rows";
import { TablestoreRows } from "../../../shared/store/tablestore-rows";
import { findInstance } from "../../provision/tablestore-instance";
import { ask, orAbsent } from "../../refusal";
import type { Stage } from "../../stage";
import type { Bench } from "./bench";

/** Newest first; an open restore is among the newest of its master. */
const restoresLookedAt = 50;

/** What the settings say against a probe of this master: nothing has to be asked for it. */
export function settingsProblems({ settings }: Stage, master: string): string[] {
  const { probe } = settings;
  if (probe === null || probe.master !== master)
    return [
      `${master} is not named as the test master. A probe makes a temporary instance of it, and databases on it. If it is there for tests, say in rewind.yaml: probe: { master: ${master}, secretName: rewind/${master}/dba }.`,
    ];
  if (!isSecretOf(master, probe.secretName))
    return [`probe.secretName is ${probe.secretName}; secrets of ${master} are below rewind/${master}/.`];
  return [];
}

/** What speaks against it in the cloud, a sentence each. Nothing is changed. @throws Refusal */
export async function masterProblems({ stage, master, rds }: Bench): Promise<string[]> {
  const open = await openRestores(stage, master);
  if (open.length > 0)
    return [
      `${open.join(", ")} of ${master} ${open.length === 1 ? "is" : "are"} open. Wait until no restore of it is.`,
    ];
  const instance = await ask("rds", "DescribeDBInstanceAttribute", () => rds.describeInstance(master));
  if (instance?.type !== "Primary") return [`There is no master ${master} in ${stage.settings.region}.`];
  if (instanceCondition(instance.status) !== "running")
    return [`${master} is ${instance.status}; it must be Running. Wait, and run the command again.`];
  const temporary = (await ask("rds", "DescribeDBInstances", () => rds.listTemporaryInstances())).filter(
    ({ masterInstanceId }) => masterInstanceId === master,
  );
  return temporary.map(
    ({ id }) => `${master} has the temporary instance ${id} already, and RDS makes one at a time. Delete it, or wait.`,
  );
}

/** Before the first deployment there is no store, and no restore. */
async function openRestores(stage: Stage, masterInstanceId: string): Promise<string[]> {
  if (!(await findInstance(stage))) return [];
  const { endpoints, tablestoreInstance } = stage.names;
  const rows = new TablestoreRows({
    endpoint: endpoints.tablestore,
    instanceName: tablestoreInstance,
    credentials: () => stage.credentials,
  });
  const store = new RowsRestoreStore(rows, { random: Math.random, log: () => {} });
  const listed = await orAbsent(/^OTSObjectNotExist$/, () =>
    ask("ots", "GetRange", () => store.list({ masterInstanceId, limit: restoresLookedAt })),
  );
  return (listed ?? []).filter(({ status }) => status !== "closed").map(({ restoreId }) => restoreId);
}

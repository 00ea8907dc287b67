import { CloudError } from "../../../shared/cloud/cloud-error";
import { sqlErrorNumber } from "../../../shared/cloud/sql-server/sql-error";
import { type Bench, onMaster, until } from "./bench";
import { refusalOf } from "./facts";
import { dropDatabase, type SourceDatabase, statusOf } from "./source-database";
import { closed, emptyGroup, removeGroup } from "./whitelist-group";

const minuteMs = 60_000;

/** What shows on the master itself: its whitelist, and its transaction log. */
export async function measureMaster(bench: Bench): Promise<void> {
  const { facts, rds, master, names } = bench;
  const group = names.whitelistGroup;
  await facts.measure(["emptiedWhitelistGroup"], async () => {
    bench.ledger.add(`the whitelist group ${group} of ${master}`, () => removeGroup(bench, master, group));
    await rds.coverWhitelistGroup(master, group, closed);
    const refusal = await refusalOf(() => emptyGroup(bench, master, group));
    if (refusal) return facts.know("emptiedWhitelistGroup", "refused");
    if ((await rds.listWhitelist(master))?.has(group))
      return facts.miss("emptiedWhitelistGroup", "the call was taken, and the group is still there");
    facts.know("emptiedWhitelistGroup", "removed");
  });
  await facts.measure(["transactionLogReadable"], () => readTransactionLog(bench));
}

async function readTransactionLog(bench: Bench): Promise<void> {
  const { facts, names } = bench;
  try {
    await onMaster(bench, async (connection) => {
      await connection.batch("use", `USE [${names.database}]`);
      await connection.query("fn_dblog", "SELECT TOP (1) [Current LSN] FROM sys.fn_dblog(NULL, NULL)");
    });
    facts.know("transactionLogReadable", true);
  } catch (error) {
    // 297: the login lacks the right; 229: SELECT was denied on the object.
    if (!(error instanceof CloudError) || error.code !== "no-permission") throw withNumber(error);
    facts.know("transactionLogReadable", false);
  }
}

/** The number says more than our code for every other error of SQL. */
function withNumber(error: unknown): unknown {
  const number = sqlErrorNumber(error);
  if (number === undefined || !(error instanceof CloudError)) return error;
  return new CloudError(error.kind, error.service, error.action, `error ${number}`, error.message);
}

/** Restores the probe's database into the same instance, by each of the two calls that documents name for it. */
export async function restoreIntoMaster(bench: Bench, { restoreTimeMs }: SourceDatabase): Promise<void> {
  const { facts, names } = bench;
  await facts.measure(["restoreIntoMaster", "restoredNameLimit"], async () => {
    const restore = (action: string, name: string) => restoreUnder(bench, action, name, restoreTimeMs);
    const long = await restore("CopyDatabaseBetweenInstances", names.again);
    const isTooLong = long?.code === "InvalidDBName.Format";
    const copy = isTooLong ? await restore("CopyDatabaseBetweenInstances", names.short) : long;
    const recovery = await restore("RecoveryDBInstance", names.recovered);
    if (isTooLong && !copy) facts.know("restoredNameLimit", 16);
    else if (!long) facts.know("restoredNameLimit", 64);
    facts.know("restoreIntoMaster", copy ? (recovery ? "none" : "recovery") : recovery ? "copy" : "both");
  });
}

/** @returns the refusal; undefined: the database is there. @throws CloudError where it says nothing about the call; Error when it does not come */
async function restoreUnder(bench: Bench, action: string, name: string, restoreTimeMs: number) {
  const { call, master, names, ledger } = bench;
  ledger.add(`the database ${name} on ${master}`, () => dropDatabase(bench, name));
  // RecoveryDBInstance without a target would buy an instance.
  const query = {
    DBInstanceId: master,
    TargetDBInstanceId: master,
    DbNames: JSON.stringify({ [names.database]: name }),
    RestoreTime: `${new Date(restoreTimeMs).toISOString().slice(0, 19)}Z`,
  };
  const refusal = await refusalOf(() => call.rds.call(action, query, { changing: true }));
  // These are about the time, the version or the disk: of another master or at another time it could be taken.
  if (refusal && /RestoreTime|Backup|DbNames|Storage|TDE|Parameter|Engine|Version/i.test(refusal.code)) throw refusal;
  if (refusal) return refusal;
  const isThere = async () => (await statusOf(bench, name)) === "running";
  if (!(await until(bench, isThere, { everyMs: 30_000, atMostMs: 60 * minuteMs })))
    throw new Error(`${action} was taken, and the database was not Running within an hour`);
  return undefined;
}

import { CloudError } from "../../../shared/cloud/cloud-error";
import { sqlErrorNumber } from "../../../shared/cloud/sql-server/sql-error";
import { type Bench, onMaster, until } from "./bench";
import { refusalOf } from "./facts";
import { type SourceDatabase, statusOf } from "./source-database";
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

/** A copy of the probe's database into the same instance, from its backups. */
export async function copyWithin(bench: Bench, { restoreTimeMs }: SourceDatabase): Promise<void> {
  const { facts, call, master, names, ledger } = bench;
  await facts.measure(["copiesWithinInstance"], async () => {
    ledger.add(`the database ${names.again} on ${master}`, async () => {
      if ((await statusOf(bench, names.again)) === undefined) return;
      await call.rds.call("DeleteDatabase", { DBInstanceId: master, DBName: names.again }, { changing: true });
    });
    const query = {
      DBInstanceId: master,
      TargetDBInstanceId: master,
      DbNames: JSON.stringify({ [names.database]: names.again }),
      RestoreTime: `${new Date(restoreTimeMs).toISOString().slice(0, 19)}Z`,
    };
    const refusal = await refusalOf(() => call.rds.call("CopyDatabaseBetweenInstances", query, { changing: true }));
    // These are about the time, the name or the disk: another time it could be taken.
    if (refusal && /RestoreTime|Backup|DBName|DbNames|Storage|TDE|Parameter/i.test(refusal.code)) throw refusal;
    if (refusal) return facts.know("copiesWithinInstance", false);
    const isThere = async () => (await statusOf(bench, names.again)) === "running";
    if (await until(bench, isThere, { everyMs: 30_000, atMostMs: 60 * minuteMs }))
      facts.know("copiesWithinInstance", true);
    else facts.miss("copiesWithinInstance", "the call was taken, and the database was not Running within an hour");
  });
}

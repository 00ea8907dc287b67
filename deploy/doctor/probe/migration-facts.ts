import type { DtsJob } from "../../../shared/cloud/dts";
import { jobCondition, mayStillWrite } from "../../../shared/cloud/statuses";
import { dtsObjects, type TableKeys } from "../../../shared/restore/plan/dts-objects";
import { type Bench, onMaster, until } from "./bench";
import { refusalOf } from "./facts";
import { ForAPerson } from "./ledger";
import { makeDatabase, rowsPerTable, tables } from "./source-database";

const minuteMs = 60_000;
const lookEveryMs = 10_000;

const migrationFacts = [
  "dtsTakesTemporarySource",
  "configureOpensWhitelist",
  "engineNameInAnswers",
  "unboughtJobPrechecks",
  "tableKeys",
  "migratesForeignKeys",
] as const;

/** One migration job from the temporary instance into a database of the probe on the master. */
export async function measureMigration(bench: Bench, instanceId: string, hasDatabase: boolean): Promise<void> {
  await bench.facts.measure(migrationFacts, async () => {
    bench.ledger.add(`migration jobs named ${bench.names.job}`, () => removeJobs(bench));
    const jobId = await configureFirst(bench, instanceId);
    if (jobId === null) return;
    await openWhitelists(bench, instanceId);
    if (hasDatabase) await makeDatabase(bench, bench.names.copy);
    const startsUnbought = await tryUnbought(bench, jobId);
    if (!hasDatabase) return missing(bench);
    if (!startsUnbought) await buyAndStart(bench, jobId);
    const tableKeys = await findTableKeys(bench, instanceId, jobId);
    if (tableKeys === null) return;
    if (startsUnbought) await bench.dts.buy({ jobId, autoStart: true });
    await findForeignKeys(bench, jobId, tableKeys);
  });
}

function missing({ facts }: Bench): void {
  for (const name of ["tableKeys", "migratesForeignKeys"] as const)
    facts.miss(name, "the temporary instance does not have the database, which was made after the last data backup");
}

/** Before any address is opened, so that it shows whether DTS opens them. @returns null where DTS does not take the instance */
async function configureFirst(bench: Bench, instanceId: string): Promise<string | null> {
  const { facts, rds, master } = bench;
  const before = { temporary: await rds.listWhitelist(instanceId), master: await rds.listWhitelist(master) };
  const configured: { jobId?: string } = {};
  const refusal = await refusalOf(async () => {
    configured.jobId = await configure(bench, instanceId, null, "bare");
  });
  // Only such codes are about the instance; others are about the request.
  if (refusal && !/Endpoint|NotSupport|NotFound|NotExist/i.test(refusal.code)) throw refusal;
  facts.know("dtsTakesTemporarySource", refusal === undefined);
  if (configured.jobId === undefined) {
    const why = `DTS does not take the temporary instance (${refusal?.code})`;
    for (const name of migrationFacts) facts.miss(name, why);
    return null;
  }
  const opened = changedGroups(before.temporary, await rds.listWhitelist(instanceId));
  facts.know("configureOpensWhitelist", opened.length > 0);
  for (const group of changedGroups(before.master, await rds.listWhitelist(master)))
    bench.ledger.add(`the whitelist group ${group} of ${master}`, () => {
      throw new ForAPerson("DTS made or changed it, and other jobs may need it; look at it in the console");
    });
  await findEngineName(bench, configured.jobId);
  return configured.jobId;
}

type Whitelist = ReadonlyMap<string, readonly string[]> | null;

function changedGroups(before: Whitelist, after: Whitelist): string[] {
  return [...(after ?? [])].flatMap(([name, entries]) => (before?.get(name)?.join() === entries.join() ? [] : [name]));
}

async function findEngineName({ call, facts, stage }: Bench, jobId: string): Promise<void> {
  const query = { RegionId: stage.settings.region, DtsJobId: jobId };
  const answer = await call.dts.call("DescribeDtsJobDetail", query, { changing: false });
  const { EngineName } = (answer["SourceEndpoint"] ?? {}) as { EngineName?: unknown };
  if (EngineName === "MSSQL" || EngineName === "SQLServer") facts.know("engineNameInAnswers", EngineName);
  else facts.miss("engineNameInAnswers", `DTS says ${String(EngineName).slice(0, 40)}`);
}

async function configure(bench: Bench, instanceId: string, job: DtsJob | null, tableKeys: TableKeys): Promise<string> {
  const { dts, names, login, master } = bench;
  const database = {
    database: names.database,
    targetDatabase: names.copy,
    createsDatabase: true,
    characterSet: "",
    whole: false,
    tables: tables.map((name) => ({ schema: "dbo", name, targetName: name, rows: rowsPerTable })),
  };
  const { jobId } = await dts.configureJob({
    name: names.job,
    jobId: job?.jobId ?? null,
    dtsInstanceId: job?.dtsInstanceId ?? null,
    sourceInstanceId: instanceId,
    sourceCredentials: login,
    destinationInstanceId: master,
    destinationCredentials: login,
    objects: dtsObjects([database], tableKeys),
    migrateStructure: true,
    targetTableMode: "0",
  });
  return jobId;
}

/** A group of the probe's own on both sides, for the addresses of DTS only. */
async function openWhitelists(bench: Bench, instanceId: string): Promise<void> {
  const { rds, dts, master, names } = bench;
  const servers = await dts.listServerAddresses();
  for (const id of [master, instanceId]) await rds.coverWhitelistGroup(id, names.whitelistGroup, servers);
}

/** Does DTS run the precheck of a job that is not bought? */
async function tryUnbought({ dts, facts }: Bench, jobId: string): Promise<boolean> {
  const refusal = await refusalOf(() => dts.startJob(jobId));
  facts.know("unboughtJobPrechecks", refusal === undefined);
  return refusal === undefined;
}

async function buyAndStart({ dts }: Bench, jobId: string): Promise<void> {
  await dts.buy({ jobId, autoStart: false });
  await dts.startJob(jobId);
}

/** The form of the object list with which the precheck finds the tables. */
async function findTableKeys(bench: Bench, instanceId: string, jobId: string): Promise<TableKeys | null> {
  const { dts, facts } = bench;
  for (const tableKeys of ["bare", "schema-qualified"] as const) {
    if (tableKeys === "schema-qualified") {
      await configure(bench, instanceId, await dts.describeJob(jobId), tableKeys);
      await dts.startJob(jobId);
    }
    const condition = await settled(bench, jobId);
    if (condition !== "precheck-failed") return tableKeys;
    const failed = (await dts.listPrecheckItems(jobId)).filter(({ state }) => state === "Failed");
    facts.miss("migratesForeignKeys", "no precheck passed");
    if (tableKeys === "schema-qualified")
      facts.miss("tableKeys", `the precheck failed either way (${failed.map(({ item }) => item).join(", ")})`);
  }
  return null;
}

/** What a started job has come to when its precheck is over. @throws Error when it is not over in time */
async function settled(bench: Bench, jobId: string) {
  const now: { condition?: ReturnType<typeof jobCondition> } = {};
  const isOver = async () => {
    const job = (await bench.dts.describeJobs([jobId])).get(jobId);
    now.condition = jobCondition(job?.status ?? "");
    return !["not-started", "prechecking", "unknown"].includes(now.condition);
  };
  if (!(await until(bench, isOver, { everyMs: lookEveryMs, atMostMs: 30 * minuteMs })))
    throw new Error("DTS did not finish the precheck in half an hour");
  return now.condition!;
}

/** The rows must have come, or the form of the object list was taken and meant nothing. */
async function findForeignKeys(bench: Bench, jobId: string, tableKeys: TableKeys): Promise<void> {
  const { dts, facts, names } = bench;
  const last: { status?: string } = {};
  const isOver = async () => {
    last.status = (await dts.describeJobs([jobId])).get(jobId)?.status;
    return ["finished", "failed"].includes(jobCondition(last.status ?? ""));
  };
  await until(bench, isOver, { everyMs: lookEveryMs, atMostMs: 60 * minuteMs });
  const found = await onMaster(bench, async (connection) => {
    await connection.batch("use", `USE [${names.copy}]`);
    const [counts] = await connection.query("count", "SELECT COUNT(*) AS found FROM sys.tables");
    const rows: number[] = [];
    if (Number(counts?.["found"]) === tables.length)
      for (const table of tables)
        rows.push(
          Number((await connection.query("count", `SELECT COUNT(*) AS found FROM dbo.[${table}]`))[0]?.["found"]),
        );
    const [keys] = await connection.query("count", "SELECT COUNT(*) AS found FROM sys.foreign_keys");
    return { rows, foreignKeys: Number(keys?.["found"]) };
  });
  const hasCome = found.rows.length === tables.length && found.rows.every((rows) => rows === rowsPerTable);
  if (!hasCome) {
    const why = `the job ended as ${last.status ?? "nothing"}, and the rows have not come`;
    facts.miss("tableKeys", why);
    facts.miss("migratesForeignKeys", why);
    return;
  }
  facts.know("tableKeys", tableKeys);
  facts.know("migratesForeignKeys", found.foreignKeys > 0);
}

/** Jobs of the probe's name, which is its own; one that may write is stopped first. @throws while DTS lists one */
async function removeJobs({ dts, names }: Bench): Promise<void> {
  for (const { jobId, status } of await dts.findJobsByName(names.job)) {
    if (mayStillWrite(status)) await dts.stopJob(jobId);
    await dts.deleteJob(jobId);
  }
  if ((await dts.findJobsByName(names.job)).length > 0) throw new Error("DTS still lists it");
}

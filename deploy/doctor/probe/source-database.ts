import { type Bench, onMaster, until } from "./bench";

const minuteMs = 60_000;

/** RDS restores to times that are older than this, and the clocks of both sides differ a little (CreateTempDBInstance). */
export const restoreLagMs = 31 * minuteMs;

/** Log backups come every half hour, or less often where their policy says so. */
const logBackupMaxMs = 90 * minuteMs;

/** Two tables, one of which refers to the other: whether DTS brings the reference is one of the facts. */
export const tables = ["Kinds", "Things"] as const;
export const rowsPerTable = 3;

const script = [
  "CREATE TABLE dbo.Kinds (KindId int NOT NULL CONSTRAINT PK_Kinds PRIMARY KEY, Name nvarchar(40) NOT NULL)",
  "CREATE TABLE dbo.Things (ThingId int NOT NULL CONSTRAINT PK_Things PRIMARY KEY, KindId int NOT NULL CONSTRAINT FK_Things_Kinds FOREIGN KEY REFERENCES dbo.Kinds (KindId))",
  "INSERT INTO dbo.Kinds (KindId, Name) VALUES (1, N'a'), (2, N'b'), (3, N'c')",
  "INSERT INTO dbo.Things (ThingId, KindId) VALUES (1, 1), (2, 1), (3, 3)",
];

/** The moment that is restored, and the moment from which the database was there. */
export interface SourceDatabase {
  readonly madeAtMs: number;
  readonly restoreTimeMs: number;
}

/** Makes the database on the master and fills it. @throws CloudError */
export async function makeSource(bench: Bench): Promise<SourceDatabase> {
  const { clock, names, master } = bench;
  const madeAtMs = clock.nowMs();
  await makeDatabase(bench, names.database);
  await onMaster(bench, async (connection) => {
    await connection.batch("use", `USE [${names.database}]`);
    for (const statement of script) await connection.batch("fill", statement);
  });
  // Whole seconds after the last row: RDS knows no smaller ones.
  const restoreTimeMs = Math.ceil(clock.nowMs() / 1000) * 1000 + 2_000;
  bench.say(
    `  The database ${names.database} is on ${master}; the restore goes to ${new Date(restoreTimeMs).toISOString()}.`,
  );
  return { madeAtMs, restoreTimeMs };
}

/** Makes a database of the probe and waits until it may be used. @throws CloudError; Error when RDS does not finish it */
export async function makeDatabase(bench: Bench, name: string): Promise<void> {
  const { rds, master, ledger, say } = bench;
  const { collation } = (await rds.describeInstance(master)) ?? {};
  ledger.add(`the database ${name} on ${master}`, () => dropDatabase(bench, name));
  await rds.createDatabase({
    instanceId: master,
    name,
    characterSet: collation ?? "Chinese_PRC_CI_AS",
    description: "Made by npm run doctor -- --probe; may be deleted",
  });
  if (
    !(await until(bench, async () => (await statusOf(bench, name)) === "running", {
      everyMs: 10_000,
      atMostMs: 15 * minuteMs,
    }))
  )
    throw new Error(`RDS did not finish the database ${name}`);
  say(`  Made: the database ${name} on ${master}.`);
}

/** Only a name of the probe gets here; a database that is not there is no failure. */
export async function dropDatabase(bench: Bench, name: string): Promise<void> {
  if ((await statusOf(bench, name)) === undefined) return;
  const query = { DBInstanceId: bench.master, DBName: name };
  await bench.call.rds.call("DeleteDatabase", query, { changing: true });
}

export async function statusOf({ rds, master }: Bench, name: string): Promise<string | undefined> {
  return (await rds.listDatabases(master)).find((database) => database.name === name)?.status.toLowerCase();
}

/** Waits until RDS can restore that moment. @throws Error when no log backup covers it in time */
export async function waitUntilRestorable(bench: Bench, { restoreTimeMs }: SourceDatabase): Promise<void> {
  const { clock, rds, master, say } = bench;
  const lagMs = restoreTimeMs + restoreLagMs - clock.nowMs();
  say(`  RDS restores to times that are half an hour old: waiting for ${Math.ceil(lagMs / minuteMs)} minutes.`);
  if (lagMs > 0) await clock.sleep(lagMs);
  const covered = async () => {
    const backups = await rds.listLogBackups(master, restoreTimeMs - 24 * 60 * minuteMs, clock.nowMs());
    return backups.some(({ endMs }) => endMs >= restoreTimeMs);
  };
  if (!(await until(bench, covered, { everyMs: 5 * minuteMs, atMostMs: logBackupMaxMs })))
    throw new Error(`no log backup of ${master} covers ${new Date(restoreTimeMs).toISOString()}`);
}

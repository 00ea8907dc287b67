import { showName } from "../../object-name";
import type { PrerequisiteFacts } from "../prerequisites";
import { fail, type Prerequisite, pass, unknown } from "../prerequisites/verdict";
import type { RestoreRequest } from "../request/request";
import { writeBackOf } from "../write-back";
import { databaseRoom } from "./database-room";
import type { SourceRow } from "./row";

/** SQL Server versions of which RDS restores single databases into an instance (rds documentation, RecoveryDBInstance: 2012 and later). */
const versions = /^(2012|2014|2016|2017|2019|2022)/;

/**
 * RDS restores whole databases of the backup, under new names, into the master itself. The restore is the write-back: nothing is made before
 * a person approves it, and no migration job exists.
 */
export const database: SourceRow<"database"> = {
  kind: "database",
  noun: "database",
  copiesWhitelist: false,
  liesInOurVpc: false,
  listedAmong: "temporary-instances",
  isBilled: false,
  readsDatabaseFiles: true,
  movesRowsByDts: false,
  cost: () =>
    "RDS restores databases into an instance free of charge. They take disk of the master, and its backups grow by them until they are dropped.",
  judgeVersion: (master) => {
    const name = "engine-and-version";
    const shown = `SQL Server ${master.engineVersion}${master.category ? ` (${master.category})` : ""}`;
    if (!versions.test(master.engineVersion) || master.category?.toLowerCase().startsWith("serverless"))
      return fail(
        name,
        "version-not-supported",
        `${master.id} runs ${shown}. RDS restores single databases of SQL Server 2012 to 2022, and of no serverless instance.`,
      );
    return pass(name, `${shown}: RDS restores single databases.`);
  },
  refusesMode: (mode) => {
    const { arrivesAside, job } = writeBackOf(mode);
    if (!job)
      return "A database that RDS restores arrives on the master, and that is a write that a person approves. Ask for side-by-side, or allow a clone, which can be looked at without a write.";
    return arrivesAside
      ? null
      : `A database that RDS restores arrives beside the live one, under a new name. ${mode} writes into the live one. Ask for side-by-side, or allow a clone.`;
  },
  judge: (request, facts) => [
    judgeRecoveryModel(request, facts),
    judgeBackupMethod(request, facts),
    ...judgeNames(request, facts),
    ...databaseRoom(request, facts),
  ],
  creation: () => null,
  notes: () => [
    "RDS restores whole databases, beside those that are there. The data is looked at after it has arrived: the checks run there, and tables are counted. There is nothing to compare it with.",
    "RDS has no call that stops the restore of a database, and Rewind never drops a database of the master. leftOnMaster gives the statement.",
    "Until the database is dropped, it takes disk of the master and its backups grow. Accounts have the rights in it that they had at the restore time.",
  ],
  decides: {
    "awaiting-approval": "database/awaiting-approval",
    starting: "database/starting",
    writing: "database/writing",
    comparing: "database/comparing",
  },
  hasExpectedKind: () => false,
  lifeEndMs: () => Number.POSITIVE_INFINITY,
  lifeLimit: () => "it stays on the master until people drop it",
  ifLeftAlone: "RDS never removes it",
  removal: () => {
    throw new Error("a database on the master is never removed by us");
  },
};

/** Without log backups there are backup sets only, and no times between them. */
function judgeRecoveryModel(request: RestoreRequest, { master }: PrerequisiteFacts): Prerequisite {
  const name = "recovery-model";
  const model = master?.recoveryModel?.toLowerCase() ?? null;
  if (request.backupId !== null) return pass(name, "A backup is restored, whatever the recovery model is.");
  if (model === "simple")
    return fail(
      name,
      "recovery-model-simple",
      "The master uses the recovery model SIMPLE: only its backups can be restored, no times between them. Ask for a backupId.",
    );
  return model === null
    ? unknown(name, "RDS does not tell the recovery model of the master.")
    : pass(name, `The master uses the recovery model ${model.toUpperCase()}.`);
}

/** RDS restores no single databases from a snapshot (error Forbidden.SnapshotRecovery); whether it ever does is not documented. */
function judgeBackupMethod(request: RestoreRequest, { backups }: PrerequisiteFacts): Prerequisite {
  const name = "backup-method";
  const timeMs = Date.parse(request.restoreTime ?? "");
  const base =
    request.backupId !== null
      ? backups.find(({ backupId }) => backupId === request.backupId)
      : backups
          .filter(({ usable, full, endedAtMs }) => usable && full && endedAtMs <= timeMs)
          .sort((left, right) => right.endedAtMs - left.endedAtMs)[0];
  const method = base?.method?.toLowerCase() ?? null;
  if (method === "snapshot")
    return fail(
      name,
      "snapshot-backups-only",
      `Backup ${base!.backupId} is a snapshot, and RDS restores no single databases from one. A clone restores the whole instance; or ask for a time after a physical backup.`,
    );
  if (method === "physical") return pass(name, `Backup ${base!.backupId} is a physical one.`);
  return unknown(name, "RDS does not tell how the backup was made. From a snapshot it restores no single databases.");
}

/** Names are made, so that they carry the restore id; tables are not renamed, because whole databases are restored. */
function judgeNames(request: RestoreRequest, { databases }: PrerequisiteFacts): Prerequisite[] {
  return request.objects.map(({ database: asked, restoredName, tables }): Prerequisite => {
    const name = `database ${showName(asked)}`;
    if (restoredName !== null || tables?.some((table) => table.restoredName !== null))
      return fail(
        name,
        "new-names-not-possible",
        "RDS restores whole databases here, under names that carry the id of the restore. Leave restoredName out.",
      );
    const chosen = tables === null ? "" : " RDS restores the whole database, also where single tables are chosen.";
    if (!databases) return unknown(name, `The master's databases could not be listed.${chosen}`);
    const isThere = databases.some((one) => one.name === asked);
    return isThere
      ? pass(name, `The master has ${showName(asked)}.${chosen}`)
      : unknown(
          name,
          `The master has no database ${showName(asked)} now; if it was dropped, the backup has it. Its name is sent as you wrote it.${chosen}`,
        );
  });
}

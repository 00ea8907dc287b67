import { isSameName, showName } from "../../object-name";
import type { PrerequisiteFacts } from "../prerequisites";
import { fail, type Prerequisite, pass, unknown } from "../prerequisites/verdict";
import type { RestoreRequest } from "../request/request";

/** Beside the files themselves: what applications write, and the log of the restore, must not fill the disk meanwhile. */
const marginPart = 0.1;

/** Is there room on the master for the databases: their number, and their files? */
export function databaseRoom(request: RestoreRequest, facts: PrerequisiteFacts): Prerequisite[] {
  return [judgeCount(request, facts), judgeDisk(request, facts), ...judgeEncryption(facts)];
}

function judgeCount(request: RestoreRequest, { master, databases }: PrerequisiteFacts): Prerequisite {
  const name = "database-count";
  const most = master?.databasesMax ?? null;
  if (!databases || most === null) return unknown(name, "RDS does not tell how many databases the master may have.");
  const more = request.objects.length;
  return databases.length + more > most
    ? fail(
        name,
        "too-many-databases",
        `The master has ${databases.length} of at most ${most} databases, and ${more} more would arrive. Drop some that are not needed, or ask for fewer.`,
      )
    : pass(name, `The master has ${databases.length} of at most ${most} databases.`);
}

/**
 * A restored database takes what its files are allocated now, with their logs. Where they cannot be read, the whole instance's use stands for
 * them: RDS locks an instance that is full, with all its live databases.
 */
function judgeDisk(request: RestoreRequest, { master, diskUsedBytes, databaseFiles }: PrerequisiteFacts): Prerequisite {
  const name = "free-disk";
  if (diskUsedBytes === null || !master || master.storageGb === null)
    return unknown(name, "RDS reports no disk usage of the master.");
  const totalBytes = master.storageGb * 1024 ** 3;
  const freeBytes = totalBytes - diskUsedBytes;
  const sizes = request.objects.map(({ database }) =>
    databaseFiles?.find((one) => isSameName(one.database, database, master.collation) !== false),
  );
  const known = sizes.every((size) => size !== undefined);
  const neededBytes = known ? sizes.reduce((sum, size) => sum + size!.bytes, 0) : diskUsedBytes;
  const what = known
    ? `The files of ${request.objects.map(({ database }) => showName(database)).join(", ")} take ${gigabytes(neededBytes)} GB`
    : `The size of the databases could not be read; the whole instance takes ${gigabytes(neededBytes)} GB`;
  const text = `${what}, and ${gigabytes(freeBytes)} GB of ${master.storageGb} GB are free.`;
  if (freeBytes >= neededBytes + totalBytes * marginPart) return pass(name, text);
  return fail(
    name,
    "disk-too-full",
    `${text} A tenth of the disk has to stay free beside them, because RDS locks a full instance. Enlarge the disk, ask for fewer databases, or allow a clone.`,
  );
}

/** RDS copies no encrypted database to another instance (error CanNotCopyDBHasTDEEnabled); of the same instance nothing is documented. */
function judgeEncryption({ databaseFiles }: PrerequisiteFacts): Prerequisite[] {
  const encrypted = (databaseFiles ?? []).filter(({ isEncrypted }) => isEncrypted);
  if (encrypted.length === 0) return [];
  const names = encrypted.map(({ database }) => showName(database)).join(", ");
  return [
    unknown(
      "encryption",
      `${names} is encrypted (TDE). Whether RDS restores such a database is not documented: it may refuse.`,
    ),
  ];
}

function gigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

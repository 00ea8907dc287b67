import type { Reason } from "./record";

/**
 * Every code by which a restore is refused, waits or ends, with what it means. Codes are stable: tools match on them, so one may be
 * added and none may change its meaning.
 */
export const reasons = {
  // Refused before anything is made.
  "master-not-found": "There is no such instance in the region.",
  "not-a-master": "The instance is not a master instance.",
  "engine-not-supported": "The engine is not SQL Server; restore it to a clone instance.",
  "version-not-supported": "No temporary instance exists for this version or edition.",
  "mode-not-possible": "The source does not serve the write-back mode.",
  "no-source-fits": "No source can make the restore; the text names what stands in the way of each.",
  "billed-clones-off": "The operators have not turned billed clones on.",
  "billed-clone-not-allowed": "The source is billed, and the request does not allow that.",
  "clone-not-placeable": "A clone would not lie where the functions reach it.",
  "class-sold-out": "No class on sale takes a clone of the master.",
  "price-not-known": "RDS does not tell the price of an hour.",
  "price-over-limit": "An hour costs more than the request allows.",
  "price-in-other-currency": "The price is in another currency than the limit of the request.",
  "version-refused": "RDS refused a temporary instance for this version or edition.",
  "create-refused": "RDS refused the temporary instance.",
  "master-locked": "The master is locked.",
  "backup-not-found": "The master has no backup of this id.",
  "backup-not-usable": "The backup did not succeed or is not available.",
  "no-data-backup": "The master has no usable full backup.",
  "restore-time-in-future": "The restore time has not happened yet.",
  "restore-time-too-old": "The restore time is before the recovery window.",
  "restore-time-in-hole": "No log backup covers the restore time.",
  "restore-time-too-recent": "The restore time is not restorable yet.",
  "disk-too-full": "The master has too little free disk for a copy.",
  "too-many-databases": "The master may have no more databases.",
  "recovery-model-simple": "The master has no log backups, so only its backups can be restored, no times.",
  "snapshot-backups-only": "The backup is a snapshot, and RDS restores no single databases from one.",
  "collation-not-creatable": "RDS cannot create a database with the collation of the source.",
  "secret-not-readable": "A secret cannot be read, or is not the master's own.",
  "new-names-needed": "Tables that arrive in their own database beside the old ones need new names.",
  "new-names-not-possible": "The mode writes under the old names; restoredName is for side-by-side.",
  "cloud-refused": "The cloud refused a read that the prerequisites need.",
  "names-not-distinct": "Two of the chosen names, or of their new names, are one name in that database.",
  "table-name-in-two-schemas": "DTS names tables without schema, and the database has two tables of a chosen name.",

  // Waits.
  "master-busy": "The master is not Running.",
  "master-busy-with-restore": "Another restore works on this master.",
  "temporary-instance-exists": "The master has a temporary instance that is not of this restore.",

  // The temporary instance.
  "create-in-doubt": "It is not known whether RDS made the clone; it is watched.",
  "create-too-slow": "The temporary instance was not Running in time.",
  "instance-not-confirmed": "It was not confirmed in time that the instance in doubt is of this restore.",
  "instance-not-ours": "A person said that the instance in doubt is not of this restore.",
  "source-released": "The temporary instance was released before the work was done.",
  "source-replaced": "The instance is not the one that was created for this restore.",
  "source-not-reachable": "The temporary instance cannot be read from the functions.",

  // Reading from SQL Server.
  "login-failed": "A login was refused; the temporary instance has the accounts of the backup.",
  "tls-not-offered": "A SQL Server offers no TLS, and a login in clear is not allowed.",
  "certificate-not-trusted": "A SQL Server shows a certificate that is not believed.",
  "no-database": "A database is not on the SQL Server.",
  "no-table": "A table is not on the SQL Server.",
  "no-permission": "The login lacks a right on the SQL Server.",
  "sql-error": "SQL Server refused a statement.",
  unavailable: "A SQL Server cannot be connected to at the moment; it is tried again.",
  "checks-failed": "A check failed, or what was asked for is not on the temporary instance.",
  "checks-too-slow": "The checks did not end in time.",

  // Preparing the write-back.
  "target-exists": "A database or table of the target's name exists on the master.",
  "target-not-reachable": "The master cannot be read from the functions, and this mode needs it.",
  "target-table-missing": "The table to add rows to is not on the master.",
  "target-without-key": "The master enforces no unique key over exactly the columns by which missing rows are told.",
  "target-key-changed": "The master's unique key under which rows are added changed since the plan.",
  "keys-collide": "Several keys of the backup are one key on the master, so not all rows can be added.",
  "unique-values-held": "No missing row can be added: other rows of the master hold their unique values by now.",
  "rows-do-not-fit": "No missing row can be added: columns or checks of the master do not take their values.",
  "constraint-name-taken": "A constraint of another table has a name that the restored table needs.",
  "target-table-changed": "Columns or constraints of a table on the master changed since the plan.",
  "target-columns-unfit":
    "The table on the master cannot take rows of the backup: columns are gone, new, or of another type.",
  "target-has-triggers": "The table on the master has enabled triggers, which added rows would fire.",
  "parent-rows-missing": "Rows that the missing rows refer to are absent on the master.",
  "target-not-writable": "The master's login may not write to the target database.",
  "source-not-readable": "The temporary instance's login may not read the database.",
  "configure-refused": "DTS refused the configuration of the job.",
  "configure-too-slow": "The migration could not be prepared in time.",
  "purchase-refused": "DTS refused the purchase of the job.",
  "create-database-refused": "RDS refused the new database.",
  "database-restore-refused": "RDS refused to restore databases into the instance, by each of its two calls.",
  "precheck-not-started": "DTS does not precheck a job that is not bought.",
  "precheck-too-slow": "The precheck did not end in time.",
  "not-repaired": "Precheck findings were not fixed in time.",
  "job-edited": "The migration job was changed by somebody else.",
  "job-deleted": "The migration job was deleted by somebody else.",
  "job-started-by-itself": "The migration job ran without an approval; it was stopped and deleted.",

  // Approval and start.
  rejected: "A person rejected the plan.",
  "not-approved": "The plan was not approved in time.",
  "plan-changed": "The approved plan is not the one on the record.",
  "write-backs-stopped": "The operators stopped write-backs before this one began.",
  "approval-too-old": "The approval was used too long after it was given.",
  "master-not-running": "The master was not Running when the write-back was to start.",
  "master-changed": "The master's version or collation changed since the plan.",
  "forecast-does-not-fit": "The migration would not end before RDS releases the temporary instance.",
  "start-too-slow": "The write-back could not be started in time.",

  // Migration and comparison.
  "migration-failed": "DTS failed; its message says why.",
  "migration-too-slow": "The migration did not end in time.",
  "job-stopped": "Somebody stopped the migration before all rows were read.",
  "master-not-reachable": "The functions have no address of the master. Nothing was compared.",
  "copy-differs": "The copy differs from the temporary instance.",
  "rows-missing": "Rows of the backup are absent on the master.",
  "keys-repeated": "No row is absent, but several rows share a key that only one row may have.",
  "nothing-compared": "The plan names no table. Nothing was compared.",
  "not-measured": "Some tables could not be compared, or not in every column, or checks could not be run.",
  "only-counted": "Some tables have no key and were only counted.",
  "comparison-cancelled": "The comparison was cancelled; the rows are on the master.",
  "comparison-too-slow": "The comparison did not end in time; the rows are on the master.",
  "databases-arrived": "RDS restored the databases; every chosen table is there, and the checks passed.",
  "copy-equals-source": "Count and every row's hash are equal.",
  "all-rows-present": "Every key of the backup is on the master.",
  "no-row-missing": "No key of the backup is absent on the master.",

  // Ends that people or the cloud choose.
  cancelled: "A person cancelled before anything was written.",
  "cancelled-while-starting": "A person cancelled while the write-back started.",
  "cancelled-while-migrating": "A person cancelled while DTS wrote.",
  "held-for-people": "Inspect only: the checks passed and the instance is held for people.",
  "held-unmeasured": "Inspect only: the instance is held for people and was not measured.",
  "cloud-unreachable": "A deadline passed while the cloud could not be read.",
  "record-too-large": "What is known of the tables is more than the record of one restore holds.",
} as const;

export type ReasonCode = keyof typeof reasons;

/** A reason that this program gives. Records outlive programs: one that is read (`Reason`) may carry a code of another version. */
export interface StatedReason extends Reason {
  readonly code: ReasonCode;
}

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(reasons, code);
}

/** What a SQL Server or the secret store answered, as a reason; an unforeseen code of theirs is an error of SQL. */
export function statedReason(problem: Reason): StatedReason {
  return { code: isReasonCode(problem.code) ? problem.code : "sql-error", text: problem.text };
}

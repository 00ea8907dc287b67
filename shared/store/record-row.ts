import { CloudError } from "../cloud/cloud-error";
import { phaseOf, type RestoreRecord, recordTooLarge } from "../restore/model/record";
import { statuses } from "../restore/model/states";
import { readOlderNames, statusOfToday } from "./older-record";
import type { Claim } from "./restore-store";
import type { Columns } from "./rows";

/** A column of Tablestore holds 2 MB. */
const recordBytesMax = 1_900_000;

/** What each write of a restore's row sets anew. */
export interface Write {
  readonly claim: Claim;
  readonly version: number;
  /** Tells a write whose reply was lost from somebody else's. */
  readonly writeId: string;
}

/**
 * A restore as columns: the record as JSON, and beside it what claims, lists and conditions need.
 * @param json the record, as it will be read again
 * @throws CloudError `refused`, `RecordTooLarge`
 */
export function recordColumns(record: RestoreRecord, json: string, { claim, version, writeId }: Write): Columns {
  const bytes = Buffer.byteLength(json, "utf8");
  if (bytes > recordBytesMax)
    throw new CloudError(
      "refused",
      "tablestore",
      "PutRow",
      recordTooLarge,
      `the record of ${record.restoreId} would have ${bytes} bytes. It was left as it is.`,
    );
  return {
    phase: phaseOf(record),
    status: record.status,
    version,
    writeId,
    lease: leaseText(claim),
    nextCheckAtMs: Math.ceil(claim.nextCheckAtMs),
    masterInstanceId: record.request.masterInstanceId,
    record: json,
  };
}

/** What a claim changes of them. */
export function claimColumns({ claim, version, writeId }: Write): Columns {
  return { version, writeId, lease: leaseText(claim), nextCheckAtMs: Math.ceil(claim.nextCheckAtMs) };
}

function leaseText({ lease }: Claim): string {
  return lease ? JSON.stringify(lease) : "";
}

/** A record that a newer version of the functions wrote in another form: it passes when the deployment is complete. */
export class NewerRecord extends CloudError {
  constructor(restoreId: string, form: string) {
    super(
      "unavailable",
      "tablestore",
      "GetRow",
      "NewerRecord",
      `${restoreId} was written by a newer version of the functions (${form}); it was left untouched. Finish the deployment and try again.`,
    );
  }
}

/** A row of `restores` that holds no record of its restore: somebody wrote to the table, or a bug of ours did. */
export class SpoiledRecord extends Error {
  override readonly name = "SpoiledRecord";

  constructor(restoreId: string, what: string) {
    super(`the row ${restoreId} holds no record of it (${what}); it was left untouched. Restore or delete the row.`);
  }
}

/**
 * The record as it was written, with fields that this version does not know: they are saved again as they are. A row that is not one
 * of ours stops the step.
 * @throws NewerRecord, SpoiledRecord
 */
export function parseRecord(restoreId: string, columns: Columns): RestoreRecord {
  const record = readObject(restoreId, columns["record"]) as RestoreRecord;
  const form: number = record.schemaVersion;
  if (record.restoreId !== restoreId || !(form >= 1))
    throw new SpoiledRecord(restoreId, `form ${form}, ${record.restoreId}`);
  if (form > 1 || !statuses.includes(statusOfToday(record.status)))
    throw new NewerRecord(restoreId, `form ${form}, ${record.status}`);
  return readOlderNames(record);
}

function readObject(restoreId: string, json: unknown): object {
  try {
    const value: unknown = JSON.parse(String(json));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Named below; the parser's own message would quote the row.
  }
  throw new SpoiledRecord(restoreId, "no JSON object");
}

/** The claim that is in the row. @throws SpoiledRecord */
export function parseClaim(restoreId: string, { lease, nextCheckAtMs }: Columns): Claim {
  return {
    lease: lease ? (readObject(restoreId, lease) as Claim["lease"]) : null,
    nextCheckAtMs: Number(nextCheckAtMs),
  };
}

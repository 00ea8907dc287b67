import { phaseOf, type RestoreRecord } from "../restore/record";
import { statuses } from "../restore/states";
import type { Columns } from "./rows";

/** A column of Tablestore holds 2 MB; a record that comes near has a bound missing. */
const recordBytesMax = 1_900_000;

/**
 * A restore as columns: the record as JSON, and beside it what lists and conditions need.
 * @throws Error when the record would not fit
 */
export function recordColumns(record: RestoreRecord, version: number, writeId: string): Columns {
  const json = JSON.stringify(record);
  const bytes = Buffer.byteLength(json, "utf8");
  if (bytes > recordBytesMax) throw new Error(`the record of ${record.restoreId} has grown to ${bytes} bytes`);
  return {
    phase: phaseOf(record),
    status: record.status,
    version,
    writeId,
    nextCheckAtMs: Math.ceil(record.nextCheckAtMs),
    masterInstanceId: record.request.masterInstanceId,
    record: json,
  };
}

/** The record as it was written; a row that is not one of ours is a bug and stops the step. @throws Error */
export function parseRecord(restoreId: string, json: unknown): RestoreRecord {
  const record = JSON.parse(String(json)) as RestoreRecord;
  if (record.schemaVersion !== 1 || record.restoreId !== restoreId || !statuses.includes(record.status))
    throw new Error(
      `the row ${restoreId} holds no record of it (version ${record.schemaVersion}, ${record.restoreId}, ${record.status})`,
    );
  return record;
}

import { CloudError } from "../cloud/cloud-error";
import type { RepeatedKeys, SqlServerSession, TableAddress, TableShape } from "../cloud/sql-server";
import { keyColumns } from "../cloud/sql-server/statements";
import type { TableComparison } from "../restore/model/record";
import { showKeys } from "../restore/plan/target-key";
import type { WriteBackMode } from "../restore/write-back";
import { type CommonColumns, commonColumns } from "./column-drift";
import { addRepeatedKeys, columnSamples, countedVerdict } from "./verdict";

export interface Ends {
  readonly source: SqlServerSession;
  readonly target: SqlServerSession;
}

/** A table that is ready to be compared by key; `ready` is null when it is over already. */
export interface OpenedTable {
  readonly table: TableComparison;
  readonly ready: {
    readonly source: TableShape;
    readonly target: TableShape;
    readonly columns: CommonColumns;
  } | null;
}

/** Shapes and, the first time, counts and the keys that several rows share. */
export async function openTable(ends: Ends, table: TableComparison, mode: WriteBackMode): Promise<OpenedTable> {
  const sourceShape = await shapeOf(ends.source, sourceAddress(table));
  if (!sourceShape) return { table: unmeasured(table, "the table is not on the temporary instance"), ready: null };
  const sourceRows = table.sourceRows ?? (await ends.source.countRows(sourceAddress(table)));
  const targetShape = await shapeOf(ends.target, targetAddress(table));
  if (!targetShape) {
    const absent = { ...table, sourceRows, missing: sourceRows, samples: ["the table is not on the master"] };
    return { table: { ...absent, verdict: "differs" }, ready: null };
  }
  const targetRows = table.targetRows ?? (await ends.target.countRows(targetAddress(table)));
  const columns = commonColumns(sourceShape, targetShape);
  const ready = { source: sourceShape, target: targetShape, columns };
  if (table.sourceRows !== null && columns.key) return { table, ready };
  const counted: TableComparison = { ...table, sourceRows, targetRows, samples: columnSamples(columns) };
  if (!columns.key) {
    const samples = [
      ...counted.samples,
      `the backup has ${showKeys(sourceShape)}, the master has ${showKeys(targetShape)}`,
    ];
    return { table: countedVerdict({ ...counted, samples }, mode, columns.drift), ready: null };
  }
  return { table: addRepeatedKeys(counted, ...(await repeatedKeys(ends, table, columns))), ready };
}

/** Keys that several rows of the master have, and keys of the backup that would be one on the master; none where that cannot be. */
async function repeatedKeys(
  ends: Ends,
  table: TableComparison,
  { key, source, target }: CommonColumns,
): Promise<[RepeatedKeys, RepeatedKeys]> {
  const none = { surplus: 0, keys: [] };
  return [
    key?.unique ? none : await ends.target.repeatedKeys(targetAddress(table), target),
    key?.ordered ? none : await ends.source.repeatedKeys(sourceAddress(table), source, keyColumns(target)),
  ];
}

export function unmeasured(table: TableComparison, ...reasons: readonly string[]): TableComparison {
  return { ...table, verdict: "unmeasured", samples: [...table.samples, ...reasons] };
}

export function targetAddress(table: TableComparison): TableAddress {
  return { database: table.targetDatabase, schema: table.schema, name: table.targetName };
}

export function sourceAddress(table: TableComparison): TableAddress {
  return { database: table.database, schema: table.schema, name: table.name };
}

export async function shapeOf(session: SqlServerSession, address: TableAddress): Promise<TableShape | null> {
  try {
    const shapes = await session.describeTables(address.database, [{ schema: address.schema, name: address.name }]);
    return shapes[0] ?? null;
  } catch (error) {
    if (error instanceof CloudError && (error.code === "no-database" || error.code === "no-table")) return null;
    throw error;
  }
}

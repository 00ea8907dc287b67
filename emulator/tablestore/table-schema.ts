import { notPlayed, objectNotExist, parameterInvalid } from "./ots-error";
import type { ColumnType, PrimaryKeyType } from "./value";

export interface KeyColumn {
  readonly name: string;
  readonly type: PrimaryKeyType;
}

/** A predefined column: an attribute whose type is declared, so that indexes may use it. */
export interface DefinedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A global secondary index, updated after the write. */
export interface IndexMeta {
  readonly name: string;
  /** Index columns: key columns and predefined columns of the table, without the key columns that the service appends. */
  readonly primaryKey: readonly string[];
  /** Predefined columns carried along as attributes. */
  readonly definedColumns: readonly string[];
}

export interface TableSchema {
  readonly name: string;
  readonly primaryKey: readonly KeyColumn[];
  readonly definedColumns: readonly DefinedColumn[];
}

/** One version of each cell is kept; `max_versions` above 1 is not played. */
export interface TableOptions {
  /** -1: never expires. */
  readonly timeToLiveSeconds: number;
  /** False: UpdateRow is refused. Indexes on a table that expires need it. */
  readonly allowUpdate: boolean;
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
const minimumTimeToLiveSeconds = 86_400;

/** @throws ServiceError OTSParameterInvalid */
export function checkTableName(name: string): void {
  if (!namePattern.test(name)) throw parameterInvalid(`Invalid table name: '${name}'.`);
}

/** @throws ServiceError OTSParameterInvalid */
export function checkColumnName(name: string): void {
  if (!namePattern.test(name)) throw parameterInvalid(`Invalid column name: '${name}'.`);
}

/** @throws ServiceError OTSParameterInvalid */
export function checkSchema(schema: TableSchema): void {
  checkTableName(schema.name);
  if (schema.primaryKey.length < 1 || schema.primaryKey.length > 4) {
    throw parameterInvalid("The number of primary key columns must be in range: [1, 4].");
  }
  if (schema.definedColumns.length > 32) {
    throw parameterInvalid("The number of defined columns must be in range: [0, 32].");
  }
  const seen = new Set<string>();
  for (const { name } of [...schema.primaryKey, ...schema.definedColumns]) {
    checkColumnName(name);
    if (seen.has(name)) throw parameterInvalid(`Duplicated primary key name: '${name}'.`);
    seen.add(name);
  }
}

/** @throws ServiceError OTSParameterInvalid */
export function checkOptions(options: TableOptions): void {
  const { timeToLiveSeconds } = options;
  if (timeToLiveSeconds === 0 || timeToLiveSeconds < -1) {
    throw parameterInvalid("TimeToLive cannot be 0 or less than -1.");
  }
  if (timeToLiveSeconds !== -1 && timeToLiveSeconds < minimumTimeToLiveSeconds) {
    throw parameterInvalid(`TimeToLive must be -1 or at least ${minimumTimeToLiveSeconds} seconds.`);
  }
}

/** An index needs a table that never expires or is never updated (documentation, "Create a secondary index", 2025-02). */
export function checkExpiryAgainstIndexes(options: TableOptions, indexCount: number): void {
  if (indexCount === 0 || options.timeToLiveSeconds === -1 || !options.allowUpdate) return;
  throw parameterInvalid("A table with secondary indexes must have TimeToLive -1 or allow no updates.");
}

/** @throws ServiceError OTSParameterInvalid; 501 for index columns that are not of a key's type */
export function checkIndex(schema: TableSchema, index: IndexMeta): void {
  checkTableName(index.name);
  if (index.primaryKey.length === 0) throw parameterInvalid("The index must have at least one index column.");
  for (const name of [...index.primaryKey, ...index.definedColumns]) columnTypeOf(schema, name);
  if (
    new Set([...index.primaryKey, ...index.definedColumns]).size <
    index.primaryKey.length + index.definedColumns.length
  ) {
    throw parameterInvalid(`Duplicated column in index '${index.name}'.`);
  }
  indexKey(schema, index);
}

/** The index's whole key: its index columns, then the table's key columns that are not among them. */
export function indexKey(schema: TableSchema, index: IndexMeta): KeyColumn[] {
  const missing = schema.primaryKey.filter((column) => !index.primaryKey.includes(column.name));
  const own = index.primaryKey.map((name) => {
    const type = columnTypeOf(schema, name);
    if (type === "DOUBLE") throw parameterInvalid("double can not be used as primary key.");
    if (type === "BOOLEAN") throw notPlayed(`an index on the BOOLEAN column '${name}'`);
    return { name, type };
  });
  return [...own, ...missing];
}

function columnTypeOf(schema: TableSchema, name: string): ColumnType {
  const column = [...schema.primaryKey, ...schema.definedColumns].find((candidate) => candidate.name === name);
  if (column) return column.type;
  throw parameterInvalid(`Column does not exist:'${name}'.`);
}

/** The entry of that name. @throws ServiceError OTSObjectNotExist */
export function existing<Entry>(entries: ReadonlyMap<string, Entry>, name: string): Entry {
  const entry = entries.get(name);
  if (entry === undefined) throw objectNotExist();
  return entry;
}

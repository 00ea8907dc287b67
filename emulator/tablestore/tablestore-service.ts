import type { Clock } from "../core/clock";
import { inBatch, type Outcome } from "./batch";
import type { Condition } from "./column-condition";
import { objectAlreadyExist, objectNotExist, parameterInvalid } from "./ots-error";
import { keyValues, type PrimaryKey } from "./primary-key";
import { type RangePage, type RangeQuery, readRange } from "./range";
import type { Columns } from "./row";
import { SecondaryIndex } from "./secondary-index";
import { type ReadRow, type Selection, select } from "./selection";
import { type Readable, type RowUpdate, Table } from "./table";
import {
  checkExpiryAgainstIndexes,
  checkIndex,
  checkOptions,
  checkSchema,
  type DefinedColumn,
  existing,
  type IndexMeta,
  type KeyColumn,
  type TableOptions,
  type TableSchema,
} from "./table-schema";

export interface CreateTable extends Partial<TableOptions> {
  readonly name: string;
  readonly primaryKey: readonly KeyColumn[];
  readonly definedColumns?: readonly DefinedColumn[];
  readonly indexes?: readonly IndexMeta[];
}

export interface TableDescription {
  readonly schema: TableSchema;
  readonly options: TableOptions;
  readonly indexes: readonly (IndexMeta & { readonly phase: "FULL" | "INCREMENTAL" })[];
}

/** Names one row; `condition` left out means IGNORE. */
interface RowTarget {
  readonly table: string;
  readonly primaryKey: PrimaryKey;
}
export type PutRow = RowTarget & { readonly columns: Columns; readonly condition?: Condition };
export type UpdateRow = RowTarget & RowUpdate & { readonly condition?: Condition };
export type DeleteRow = RowTarget & { readonly condition?: Condition };
export type GetRow = RowTarget & Selection;
export type GetRange = RangeQuery & { readonly table: string };

/** A write of any kind. */
export type RowWrite =
  | ({ readonly type: "PUT" } & PutRow)
  | ({ readonly type: "UPDATE" } & UpdateRow)
  | ({ readonly type: "DELETE" } & DeleteRow);

/**
 * One Tablestore instance in memory: plain typed values in and out, no I/O; time only from `clock`. Every method is one atomic
 * step and throws ServiceError with the service's own code for what the service refuses. `indexLagMs` is how long after a write
 * its indexes show it (default 0); index rows are hints, as in the cloud.
 */
export class TablestoreService {
  readonly #clock: Clock;
  readonly #indexLagMs: number;
  readonly #tables = new Map<string, Table>();

  constructor(options: { readonly clock: Clock; readonly indexLagMs?: number }) {
    this.#clock = options.clock;
    this.#indexLagMs = options.indexLagMs ?? 0;
  }

  /** The table is ready at once. @throws ServiceError OTSObjectAlreadyExist, OTSParameterInvalid */
  createTable(request: CreateTable): void {
    const { name, primaryKey, definedColumns = [], indexes = [] } = request;
    const schema = { name, primaryKey, definedColumns };
    const options = {
      timeToLiveSeconds: request.timeToLiveSeconds ?? -1,
      allowUpdate: request.allowUpdate ?? true,
    };
    checkSchema(schema);
    checkOptions(options);
    checkExpiryAgainstIndexes(options, indexes.length);
    for (const [position, index] of indexes.entries()) {
      checkIndex(schema, index);
      if (index.name === name || indexes.findIndex((other) => other.name === index.name) !== position) {
        throw objectAlreadyExist();
      }
    }
    for (const wanted of [name, ...indexes.map((index) => index.name)]) this.#checkFree(wanted);
    const table = new Table(schema, options);
    for (const index of indexes) table.indexes.set(index.name, new SecondaryIndex(index, table, this.#indexLagMs));
    this.#tables.set(name, table);
  }

  /** Options left out stay. @throws ServiceError OTSObjectNotExist, OTSParameterInvalid */
  updateTable(name: string, changes: Partial<TableOptions>): TableDescription {
    const table = existing(this.#tables, name);
    const options = {
      timeToLiveSeconds: changes.timeToLiveSeconds ?? table.options.timeToLiveSeconds,
      allowUpdate: changes.allowUpdate ?? table.options.allowUpdate,
    };
    checkOptions(options);
    checkExpiryAgainstIndexes(options, table.indexes.size);
    table.options = options;
    return this.describeTable(name);
  }

  /** Of a table, not of an index. @throws ServiceError OTSObjectNotExist */
  describeTable(name: string): TableDescription {
    const { schema, options, indexes } = existing(this.#tables, name);
    const nowMs = this.#clock.nowMs();
    return {
      schema,
      options,
      indexes: [...indexes.values()].map((index) => ({ ...index.meta, phase: index.phase(nowMs) })),
    };
  }

  /** Names of tables, without their indexes. */
  listTables(): string[] {
    return [...this.#tables.keys()].sort();
  }

  /** Its indexes go with it. @throws ServiceError OTSObjectNotExist */
  deleteTable(name: string): void {
    existing(this.#tables, name);
    this.#tables.delete(name);
  }

  /**
   * Without `includeBaseData` the index starts empty and sees later writes only.
   * @throws ServiceError OTSObjectNotExist, OTSObjectAlreadyExist, OTSParameterInvalid
   */
  createIndex(tableName: string, index: IndexMeta, options?: { readonly includeBaseData?: boolean }): void {
    const table = existing(this.#tables, tableName);
    checkIndex(table.schema, index);
    checkExpiryAgainstIndexes(table.options, 1);
    this.#checkFree(index.name);
    const created = new SecondaryIndex(index, table, this.#indexLagMs);
    const nowMs = this.#clock.nowMs();
    if (options?.includeBaseData) created.followExisting(table.all(nowMs), nowMs);
    table.indexes.set(index.name, created);
  }

  /** @throws ServiceError OTSObjectNotExist */
  dropIndex(tableName: string, indexName: string): void {
    const { indexes } = existing(this.#tables, tableName);
    existing(indexes, indexName);
    indexes.delete(indexName);
  }

  /** Adds the row or replaces it whole. @throws ServiceError OTSConditionCheckFail and the refusals of Table.put */
  putRow(request: PutRow): void {
    this.#writable(request.table).put(request.primaryKey, request.columns, request.condition, this.#clock.nowMs());
  }

  /** @returns the row afterwards; undefined if there is none (deletions on an absent row). @throws as Table.update */
  updateRow(request: UpdateRow): ReadRow | undefined {
    const table = this.#writable(request.table);
    const row = table.update(request.primaryKey, request, request.condition, this.#clock.nowMs());
    return row && select(table.primaryKey, row, {});
  }

  /** @throws ServiceError OTSConditionCheckFail and the refusals of Table.delete */
  deleteRow(request: DeleteRow): void {
    this.#writable(request.table).delete(request.primaryKey, request.condition, this.#clock.nowMs());
  }

  /** Any one write. @returns the row after an UPDATE, undefined otherwise */
  write(request: RowWrite): ReadRow | undefined {
    switch (request.type) {
      case "PUT":
        this.putRow(request);
        return undefined;
      case "UPDATE":
        return this.updateRow(request);
      case "DELETE":
        this.deleteRow(request);
        return undefined;
    }
  }

  /** From a table or an index; undefined when there is no such row or the selection leaves nothing of it. */
  getRow(request: GetRow): ReadRow | undefined {
    const source = this.#readable(request.table);
    const row = source.row(keyValues(source.primaryKey, request.primaryKey), this.#clock.nowMs());
    return row && select(source.primaryKey, row, request);
  }

  /** From a table or an index, one page. @throws ServiceError OTSObjectNotExist, OTSParameterInvalid, OTSInvalidPK */
  getRange(request: GetRange): RangePage {
    return readRange(this.#readable(request.table), request, this.#clock.nowMs());
  }

  /** Outcomes in the order of the requests. @throws ServiceError OTSParameterInvalid for a batch of no or more than 100 rows */
  batchGetRow(requests: readonly GetRow[]): Outcome<ReadRow | undefined>[] {
    if (requests.length === 0) throw parameterInvalid("No row specified in the request of BatchGetRow.");
    return inBatch(requests, 100, (request) => this.getRow(request));
  }

  /**
   * Outcomes in the order of the requests; not a transaction. The value is the row after an UPDATE.
   * @throws ServiceError OTSParameterInvalid for a batch of no or more than 200 rows
   */
  batchWriteRow(requests: readonly RowWrite[]): Outcome<ReadRow | undefined>[] {
    if (requests.length === 0) throw parameterInvalid("No row is specified in BatchWriteRow.");
    return inBatch(requests, 200, (request) => this.write(request));
  }

  #writable(name: string): Table {
    const table = this.#tables.get(name);
    if (table) return table;
    throw this.#index(name) ? parameterInvalid("Can't write index table directly.") : objectNotExist();
  }

  #readable(name: string): Readable {
    const source = this.#tables.get(name) ?? this.#index(name);
    if (source) return source;
    throw objectNotExist();
  }

  #index(name: string): SecondaryIndex | undefined {
    for (const table of this.#tables.values()) {
      const index = table.indexes.get(name);
      if (index) return index;
    }
    return undefined;
  }

  #checkFree(name: string): void {
    if (this.#tables.has(name) || this.#index(name)) throw objectAlreadyExist();
  }
}

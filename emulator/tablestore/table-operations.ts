import { operation } from "./operation";
import { notPlayed, parameterInvalid } from "./ots-error";
import type { IndexMeta, TableOptions } from "./table-schema";
import type { TableDescription } from "./tablestore-service";
import type { ColumnType, PrimaryKeyType } from "./value";

interface TableOptionsMessage {
  readonly timeToLive?: number;
  readonly maxVersions?: number;
  readonly allowUpdate?: boolean;
}

type DefinedColumnType = "DCT_INTEGER" | "DCT_DOUBLE" | "DCT_BOOLEAN" | "DCT_STRING" | "DCT_BLOB";

interface IndexMetaMessage {
  readonly name: string;
  readonly primaryKey: readonly string[];
  readonly definedColumn: readonly string[];
  readonly indexUpdateMode: "IUM_ASYNC_INDEX" | "IUM_SYNC_INDEX";
  readonly indexType: "IT_GLOBAL_INDEX" | "IT_LOCAL_INDEX";
}

interface SettingsMessage {
  readonly reservedThroughput?: { readonly capacityUnit: { readonly read?: number; readonly write?: number } };
  readonly tableOptions?: TableOptionsMessage;
  readonly streamSpec?: { readonly enableStream: boolean };
}

interface CreateTableRequest extends SettingsMessage {
  readonly tableMeta: {
    readonly tableName: string;
    readonly primaryKey: readonly { readonly name: string; readonly type: PrimaryKeyType; readonly option?: string }[];
    readonly definedColumn: readonly { readonly name: string; readonly type: DefinedColumnType }[];
  };
  readonly indexMetas: readonly IndexMetaMessage[];
}

const columnTypes: Readonly<Record<DefinedColumnType, ColumnType>> = {
  DCT_INTEGER: "INTEGER",
  DCT_DOUBLE: "DOUBLE",
  DCT_BOOLEAN: "BOOLEAN",
  DCT_STRING: "STRING",
  DCT_BLOB: "BINARY",
};

const reservedThroughputDetails = { capacityUnit: { read: 0, write: 0 }, lastIncreaseTime: 0 };

/** Tables and indexes. The instance is a capacity instance: throughput cannot be reserved. */
export const tableOperations = new Map([
  operation<CreateTableRequest>("CreateTable", (service, request) => {
    const { tableMeta, indexMetas } = request;
    if (tableMeta.primaryKey.some((column) => column.option)) throw notPlayed("auto-increment key columns");
    if (request.tableOptions?.timeToLive === undefined) {
      throw parameterInvalid("Time-to-live is missing while creating table.");
    }
    if (request.tableOptions.maxVersions === undefined) {
      throw parameterInvalid("MaxVersions is missing while creating table.");
    }
    service.createTable({
      name: tableMeta.tableName,
      primaryKey: tableMeta.primaryKey.map(({ name, type }) => ({ name, type })),
      definedColumns: tableMeta.definedColumn.map(({ name, type }) => ({ name, type: columnTypes[type] })),
      indexes: indexMetas.map(readIndex),
      ...readSettings(request),
    });
    return {};
  }),
  operation<SettingsMessage & { tableName: string }>("UpdateTable", (service, request) => {
    const { options } = service.updateTable(request.tableName, readSettings(request));
    return { reservedThroughputDetails, tableOptions: optionsMessage(options) };
  }),
  operation<{ tableName: string }>("DescribeTable", (service, request) =>
    descriptionMessage(service.describeTable(request.tableName)),
  ),
  operation("ListTable", (service) => ({ tableNames: service.listTables() })),
  operation<{ tableName: string }>("DeleteTable", (service, request) => {
    service.deleteTable(request.tableName);
    return {};
  }),
  operation<{ mainTableName: string; indexMeta: IndexMetaMessage; includeBaseData?: boolean }>(
    "CreateIndex",
    (service, request) => {
      const { mainTableName, indexMeta, includeBaseData } = request;
      service.createIndex(mainTableName, readIndex(indexMeta), { includeBaseData });
      return {};
    },
  ),
  operation<{ mainTableName: string; indexName: string }>("DropIndex", (service, request) => {
    service.dropIndex(request.mainTableName, request.indexName);
    return {};
  }),
]);

function readSettings(request: SettingsMessage): Partial<TableOptions> {
  const { tableOptions = {}, reservedThroughput, streamSpec } = request;
  const { read = 0, write = 0 } = reservedThroughput?.capacityUnit ?? {};
  if (read > 0 || write > 0) throw parameterInvalid("Can not reserve read capacity unit on capacity.");
  if (streamSpec?.enableStream) throw notPlayed("streams");
  const { maxVersions = 1 } = tableOptions;
  if (maxVersions <= 0) throw parameterInvalid("The maximum versions cannot be less than or equal to 0.");
  if (maxVersions > 1) throw notPlayed("tables with several versions of a cell");
  return { timeToLiveSeconds: tableOptions.timeToLive, allowUpdate: tableOptions.allowUpdate };
}

function readIndex(message: IndexMetaMessage): IndexMeta {
  if (message.indexType === "IT_LOCAL_INDEX" || message.indexUpdateMode === "IUM_SYNC_INDEX") {
    throw notPlayed("local secondary indexes");
  }
  return { name: message.name, primaryKey: message.primaryKey, definedColumns: message.definedColumn };
}

function descriptionMessage({ schema, options, indexes }: TableDescription): Record<string, unknown> {
  return {
    tableMeta: {
      tableName: schema.name,
      primaryKey: schema.primaryKey,
      definedColumn: schema.definedColumns.map(({ name, type }) => ({
        name,
        type: type === "BINARY" ? "DCT_BLOB" : `DCT_${type}`,
      })),
    },
    reservedThroughputDetails,
    tableOptions: optionsMessage(options),
    tableStatus: "ACTIVE",
    indexMetas: indexes.map(({ name, primaryKey, definedColumns, phase }) => ({
      name,
      primaryKey,
      definedColumn: definedColumns,
      indexUpdateMode: "IUM_ASYNC_INDEX",
      indexType: "IT_GLOBAL_INDEX",
      indexSyncPhase: phase === "FULL" ? "ISP_FULL" : "ISP_INCR",
    })),
  };
}

function optionsMessage(options: TableOptions): Record<string, unknown> {
  const { timeToLiveSeconds, allowUpdate } = options;
  return { timeToLive: timeToLiveSeconds, maxVersions: 1, allowUpdate };
}

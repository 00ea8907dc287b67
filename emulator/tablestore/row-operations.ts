import type { Outcome } from "./batch";
import { type ConditionMessage, readCondition, readFilter } from "./filter-message";
import { operation } from "./operation";
import { notPlayed, parameterInvalid } from "./ots-error";
import type { PrimaryKey } from "./primary-key";
import { keyMessage, readDeletion, readKey, readPut, readUpdate, rowsMessage } from "./row-message";
import type { ReadRow, Selection } from "./selection";
import type { Direction } from "./sorted-rows";
import type { RowWrite, TablestoreService } from "./tablestore-service";

type Answer = Record<string, unknown>;

interface SelectionMessage {
  readonly columnsToGet: readonly string[];
  readonly maxVersions?: number;
  readonly filter?: Buffer;
  readonly timeRange?: object;
  readonly startColumn?: string;
  readonly endColumn?: string;
  readonly transactionId?: string;
}

interface WriteMessage {
  readonly condition: ConditionMessage;
  readonly returnContent?: {
    readonly returnType?: "RT_NONE" | "RT_PK" | "RT_AFTER_MODIFY";
    readonly returnColumnNames: readonly string[];
  };
  readonly transactionId?: string;
}

interface RangeMessage extends SelectionMessage {
  readonly tableName: string;
  readonly direction: Direction;
  readonly limit?: number;
  readonly inclusiveStartPrimaryKey: Buffer;
  readonly exclusiveEndPrimaryKey: Buffer;
}

interface RowWriteMessage extends WriteMessage {
  readonly type: RowWrite["type"];
  readonly rowChange: Buffer;
}

interface TableInBatchGetMessage extends SelectionMessage {
  readonly tableName: string;
  readonly primaryKey: readonly Buffer[];
}

interface TableInBatchWriteMessage {
  readonly tableName: string;
  readonly rows: readonly RowWriteMessage[];
}

/** Reading and writing of rows. */
export const rowOperations = new Map([
  operation<SelectionMessage & { tableName: string; primaryKey: Buffer }>("GetRow", (service, request) => {
    const primaryKey = readKey(request.primaryKey) as PrimaryKey;
    return readAnswer(service.getRow({ table: request.tableName, primaryKey, ...readSelection(request) }));
  }),
  operation<RangeMessage>("GetRange", (service, request) => {
    const page = service.getRange({
      table: request.tableName,
      direction: request.direction,
      start: readKey(request.inclusiveStartPrimaryKey),
      end: readKey(request.exclusiveEndPrimaryKey),
      limit: request.limit,
      ...readSelection(request),
    });
    const rows = rowsMessage(page.rows);
    return { consumed: reads(rows), rows, nextStartPrimaryKey: page.nextStart && keyMessage(page.nextStart) };
  }),
  operation<WriteMessage & { tableName: string; row: Buffer }>("PutRow", (service, request) =>
    write(service, request.tableName, { ...request, type: "PUT", rowChange: request.row }),
  ),
  operation<WriteMessage & { tableName: string; rowChange: Buffer }>("UpdateRow", (service, request) =>
    write(service, request.tableName, { ...request, type: "UPDATE" }),
  ),
  operation<WriteMessage & { tableName: string; primaryKey: Buffer }>("DeleteRow", (service, request) =>
    write(service, request.tableName, { ...request, type: "DELETE", rowChange: request.primaryKey }),
  ),
  operation<{ tables: readonly TableInBatchGetMessage[] }>("BatchGetRow", (service, { tables }) => {
    checkDistinctTables(tables);
    const requests = tables.map((table) => {
      const selection = readSelection(table);
      const keys = table.primaryKey.map((key) => readKey(key) as PrimaryKey);
      return keys.map((primaryKey) => ({ table: table.tableName, primaryKey, ...selection }));
    });
    const outcomes = service.batchGetRow(requests.flat()).map((outcome) => outcomeMessage(outcome, readAnswer));
    return { tables: perTable(tables, requests, outcomes) };
  }),
  operation<{ tables: readonly TableInBatchWriteMessage[]; transactionId?: string }>(
    "BatchWriteRow",
    (service, request) => {
      const { tables, transactionId } = request;
      checkDistinctTables(tables);
      if (transactionId) throw notPlayed("local transactions");
      const messages = tables.flatMap((table) => table.rows);
      const writes = tables.map((table) => table.rows.map((row) => readWrite(table.tableName, row)));
      const outcomes = service.batchWriteRow(writes.flat()).map((outcome, position) => {
        const message = messages[position] as RowWriteMessage;
        return outcomeMessage(outcome, (row) => writeAnswer(message, writes.flat()[position] as RowWrite, row));
      });
      return { tables: perTable(tables, writes, outcomes) };
    },
  ),
]);

function readSelection(message: SelectionMessage): Selection {
  if (message.transactionId) throw notPlayed("local transactions");
  if (message.timeRange) throw notPlayed("reads of a range of cell versions");
  if (message.startColumn || message.endColumn) throw notPlayed("reads of a range of columns");
  if (message.maxVersions === undefined)
    throw parameterInvalid("No version condition is specified while querying row.");
  return { columnsToGet: message.columnsToGet, ...readFilter(message.filter) };
}

function readWrite(table: string, message: RowWriteMessage): RowWrite {
  if (message.transactionId) throw notPlayed("local transactions");
  if (message.returnContent?.returnType === "RT_AFTER_MODIFY" && message.type !== "UPDATE") {
    throw parameterInvalid("Invalid return type: RT_AFTER_MODIFY.");
  }
  const target = { table, condition: readCondition(message.condition) };
  switch (message.type) {
    case "PUT":
      return { type: "PUT", ...target, ...readPut(message.rowChange) };
    case "UPDATE":
      return { type: "UPDATE", ...target, ...readUpdate(message.rowChange) };
    case "DELETE":
      return { type: "DELETE", ...target, primaryKey: readDeletion(message.rowChange) };
  }
}

function write(service: TablestoreService, table: string, message: RowWriteMessage): Answer {
  const request = readWrite(table, message);
  return writeAnswer(message, request, service.write(request));
}

function readAnswer(row: ReadRow | undefined): Answer {
  const encoded = rowsMessage(row ? [row] : []);
  return { consumed: reads(encoded), row: encoded };
}

/** A write answers no row unless asked: its key, or columns as an UPDATE left them. */
function writeAnswer(message: RowWriteMessage, request: RowWrite, after: ReadRow | undefined): Answer {
  const consumed = writes(message.rowChange, message.condition);
  const { returnType = "RT_NONE", returnColumnNames = [] } = message.returnContent ?? {};
  if (returnType === "RT_NONE") return { consumed };
  if (returnType === "RT_PK") return { consumed, row: keyMessage(request.primaryKey) };
  const named = Object.entries(after?.columns ?? {}).filter(([name]) => returnColumnNames.includes(name));
  return { consumed, row: rowsMessage(after ? [{ ...after, columns: Object.fromEntries(named) }] : []) };
}

function outcomeMessage(outcome: Outcome<ReadRow | undefined>, answer: (row: ReadRow | undefined) => Answer): object {
  if (outcome.ok) return { isOk: true, ...answer(outcome.value) };
  return { isOk: false, error: { code: outcome.error.code, message: outcome.error.message } };
}

/** Outcomes of all rows in order, dealt out to their tables again. */
function perTable(
  tables: readonly { tableName: string }[],
  requests: readonly unknown[][],
  outcomes: object[],
): object[] {
  const rest = [...outcomes];
  return tables.map(({ tableName }, position) => ({ tableName, rows: rest.splice(0, requests[position]?.length) }));
}

function checkDistinctTables(tables: readonly { readonly tableName: string }[]): void {
  const names = tables.map((table) => table.tableName);
  const repeated = names.find((name, position) => names.indexOf(name) !== position);
  if (repeated !== undefined) throw parameterInvalid(`Duplicated table name: '${repeated}'.`);
}

/** Capacity units, 4 KB each, by the size on the wire: about what the service charges, not exactly. */
function reads(answered: Buffer): object {
  return { capacityUnit: { read: units(answered.length), write: 0 } };
}

function writes(sent: Buffer, condition: ConditionMessage): object {
  const checked = condition.rowExistence !== "IGNORE" || condition.columnCondition !== undefined;
  return { capacityUnit: { read: checked ? 1 : 0, write: units(sent.length) } };
}

function units(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 4096));
}

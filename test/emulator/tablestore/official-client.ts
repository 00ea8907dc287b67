/** As much of the official client (plain JavaScript, no typings) as the tests use. */
export interface Int64 {
  toNumber(): number;
}
export interface AnsweredRow {
  readonly primaryKey?: readonly { readonly name: string; readonly value: unknown }[];
  readonly attributes?: readonly {
    readonly columnName: string;
    readonly columnValue: unknown;
    readonly timestamp: Int64;
  }[];
}
export interface BatchRow extends AnsweredRow {
  readonly isOk: boolean;
  readonly errorCode: string | null;
  readonly tableName: string;
}
export interface Answer {
  readonly RequestId: string;
  readonly row: AnsweredRow;
  readonly rows: readonly AnsweredRow[];
  readonly nextStartPrimaryKey: readonly { readonly name: string; readonly value: unknown }[] | null;
  readonly tableNames: readonly string[];
  readonly tableMeta: { readonly primaryKey: readonly object[]; readonly definedColumn: readonly object[] };
  readonly tableOptions: { readonly timeToLive: number; readonly maxVersions: number; readonly allowUpdate: boolean };
  readonly indexMetas: readonly {
    readonly name: string;
    readonly primaryKey: readonly string[];
    readonly definedColumn: readonly string[];
    readonly indexSyncPhase: number;
  }[];
  readonly consumed: { readonly capacityUnit: { readonly read: number; readonly write: number } };
}
export type OfficialClient = Record<string, (parameters: object) => Promise<Answer>>;
export interface BatchReadAnswer {
  readonly tables: readonly (readonly BatchRow[])[];
}
export interface BatchWriteAnswer {
  readonly tables: readonly BatchRow[];
}

export interface Sdk {
  readonly Client: new (options: object) => OfficialClient;
  readonly Long: { fromNumber(value: number): Int64; fromString(value: string): Int64 };
  readonly INF_MIN: object;
  readonly INF_MAX: object;
  readonly PK_AUTO_INCR: object;
  readonly Condition: new (existence: number, column?: object | null) => object;
  readonly SingleColumnCondition: new (
    name: string,
    value: unknown,
    comparator: number,
    passIfMissing?: boolean,
    latestVersionOnly?: boolean,
  ) => object;
  readonly CompositeCondition: new (combinator: number) => { addSubCondition(condition: object): void };
  readonly ColumnPaginationFilter: new (limit: number, offset: number) => object;
  readonly RowExistenceExpectation: Readonly<Record<"IGNORE" | "EXPECT_EXIST" | "EXPECT_NOT_EXIST", number>>;
  readonly ComparatorType: Readonly<Record<string, number>>;
  readonly LogicalOperator: Readonly<Record<"NOT" | "AND" | "OR", number>>;
  readonly Direction: Readonly<Record<"FORWARD" | "BACKWARD", string>>;
  readonly ReturnType: Readonly<Record<"NONE" | "Primarykey" | "AfterModify", number>>;
  readonly SyncPhase: Readonly<Record<"FULL" | "INCR", number>>;
}

export const sdk = require("tablestore") as Sdk;

export const integer = (value: number) => sdk.Long.fromNumber(value);

/** `{ column: value }` of an answered row; 64-bit integers as bigint. */
export function columnsOf(row: AnsweredRow): Record<string, unknown> {
  return Object.fromEntries((row.attributes ?? []).map((cell) => [cell.columnName, plain(cell.columnValue)]));
}

export function keyOf(row: AnsweredRow): Record<string, unknown> {
  return Object.fromEntries((row.primaryKey ?? []).map((column) => [column.name, plain(column.value)]));
}

/**
 * Code and status of a refusal. The client tries to read error bodies as XML with a parser that it does not ship, so its `code`
 * is the HTTP status and its message the raw protobuf bytes; the service's code has to be picked out of the message.
 */
export async function refusal(call: Promise<unknown>): Promise<{ status: unknown; code: string | undefined }> {
  const error = await call.then(
    () => undefined,
    (reason: { code: unknown; message: string }) => reason,
  );
  return { status: error?.code, code: error?.message.match(/OTS[A-Za-z]+|Emulator[A-Za-z]+/)?.[0] };
}

function plain(value: unknown): unknown {
  return typeof value === "object" && value !== null && "toNumber" in value ? BigInt(String(value)) : value;
}

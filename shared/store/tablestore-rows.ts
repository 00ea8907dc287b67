import * as sdk from "tablestore";
import { CloudError } from "../cloud/cloud-error";
import type { AccessCredentials } from "../cloud/rpc/rpc";
import { type Columns, type Condition, ConditionFailed, type Key, type RowOf, type Rows } from "./rows";

export interface TablestoreSettings {
  readonly endpoint: string;
  readonly instanceName: string;
  readonly credentials: () => AccessCredentials;
}

/** Of reads; the client's default of 20 takes up to 51 s, which a step's lease does not cover. */
const retriesMax = 3;
const timeoutMs = 10_000;

type Bounds = Parameters<Rows["range"]>[1];

/** Rows over the official Tablestore client, which repeats reads by itself and never writes. */
export class TablestoreRows implements Rows {
  readonly #settings: TablestoreSettings;

  constructor(settings: TablestoreSettings) {
    this.#settings = settings;
  }

  async get(table: string, key: Key): Promise<RowOf | null> {
    const answer = await this.#call("GetRow", false, (client) =>
      client.getRow({ tableName: table, primaryKey: toCells(key), maxVersions: 1 }),
    );
    return answer.row.primaryKey ? readRow(answer.row) : null;
  }

  async put(table: string, key: Key, columns: Columns, condition: Condition): Promise<void> {
    await this.#call("PutRow", true, (client) =>
      client.putRow({
        tableName: table,
        condition: toCondition(condition),
        primaryKey: toCells(key),
        attributeColumns: toCells(columns),
      }),
    );
  }

  async update(table: string, key: Key, columns: Columns, condition: Condition): Promise<void> {
    await this.#call("UpdateRow", true, (client) =>
      client.updateRow({
        tableName: table,
        condition: toCondition(condition),
        primaryKey: toCells(key),
        updateOfAttributeColumns: [{ PUT: toCells(columns) }],
      }),
    );
  }

  async delete(table: string, key: Key, condition: Condition): Promise<void> {
    await this.#call("DeleteRow", true, (client) =>
      client.deleteRow({ tableName: table, condition: toCondition(condition), primaryKey: toCells(key) }),
    );
  }

  async range(
    tableOrIndex: string,
    from: Bounds,
    to: Bounds,
    options: { readonly limit: number; readonly direction: "forward" | "backward" },
  ): Promise<RowOf[]> {
    const rows: RowOf[] = [];
    let start: object[] | null = boundColumns(from);
    while (start !== null && rows.length < options.limit) {
      const parameters: object = {
        tableName: tableOrIndex,
        direction: options.direction === "forward" ? sdk.Direction.FORWARD : sdk.Direction.BACKWARD,
        maxVersions: 1,
        inclusiveStartPrimaryKey: start,
        exclusiveEndPrimaryKey: boundColumns(to),
        limit: options.limit - rows.length,
      };
      const page: Awaited<ReturnType<sdk.Client["getRange"]>> = await this.#call("GetRange", false, (client) =>
        client.getRange(parameters),
      );
      rows.push(...page.rows.filter((row) => row.primaryKey !== undefined).map(readRow));
      start = page.nextStartPrimaryKey ? page.nextStartPrimaryKey.map(({ name, value }) => ({ [name]: value })) : null;
    }
    return rows;
  }

  async #call<T>(action: string, changing: boolean, send: (client: sdk.Client) => Promise<T>): Promise<T> {
    try {
      return await send(openClient(this.#settings));
    } catch (error) {
      throw toStoreError(action, changing, error);
    }
  }
}

function openClient(settings: TablestoreSettings): sdk.Client {
  const { accessKeyId, accessKeySecret, securityToken } = settings.credentials();
  return new sdk.Client({
    accessKeyId,
    secretAccessKey: accessKeySecret,
    ...(securityToken ? { stsToken: securityToken } : {}),
    endpoint: settings.endpoint,
    instancename: settings.instanceName,
    maxRetries: retriesMax,
    httpOptions: { timeout: timeoutMs },
  });
}

function toCells(columns: Columns): object[] {
  return Object.entries(columns).map(([name, value]) => ({ [name]: toCell(value) }));
}

function boundColumns(bounds: Bounds): object[] {
  return Object.entries(bounds).map(([name, value]) => ({
    [name]: typeof value === "object" ? (value.bound === "min" ? sdk.INF_MIN : sdk.INF_MAX) : toCell(value),
  }));
}

/** Numbers are 64-bit integers in the table. */
function toCell(value: string | number): unknown {
  return typeof value === "number" ? sdk.Long.fromNumber(value) : value;
}

function toCondition(condition: Condition): sdk.Condition {
  if (condition.row === "absent") return new sdk.Condition(sdk.RowExistenceExpectation.EXPECT_NOT_EXIST, null);
  if (condition.row === "any") return new sdk.Condition(sdk.RowExistenceExpectation.IGNORE, null);
  const { column } = condition;
  const comparison = column
    ? new sdk.SingleColumnCondition(column.name, toCell(column.equals) as string, sdk.ComparatorType.EQUAL, false, true)
    : null;
  return new sdk.Condition(sdk.RowExistenceExpectation.EXPECT_EXIST, comparison);
}

function readRow(row: Awaited<ReturnType<sdk.Client["getRow"]>>["row"]): RowOf {
  const key = Object.fromEntries((row.primaryKey ?? []).map(({ name, value }) => [name, plain(value)]));
  const columns = Object.fromEntries(
    (row.attributes ?? []).map(({ columnName, columnValue }) => [columnName, plain(columnValue)]),
  );
  return { key, columns };
}

function plain(value: string | number | { toNumber(): number }): string | number {
  return typeof value === "object" ? value.toNumber() : value;
}

/**
 * The client (5.6.5) reads error bodies with a parser it does not ship: `code` is then the HTTP status, and the service's own code
 * stands only inside the message, among the bytes of the protobuf answer.
 */
function codeOf(error: unknown): string {
  const { code, message } = (typeof error === "object" && error !== null ? error : {}) as {
    code?: unknown;
    message?: unknown;
  };
  if (typeof code === "string" && code.startsWith("OTS")) return code;
  return (typeof message === "string" ? /OTS[A-Za-z]+/.exec(message)?.[0] : undefined) ?? "";
}

/** Codes under which nothing was written (Tablestore documentation, error codes). */
const refusedCodes = new Set([
  "OTSParameterInvalid",
  "OTSAuthFailed",
  "OTSObjectNotExist",
  "OTSObjectAlreadyExist",
  "OTSInvalidPK",
  "OTSOutOfColumnCountLimit",
]);

function toStoreError(action: string, changing: boolean, error: unknown): Error {
  const code = codeOf(error);
  if (code === "OTSConditionCheckFail") return new ConditionFailed(`tablestore ${action}: the condition did not hold`);
  if (refusedCodes.has(code))
    return new CloudError("refused", "tablestore", action, code, `tablestore ${action} was refused: ${code}`);
  return new CloudError(
    changing ? "unknown-outcome" : "unavailable",
    "tablestore",
    action,
    code || "ConnectionLost",
    `tablestore ${action} got no usable answer`,
  );
}

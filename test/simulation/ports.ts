import type { RpcService } from "../../emulator/core/rpc-service";
import { ServiceError } from "../../emulator/core/service-error";
import type { TablestoreService } from "../../emulator/tablestore/tablestore-service";
import { infMax, infMin, type KeyBound } from "../../emulator/tablestore/value";
import { CloudError } from "../../shared/cloud/cloud-error";
import type { Rpc } from "../../shared/cloud/rpc/rpc";
import type { RestoreRecord } from "../../shared/restore/model/record";
import { RowsRestoreStore } from "../../shared/store/restore-store-rows";
import {
  type Columns,
  type Condition,
  ConditionFailed,
  type Key,
  type RowOf,
  type Rows,
} from "../../shared/store/rows";
import type { KeptRecords } from "./kept-records";
import { CallLost, type Process } from "./process";

const changingRead = /^(Describe|List|GetSecretValue)/;

/** Signed calls without the wire: straight into the core of the local cloud, through the faults of a process. */
export function simulatedRpc(process: Process, service: RpcService, product: "rds" | "dts" | "kms"): Rpc {
  return {
    async call(action, query, { changing, body }) {
      const parameters = texts(body ? { ...query, ...body } : query);
      try {
        const answer = await process.call(`${product} ${action}`, !changingRead.test(action), () =>
          service.call(action, parameters),
        );
        if (answer["Success"] !== undefined && String(answer["Success"]).toLowerCase() !== "true") {
          const code = String(answer["ErrCode"]).replace(/^DTS\.Msg\./, "");
          throw new CloudError("refused", product, action, code, code);
        }
        return answer;
      } catch (error) {
        if (error instanceof CallLost) throw lost(product, action, changing, error);
        if (!(error instanceof ServiceError)) throw error;
        throw new CloudError(
          error.code.includes("Throttling") ? "throttled" : "refused",
          product,
          action,
          error.code.replace(/^DTS\.Msg\./, ""),
          error.code,
        );
      }
    },
  };
}

/** What the wire would carry: everything is a text, and what is not given is not there. */
function texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name in values) {
    const value = values[name];
    if (value !== null && value !== undefined) found[name] = String(value);
  }
  return found;
}

function lost(
  product: "rds" | "dts" | "kms" | "tablestore",
  action: string,
  changing: boolean,
  error: CallLost,
): CloudError {
  if (error.strike === "throttle")
    return new CloudError("throttled", product, action, "Throttling.User", "throttled", { retryAfterMs: 1_000 });
  return new CloudError(
    changing ? "unknown-outcome" : "unavailable",
    product,
    action,
    error.strike === "server-error" ? "ServiceUnavailable" : "Timeout",
    error.strike,
  );
}

type OnWrite = (table: string, key: Key, columns: Columns) => void;

/** The product's store, whose rows hold its records as this world keeps them. */
export class SimulatedStore extends RowsRestoreStore {
  readonly #kept: KeptRecords;

  constructor(rows: Rows, options: ConstructorParameters<typeof RowsRestoreStore>[1] & { readonly kept: KeptRecords }) {
    super(rows, options);
    this.#kept = options.kept;
  }

  protected override toJson(record: RestoreRecord): string {
    return this.#kept.textOf(record);
  }

  protected override parse(restoreId: string, columns: Columns): RestoreRecord {
    return this.#kept.recordOf(restoreId, String(columns["record"]), () => super.parse(restoreId, columns));
  }
}

/** Rows over the core of the local Tablestore; a lost reply is retried once by the client, as the official one does. */
export class SimulatedRows implements Rows {
  readonly #process: Process;
  readonly #service: TablestoreService;
  readonly #onWrite: OnWrite;

  /** @param onWrite told of each row at the moment it is written, whether or not anybody hears of it */
  constructor(process: Process, service: TablestoreService, onWrite: OnWrite = () => {}) {
    this.#process = process;
    this.#service = service;
    this.#onWrite = onWrite;
  }

  async get(table: string, key: Key): Promise<RowOf | null> {
    const row = await this.#call("GetRow", false, () => this.#service.getRow({ table, primaryKey: toKey(key) }));
    return row ? { key: plain(row.primaryKey), columns: plain(row.columns) } : null;
  }

  async put(table: string, key: Key, columns: Columns, condition: Condition): Promise<void> {
    await this.#call(`PutRow ${table}`, true, () => {
      this.#service.putRow({
        table,
        primaryKey: toKey(key),
        columns: toKey(columns),
        condition: toCondition(condition),
      });
      this.#onWrite(table, key, columns);
    });
  }

  async update(table: string, key: Key, columns: Columns, condition: Condition): Promise<void> {
    await this.#call(`UpdateRow ${table}`, true, () => {
      this.#service.updateRow({
        table,
        primaryKey: toKey(key),
        put: toKey(columns),
        condition: toCondition(condition),
      });
      this.#onWrite(table, key, columns);
    });
  }

  async delete(table: string, key: Key, condition: Condition): Promise<void> {
    await this.#call(`DeleteRow ${table}`, true, () =>
      this.#service.deleteRow({ table, primaryKey: toKey(key), condition: toCondition(condition) }),
    );
  }

  async range(
    tableOrIndex: string,
    from: Parameters<Rows["range"]>[1],
    to: Parameters<Rows["range"]>[2],
    options: { readonly limit: number; readonly direction: "forward" | "backward" },
  ): Promise<RowOf[]> {
    const page = await this.#call("GetRange", false, () =>
      this.#service.getRange({
        table: tableOrIndex,
        start: toBounds(from),
        end: toBounds(to),
        direction: options.direction === "forward" ? "FORWARD" : "BACKWARD",
        limit: options.limit,
      }),
    );
    return page.rows.map((row) => ({ key: plain(row.primaryKey), columns: plain(row.columns) }));
  }

  async #call<T>(action: string, changing: boolean, work: () => T): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#process.call(`tablestore ${action}`, changing, work);
      } catch (error) {
        if (error instanceof ServiceError && error.code === "OTSConditionCheckFail") throw new ConditionFailed(action);
        if (!(error instanceof CallLost)) throw error;
        if (attempt === 2) throw lost("tablestore", action, changing, error);
      }
    }
  }
}

function toKey(key: Key | Columns): Record<string, string | bigint> {
  const found: Record<string, string | bigint> = {};
  for (const name in key) found[name] = toValue(key[name]!);
  return found;
}

function toBounds(bounds: Parameters<Rows["range"]>[1]): Record<string, KeyBound> {
  const found: Record<string, KeyBound> = {};
  for (const name in bounds) {
    const value = bounds[name]!;
    found[name] = typeof value !== "object" ? toValue(value) : value.bound === "min" ? infMin : infMax;
  }
  return found;
}

function toValue(value: string | number): string | bigint {
  return typeof value === "number" ? BigInt(value) : value;
}

function plain(columns: Readonly<Record<string, unknown>>): Record<string, string | number> {
  const found: Record<string, string | number> = {};
  for (const name in columns) {
    const value = columns[name];
    found[name] = typeof value === "bigint" ? Number(value) : String(value);
  }
  return found;
}

function toCondition(condition: Condition): NonNullable<Parameters<TablestoreService["putRow"]>[0]["condition"]> {
  if (condition.row === "absent") return { row: "EXPECT_NOT_EXIST" };
  if (condition.row === "any") return { row: "IGNORE" };
  const { column } = condition;
  if (!column) return { row: "EXPECT_EXIST" };
  const value = typeof column.equals === "number" ? BigInt(column.equals) : column.equals;
  return {
    row: "EXPECT_EXIST",
    column: { kind: "column", name: column.name, comparator: "EQUAL", value, passIfMissing: false },
  };
}

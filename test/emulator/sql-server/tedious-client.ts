import { Connection, type ConnectionConfiguration, Request, type TYPES } from "tedious";
import type { Address } from "../../../emulator/rds/instance";
import { password } from "./listening-instance";

type DataType = (typeof TYPES)[keyof typeof TYPES];

type ParameterOptions = Parameters<Request["addParameter"]>[3];

export interface Parameter {
  readonly type: DataType;
  readonly value: unknown;
  readonly output?: boolean;
  readonly options?: ParameterOptions;
}

/** What one request answered. */
export interface Answer {
  /** Rows of each result set. */
  readonly sets: unknown[][][];
  readonly names: string[][];
  readonly rowCount: number;
  readonly returned: Readonly<Record<string, unknown>>;
  readonly messages: string[];
}

/** Promises around tedious: one request at a time, rows as plain values. */
export class TediousClient {
  private constructor(readonly connection: Connection) {}

  static connect(
    address: Address,
    options: {
      readonly user?: string;
      readonly password?: string;
      readonly database?: string;
      readonly driver?: ConnectionConfiguration["options"];
    } = {},
    watch: (connection: Connection) => void = () => {},
  ): Promise<TediousClient> {
    const connection = new Connection({
      server: address.host,
      authentication: {
        type: "default",
        options: { userName: options.user ?? "dba", password: options.password ?? password },
      },
      options: {
        port: address.port,
        database: options.database,
        encrypt: false,
        trustServerCertificate: true,
        connectTimeout: 5_000,
        requestTimeout: 10_000,
        ...options.driver,
      },
    });
    watch(connection);
    return new Promise((resolve, reject) => {
      connection.on("error", reject);
      connection.connect((error) => (error ? reject(error) : resolve(new TediousClient(connection))));
    });
  }

  /** One value of one row. */
  async value(sql: string, parameters?: Readonly<Record<string, Parameter>>): Promise<unknown> {
    const { sets } = await this.query(sql, parameters);
    return sets[0]?.[0]?.[0];
  }

  /** The rows of the first result set. */
  async rows(sql: string, parameters?: Readonly<Record<string, Parameter>>): Promise<unknown[][]> {
    return (await this.query(sql, parameters)).sets[0] ?? [];
  }

  /** With parameters an sp_executesql call, without a batch. */
  query(sql: string, parameters?: Readonly<Record<string, Parameter>>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sets: unknown[][][] = [];
      const names: string[][] = [];
      const returned: Record<string, unknown> = {};
      const messages: string[] = [];
      const onMessage = (message: { message: string }) => messages.push(message.message);
      this.connection.on("infoMessage", onMessage);
      const request = new Request(sql, (error, rowCount) => {
        this.connection.off("infoMessage", onMessage);
        if (error) reject(error);
        else resolve({ sets, names, rowCount: rowCount ?? 0, returned, messages });
      });
      request.on("columnMetadata", (columns) => {
        names.push((columns as { colName: string }[]).map((column) => column.colName));
        sets.push([]);
      });
      request.on("row", (columns: { value: unknown }[]) => sets.at(-1)!.push(columns.map((column) => column.value)));
      request.on("returnValue", (name: string, value: unknown) => {
        returned[name] = value;
      });
      for (const [name, parameter] of Object.entries(parameters ?? {})) {
        if (parameter.output) request.addOutputParameter(name, parameter.type, parameter.value, parameter.options);
        else request.addParameter(name, parameter.type, parameter.value, parameter.options);
      }
      if (parameters) this.connection.execSql(request);
      else this.connection.execSqlBatch(request);
    });
  }

  /** The number of the error that a statement ends with. */
  async error(sql: string, parameters?: Readonly<Record<string, Parameter>>): Promise<number | undefined> {
    try {
      await this.query(sql, parameters);
      return undefined;
    } catch (error) {
      const first = error instanceof AggregateError ? error.errors[0] : error;
      return (first as { number?: number }).number;
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.connection.closed) return resolve();
      this.connection.once("end", () => resolve());
      this.connection.close();
    });
  }
}

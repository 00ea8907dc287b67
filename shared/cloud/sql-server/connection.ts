import { Connection, Request, TYPES } from "tedious";
import { CloudError } from "../cloud-error";
import type { Credentials } from "../dts";
import type { SqlServerAddress } from "./index";
import type { SqlRow } from "./row";
import { toCloudError } from "./sql-error";
import { connectTlsOnly, driverTls, requiresTls, TlsOnlySocket, type TlsPolicy, tlsRefusal } from "./tls";
import type { WireColumn } from "./wire-type";

/** How long the server may take to confirm that a statement was cancelled; then the connection is given up. */
const cancelGraceMs = 2_000;
/** Rows that one statement may answer with. A function has 1 GB of memory, and the driver needs values twice while it puts them together. */
const answerBytesMax = 256 * 1024 * 1024;

/** One connection: promises around the driver, and every failure a CloudError. One statement at a time. */
export class TdsConnection {
  private constructor(
    private readonly connection: Connection,
    private readonly timeoutMs: number,
  ) {}

  /** @param timeoutMs bounds the connect, and each statement from its start to its last row. */
  static async open(
    address: SqlServerAddress,
    credentials: Credentials,
    timeoutMs: number,
    tls: TlsPolicy,
  ): Promise<TdsConnection> {
    const guarded = requiresTls(address, tls) ? new TlsOnlySocket() : null;
    const connection = newConnection({
      server: address.host,
      authentication: { type: "default", options: { userName: credentials.userName, password: credentials.password } },
      options: {
        ...driverTls(address, tls),
        ...(guarded && { connector: () => connectTlsOnly(guarded, address, timeoutMs) }),
        port: address.port,
        appName: "rewind",
        connectTimeout: timeoutMs,
        // The driver's own timer stops at the first packet of an answer (tedious, connection.js); ours does not.
        requestTimeout: 0,
        cancelTimeout: cancelGraceMs,
        maxRetriesOnTransientErrors: 0,
        useUTC: true,
      },
    });
    let loginError: number | undefined;
    const onErrorMessage = (message: { readonly number: number }) => {
      loginError ??= message.number;
    };
    connection.on("errorMessage", onErrorMessage);
    return new Promise((resolve, reject) => {
      // A connection that breaks between statements shows itself in the next one.
      connection.on("error", (error) => reject(toCloudError("connect", error)));
      connection.connect((error) => {
        connection.off("errorMessage", onErrorMessage);
        if (!error) return resolve(new TdsConnection(connection, timeoutMs));
        connection.close();
        reject(tlsRefusal(error, address, guarded) ?? toCloudError("connect", error, loginError));
      });
    });
  }

  /** Nothing more can be asked: the other side is gone, or did not confirm in time that a statement was cancelled. */
  get isLost(): boolean {
    return this.connection.closed;
  }

  /** Runs one parameterised statement (nvarchar parameters) and returns its rows. */
  async query(
    action: string,
    sql: string,
    parameters: Readonly<Record<string, string | null>> = {},
  ): Promise<SqlRow[]> {
    const { rows } = await this.#run(action, sql, (request) => {
      for (const [name, value] of Object.entries(parameters)) request.addParameter(name, TYPES.NVarChar, value);
      this.connection.execSql(request);
    });
    return rows;
  }

  /** Runs a batch as it stands and returns its rows: what it sets and begins stays with the connection. */
  async batch(action: string, sql: string): Promise<SqlRow[]> {
    return (await this.#run(action, sql, (request) => this.connection.execSqlBatch(request))).rows;
  }

  /** Runs a batch of one SELECT and returns its columns, not its rows. */
  async columns(action: string, sql: string): Promise<readonly WireColumn[]> {
    return (await this.#run(action, sql, (request) => this.connection.execSqlBatch(request))).columns;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.connection.closed) return resolve();
      this.connection.once("end", () => resolve());
      this.connection.close();
    });
  }

  #run(
    action: string,
    sql: string,
    send: (request: Request) => void,
  ): Promise<{ readonly columns: readonly WireColumn[]; readonly rows: SqlRow[] }> {
    return new Promise((resolve, reject) => {
      const rows: SqlRow[] = [];
      let columns: readonly WireColumn[] = [];
      let bytes = 0;
      const request = new Request(sql, (error) => {
        clearTimeout(timer);
        if (bytes > answerBytesMax) reject(tooLarge(action));
        else if (error) reject(toCloudError(action, error));
        else resolve({ columns, rows });
      });
      request.on("columnMetadata", (described) => {
        columns = described as readonly WireColumn[];
      });
      request.on("row", (cells: readonly Cell[]) => {
        if (bytes > answerBytesMax) return;
        rows.push(Object.fromEntries(cells.map((cell) => [cell.metadata.colName, cell.value])));
        for (const { value } of cells) bytes += sizeOf(value);
        if (bytes > answerBytesMax) this.connection.cancel();
      });
      // A cancelled statement ends with ECANCEL, and with ETIMEOUT when the server does not confirm it.
      const timer = setTimeout(() => this.connection.cancel(), this.timeoutMs);
      send(request);
    });
  }
}

/** @throws CloudError for an address that is none, such as a port out of range */
function newConnection(config: ConstructorParameters<typeof Connection>[0]): Connection {
  try {
    return new Connection(config);
  } catch (error) {
    throw toCloudError("connect", error);
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length * 2;
  return value instanceof Uint8Array ? value.length : 8;
}

function tooLarge(action: string): CloudError {
  const text = `The rows have more than ${answerBytesMax / 1024 ** 2} MB together, which is more than a function reads at once.`;
  return new CloudError("refused", "sql-server", action, "too-large", text);
}

/** A cell with its name, as the driver hands it over. */
interface Cell {
  readonly metadata: { readonly colName: string };
  readonly value: unknown;
}

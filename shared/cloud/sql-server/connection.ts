import { Connection, Request, TYPES } from "tedious";
import type { Credentials } from "../dts";
import type { SqlRow } from "./row";
import { toCloudError } from "./sql-error";

/**
 * TLS, when the server offers it. A 2008 R2 server without its last patches knows only TLS 1.0, which OpenSSL 3 allows at security
 * level 0; its certificate is its own, so it cannot be verified. The route is the VPC or a whitelisted address.
 */
const tls = {
  encrypt: true,
  trustServerCertificate: true,
  cryptoCredentialsDetails: { minVersion: "TLSv1" as const, ciphers: "DEFAULT:@SECLEVEL=0" },
};

/** One connection: promises around the driver, and every failure a CloudError. One statement at a time. */
export class TdsConnection {
  private constructor(private readonly connection: Connection) {}

  /** @param timeoutMs bounds the connect, and each statement from its start to its last row. */
  static open(
    address: { readonly host: string; readonly port: number },
    credentials: Credentials,
    timeoutMs: number,
  ): Promise<TdsConnection> {
    const connection = new Connection({
      server: address.host,
      authentication: { type: "default", options: { userName: credentials.userName, password: credentials.password } },
      options: {
        ...tls,
        port: address.port,
        appName: "rewind",
        connectTimeout: timeoutMs,
        requestTimeout: timeoutMs,
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
        if (!error) return resolve(new TdsConnection(connection));
        connection.close();
        reject(toCloudError("connect", error, loginError));
      });
    });
  }

  /** Runs one parameterised statement (nvarchar parameters) and returns its rows. */
  query(action: string, sql: string, parameters: Readonly<Record<string, string>> = {}): Promise<SqlRow[]> {
    return this.#run(action, sql, (request) => {
      for (const [name, value] of Object.entries(parameters)) request.addParameter(name, TYPES.NVarChar, value);
      this.connection.execSql(request);
    });
  }

  /** Runs a batch as it stands: what it sets and begins stays with the connection. */
  batch(action: string, sql: string, onRow?: (columns: readonly Column[]) => void): Promise<SqlRow[]> {
    return this.#run(action, sql, (request) => this.connection.execSqlBatch(request), onRow);
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
    onRow?: (columns: readonly Column[]) => void,
  ): Promise<SqlRow[]> {
    return new Promise((resolve, reject) => {
      const rows: SqlRow[] = [];
      const request = new Request(sql, (error) => (error ? reject(toCloudError(action, error)) : resolve(rows)));
      request.on("row", (columns: readonly Column[]) => {
        if (onRow) onRow(columns);
        else rows.push(Object.fromEntries(columns.map((column) => [column.metadata.colName, column.value])));
      });
      send(request);
    });
  }
}

/** A cell with its name and type, as the driver hands it over. */
export interface Column {
  readonly metadata: { readonly colName: string; readonly type: { readonly name: string } };
  readonly value: unknown;
}

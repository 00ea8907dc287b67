import type { Credentials } from "./dts";

export interface ColumnShape {
  readonly name: string;
  /** Type as declared, such as `nvarchar(50)`, `decimal(12,2)`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly identity: boolean;
  readonly computed: boolean;
}

export interface TableShape {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  /** Columns of the primary key, else of a unique constraint over NOT NULL columns; empty when there is none we can page by. */
  readonly key: readonly string[];
  readonly foreignKeys: readonly {
    readonly name: string;
    readonly referencedSchema: string;
    readonly referencedTable: string;
  }[];
  readonly enabledTriggers: readonly string[];
}

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export interface TableAddress extends TableName {
  readonly database: string;
}

export interface TableSize extends TableName {
  readonly bytes: number;
}

/** One row of a keyed read: key values as canonical texts, and a hash over the compared columns. */
export interface KeyedHash {
  readonly key: readonly string[];
  readonly hash: string;
}

export interface KeyRange {
  /** Exclusive lower bound, as returned in an earlier `key`; null from the start. */
  readonly after: readonly string[] | null;
  /** Inclusive upper bound; null to the end. */
  readonly upTo: readonly string[] | null;
  readonly limit: number;
}

/**
 * What the restore reads from a SQL Server. Semantic on purpose: the implementation over TDS writes 2008 R2 SQL; the
 * simulation reads the local cloud's rows directly. Errors are CloudError of service `sql-server`:
 * `unavailable` (no connection, timeout, deadlock, lock timeout), `refused` with code `login-failed`, `no-database`, `no-table`, `no-permission`, `sql-error`.
 */
export interface SqlServerSession {
  listDatabases(): Promise<{ readonly name: string; readonly collation: string; readonly online: boolean }[]>;
  /** Every user table of the database that the login sees. */
  listTables(database: string): Promise<TableName[]>;
  /** Shapes of the named tables (missing ones left out), or of all user tables of the database. */
  describeTables(database: string, tables: readonly TableName[] | null): Promise<TableShape[]>;
  /** COUNT_BIG. */
  countRows(table: TableAddress): Promise<number>;
  /** Rows in key order with a hash over `columns` (names as in the shape); pages by key, never by offset. */
  readKeyedHashes(
    table: TableAddress,
    shape: Pick<TableShape, "key" | "columns">,
    range: KeyRange,
  ): Promise<KeyedHash[]>;
  /** Runs a single SELECT that yields one value, read-only. */
  readScalar(database: string, sql: string): Promise<string | number | boolean | null>;
  /** Bytes reserved by the tables of the database that the login sees. */
  databaseSizeBytes(database: string): Promise<number>;
  /** Bytes reserved by each of the tables, indexes included; missing ones left out. */
  tableSizes(database: string, tables: readonly TableName[]): Promise<TableSize[]>;
  /** The tables, of those named, that the login may read by whatever grant; those that are missing or not seen left out. */
  readableTables(database: string, tables: readonly TableName[]): Promise<TableName[]>;
  /** What the login may do in the whole database; a grant on single tables does not show here. */
  permissions(
    database: string,
  ): Promise<{ readonly select: boolean; readonly write: boolean; readonly createDatabase: boolean }>;
  close(): Promise<void>;
}

export interface SqlServers {
  /** @throws CloudError as above. `timeoutMs` bounds connect and each statement. */
  connect(
    address: { readonly host: string; readonly port: number },
    credentials: Credentials,
    timeoutMs: number,
  ): Promise<SqlServerSession>;
}

import type { Credentials } from "../dts";
import type { RdsAddress } from "../rds";

export interface ColumnShape {
  readonly name: string;
  /** Type as declared, such as `nvarchar(50)`, `decimal(12,2)`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly identity: boolean;
  readonly computed: boolean;
  /** A row that gives no value gets one. Left out: it does not. */
  readonly hasDefault?: true;
  /** Of columns of characters; null for others. */
  readonly collation: string | null;
}

/** A primary key, a unique constraint or a unique index. Included columns are no part of it. */
export interface UniqueKey {
  readonly name: string;
  readonly kind: "primary-key" | "unique-constraint" | "unique-index";
  /** In key order. */
  readonly columns: readonly string[];
  readonly enabled: boolean;
  /** The index covers only rows that meet its condition. */
  readonly filtered: boolean;
  /** The condition as the catalog of the server writes it; only of filtered indexes. */
  readonly condition?: string;
}

/** Whether the server holds new rows to a constraint. An untrusted one does: only rows that were there before may break it. */
export interface Enforcement {
  readonly disabled?: true;
  readonly untrusted?: true;
}

export interface ForeignKeyShape extends Enforcement {
  readonly name: string;
  readonly referencedSchema: string;
  readonly referencedTable: string;
}

export interface CheckShape extends Enforcement {
  readonly name: string;
  /** T-SQL as the catalog of the server writes it. */
  readonly definition: string;
}

export interface TableShape {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  /** The primary key first, then unique constraints, then unique indexes, each kind by name. */
  readonly uniqueKeys: readonly UniqueKey[];
  /** Columns of the first unique key that is enforced, over NOT NULL columns, and can be paged by; empty when there is none. */
  readonly key: readonly string[];
  readonly foreignKeys: readonly ForeignKeyShape[];
  /** By name. */
  readonly checks?: readonly CheckShape[];
  /** Names of the table's constraints that people gave: they exist once in a schema, and a copy of the table needs them. */
  readonly constraintNames?: readonly string[];
  readonly enabledTriggers: readonly string[];
}

/** A foreign key of another table, or of the same one, that refers to a table. Disabled ones too. */
export interface ReferringKey {
  readonly name: string;
  /** The table that it belongs to. */
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Column by column what they refer to. */
  readonly referencedColumns: readonly string[];
  /** What becomes of a row when the row that it refers to is deleted or gets another key, as `CASCADE`; left out: the server refuses that. */
  readonly onDelete?: string;
  readonly onUpdate?: string;
}

/** Something that has a name in a schema: a table, a view, a synonym, a constraint … */
export interface NamedObject {
  readonly schema: string;
  readonly name: string;
  /** As people call it: `table`, `view`, `synonym`, `primary key` … */
  readonly kind: string;
  /** The table that a constraint belongs to; null for others. */
  readonly table: TableName | null;
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

/** A column as both sides of a comparison read it. */
export interface ReadColumn extends ColumnShape {
  /** The sides have different collations, so texts are compared by their characters and not by the bytes of a code page. */
  readonly byCharacters?: boolean;
}

/** The part of a shape that a keyed read needs. */
export interface ReadShape {
  readonly key: readonly string[];
  readonly columns: readonly ReadColumn[];
}

/** One row of a keyed read: key values as canonical texts, and a hash over the compared columns. */
export interface KeyedHash {
  readonly key: readonly string[];
  readonly hash: string;
}

/** A row that has one of the keys that were asked for. */
export interface FoundRow extends KeyedHash {
  /** Position of the key in the question. */
  readonly asked: number;
}

/** Rows of a table that are looked for by the values of some columns. */
export interface ValueSearch {
  readonly by: readonly ColumnShape[];
  /** Whose values are wanted. */
  readonly columns: readonly ColumnShape[];
  /** T-SQL: only rows that meet it are looked at. */
  readonly condition?: string;
}

export type ValueTexts = readonly (string | null)[];

/** A row that has one of the values that were asked for. */
export interface FoundValues {
  /** Position of the values in the question. */
  readonly asked: number;
  /** The wanted values as canonical texts, null for NULL. */
  readonly values: ValueTexts;
}

/** Keys that several rows have. */
export interface RepeatedKeys {
  /** Rows beyond the first of each key. */
  readonly surplus: number;
  /** Up to five of the keys. */
  readonly keys: readonly (readonly string[])[];
}

export interface KeyRange {
  /** Exclusive lower bound, as returned in an earlier `key`; null from the start. */
  readonly after: readonly string[] | null;
  /** Inclusive upper bound; null to the end. */
  readonly upTo: readonly string[] | null;
  readonly limit: number;
}

/** A check's value. */
export interface ScalarValue {
  /** The type as declared, such as `decimal(38,10)`. */
  readonly type: string;
  /**
   * The value as exact text in its type's own form; null for NULL, and for no row. BIT is 1 or 0, MONEY has four digits behind the point,
   * FLOAT and REAL read as the same number again, binary values are 0x and hexadecimal digits, times are as style 121 writes them
   * (`2026-11-20 08:15:00.1234567 +08:00`).
   */
  readonly text: string | null;
}

/**
 * What the restore reads from a SQL Server. Semantic on purpose: the implementation over TDS writes 2008 R2 SQL; the
 * simulation reads the local cloud's rows directly. Errors are CloudError of service `sql-server`:
 * `unavailable` (no connection, timeout, deadlock, lock timeout), `refused` with code `login-failed`, `no-database`, `no-table`, `no-permission`, `too-large`,
 * `sql-error`.
 */
export interface SqlServerSession {
  listDatabases(): Promise<{ readonly name: string; readonly collation: string; readonly online: boolean }[]>;
  /** Every user table of the database that the login sees. */
  listTables(database: string): Promise<TableName[]>;
  /** Shapes of the named tables (missing ones left out), or of all user tables of the database. */
  describeTables(database: string, tables: readonly TableName[] | null): Promise<TableShape[]>;
  /** The objects of the database that have one of the names, as its collation compares them. Those that the login does not see are left out. */
  findObjects(database: string, names: readonly TableName[]): Promise<NamedObject[]>;
  /** Foreign keys that refer to the table, by name. */
  referringKeys(table: TableAddress): Promise<ReferringKey[]>;
  /** COUNT_BIG. */
  countRows(table: TableAddress): Promise<number>;
  /**
   * Rows in key order with a hash over `columns` (names as in the shape); pages by key, never by offset. Rows that have the last row's
   * key come with it, so there may be more than the limit.
   * @throws CloudError `refused` with code `too-large` when the rows are more than a function reads at once
   */
  readKeyedHashes(table: TableAddress, shape: ReadShape, range: KeyRange): Promise<KeyedHash[]>;
  /**
   * The rows that have one of the keys, as the server compares them: in the columns' own types and collations.
   * @throws CloudError as readKeyedHashes
   */
  findKeyedHashes(table: TableAddress, shape: ReadShape, keys: readonly (readonly string[])[]): Promise<FoundRow[]>;
  /**
   * The rows that have one of the values in `search.by`, as the server compares them; null finds NULL where the column allows it.
   * Every column's type is one that can be paged by (canPageBy).
   */
  findValues(table: TableAddress, search: ValueSearch, values: readonly ValueTexts[]): Promise<FoundValues[]>;
  /** Which keys several rows have. @param under compared as values of these columns instead, one for each key column */
  repeatedKeys(table: TableAddress, shape: ReadShape, under?: readonly ColumnShape[]): Promise<RepeatedKeys>;
  /** Runs a single SELECT that yields one value, read-only. */
  readScalar(database: string, sql: string): Promise<ScalarValue>;
  /** Bytes reserved by the tables of the database that the login sees. */
  databaseSizeBytes(database: string): Promise<number>;
  /** What the files of the database take on the disk, with their logs. */
  databaseFiles(database: string): Promise<DatabaseFiles>;
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

export interface DatabaseFiles {
  readonly bytes: number;
  /** By transparent data encryption. */
  readonly isEncrypted: boolean;
}

/** Where a SQL Server is reached. Left out, `kind` is `public`: the one that asks most of a connection. */
export type SqlServerAddress = Pick<RdsAddress, "host" | "port"> & Partial<Pick<RdsAddress, "kind">>;

export interface SqlServers {
  /**
   * `timeoutMs` bounds connect and each statement. @throws CloudError as above; `refused` with code `tls-not-offered` or
   * `certificate-not-trusted`, before the login is sent
   */
  connect(address: SqlServerAddress, credentials: Credentials, timeoutMs: number): Promise<SqlServerSession>;
}

import { CloudError } from "../../../shared/cloud/cloud-error";
import type {
  ColumnShape,
  KeyedHash,
  KeyRange,
  SqlServerSession,
  TableAddress,
  TableName,
  TableShape,
} from "../../../shared/cloud/sql-server";

type Cell = string | number | null;
export type MemoryRow = Readonly<Record<string, Cell>>;

export interface MemoryTable {
  readonly shape: TableShape;
  rows: MemoryRow[];
}

/** A SQL Server as plain rows; every call is named to `onCall`, which may throw or move a clock. */
export class MemorySqlServer implements SqlServerSession {
  readonly tables: MemoryTable[] = [];
  readonly databases = new Map<string, { collation: string }>();
  readonly scalars = new Map<string, string | number | boolean | null>();
  readonly calls: string[] = [];
  onCall: (call: string, limit: number) => void = () => {};
  permissions: SqlServerSession["permissions"] = async () => ({ select: true, write: true, createDatabase: false });

  add(table: MemoryTable): MemoryTable {
    if (!this.databases.has(table.shape.database))
      this.databases.set(table.shape.database, { collation: "Chinese_PRC_CI_AS" });
    this.tables.push(table);
    return table;
  }

  async listDatabases() {
    this.#called("listDatabases");
    return [...this.databases].map(([name, { collation }]) => ({ name, collation, online: true }));
  }

  async listTables(database: string) {
    this.#called(`listTables ${database}`);
    this.#need(database);
    return this.tables.map((table) => table.shape).filter((shape) => shape.database === database);
  }

  async describeTables(database: string, tables: readonly { schema: string; name: string }[] | null) {
    this.#called(`describeTables ${database}`);
    this.#need(database);
    return this.tables
      .map((table) => table.shape)
      .filter((shape) => shape.database === database)
      .filter(
        (shape) =>
          tables === null ||
          tables.some(
            (one) => this.#isSame(database, one.schema, shape.schema) && this.#isSame(database, one.name, shape.name),
          ),
      );
  }

  async countRows(address: TableAddress): Promise<number> {
    this.#called(`countRows ${address.name}`);
    return this.#table(address).rows.length;
  }

  async readKeyedHashes(
    address: TableAddress,
    shape: Pick<TableShape, "key" | "columns">,
    range: KeyRange,
  ): Promise<KeyedHash[]> {
    this.#called(`readKeyedHashes ${address.name}`, range.limit);
    const table = this.#table(address);
    return table.rows
      .map((row) => ({
        key: shape.key.map((name) => String(row[name])),
        hash: JSON.stringify(shape.columns.map((column) => row[column.name] ?? null)),
      }))
      .filter(({ key }) => (range.after ? compareKeys(key, range.after) > 0 : true))
      .filter(({ key }) => (range.upTo ? compareKeys(key, range.upTo) <= 0 : true))
      .sort((left, right) => compareKeys(left.key, right.key))
      .slice(0, range.limit);
  }

  async readScalar(database: string, sql: string) {
    this.#called(`readScalar ${database}`);
    this.#need(database);
    if (!this.scalars.has(sql))
      throw new CloudError("refused", "sql-server", "readScalar", "no-table", "Invalid object name.");
    return this.scalars.get(sql) ?? null;
  }

  async databaseSizeBytes(database: string): Promise<number> {
    this.#called(`databaseSizeBytes ${database}`);
    return 8192 * this.tables.filter((table) => table.shape.database === database).length;
  }

  async tableSizes(database: string, tables: readonly TableName[]) {
    this.#called(`tableSizes ${database}`);
    const found = this.tables.filter(
      ({ shape }) => shape.database === database && tables.some((one) => one.name === shape.name),
    );
    return found.map(({ shape }) => ({ schema: shape.schema, name: shape.name, bytes: 8192 }));
  }

  readableTables: SqlServerSession["readableTables"] = async (_database, tables) => [...tables];

  async close(): Promise<void> {}

  /** As the collation of the database has it. */
  #isSame(database: string, left: string, right: string): boolean {
    const fold = (name: string) =>
      this.databases.get(database)!.collation.includes("_CI_") ? name.toLowerCase() : name;
    return fold(left) === fold(right);
  }

  #called(call: string, limit = 0): void {
    this.calls.push(call);
    this.onCall(call, limit);
  }

  #need(database: string): void {
    if (!this.databases.has(database))
      throw new CloudError("refused", "sql-server", "use", "no-database", `Database '${database}' does not exist.`);
  }

  #table(address: TableAddress): MemoryTable {
    this.#need(address.database);
    const found = this.tables.find(
      ({ shape }) =>
        shape.database === address.database && shape.schema === address.schema && shape.name === address.name,
    );
    if (!found)
      throw new CloudError("refused", "sql-server", "read", "no-table", `Invalid object name '${address.name}'.`);
    return found;
  }
}

/** Numbers by value, other texts by code unit; composite keys column by column. */
function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (const [index, text] of left.entries()) {
    const other = right[index]!;
    if (text === other) continue;
    const numeric = /^-?\d+$/.test(text) && /^-?\d+$/.test(other);
    return numeric ? Number(text) - Number(other) : text < other ? -1 : 1;
  }
  return 0;
}

export function column(name: string, type: string, options: Partial<ColumnShape> = {}): ColumnShape {
  return { name, type, nullable: false, identity: false, computed: false, ...options };
}

export function shape(database: string, name: string, columns: ColumnShape[], key: string[]): TableShape {
  return { database, schema: "dbo", name, columns, key, foreignKeys: [], enabledTriggers: [] };
}

export const unavailable = (code: string) => new CloudError("unavailable", "sql-server", "read", code, "no answer");

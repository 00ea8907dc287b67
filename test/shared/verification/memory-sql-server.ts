import { CloudError } from "../../../shared/cloud/cloud-error";
import type {
  ColumnShape,
  DatabaseFiles,
  FoundRow,
  FoundValues,
  KeyedHash,
  KeyRange,
  NamedObject,
  ReadShape,
  ReferringKey,
  RepeatedKeys,
  SqlServerSession,
  TableAddress,
  TableName,
  TableShape,
  UniqueKey,
  ValueSearch,
  ValueTexts,
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
  readonly scalars = new Map<string, string | number | null>();
  /** Conditions of filtered indexes that can be evaluated here. */
  readonly conditions = new Map<string, (row: MemoryRow) => boolean>();
  readonly references: { readonly to: TableName; readonly key: ReferringKey }[] = [];
  readonly calls: string[] = [];
  answerBytesMax = Number.POSITIVE_INFINITY;
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

  async findObjects(database: string, names: readonly TableName[]): Promise<NamedObject[]> {
    const wanted = (schema: string, name: string) =>
      names.some((one) => this.#isSame(database, one.schema, schema) && this.#isSame(database, one.name, name));
    return this.tables
      .map(({ shape }) => shape)
      .filter((shape) => shape.database === database)
      .flatMap(({ schema, name, constraintNames = [] }): NamedObject[] => [
        { schema, name, kind: "table", table: null },
        ...constraintNames.map((constraint) => ({
          schema,
          name: constraint,
          kind: "constraint",
          table: { schema, name },
        })),
      ])
      .filter(({ schema, name }) => wanted(schema, name));
  }

  async referringKeys({ schema, name }: TableAddress): Promise<ReferringKey[]> {
    return this.references.filter(({ to }) => to.schema === schema && to.name === name).map(({ key }) => key);
  }

  async countRows(address: TableAddress): Promise<number> {
    this.#called(`countRows ${address.name}`);
    return this.#table(address).rows.length;
  }

  async readKeyedHashes(address: TableAddress, shape: ReadShape, range: KeyRange): Promise<KeyedHash[]> {
    this.#called(`readKeyedHashes ${address.name}`, range.limit);
    const compare = keyOrder(shape.key.map((name) => shape.columns.find((column) => column.name === name)!));
    const rows = this.#hashes(address, shape)
      .filter(({ key }) => (range.after ? compare(key, range.after) > 0 : true))
      .filter(({ key }) => (range.upTo ? compare(key, range.upTo) <= 0 : true))
      .sort((left, right) => compare(left.key, right.key));
    const last = rows[range.limit - 1];
    const page = rows.filter((row, index) => index < range.limit || compare(row.key, last!.key) === 0);
    const bytes = page.reduce((sum, row) => sum + row.hash.length, 0);
    if (bytes > this.answerBytesMax) throw new CloudError("refused", "sql-server", "read", "too-large", "too large");
    return page;
  }

  async findKeyedHashes(
    address: TableAddress,
    shape: ReadShape,
    keys: readonly (readonly string[])[],
  ): Promise<FoundRow[]> {
    this.#called(`findKeyedHashes ${address.name}`, keys.length);
    const compare = keyOrder(shape.key.map((name) => shape.columns.find((column) => column.name === name)!));
    const rows = this.#hashes(address, shape);
    return keys.flatMap((key, asked) =>
      rows.filter((row) => compare(row.key, key) === 0).map((row) => ({ asked, ...row })),
    );
  }

  async findValues(
    address: TableAddress,
    { by, columns, condition }: ValueSearch,
    values: readonly ValueTexts[],
  ): Promise<FoundValues[]> {
    this.#called(`findValues ${address.name}`, values.length);
    if (condition !== undefined && !this.conditions.has(condition))
      throw new CloudError("refused", "sql-server", "findValues", "sql-error", "Invalid column name.");
    const rows = this.#table(address).rows.filter((row) => !condition || this.conditions.get(condition)!(row));
    const compare = keyOrder(by);
    const textOf = (row: MemoryRow, name: string) => (row[name] == null ? null : String(row[name]));
    const isSame = (row: MemoryRow, texts: ValueTexts) =>
      by.every((one, part) => {
        const [left, right] = [textOf(row, one.name), texts[part] ?? null];
        return left === null || right === null ? left === right : compare([left], [right]) === 0;
      });
    return values.flatMap((texts, asked) =>
      rows
        .filter((row) => isSame(row, texts))
        .map((row) => ({ asked, values: columns.map(({ name }) => textOf(row, name)) })),
    );
  }

  async repeatedKeys(
    address: TableAddress,
    shape: ReadShape,
    under: readonly ColumnShape[] = shape.key.map((name) => shape.columns.find((column) => column.name === name)!),
  ): Promise<RepeatedKeys> {
    this.#called(`repeatedKeys ${address.name}`);
    const compare = keyOrder(under);
    const keys = this.#hashes(address, shape).map((row) => row.key);
    const first = keys.filter((key, index) => keys.findIndex((one) => compare(one, key) === 0) === index);
    const repeated = first.filter((key) => keys.filter((one) => compare(one, key) === 0).length > 1);
    return { surplus: keys.length - first.length, keys: repeated.slice(0, 5) };
  }

  async readScalar(database: string, sql: string) {
    this.#called(`readScalar ${database}`);
    this.#need(database);
    if (!this.scalars.has(sql))
      throw new CloudError("refused", "sql-server", "readScalar", "no-table", "Invalid object name.");
    const value = this.scalars.get(sql) ?? null;
    return { type: typeof value === "number" ? "int" : "nvarchar(50)", text: value === null ? null : String(value) };
  }

  async databaseFiles(database: string): Promise<DatabaseFiles> {
    return { bytes: await this.databaseSizeBytes(database), isEncrypted: false };
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

  #hashes(address: TableAddress, shape: ReadShape): KeyedHash[] {
    return this.#table(address).rows.map((row) => ({
      key: shape.key.map((name) => String(row[name])),
      hash: JSON.stringify(shape.columns.map((column) => row[column.name] ?? null)),
    }));
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

/** Numbers by value, texts by code unit, without case and trailing blanks under a _CI collation; composite keys column by column. */
function keyOrder(columns: readonly ColumnShape[]) {
  const fold = (text: string, index: number) =>
    columns[index]?.collation?.includes("_CI") ? text.toLowerCase().trimEnd() : text;
  return (leftKey: readonly string[], rightKey: readonly string[]): number => {
    for (const [index, leftText] of leftKey.entries()) {
      const [left, right] = [fold(leftText, index), fold(rightKey[index]!, index)];
      if (left === right) continue;
      const numeric = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
      return numeric ? Number(left) - Number(right) : left < right ? -1 : 1;
    }
    return 0;
  };
}

export function column(name: string, type: string, options: Partial<ColumnShape> = {}): ColumnShape {
  const collation = /char|text/.test(type) ? "Chinese_PRC_CI_AS" : null;
  return { name, type, nullable: false, identity: false, computed: false, collation, ...options };
}

export function shape(database: string, name: string, columns: ColumnShape[], key: string[]): TableShape {
  const uniqueKeys: UniqueKey[] =
    key.length === 0 ? [] : [{ name: `PK_${name}`, kind: "primary-key", columns: key, enabled: true, filtered: false }];
  return { database, schema: "dbo", name, columns, uniqueKeys, key, foreignKeys: [], enabledTriggers: [] };
}

export const unavailable = (code: string) => new CloudError("unavailable", "sql-server", "read", code, "no answer");

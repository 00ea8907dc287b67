import type { Database, Row, Table } from "../../emulator/data/database";
import { databaseRight, mayEnter, maySee, mayTouch } from "../../emulator/data/login-rights";
import type { Login } from "../../emulator/data/sql-server-data";
import { type SqlType, type SqlValue, valueKey } from "../../emulator/data/sql-value";
import { indexesOf, type TableDefinition, type TableIndex } from "../../emulator/data/table-definition";
import { admits, type Instance, peerAddresses } from "../../emulator/rds/instance";
import { CloudError } from "../../shared/cloud/cloud-error";
import type { Credentials } from "../../shared/cloud/dts";
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
  ScalarValue,
  SqlServerSession,
  SqlServers,
  TableAddress,
  TableName,
  TableShape,
  UniqueKey,
  ValueSearch,
  ValueTexts,
} from "../../shared/cloud/sql-server";
import { pagingKeys } from "../../shared/cloud/sql-server/unique-keys";

/** How the simulation finds the instance behind an address. */
export interface InstanceFinder {
  byAddress(
    host: string,
    port: number,
  ): { readonly instance: Instance; readonly network: "private" | "public" } | undefined;
  isRunning(instance: Instance): boolean;
}

/** The product's view of SQL Server, read straight from the rows of the local cloud: no SQL, no wire, the same refusals. */
export class SimulatedSqlServers implements SqlServers {
  readonly #finder: InstanceFinder;
  readonly #beforeRead: () => void;
  readonly #sizeFactor: number;

  /** @param sizeFactor how many times larger databases say that they are */
  constructor(finder: InstanceFinder, beforeRead: () => void, sizeFactor: number) {
    this.#sizeFactor = sizeFactor;
    this.#finder = finder;
    this.#beforeRead = beforeRead;
  }

  async connect(
    address: { readonly host: string; readonly port: number },
    credentials: Credentials,
  ): Promise<SqlServerSession> {
    this.#beforeRead();
    const found = this.#finder.byAddress(address.host, address.port);
    if (!found || !this.#finder.isRunning(found.instance) || !admits(found.instance, peerAddresses[found.network])) {
      throw new CloudError("unavailable", "sql-server", "connect", "ConnectionLost", "no connection");
    }
    const login = found.instance.data.login(credentials.userName);
    if (login?.password !== credentials.password)
      throw new CloudError("refused", "sql-server", "connect", "login-failed", "login failed");
    return new SimulatedSession(found.instance, login, this.#beforeRead, this.#sizeFactor);
  }
}

class SimulatedSession implements SqlServerSession {
  readonly #instance: Instance;
  readonly #login: Login;
  readonly #beforeRead: () => void;
  readonly #sizeFactor: number;

  constructor(instance: Instance, login: Login, beforeRead: () => void, sizeFactor: number) {
    this.#sizeFactor = sizeFactor;
    this.#instance = instance;
    this.#login = login;
    this.#beforeRead = beforeRead;
  }

  async listDatabases() {
    this.#beforeRead();
    return this.#instance.data
      .databases()
      .map((database) => ({ name: database.name, collation: database.collation, online: true }));
  }

  async listTables(database: string) {
    return this.#database(database)
      .tables()
      .map(({ definition: { schema, name } }) => ({ schema, name }))
      .filter((table) => maySee(this.#login, database, table));
  }

  async describeTables(
    database: string,
    tables: readonly { readonly schema: string; readonly name: string }[] | null,
  ): Promise<TableShape[]> {
    const known = this.#database(database);
    const all = known.tables().filter((table) => maySee(this.#login, database, table.definition));
    const wanted = tables?.map((table) => `${table.schema}.${table.name}`.toLowerCase());
    return all
      .filter(
        (table) => !wanted || wanted.includes(`${table.definition.schema}.${table.definition.name}`.toLowerCase()),
      )
      .map((table) => shapeOf(known, table));
  }

  async findObjects(database: string, names: readonly TableName[]): Promise<NamedObject[]> {
    const known = this.#database(database);
    const wanted = new Set(names.map(({ schema, name }) => known.tableKey(schema, name)));
    const found = known.tables().flatMap(({ definition }): NamedObject[] => {
      const { schema, name } = definition;
      const own = { schema, name };
      return [
        { ...own, kind: "table", table: null },
        ...constraintsOf(definition).map((one) => ({ schema, name: one.name, kind: "constraint", table: own })),
        ...definition.foreignKeys.map((key) => ({ schema, name: key.name, kind: "foreign key", table: own })),
      ];
    });
    const others = known.objects().map(({ schema, name }) => ({ schema, name, kind: "view", table: null }));
    return [...found, ...others].filter(({ schema, name }) => wanted.has(known.tableKey(schema, name)));
  }

  async referringKeys({ database, schema, name }: TableAddress): Promise<ReferringKey[]> {
    return this.#database(database)
      .tables()
      .flatMap(({ definition }) =>
        definition.foreignKeys
          .filter((key) => key.referencedSchema === schema && key.referencedTable === name)
          .map((key) => ({
            name: key.name,
            schema: definition.schema,
            table: definition.name,
            columns: key.columns,
            referencedColumns: key.referencedColumns,
          })),
      );
  }

  async countRows(table: TableAddress): Promise<number> {
    return this.#table(table).rowCount;
  }

  async readKeyedHashes(address: TableAddress, shape: ReadShape, range: KeyRange): Promise<KeyedHash[]> {
    const rows = this.#hashes(address, shape)
      .filter(
        ({ key }) =>
          (range.after === null || compareKeys(key, range.after) > 0) &&
          (range.upTo === null || compareKeys(key, range.upTo) <= 0),
      )
      .sort((left, right) => compareKeys(left.key, right.key));
    const last = rows[range.limit - 1];
    return rows.filter((row, index) => index < range.limit || compareKeys(row.key, last!.key) === 0);
  }

  async findKeyedHashes(
    address: TableAddress,
    shape: ReadShape,
    keys: readonly (readonly string[])[],
  ): Promise<FoundRow[]> {
    const rows = this.#hashes(address, shape);
    return keys.flatMap((key, asked) =>
      rows.filter((row) => compareKeys(row.key, key) === 0).map((row) => ({ asked, ...row })),
    );
  }

  /** The simulation has no filtered indexes. */
  async findValues(
    address: TableAddress,
    { by, columns, condition }: ValueSearch,
    values: readonly ValueTexts[],
  ): Promise<FoundValues[]> {
    if (condition !== undefined)
      throw new CloudError("refused", "sql-server", "query", "sql-error", "the simulation evaluates no condition");
    const table = this.#table(address);
    const texts = (row: Row, wanted: readonly ColumnShape[]) =>
      wanted.map(({ name }) => {
        const value = row[table.columnIndex(name)] ?? null;
        return value === null ? null : keyText(value);
      });
    const rows = [...table.rows.values()].map((row) => ({
      by: JSON.stringify(texts(row, by)),
      values: texts(row, columns),
    }));
    return values.flatMap((asked, position) =>
      rows.filter((row) => row.by === JSON.stringify(asked)).map((row) => ({ asked: position, values: row.values })),
    );
  }

  /** The simulation's keys are numbers, whatever columns they are compared under. */
  async repeatedKeys(address: TableAddress, shape: ReadShape): Promise<RepeatedKeys> {
    const texts = new Map<string, { readonly key: readonly string[]; count: number }>();
    for (const { key } of this.#hashes(address, shape)) {
      const known = texts.get(key.join("|")) ?? { key, count: 0 };
      texts.set(key.join("|"), { key, count: known.count + 1 });
    }
    const repeated = [...texts.values()].filter(({ count }) => count > 1);
    return {
      surplus: repeated.reduce((sum, { count }) => sum + count - 1, 0),
      keys: repeated.slice(0, 5).map(({ key }) => key),
    };
  }

  /** `SELECT COUNT(*) FROM schema.table` is all that the simulation's checks ask. */
  async readScalar(database: string, sql: string): Promise<ScalarValue> {
    const match = /^SELECT COUNT\(\*\) FROM (\w+)\.(\w+)$/.exec(sql);
    if (!match) throw new CloudError("refused", "sql-server", "query", "sql-error", "the simulation reads counts only");
    const { rowCount } = this.#table({ database, schema: match[1]!, name: match[2]! });
    return { type: "int", text: String(rowCount) };
  }

  async databaseFiles(database: string): Promise<DatabaseFiles> {
    return { bytes: await this.databaseSizeBytes(database), isEncrypted: false };
  }

  async databaseSizeBytes(database: string): Promise<number> {
    return this.#database(database).sizeBytes() * this.#sizeFactor;
  }

  async tableSizes(database: string, tables: readonly TableName[]) {
    const known = this.#database(database);
    return tables.flatMap(({ schema, name }) => {
      const table = known.table(schema, name);
      if (!table) return [];
      const { definition } = table;
      return [{ schema: definition.schema, name: definition.name, bytes: table.sizeBytes() * this.#sizeFactor }];
    });
  }

  async readableTables(database: string, tables: readonly TableName[]) {
    this.#database(database);
    return tables.filter((table) => mayTouch(this.#login, database, table, "SELECT"));
  }

  async permissions(database: string) {
    this.#database(database);
    const right = databaseRight(this.#login, database);
    return {
      select: right !== undefined,
      write: right !== undefined && right !== "ReadOnly",
      createDatabase: this.#login.super,
    };
  }

  async close(): Promise<void> {}

  #hashes(address: TableAddress, shape: ReadShape): KeyedHash[] {
    const table = this.#table(address);
    const keyIndexes = shape.key.map((name) => table.columnIndex(name));
    const compared = shape.columns.filter((column) => !column.computed).map((column) => table.columnIndex(column.name));
    return [...table.rows.values()].map((row) => ({
      key: keyIndexes.map((index) => keyText(row[index] ?? null)),
      hash: compared.map((index) => valueKey(row[index] ?? null)).join("|"),
    }));
  }

  #database(name: string): Database {
    this.#beforeRead();
    const found = this.#instance.data.database(name);
    if (!found) throw new CloudError("refused", "sql-server", "query", "no-database", `no database ${name}`);
    if (!mayEnter(this.#login, name))
      throw new CloudError("refused", "sql-server", "query", "no-permission", `${name} may not be entered`);
    return found;
  }

  #table(address: TableAddress): Table {
    const found = this.#database(address.database).table(address.schema, address.name);
    if (!found) throw new CloudError("refused", "sql-server", "query", "no-table", `no table ${address.name}`);
    if (!mayTouch(this.#login, address.database, address, "SELECT"))
      throw new CloudError("refused", "sql-server", "query", "no-permission", `${address.name} may not be read`);
    return found;
  }
}

const kinds = { "primary-key": "primary-key", unique: "unique-constraint", index: "unique-index" } as const;

function uniqueKey({ name, kind, columns, disabled, filter }: TableIndex): UniqueKey {
  return {
    name,
    kind: kinds[kind],
    columns,
    enabled: !disabled,
    filtered: filter !== undefined,
    ...(filter ? { condition: `(${filter.text})` } : {}),
  };
}

function shapeOf({ name: database, collation }: Database, table: Table): TableShape {
  const { definition } = table;
  const columns = definition.columns.map(
    (column): ColumnShape => ({
      name: column.name,
      type: typeText(column.type),
      nullable: column.nullable,
      identity: column.identity !== undefined,
      computed: column.computed !== undefined,
      ...(column.defaultConstraint ? { hasDefault: true } : {}),
      collation: /char|text/.test(column.type.name) ? (column.collation ?? collation) : null,
    }),
  );
  const uniqueKeys = indexesOf(definition)
    .filter((index) => index.unique)
    .map(uniqueKey);
  return {
    database,
    schema: definition.schema,
    name: definition.name,
    columns,
    uniqueKeys,
    key: pagingKeys({ columns, uniqueKeys })[0]?.columns ?? [],
    foreignKeys: definition.foreignKeys.map((key) => ({
      name: key.name,
      referencedSchema: key.referencedSchema,
      referencedTable: key.referencedTable,
      ...enforcement(key),
    })),
    checks: (definition.checks ?? []).map((check) => ({
      name: check.name,
      definition: check.condition.text,
      ...enforcement(check),
    })),
    constraintNames: constraintsOf(definition)
      .filter(({ kind, systemNamed }) => kind === "key" || !systemNamed)
      .map(({ name }) => name)
      .sort(),
    enabledTriggers: definition.triggers.filter((trigger) => trigger.enabled).map((trigger) => trigger.name),
  };
}

function enforcement({ disabled, untrusted }: { readonly disabled?: boolean; readonly untrusted?: boolean }) {
  return { ...(disabled ? { disabled: true as const } : {}), ...(untrusted ? { untrusted: true as const } : {}) };
}

/** The constraints of a table that have names in its schema; foreign keys follow by themselves. */
function constraintsOf(definition: TableDefinition) {
  const keys = [...(definition.primaryKey ? [definition.primaryKey] : []), ...definition.uniqueConstraints];
  const defaults = definition.columns.flatMap(({ defaultConstraint }) => defaultConstraint ?? []);
  return [
    ...keys.map(({ name, systemNamed }) => ({ name, systemNamed, kind: "key" as const })),
    ...[...(definition.checks ?? []), ...defaults].map(({ name, systemNamed }) => ({
      name,
      systemNamed,
      kind: "other" as const,
    })),
  ];
}

function typeText(type: SqlType): string {
  if (type.precision !== undefined) return `${type.name}(${type.precision},${type.scale ?? 0})`;
  return type.length === undefined ? type.name : `${type.name}(${type.length})`;
}

/** Numbers pad, so that texts sort like the values. */
function keyText(value: SqlValue): string {
  return typeof value === "number" || typeof value === "bigint" ? String(value).padStart(20, "0") : String(value);
}

function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? "";
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

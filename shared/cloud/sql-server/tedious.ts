import { selectBody, selectProblem } from "../../check-sql/single-select";
import { CloudError } from "../cloud-error";
import type { Credentials } from "../dts";
import {
  catalogStatements,
  listTables,
  objectsOfNames,
  readableTables,
  referringKeys,
  tableSizes,
  tablesPerStatement,
} from "./catalog";
import { TdsConnection } from "./connection";
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
  SqlServerAddress,
  SqlServerSession,
  SqlServers,
  TableAddress,
  TableName,
  TableShape,
  TableSize,
  ValueSearch,
  ValueTexts,
} from "./index";
import { bounds, keyedHash, keyTexts, valueParameters } from "./keyed-row";
import { flag, integer, type SqlRow, text, textOrNull } from "./row";
import { readSingleValue } from "./scalar";
import { readObjects, readReferringKeys, tableShapes } from "./shapes";
import * as statements from "./statements";
import { strictTls, type TlsPolicy } from "./tls";

/** SQL Server over TDS. The driver loads Azure's identity packages when it is imported; the bundles of functions replace them by stubs. */
export class TediousSqlServers implements SqlServers {
  constructor(private readonly tls: TlsPolicy = strictTls) {}

  async connect(address: SqlServerAddress, credentials: Credentials, timeoutMs: number): Promise<TediousSession> {
    const open = async () => {
      const connection = await TdsConnection.open(address, credentials, timeoutMs, this.tls);
      try {
        await connection.batch("connect", statements.sessionSettings);
        return connection;
      } catch (error) {
        await connection.close();
        throw error;
      }
    };
    return new TediousSession(await open(), open);
  }
}

/**
 * Reads of one login on one server. One call at a time, as the driver has it. A call whose connection is lost fails, and the next one
 * opens it anew: a statement that does not end takes no other with it.
 */
export class TediousSession implements SqlServerSession {
  #database: string | null = null;

  constructor(
    private connection: TdsConnection,
    private readonly open: () => Promise<TdsConnection>,
  ) {}

  async listDatabases(): Promise<{ name: string; collation: string; online: boolean }[]> {
    await this.#reopen();
    const rows = await this.connection.query("listDatabases", statements.listDatabases);
    return rows.map((row) => ({
      name: text(row, "name"),
      collation: textOrNull(row, "collation_name") ?? "",
      online: text(row, "state_desc") === "ONLINE",
    }));
  }

  async listTables(database: string): Promise<TableName[]> {
    await this.#use(database);
    return (await this.connection.query("listTables", listTables)).map(tableName);
  }

  async describeTables(database: string, tables: readonly TableName[] | null): Promise<TableShape[]> {
    await this.#use(database);
    if (tables === null) return this.#describe(database, null);
    const shapes: TableShape[] = [];
    for (const some of portions(tables)) shapes.push(...(await this.#describe(database, some)));
    return shapes;
  }

  async findObjects(database: string, names: readonly TableName[]): Promise<NamedObject[]> {
    return readObjects(await this.#queryTables("findObjects", database, names, objectsOfNames));
  }

  async referringKeys(table: TableAddress): Promise<ReferringKey[]> {
    await this.#use(table.database);
    return readReferringKeys(await this.connection.query("referringKeys", referringKeys, nameParameters([table])));
  }

  async countRows(table: TableAddress): Promise<number> {
    await this.#use(table.database);
    const [row] = await this.connection.query("countRows", statements.countRows(table));
    return integer(row!, "row_count");
  }

  async readKeyedHashes(table: TableAddress, shape: ReadShape, range: KeyRange): Promise<KeyedHash[]> {
    await this.#use(table.database);
    const sql = statements.readKeyedHashes(table, shape, range);
    const rows = await this.connection.query("readKeyedHashes", sql, {
      ...bounds("after", range.after),
      ...bounds("upTo", range.upTo),
    });
    return rows.map((row) => keyedHash(row, shape));
  }

  async findKeyedHashes(
    table: TableAddress,
    shape: ReadShape,
    keys: readonly (readonly string[])[],
  ): Promise<FoundRow[]> {
    await this.#use(table.database);
    const found: FoundRow[] = [];
    for (let start = 0; start < keys.length; start += statements.keysPerStatement) {
      const some = keys.slice(start, start + statements.keysPerStatement);
      const sql = statements.findKeyedHashes(table, shape, some.length);
      const rows = await this.connection.query("findKeyedHashes", sql, valueParameters(some));
      found.push(...rows.map((row) => ({ asked: start + integer(row, "asked"), ...keyedHash(row, shape) })));
    }
    return found;
  }

  async findValues(table: TableAddress, search: ValueSearch, values: readonly ValueTexts[]): Promise<FoundValues[]> {
    await this.#use(table.database);
    const found: FoundValues[] = [];
    const most = statements.valuesPerStatement(search);
    for (let start = 0; start < values.length; start += most) {
      const some = values.slice(start, start + most);
      const sql = statements.findValues(table, search, some.length);
      const rows = await this.connection.query("findValues", sql, valueParameters(some));
      const texts = (row: SqlRow) => search.columns.map((_, index) => textOrNull(row, `c${index}`));
      found.push(...rows.map((row) => ({ asked: start + integer(row, "asked"), values: texts(row) })));
    }
    return found;
  }

  async repeatedKeys(table: TableAddress, shape: ReadShape, under: readonly ColumnShape[] = []): Promise<RepeatedKeys> {
    await this.#use(table.database);
    const rows = await this.connection.query("repeatedKeys", statements.repeatedKeys(table, shape, under));
    return { surplus: rows[0] ? integer(rows[0], "surplus") : 0, keys: rows.map((row) => keyTexts(row, shape)) };
  }

  async readScalar(database: string, sql: string): Promise<ScalarValue> {
    const problem = selectProblem(sql);
    if (problem !== null) throw new CloudError("refused", "sql-server", "readScalar", "sql-error", problem);
    await this.#use(database);
    return readSingleValue(this.connection, selectBody(sql));
  }

  async databaseSizeBytes(database: string): Promise<number> {
    await this.#use(database);
    const [row] = await this.connection.query("databaseSizeBytes", statements.databaseSize);
    return row!["bytes"] === null ? 0 : integer(row!, "bytes");
  }

  async databaseFiles(database: string): Promise<DatabaseFiles> {
    await this.#use(database);
    const [row] = await this.connection.query("databaseFiles", statements.databaseFiles);
    return { bytes: integer(row!, "bytes"), isEncrypted: flag(row!, "is_encrypted") };
  }

  async tableSizes(database: string, tables: readonly TableName[]): Promise<TableSize[]> {
    const rows = await this.#queryTables("tableSizes", database, tables, tableSizes);
    return rows.map((row) => ({ ...tableName(row), bytes: integer(row, "bytes") }));
  }

  async readableTables(database: string, tables: readonly TableName[]): Promise<TableName[]> {
    return (await this.#queryTables("readableTables", database, tables, readableTables)).map(tableName);
  }

  async permissions(database: string): Promise<{ select: boolean; write: boolean; createDatabase: boolean }> {
    await this.#use(database);
    const [row] = await this.connection.query("permissions", statements.permissions);
    return {
      select: flag(row!, "can_select"),
      write: flag(row!, "can_write"),
      createDatabase: flag(row!, "can_create"),
    };
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  async #reopen(): Promise<void> {
    if (!this.connection.isLost) return;
    this.connection = await this.open();
    this.#database = null;
  }

  async #use(database: string): Promise<void> {
    await this.#reopen();
    if (this.#database === database) return;
    await this.connection.batch("use", statements.useDatabase(database));
    this.#database = database;
  }

  /** @param statement for a number of named tables */
  async #queryTables(
    action: string,
    database: string,
    tables: readonly TableName[],
    statement: (count: number) => string,
  ): Promise<SqlRow[]> {
    await this.#use(database);
    const rows: SqlRow[] = [];
    for (const some of portions(tables))
      rows.push(...(await this.connection.query(action, statement(some.length), nameParameters(some))));
    return rows;
  }

  async #describe(database: string, tables: readonly TableName[] | null): Promise<TableShape[]> {
    const catalog = catalogStatements(tables?.length ?? null);
    const names = nameParameters(tables ?? []);
    const read = (sql: string) => this.connection.query("describeTables", sql, names);
    return tableShapes(database, {
      columns: await read(catalog.columns),
      keys: await read(catalog.keys),
      foreignKeys: await read(catalog.foreignKeys),
      checks: await read(catalog.checks),
      constraints: await read(catalog.constraints),
      triggers: await read(catalog.triggers),
    });
  }
}

function tableName(row: SqlRow): TableName {
  return { schema: text(row, "schema_name"), name: text(row, "table_name") };
}

function portions(tables: readonly TableName[]): TableName[][] {
  const count = Math.ceil(tables.length / tablesPerStatement);
  return Array.from({ length: count }, (_, index) =>
    tables.slice(index * tablesPerStatement, (index + 1) * tablesPerStatement),
  );
}

/** `s0, t0, s1, t1 …`, as the catalog's statements name them. */
function nameParameters(tables: readonly TableName[]): Record<string, string> {
  return Object.fromEntries(
    tables.flatMap((table, index) => [
      [`s${index}`, table.schema],
      [`t${index}`, table.name],
    ]),
  );
}

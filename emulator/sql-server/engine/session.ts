import type { Change, Database, Table } from "../../data/database";
import { maySee } from "../../data/login-rights";
import type { SchemaObject } from "../../data/schema-object";
import { SqlError } from "../../data/sql-error";
import type { DatabaseRight, Login } from "../../data/sql-server-data";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { requireUnlocked } from "../../rds/lock";
import type { InsertBulk } from "../syntax/bulk-parser";
import { type Collation, collationOf } from "../values/collation";
import type { ServerInstance } from "./server-instance";
import type { Transaction } from "./transaction";
import { Work } from "./work";

/** Options of SET that change what statements answer or do; all others are accepted and have no meaning here. */
export interface SessionSettings {
  noCount: boolean;
  xactAbort: boolean;
  implicitTransactions: boolean;
  lockTimeoutMs: number;
  isolationLevel: string;
  textSize: number;
  dateFirst: number;
  /** SET ROWCOUNT: rows after which a statement stops; 0 for all. */
  rowLimit: number;
  /** SET QUOTED_IDENTIFIER: "x" is a name, not a text. */
  quotedIdentifier: boolean;
  /** SET FMTONLY: queries answer their columns and no rows, changes are not made. */
  formatOnly: boolean;
  language: string;
  /** Table whose identity column takes given values. */
  identityInsert: string | undefined;
}

function defaultSettings(): SessionSettings {
  return {
    noCount: false,
    xactAbort: false,
    implicitTransactions: false,
    lockTimeoutMs: -1,
    isolationLevel: "READ COMMITTED",
    textSize: 2_147_483_647,
    dateFirst: 7,
    rowLimit: 0,
    quotedIdentifier: true,
    formatOnly: false,
    language: "us_english",
    identityInsert: undefined,
  };
}

/** A variable of a batch or a parameter of a statement. */
export interface Variable {
  readonly type: SqlType;
  value: SqlValue;
}

/** The error that the CATCH block being run is about. */
export interface CaughtError {
  readonly error: SqlError;
  readonly line: number;
}

export type Variables = Map<string, Variable>;

/** One connection's state. */
export class Session {
  readonly spid: number;
  readonly hostName: string;
  readonly appName: string;
  readonly work = new Work();
  settings = defaultSettings();
  transaction: Transaction | undefined;
  rowCount = 0;
  lastError = 0;
  /** @@IDENTITY: of the last INSERT, NULL if its table has no identity. */
  lastIdentity: string | null = null;
  /** SCOPE_IDENTITY(). */
  scopeIdentity: string | null = null;
  caught: CaughtError | undefined;
  /** The INSERT BULK whose rows come with the next message. */
  bulk: InsertBulk | undefined;
  #login: Login;
  #database: Database;

  /** @throws SqlError 4060 when the login may not open `database` */
  constructor(
    readonly server: ServerInstance,
    login: Login,
    options: { readonly database: string; readonly hostName: string; readonly appName: string },
  ) {
    this.#login = login;
    this.spid = server.nextSpid();
    this.hostName = options.hostName;
    this.appName = options.appName;
    const database = server.database(options.database || "master");
    if (!database || !server.mayEnter(login, database))
      throw new SqlError(
        4060,
        `Cannot open database "${options.database}" requested by the login. The login failed.`,
        11,
      );
    this.#database = database;
  }

  /** The login as it is now: its rights may have changed since. */
  get login(): Login {
    this.#login = this.server.instance.data.login(this.#login.name) ?? { ...this.#login, super: false, rights: {} };
    return this.#login;
  }

  /** The database in use as committed; statements read `view`. @throws SqlError 911 when it was dropped meanwhile */
  get database(): Database {
    if (!this.server.databases().some(({ database }) => database === this.#database))
      throw noDatabase(this.#database.name);
    return this.#database;
  }

  get collation(): Collation {
    return collationOf(this.#database.collation);
  }

  /** Starts afresh, as sp_reset_connection does for pools. */
  reset(): void {
    this.settings = defaultSettings();
    this.transaction = undefined;
    this.rowCount = 0;
    this.lastIdentity = null;
    this.scopeIdentity = null;
    this.bulk = undefined;
  }

  /** Begins a text that EXEC or a procedure call runs. @returns ends it: what the text has set and used ends with it */
  openScope(): () => void {
    const { settings, scopeIdentity } = this;
    const database = this.#database;
    this.settings = { ...settings };
    this.scopeIdentity = null;
    return () => {
      this.settings = settings;
      this.scopeIdentity = scopeIdentity;
      this.#database = database;
    };
  }

  /** The name of the database in use, dropped or not. */
  get databaseName(): string {
    return this.#database.name;
  }

  /** @throws SqlError 911 for a name that does not exist, 916 for a database that the login may not enter */
  use(name: string): Database {
    this.#database = this.enter(name) ?? fail(noDatabase(name));
    return this.#database;
  }

  /** A database by name; undefined when there is none. @throws SqlError 916 */
  enter(name: string): Database | undefined {
    const database = this.server.database(name);
    if (database && !this.mayEnter(database))
      throw new SqlError(
        916,
        `The server principal "${this.#login.name}" is not able to access the database "${database.name}" under the current security context.`,
        14,
      );
    return database;
  }

  rightOf(database: Database): DatabaseRight | undefined {
    return this.server.rightOf(this.login, database);
  }

  mayEnter(database: Database): boolean {
    return this.server.mayEnter(this.login, database);
  }

  /** The tables that the catalog shows to the login. */
  visibleTables(database: Database): Table[] {
    const { login } = this;
    return database.tables().filter(({ definition }) => maySee(login, database.name, definition));
  }

  /** The views and synonyms that the catalog shows to the login. */
  visibleObjects(database: Database): SchemaObject[] {
    const { login } = this;
    return database.objects().filter((object) => maySee(login, database.name, object));
  }

  /** What this session reads: its own uncommitted changes included. */
  view(database: Database): Database {
    return this.transaction?.view(database) ?? database;
  }

  /** Writes at once, or into the open transaction. @throws SqlError of a violated rule; then nothing was written */
  write(database: Database, changes: readonly Change[]): void {
    if (changes.length === 0) return;
    requireUnlocked(this.server.instance, database);
    if (this.transaction) this.transaction.write(database, this.server.nowMs(), changes);
    else database.commit(this.server.nowMs(), changes);
  }
}

function noDatabase(name: string): SqlError {
  return new SqlError(911, `Database '${name}' does not exist. Make sure that the name is entered correctly.`);
}

function fail(error: SqlError): never {
  throw error;
}

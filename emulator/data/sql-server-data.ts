import { Database } from "./database";
import { databaseRight, type TableAction } from "./login-rights";

export type DatabaseRight = "ReadOnly" | "ReadWrite" | "DBOwner";

/** GRANT … ON a single table, to a login that has no right in the whole database. */
export interface TableGrant {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  readonly actions: readonly TableAction[];
}

export interface Login {
  readonly name: string;
  readonly password: string;
  /** May create databases and reach every one (an RDS "Super" account). */
  readonly super: boolean;
  /** Rights per database name, for logins that are not super. */
  readonly rights: Readonly<Record<string, DatabaseRight>>;
  /** Grants on single tables. */
  readonly grants?: readonly TableGrant[];
}

interface LoginVersion {
  readonly atMs: number;
  readonly name: string;
  /** undefined: the login was dropped. */
  readonly login: Login | undefined;
}

/** Everything that a backup of one instance carries: databases with their history, and logins as they were at each time. */
export class SqlServerData {
  #databases: { database: Database; droppedAtMs: number | undefined }[] = [];
  #logins: LoginVersion[] = [];

  databases(): Database[] {
    return this.#databases.filter((entry) => entry.droppedAtMs === undefined).map((entry) => entry.database);
  }

  database(name: string): Database | undefined {
    return this.databases().find((database) => database.name.toLowerCase() === name.toLowerCase());
  }

  /** @throws Error when the name is taken; callers check first and answer in their own protocol. */
  createDatabase(name: string, collation: string, atMs: number): Database {
    if (this.database(name)) throw new Error(`database ${name} exists`);
    const database = new Database(name, collation, atMs);
    this.#databases.push({ database, droppedAtMs: undefined });
    return database;
  }

  /** Puts a database there that was restored from a backup. @throws Error when the name is taken */
  attachDatabase(database: Database): void {
    if (this.database(database.name)) throw new Error(`database ${database.name} exists`);
    this.#databases.push({ database, droppedAtMs: undefined });
  }

  /** The database as it was then; undefined: there was none of this name. */
  databaseAt(name: string, atMs: number): Database | undefined {
    return this.rebuildAt(atMs).database(name);
  }

  /** What logins might do in a database then, by login in lower case. */
  rightsAt(database: string, atMs: number): Map<string, DatabaseRight> {
    return new Map(
      this.rebuildAt(atMs)
        .logins()
        .flatMap((login) => {
          const right = databaseRight(login, database);
          return right === undefined || login.super ? [] : [[login.name.toLowerCase(), right] as const];
        }),
    );
  }

  dropDatabase(name: string, atMs: number): void {
    const entry = this.#databases.find(
      (candidate) =>
        candidate.droppedAtMs === undefined && candidate.database.name.toLowerCase() === name.toLowerCase(),
    );
    if (entry) entry.droppedAtMs = atMs;
  }

  setLogin(login: Login, atMs: number): void {
    this.#logins.push({ atMs, name: login.name, login });
  }

  dropLogin(name: string, atMs: number): void {
    this.#logins.push({ atMs, name, login: undefined });
  }

  logins(): Login[] {
    const latest = new Map<string, Login>();
    for (const version of this.#logins) {
      if (version.login) latest.set(version.name.toLowerCase(), version.login);
      else latest.delete(version.name.toLowerCase());
    }
    return [...latest.values()];
  }

  login(name: string): Login | undefined {
    return this.logins().find((login) => login.name.toLowerCase() === name.toLowerCase());
  }

  sizeBytes(): number {
    return this.databases().reduce((sum, database) => sum + database.sizeBytes(), 0);
  }

  /** The instance as a restore to `atMs` brings it back: databases, rows, logins and passwords of that moment. */
  rebuildAt(atMs: number): SqlServerData {
    const past = new SqlServerData();
    for (const { database, droppedAtMs } of this.#databases) {
      if (database.createdAtMs > atMs || (droppedAtMs !== undefined && droppedAtMs <= atMs)) continue;
      past.#databases.push({ database: database.rebuildAt(atMs), droppedAtMs: undefined });
    }
    past.#logins = this.#logins.filter((version) => version.atMs <= atMs);
    return past;
  }
}

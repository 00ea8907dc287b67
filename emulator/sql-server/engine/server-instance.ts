import type { Clock } from "../../core/clock";
import type { Random } from "../../core/random";
import { Database } from "../../data/database";
import { databaseRight, mayEnter } from "../../data/login-rights";
import { SqlError } from "../../data/sql-error";
import type { DatabaseRight, Login } from "../../data/sql-server-data";
import type { Instance } from "../../rds/instance";
import { type ServerVersion, serverVersion } from "../version";
import { offsetMinutesAt } from "./time-zone";

const firstUserDatabaseId = 5;
const systemDatabases = ["master", "tempdb", "model", "msdb"];

/** One instance as the engine sees it: its databases by name and number, its version, its clock. */
export class ServerInstance {
  readonly version: ServerVersion;
  readonly #system: Database[];
  readonly #ids = new Map<Database, number>();
  #lastId = firstUserDatabaseId - 1;
  #lastSpid = 50;

  constructor(
    readonly instance: Instance,
    readonly clock: Clock,
    readonly random: Random,
  ) {
    this.version = serverVersion(instance.engineVersion);
    this.#system = systemDatabases.map((name) => new Database(name, instance.collation, instance.createdAtMs));
  }

  get name(): string {
    return this.instance.id;
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  /** Minutes that the instance's time zone is ahead of UTC now. */
  offsetMinutes(): number {
    return offsetMinutesAt(this.instance.timeZone, this.nowMs());
  }

  nextSpid(): number {
    this.#lastSpid++;
    return this.#lastSpid;
  }

  /** System databases first, then the users' in the order of their making. */
  databases(): { readonly id: number; readonly database: Database }[] {
    const users = this.instance.data.databases();
    for (const database of users) if (!this.#ids.has(database)) this.#ids.set(database, ++this.#lastId);
    return [
      ...this.#system.map((database, index) => ({ id: index + 1, database })),
      ...users.map((database) => ({ id: this.#ids.get(database)!, database })),
    ];
  }

  database(name: string): Database | undefined {
    const wanted = name.toLowerCase();
    return this.databases().find(({ database }) => database.name.toLowerCase() === wanted)?.database;
  }

  isSystem(database: Database): boolean {
    return this.#system.includes(database);
  }

  /** What the login may do in a whole database; undefined: nothing, or only what is granted on single tables. */
  rightOf(login: Login, database: Database): DatabaseRight | undefined {
    return !login.super && this.isSystem(database) ? "ReadOnly" : databaseRight(login, database.name);
  }

  /** Everybody may enter the system databases. */
  mayEnter(login: Login, database: Database): boolean {
    return this.isSystem(database) || mayEnter(login, database.name);
  }

  /** @throws SqlError as a server of this version answers newer syntax: 195 for functions, 102 for words */
  requireVersion(major: number, what: string, kind: "function" | "syntax"): void {
    if (this.version.major >= major) return;
    if (kind === "function") throw new SqlError(195, `'${what}' is not a recognized built-in function name.`, 15, 10);
    throw new SqlError(102, `Incorrect syntax near '${what}'.`, 15);
  }
}

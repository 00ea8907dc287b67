import { SqlError } from "../../../data/sql-error";
import { requireUnlocked } from "../../../rds/lock";
import type { BodyOf } from "../../syntax/statement";
import { notPlayed } from "../../syntax/token-cursor";
import { requireCollation } from "../known-collation";
import { requireSuper } from "../permission";
import type { Session } from "../session";

export function createDatabase(statement: BodyOf<"create-database">, session: Session): void {
  requireSuper("CREATE DATABASE", session);
  requireNoTransaction("CREATE DATABASE", session);
  const { server } = session;
  if (server.database(statement.name))
    throw new SqlError(1801, `Database '${statement.name}' already exists. Choose a different database name.`, 16, 3);
  requireUnlocked(server.instance, statement);
  const collation = statement.collation ?? server.instance.collation;
  requireCollation(collation);
  server.instance.data.createDatabase(statement.name, collation, server.nowMs());
}

export function dropDatabase(statement: BodyOf<"drop-database">, session: Session): void {
  const { server } = session;
  if (statement.ifExists) server.requireVersion(13, "IF", "syntax");
  requireNoTransaction("DROP DATABASE", session);
  for (const name of statement.names) {
    const database = server.database(name);
    if (!database && statement.ifExists) continue;
    if (!database || server.isSystem(database) || session.rightOf(database) !== "DBOwner")
      throw new SqlError(
        3701,
        `Cannot drop the database '${name}', because it does not exist or you do not have permission.`,
        11,
      );
    if (database === session.database)
      throw new SqlError(3702, `Cannot drop database "${database.name}" because it is currently in use.`, 16, 3);
    requireUnlocked(server.instance, database);
    server.instance.data.dropDatabase(database.name, server.nowMs());
  }
}

/** What every database has here; another value would have to change what the local cloud does. */
const standing = new Set([
  "RECOVERY FULL",
  "ONLINE",
  "MULTI_USER",
  "READ_WRITE",
  "AUTO_CLOSE OFF",
  "AUTO_SHRINK OFF",
  "AUTO_CREATE_STATISTICS ON",
  "AUTO_UPDATE_STATISTICS ON",
  "AUTO_UPDATE_STATISTICS_ASYNC OFF",
  "PAGE_VERIFY CHECKSUM",
  "ALLOW_SNAPSHOT_ISOLATION OFF",
  "READ_COMMITTED_SNAPSHOT OFF",
  "NUMERIC_ROUNDABORT OFF",
  "ANSI_NULLS ON",
  "ANSI_PADDING ON",
  "ANSI_WARNINGS ON",
  "ARITHABORT ON",
  "CONCAT_NULL_YIELDS_NULL ON",
  "QUOTED_IDENTIFIER ON",
]);

/** Takes options that the database has already. @throws SqlError 5011 for a database that is not the login's, 50501 for others */
export function alterDatabase({ name, options }: BodyOf<"alter-database">, session: Session): void {
  const database = name === undefined ? session.database : session.server.database(name);
  if (!database || session.rightOf(database) !== "DBOwner")
    throw new SqlError(
      5011,
      `User does not have permission to alter database '${name ?? session.databaseName}', the database does not exist, or the database is not in a state that allows access checks.`,
      14,
      5,
    );
  const other = options.find((option) => !standing.has(option));
  if (other !== undefined) throw notPlayed(`ALTER DATABASE ... SET ${other}`);
}

function requireNoTransaction(what: string, session: Session): void {
  if (session.transaction)
    throw new SqlError(226, `${what} statement not allowed within multi-statement transaction.`, 16, 6);
}

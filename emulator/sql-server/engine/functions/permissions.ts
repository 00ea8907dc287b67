import type { Database } from "../../../data/database";
import { mayTouch } from "../../../data/login-rights";
import type { Compiled } from "../compiled";
import type { Session } from "../session";
import { type FunctionCall, intType } from "./definition";
import { type FoundObject, findObject } from "./object-names";

/** HAS_PERMS_BY_NAME. */
export function permission(call: FunctionCall): Compiled {
  const operands = call.arguments.slice(0, 3);
  return {
    type: intType,
    nullable: true,
    evaluate(frame) {
      const [securable, kind, wanted] = operands.map((operand) => operand.evaluate(frame) as string | null);
      return hasPermission(call.session, securable ?? null, kind ?? null, (wanted ?? "").toUpperCase());
    },
  };
}

/** 1, 0, or NULL for a securable that does not exist or is not seen, or a permission without meaning there. */
function hasPermission(session: Session, securable: string | null, kind: string | null, wanted: string): number | null {
  if (kind === null) return session.login.super || wanted === "VIEW ANY DATABASE" || wanted === "CONNECT SQL" ? 1 : 0;
  switch (kind.toUpperCase()) {
    case "DATABASE": {
      const database = session.server.database(securable ?? "");
      return database ? Number(hasInDatabase(session, database, wanted)) : null;
    }
    case "OBJECT": {
      const found = findObject(session, securable ?? "");
      return found ? Number(hasOnObject(session, found, wanted)) : null;
    }
    default:
      return null;
  }
}

function hasInDatabase(session: Session, database: Database, wanted: string): boolean {
  if (wanted === "CONNECT" || wanted === "ANY") return session.mayEnter(database);
  const right = session.rightOf(database);
  if (right === undefined) return false;
  if (wanted === "SELECT" || wanted === "VIEW DEFINITION") return true;
  if (wanted === "INSERT" || wanted === "UPDATE" || wanted === "DELETE") return right !== "ReadOnly";
  return right === "DBOwner" && !session.server.isSystem(database);
}

/** A right in the database holds for its objects; a grant holds for one of them. */
function hasOnObject(session: Session, { database, schema, name }: FoundObject, wanted: string): boolean {
  if (wanted === "ANY") return true;
  if (wanted === "SELECT" || wanted === "INSERT" || wanted === "UPDATE" || wanted === "DELETE")
    return mayTouch(session.login, database.name, { schema, name }, wanted);
  return hasInDatabase(session, database, wanted);
}

/** The user that the login is in the database in use. */
export function userName(session: Session): string {
  return session.rightOf(session.database) === "DBOwner" ? "dbo" : session.login.name;
}

/** RDS gives no login sysadmin. */
export function serverRole(session: Session, role: string): number | null {
  const known = [
    "sysadmin",
    "securityadmin",
    "serveradmin",
    "setupadmin",
    "processadmin",
    "diskadmin",
    "dbcreator",
    "bulkadmin",
  ];
  if (role === "public") return 1;
  if (!known.includes(role)) return null;
  return session.login.super && (role === "dbcreator" || role === "processadmin") ? 1 : 0;
}

export function databaseRole(session: Session, role: string): number | null {
  const right = session.rightOf(session.database);
  switch (role) {
    case "public":
      return 1;
    case "db_owner":
      return right === "DBOwner" ? 1 : 0;
    case "db_datareader":
      return right === undefined ? 0 : 1;
    case "db_datawriter":
      return right === "ReadWrite" || right === "DBOwner" ? 1 : 0;
    case "db_ddladmin":
    case "db_backupoperator":
    case "db_securityadmin":
    case "db_accessadmin":
      return right === "DBOwner" ? 1 : 0;
    default:
      return null;
  }
}

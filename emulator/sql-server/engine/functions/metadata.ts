import type { SqlType, SqlValue } from "../../../data/sql-value";
import { notPlayed } from "../../syntax/token-cursor";
import { schemas } from "../catalog/view";
import { ObjectRegistry } from "../object-registry";
import type { Session } from "../session";
import { columnLength, columnName, columnProperty, typeNameOf } from "./columns";
import { argumentsAs, type FunctionDefinition, type FunctionTable, intType, nameType, strict } from "./definition";
import { findObject, objectById } from "./object-names";
import { databaseRole, permission, serverRole, userName } from "./permissions";
import { collationProperty, databaseProperty, objectProperty, serverProperty, sessionProperty } from "./properties";

const identityType: SqlType = { name: "decimal", precision: 38, scale: 0 };

/** A function without arguments. */
function plain(type: SqlType, read: (session: Session) => SqlValue): FunctionDefinition {
  return { takes: [0, 0], compile: ({ session }) => ({ type, nullable: true, evaluate: () => read(session) }) };
}

/** A name of the session's own; that of somebody else by a number or a sid is not played. */
function ofItself(name: string, read: (session: Session) => SqlValue): FunctionDefinition {
  return {
    takes: [0, 1],
    compile(call) {
      if (call.arguments.length > 0) throw notPlayed(`${name} with an argument`);
      return plain(nameType, read).compile(call);
    },
  };
}

function named(value: string | undefined): SqlValue {
  return value === undefined ? null : value;
}

function databaseId(session: Session, name: string | undefined): number | null {
  const wanted = (name ?? session.database.name).toLowerCase();
  return session.server.databases().find(({ database }) => database.name.toLowerCase() === wanted)?.id ?? null;
}

function databaseName(session: Session, id: number | undefined): string | null {
  if (id === undefined) return session.database.name;
  return session.server.databases().find((entry) => entry.id === id)?.database.name ?? null;
}

/** A function of optional arguments that are NULL for NULL. */
function optional(
  type: SqlType,
  argumentType: SqlType,
  read: (session: Session, value: SqlValue | undefined) => SqlValue,
): FunctionDefinition {
  return {
    takes: [0, 1],
    compile(call) {
      const operands = argumentsAs(call, [argumentType]);
      return strict(type, operands, (value) => read(call.session, value));
    },
  };
}

function identityOf(session: Session, text: string): SqlValue {
  const found = findObject(session, text);
  const table = found && session.view(found.database).table(found.schema, found.name);
  const column = table?.definition.columns.find((candidate) => candidate.identity);
  if (!found || !table || !column) return null;
  const last = ObjectRegistry.of(session.view(found.database)).lastIdentity(found.schema, found.name);
  return String(last ?? column.identity!.seed);
}

export const metadataFunctions: FunctionTable = {
  DB_ID: optional({ name: "smallint" }, nameType, (session, name) => databaseId(session, name as string | undefined)),
  DB_NAME: optional(nameType, intType, (session, id) => databaseName(session, id as number | undefined)),
  ORIGINAL_DB_NAME: plain(nameType, (session) => session.database.name),
  OBJECT_ID: {
    takes: [1, 2],
    compile(call) {
      const operands = argumentsAs(call, [{ name: "nvarchar", length: 1000 }, nameType]);
      return strict(intType, operands, (name, type) => {
        const found = findObject(call.session, name as string);
        if (!found || type === undefined) return found?.id ?? null;
        return (type as string).trim().toUpperCase() === found.type ? found.id : null;
      });
    },
  },
  OBJECT_NAME: {
    takes: [1, 2],
    compile(call) {
      if (call.arguments.length > 1) throw notPlayed("OBJECT_NAME of another database");
      return strict(nameType, argumentsAs(call, [intType]), (id) =>
        named(objectById(call.session, id as number)?.name),
      );
    },
  },
  OBJECT_SCHEMA_NAME: {
    takes: [1, 1],
    compile: (call) =>
      strict(nameType, argumentsAs(call, [intType]), (id) => named(objectById(call.session, id as number)?.schema)),
  },
  SCHEMA_NAME: optional(nameType, intType, (session, id = 1) =>
    named(schemas(session.view(session.database)).find((schema) => schema.id === id)?.name),
  ),
  SCHEMA_ID: optional(intType, nameType, (session, name = "dbo") => {
    const { fold } = session.collation;
    return (
      schemas(session.view(session.database)).find((schema) => fold(schema.name) === fold(name as string))?.id ?? null
    );
  }),
  SUSER_SNAME: ofItself("SUSER_SNAME", (session) => session.login.name),
  SUSER_NAME: ofItself("SUSER_NAME", (session) => session.login.name),
  ORIGINAL_LOGIN: plain(nameType, (session) => session.login.name),
  SYSTEM_USER: plain(nameType, (session) => session.login.name),
  USER_NAME: optional(nameType, intType, (session, id) => {
    if (id === undefined) return userName(session);
    if (id === 1) return "dbo";
    throw notPlayed("USER_NAME of a user other than dbo");
  }),
  CURRENT_USER: plain(nameType, userName),
  SESSION_USER: plain(nameType, userName),
  USER: plain(nameType, userName),
  HOST_NAME: plain(nameType, (session) => session.hostName),
  APP_NAME: plain(nameType, (session) => session.appName),
  SERVERPROPERTY: { takes: [1, 1], compile: serverProperty },
  DATABASEPROPERTYEX: { takes: [2, 2], compile: databaseProperty },
  OBJECTPROPERTY: { takes: [2, 2], compile: (call) => objectProperty(call, objectById) },
  COLLATIONPROPERTY: { takes: [2, 2], compile: collationProperty },
  SESSIONPROPERTY: { takes: [1, 1], compile: sessionProperty },
  TYPE_NAME: {
    takes: [1, 1],
    compile: (call) => strict(nameType, argumentsAs(call, [intType]), (id) => typeNameOf(id as number, call.session)),
  },
  COL_NAME: { takes: [2, 2], compile: columnName },
  COL_LENGTH: { takes: [2, 2], compile: columnLength },
  COLUMNPROPERTY: { takes: [3, 3], compile: columnProperty },
  HAS_DBACCESS: {
    takes: [1, 1],
    compile: (call) =>
      strict(intType, argumentsAs(call, [nameType]), (name) => {
        const database = call.session.server.database(name as string);
        return database ? Number(call.session.mayEnter(database)) : null;
      }),
  },
  HAS_PERMS_BY_NAME: { takes: [3, 5], compile: permission },
  IS_SRVROLEMEMBER: {
    takes: [1, 2],
    compile: (call) =>
      strict(intType, argumentsAs(call, [nameType, nameType]), (role) =>
        serverRole(call.session, (role as string).toLowerCase()),
      ),
  },
  IS_MEMBER: {
    takes: [1, 1],
    compile: (call) =>
      strict(intType, argumentsAs(call, [nameType]), (role) =>
        databaseRole(call.session, (role as string).toLowerCase()),
      ),
  },
  IS_ROLEMEMBER: {
    takes: [1, 1],
    since: 11,
    compile: (call) =>
      strict(intType, argumentsAs(call, [nameType]), (role) =>
        databaseRole(call.session, (role as string).toLowerCase()),
      ),
  },
  IDENT_CURRENT: {
    takes: [1, 1],
    compile: (call) =>
      strict(identityType, argumentsAs(call, [nameType]), (name) => identityOf(call.session, name as string)),
  },
  SCOPE_IDENTITY: plain(identityType, (session) => session.scopeIdentity),
  XACT_STATE: plain({ name: "smallint" }, (session) =>
    session.transaction ? (session.transaction.doomed ? -1 : 1) : 0,
  ),
  ROWCOUNT_BIG: plain({ name: "bigint" }, (session) => BigInt(session.rowCount)),
};

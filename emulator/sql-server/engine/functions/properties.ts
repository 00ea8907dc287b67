import type { SqlType, SqlValue } from "../../../data/sql-value";
import { notPlayed } from "../../syntax/token-cursor";
import { collationOf, isKnownCollation } from "../../values/collation";
import type { Compiled } from "../compiled";
import { converted } from "../converted";
import type { Session } from "../session";
import { productVersion } from "../system-variable";
import { argumentsAs, type FunctionCall, intType, nameType, strict } from "./definition";

/** Properties that are numbers; the others are texts. SQL Server's own type is sql_variant. */
const numbers = new Set([
  "engineedition",
  "isclustered",
  "isfulltextinstalled",
  "isintegratedsecurityonly",
  "issingleuser",
  "ishadrenabled",
  "lcid",
  "collationid",
  "comparisonstyle",
  "processid",
  "productbuild",
  "productmajorversion",
  "productminorversion",
  "isxtpsupported",
  "ispolybaseinstalled",
  "version",
  "isautoclose",
  "isautoshrink",
  "isinstandby",
]);

/** The name of a property, which must be a literal because the type of the result follows from it. */
function propertyName(call: FunctionCall, index: number): string {
  const expression = call.expressions[index];
  if (expression?.kind !== "literal" || typeof expression.value !== "string")
    throw notPlayed(`${call.name} with a name that is no literal`);
  return expression.value.toLowerCase();
}

function typeOf(property: string): SqlType {
  return numbers.has(property) ? intType : nameType;
}

export function serverProperty(call: FunctionCall): Compiled {
  const property = propertyName(call, 0);
  const value = readServer(call.session, property);
  return { type: typeOf(property), nullable: true, evaluate: () => value };
}

function readServer(session: Session, property: string): SqlValue {
  const { server } = session;
  const { version } = server;
  switch (property) {
    case "productversion":
      return productVersion(server);
    case "productlevel":
      return version.level;
    case "productmajorversion":
      return version.major < 11 ? null : version.major;
    case "productminorversion":
      return version.major < 11 ? null : version.minor;
    case "edition":
      return "Enterprise Edition (64-bit)";
    case "engineedition":
      return 3;
    case "collation":
      return server.instance.collation;
    case "lcid":
      return collationOf(server.instance.collation).wire.readUInt16LE(0);
    case "servername":
    case "machinename":
    case "computernamephysicalnetbios":
      return server.name;
    case "isclustered":
    case "issingleuser":
    case "isintegratedsecurityonly":
    case "isfulltextinstalled":
    case "ishadrenabled":
    case "isxtpsupported":
    case "ispolybaseinstalled":
      return 0;
    default:
      return null;
  }
}

export function databaseProperty(call: FunctionCall): Compiled {
  const property = propertyName(call, 1);
  const name = converted(call.arguments[0]!, nameType, call.session);
  return strict(typeOf(property), [name], (wanted) => readDatabase(call.session, wanted as string, property));
}

function readDatabase(session: Session, name: string, property: string): SqlValue {
  const database = session.server.database(name);
  if (!database) return null;
  switch (property) {
    case "collation":
      return database.collation;
    case "status":
      return "ONLINE";
    case "updateability":
      return "READ_WRITE";
    case "useraccess":
      return "MULTI_USER";
    case "recovery":
      return "FULL";
    case "lcid":
      return collationOf(database.collation).wire.readUInt16LE(0);
    case "version":
      return 661;
    default:
      return numbers.has(property) ? 0 : null;
  }
}

export function objectProperty(
  call: FunctionCall,
  objectById: (session: Session, id: number) => { schema: string; name: string; type: string } | undefined,
): Compiled {
  const property = propertyName(call, 1);
  const [id] = argumentsAs(call, [intType]);
  return strict(intType, [id!], (wanted) => {
    const { session } = call;
    const found = objectById(session, wanted as number);
    if (!found) return null;
    const table = session.view(session.database).table(found.schema, found.name);
    switch (property) {
      case "istable":
      case "isusertable":
        return table ? 1 : 0;
      case "isview":
        return Number(found.type === "V");
      case "ismsshipped":
      case "isprocedure":
      case "issystemtable":
        return 0;
      case "tablehasidentity":
        return table ? Number(table.definition.columns.some((column) => column.identity)) : null;
      case "tablehasprimarykey":
        return table ? Number(table.definition.primaryKey !== undefined) : null;
      case "tablehasforeignkey":
        return table ? Number(table.definition.foreignKeys.length > 0) : null;
      default:
        throw notPlayed(`OBJECTPROPERTY ${property}`);
    }
  });
}

export function collationProperty(call: FunctionCall): Compiled {
  const property = propertyName(call, 1);
  if (!["codepage", "lcid"].includes(property)) throw notPlayed(`COLLATIONPROPERTY ${property}`);
  return strict(intType, argumentsAs(call, [nameType]).slice(0, 1), (name) => {
    const known = isKnownCollation(name as string);
    if (known === "elsewhere") throw notPlayed(`The collation ${name}`);
    if (known === "no") return null;
    const { codePage, wire } = collationOf(name as string);
    return property === "lcid" ? wire.readUInt16LE(0) : codePage.number;
  });
}

/** Bits of @@OPTIONS that sessions begin with; the others are off. */
const optionsOn = new Set([
  "ansi_nulls",
  "ansi_padding",
  "ansi_warnings",
  "concat_null_yields_null",
  "quoted_identifier",
]);
const optionsOff = new Set(["arithabort", "numeric_roundabort"]);

export function sessionProperty(call: FunctionCall): Compiled {
  const property = propertyName(call, 0);
  const value = optionsOn.has(property) ? 1 : optionsOff.has(property) ? 0 : null;
  return { type: intType, nullable: true, evaluate: () => value };
}

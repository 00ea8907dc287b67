import { beyondThisEmulator, invalidParameter } from "./refusal";

export interface TableSelection {
  /** `orders` or `dbo.orders`; see the capability `tableKeys`. */
  readonly key: string;
  readonly targetName: string;
}

export interface DatabaseSelection {
  readonly database: string;
  readonly targetDatabase: string;
  /** `whole` is `all: true`. */
  readonly tables: "whole" | readonly TableSelection[];
}

type JsonObject = { readonly [member: string]: unknown };

const DATABASES_MAX = 10;
const TABLES_MAX = 1000;
const BYTES_MAX = 1024 * 1024;
/** Limits of incremental tasks and DTS's own additions; without meaning for a full migration. */
const IGNORED_MEMBERS = ["dml_op", "ddl_op", "state"];

/**
 * Reads a `DbList` (help: "Objects of DTS tasks", 209545): `{"shop":{"name":"shop_new","all":true}}` or
 * `{"shop":{"name":"shop","all":false,"Table":{"orders":{"name":"orders_old","all":true}}}}`.
 * @throws Refusal InvalidParameter when it is not of that form; ServiceError 501 for row filters, columns and other object kinds
 */
export function parseDbList(text: string): DatabaseSelection[] {
  if (Buffer.byteLength(text) > BYTES_MAX) throw invalid("longer than 1 MB, which only FileOssUrl takes");
  const list = parseObject(text);
  const databases = Object.entries(list).map(([database, value]) => parseDatabase(database, value));
  if (databases.length === 0) throw invalid("no object is selected");
  if (databases.length > DATABASES_MAX) throw invalid(`more than ${DATABASES_MAX} databases`);
  const tables = databases.reduce((sum, entry) => sum + (entry.tables === "whole" ? 0 : entry.tables.length), 0);
  if (tables > TABLES_MAX) throw invalid(`more than ${TABLES_MAX} tables`);
  return databases;
}

/** The list as DTS stores and returns it (`DbObject`): with `"state":"normal"` on databases and tables. */
export function storedDbList(text: string): string {
  const stored = Object.entries(parseObject(text)).map(([database, value]) => {
    const entry = value as JsonObject;
    if (!isObject(entry["Table"])) return [database, { ...entry, state: "normal" }];
    const tables = Object.entries(entry["Table"]).map(([table, selection]) => [
      table,
      { ...(selection as JsonObject), state: "normal" },
    ]);
    return [database, { ...entry, Table: Object.fromEntries(tables), state: "normal" }];
  });
  return JSON.stringify(Object.fromEntries(stored));
}

function parseDatabase(database: string, value: unknown): DatabaseSelection {
  if (!isObject(value)) throw invalid(`${database} is not an object`);
  refuseMembers(value, database, ["name", "all", "Table"]);
  const targetDatabase = nameOf(value, database);
  if (value["all"] === true) return { database, targetDatabase, tables: "whole" };
  if (!isObject(value["Table"])) throw invalid(`${database} has neither all: true nor Table`);
  const tables = Object.entries(value["Table"]).map(([key, selection]) => parseTable(database, key, selection));
  if (tables.length === 0) throw invalid(`${database} selects no table`);
  return { database, targetDatabase, tables };
}

function parseTable(database: string, key: string, value: unknown): TableSelection {
  const path = `${database}.${key}`;
  if (!isObject(value)) throw invalid(`${path} is not an object`);
  refuseMembers(value, path, ["name", "all"]);
  if (value["all"] !== true) throw invalid(`${path} has all: false without columns`);
  return { key, targetName: nameOf(value, path) };
}

function refuseMembers(value: JsonObject, path: string, known: readonly string[]): void {
  const other = Object.keys(value).find((member) => !known.includes(member) && !IGNORED_MEMBERS.includes(member));
  if (other !== undefined) throw beyondThisEmulator(`"${other}" of ${path} in DbList`);
}

function nameOf(value: JsonObject, path: string): string {
  const name = value["name"];
  if (typeof name !== "string" || name === "") throw invalid(`${path} has no name`);
  return name;
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid((error as SyntaxError).message);
  }
  if (!isObject(value)) throw invalid("it is not a JSON object");
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(reason: string): Error {
  return invalidParameter("DbList", reason);
}

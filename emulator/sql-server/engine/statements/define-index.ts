import type { Database, Table } from "../../../data/database";
import { referencesThrough } from "../../../data/foreign-keys";
import { SqlError } from "../../../data/sql-error";
import {
  type IndexDefinition,
  indexesOf,
  isClustered,
  type TableDefinition,
  type TableIndex,
} from "../../../data/table-definition";
import type { Condition } from "../../syntax/expression";
import type { AlterIndex, CreateIndex, DropIndex } from "../../syntax/table-syntax";
import { notPlayed } from "../../syntax/token-cursor";
import { rowCondition } from "../row-condition";
import type { Session } from "../session";
import { findTable } from "../table-source";
import { keyDefinition, realNames } from "./define-key";

/** @throws SqlError 1505 when rows are equal in a unique key, 10735 for a filter that is no simple comparison */
export function createIndex(statement: CreateIndex, session: Session): void {
  const { database, table } = ownTable(statement.table, session);
  const { definition } = table;
  const { name, filter, unique, included } = statement;
  const key = keyDefinition({ ...statement, kind: "index" }, name, definition, session);
  if (filter && !isSimple(filter.condition))
    throw new SqlError(
      10735,
      `Incorrect WHERE clause for filtered index '${name}' on table '${definition.schema}.${definition.name}'.`,
      15,
    );
  const index: IndexDefinition = {
    ...key,
    unique,
    ...(included.length > 0 ? { included: realNames(definition, included, session) } : {}),
    ...(filter ? { filter: rowCondition(filter, definition, database, session) } : {}),
  };
  rewrite(database, { ...definition, indexes: [...(definition.indexes ?? []), index] }, session);
}

/** DISABLE, or REBUILD, which enables. @throws SqlError 1505 when rows are equal in a key that is enforced again */
export function alterIndex({ name, table: path, disabled }: AlterIndex, session: Session): void {
  const { database, table } = ownTable(path, session);
  const { definition } = table;
  const chosen = name === "all" ? indexesOf(definition) : [requireIndex(table, name)];
  const names = new Set(chosen.map((index) => index.name));
  if (disabled && chosen.some(isClustered)) throw notPlayed("A disabled clustered index");
  const changed = <T extends { readonly name: string; readonly disabled?: boolean }>(key: T): T =>
    names.has(key.name) ? { ...key, disabled } : key;
  const { primaryKey, uniqueConstraints, indexes = [] } = definition;
  rewrite(
    database,
    {
      ...definition,
      ...(primaryKey ? { primaryKey: changed(primaryKey) } : {}),
      uniqueConstraints: uniqueConstraints.map(changed),
      indexes: indexes.map(changed),
    },
    session,
  );
}

/** @throws SqlError 3701 for an index that does not exist, 3723 for one behind a constraint */
export function dropIndex({ indexes, ifExists }: DropIndex, session: Session): void {
  if (ifExists) session.server.requireVersion(13, "IF", "syntax");
  for (const { name, table: path } of indexes) {
    const { database, table } = ownTable(path, session);
    const { definition } = table;
    const found = findIndex(table, name);
    if (!found && ifExists) continue;
    const shown = `${definition.schema}.${definition.name}.${name}`;
    if (!found)
      throw new SqlError(
        3701,
        `Cannot drop the index '${shown}', because it does not exist or you do not have permission.`,
        11,
        7,
      );
    const user = userOf(found, table, session.view(database));
    if (user)
      throw new SqlError(
        3723,
        `An explicit DROP INDEX is not allowed on index '${shown}'. It is being used for ${user} constraint enforcement.`,
        16,
        4,
      );
    const rest = definition.indexes?.filter((index) => index.name !== found.name) ?? [];
    rewrite(database, { ...definition, indexes: rest }, session);
  }
}

/** @throws SqlError 1088 for a table that does not exist or that the login may not change */
function ownTable(path: readonly string[], session: Session): { database: Database; table: Table } {
  const missing = new SqlError(
    1088,
    `Cannot find the object "${path.join(".")}" because it does not exist or you do not have permissions.`,
    16,
    12,
  );
  try {
    const found = findTable(path, session);
    if (session.rightOf(found.database) !== "DBOwner") throw missing;
    return found;
  } catch (error) {
    throw error instanceof SqlError && error.number === 208 ? missing : error;
  }
}

function rewrite(database: Database, definition: TableDefinition, session: Session): void {
  session.write(database, [{ kind: "alter-table", definition }]);
}

/** The kind of constraint that needs the index. */
function userOf(index: TableIndex, table: Table, database: Database): string | undefined {
  if (index.kind !== "index") return index.kind === "unique" ? "UNIQUE KEY" : "PRIMARY KEY";
  if (!index.unique || index.filter) return undefined;
  return referencesThrough(database, table, index).length > 0 ? "FOREIGN KEY" : undefined;
}

function findIndex(table: Table, name: string): TableIndex | undefined {
  const { fold } = table.rules;
  return indexesOf(table.definition).find((index) => fold(index.name) === fold(name));
}

function requireIndex(table: Table, name: string): TableIndex {
  const found = findIndex(table, name);
  if (!found) throw new SqlError(2727, `Cannot find index '${name}'.`, 11);
  return found;
}

/** Filters join comparisons of a column and a constant by AND ("CREATE INDEX", filter_predicate). */
function isSimple(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
      return isSimple(condition.left) && isSimple(condition.right);
    case "compare":
      return condition.left.kind === "column" && isConstant(condition.right);
    case "is-null":
      return condition.operand.kind === "column";
    case "not":
      return condition.operand.kind === "is-null" && isSimple(condition.operand);
    case "in-list":
      return condition.operand.kind === "column" && condition.list.every(isConstant);
    default:
      return false;
  }
}

function isConstant(expression: { readonly kind: string; readonly operand?: unknown }): boolean {
  if (expression.kind === "unary" || expression.kind === "convert")
    return isConstant(expression.operand as { readonly kind: string });
  return expression.kind === "literal";
}

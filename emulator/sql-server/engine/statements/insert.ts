import type { Database, Row, Table } from "../../../data/database";
import { requireTakesValues } from "../../../data/server-made-column";
import { SqlError } from "../../../data/sql-error";
import type { SqlType, SqlValue } from "../../../data/sql-value";
import { parseExpression } from "../../syntax/expression-parser";
import type { BodyOf } from "../../syntax/statement";
import { TokenCursor } from "../../syntax/token-cursor";
import { fitsPrecision } from "../../values/decimal";
import { inRange } from "../../values/number-conversion";
import { family, precisionOf } from "../../values/type-rules";
import { type Compiled, noFrame } from "../compiled";
import { compileExpression } from "../expression-compiler";
import { ObjectRegistry } from "../object-registry";
import { requireRight } from "../permission";
import { compileQuery } from "../query-compiler";
import { Scope } from "../scope";
import { findTable } from "../table-source";
import { assigned } from "./assignment";
import { asStatement, type ChangeContext, compileOutput, requireOnce } from "./changed-rows";
import { limited } from "./query";

type Insert = BodyOf<"insert">;

/** @returns inserts the rows and counts them */
export function compileInsert(statement: Insert, context: ChangeContext): () => number {
  const { session, variables } = context;
  const { database, table } = findTable(statement.target, session);
  requireRight("INSERT", session, database, table.definition);
  const scope = new Scope(session, variables);
  const targets = targetColumns(statement, table, takesIdentity(table, statement, context));
  const output = compileOutput(statement.output, context, database, table);
  const complete = rowBuilder(table, targets, context, database);
  const read = given(statement, targets, table, scope);
  return () => {
    const rows = session.settings.formatOnly ? [] : limited(read(), session).map(complete);
    if (rows.length > 0) {
      const { schema, name } = table.definition;
      rememberIdentity(table, rows.at(-1)!, context);
      asStatement("INSERT", () => session.write(database, [{ kind: "insert", schema, table: name, rows }]), database);
    }
    output?.(rows.map((after) => ({ before: undefined, after })));
    return rows.length;
  };
}

function takesIdentity(table: Table, statement: Insert, { session }: ChangeContext): boolean {
  const allowed = session.settings.identityInsert;
  if (allowed === undefined) return false;
  const same = (path: readonly string[]) => path.at(-1)!.toLowerCase() === table.definition.name.toLowerCase();
  return same(allowed.split(".")) && same(statement.target);
}

/** Positions of the columns that the statement gives values for. @throws SqlError 207, 264, 271, 273, 544 or 545 */
function targetColumns(statement: Insert, table: Table, identityInsert: boolean): number[] {
  const { columns, name } = table.definition;
  if (statement.source === undefined) return [];
  if (!statement.columns) {
    const positions = [...columns.keys()].filter((index) => {
      const column = columns[index]!;
      return column.computed === undefined && column.type.name !== "rowversion" && column.identity === undefined;
    });
    if (identityInsert && columns.some((column) => column.identity))
      throw new SqlError(
        8101,
        `An explicit value for the identity column in table '${name}' can only be specified when a column list is used and IDENTITY_INSERT is ON.`,
      );
    return positions;
  }
  const positions = statement.columns.map((column) => {
    const index = table.columnIndex(column);
    const definition = columns[index];
    if (!definition) throw new SqlError(207, `Invalid column name '${column}'.`);
    requireTakesValues(definition);
    if (definition.identity && !identityInsert)
      throw new SqlError(
        544,
        `Cannot insert explicit value for identity column in table '${name}' when IDENTITY_INSERT is set to OFF.`,
      );
    return index;
  });
  requireOnce(positions.map((position) => columns[position]!.name));
  const identity = columns.findIndex((column) => column.identity);
  if (identityInsert && identity >= 0 && !positions.includes(identity))
    throw new SqlError(
      545,
      `Explicit value must be specified for identity column in table '${name}' either when IDENTITY_INSERT is set to ON or when a replication user is inserting into a NOT FOR REPLICATION identity column.`,
    );
  return positions;
}

/** Reads the rows of given values, one for each target column; `undefined` stands for the column's default. */
function given(
  statement: Insert,
  targets: readonly number[],
  table: Table,
  scope: Scope,
): () => (SqlValue | undefined)[][] {
  const { source } = statement;
  if (source === undefined) return () => [[]];
  const { definition } = table;
  const into = (operand: Compiled, index: number) =>
    assigned(operand, definition.columns[targets[index]!]!, definition, scope.session);
  if ("kind" in source) {
    const compiled = source.rows.map((row) => {
      requireWidth(row.length, targets.length, statement.columns !== undefined);
      return row.map((cell, index) => cell && into(compileExpression(cell, scope), index));
    });
    return () => compiled.map((row) => row.map((cell) => cell?.evaluate(noFrame)));
  }
  const query = compileQuery({ ...source, with: [...statement.with, ...source.with] }, scope, false);
  requireWidth(query.columns.length, targets.length, statement.columns !== undefined);
  let current: readonly SqlValue[] = [];
  const cells = query.columns.map((column, index) => into({ ...column, evaluate: () => current[index]! }, index));
  return () =>
    query.rows(undefined).map((row) => {
      current = row;
      return cells.map((cell) => cell.evaluate(noFrame));
    });
}

function requireWidth(values: number, columns: number, listed: boolean): void {
  if (values === columns) return;
  if (!listed) throw new SqlError(213, "Column name or number of supplied values does not match table definition.");
  const [number, more, fewer] = values < columns ? [109, "columns", "values"] : [110, "values", "columns"];
  throw new SqlError(
    Number(number),
    `There are more ${more} in the INSERT statement than ${fewer} specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.`,
    15,
  );
}

/** Makes whole rows: identities, defaults and rowversions where no value was given. */
export function rowBuilder(table: Table, targets: readonly number[], context: ChangeContext, database: Database) {
  const { session } = context;
  const { columns, schema, name } = table.definition;
  const scope = new Scope(session, new Map());
  const defaults = columns.map((column) => {
    if (column.defaultExpression === undefined) return undefined;
    return assigned(
      compileExpression(parseExpression(new TokenCursor(column.defaultExpression)), scope),
      column,
      table.definition,
      session,
    );
  });
  return (values: readonly (SqlValue | undefined)[]): Row => {
    const registry = ObjectRegistry.of(session.view(database));
    return columns.map((column, index) => {
      const value = targets.includes(index) ? values[targets.indexOf(index)] : undefined;
      if (value !== undefined) return value;
      if (column.computed !== undefined) return null;
      if (column.type.name === "rowversion") return registry.nextRowVersion();
      if (!column.identity) return defaults[index]?.evaluate(noFrame) ?? null;
      return identityValue(registry.nextIdentity(schema, name, column.identity), column.type);
    });
  };
}

/** @throws SqlError 8115 when the type has no more values */
function identityValue(value: bigint, type: SqlType): SqlValue {
  const isDecimal = family(type) === "decimal";
  if (!(isDecimal ? fitsPrecision(value, precisionOf(type)) : inRange(value, type)))
    throw new SqlError(8115, `Arithmetic overflow error converting IDENTITY to data type ${type.name}.`);
  if (isDecimal) return value.toString();
  return type.name === "bigint" ? value : Number(value);
}

function rememberIdentity(table: Table, row: Row, { session }: ChangeContext): void {
  const index = table.definition.columns.findIndex((column) => column.identity);
  session.lastIdentity = index >= 0 ? String(row[index]) : null;
  if (index >= 0) session.scopeIdentity = session.lastIdentity;
}

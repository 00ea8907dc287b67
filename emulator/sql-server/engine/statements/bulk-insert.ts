import type { Change, Database, Table } from "../../../data/database";
import { requireTakesValues } from "../../../data/server-made-column";
import { SqlError } from "../../../data/sql-error";
import type { SqlType, SqlValue } from "../../../data/sql-value";
import type { TableDefinition } from "../../../data/table-definition";
import type { InsertBulk } from "../../syntax/bulk-parser";
import { notPlayed } from "../../syntax/token-cursor";
import { type Compiled, noFrame } from "../compiled";
import { requireRight } from "../permission";
import type { Session } from "../session";
import { findTable } from "../table-source";
import { assigned } from "./assignment";
import { asStatement, type ChangeContext, requireOnce } from "./changed-rows";
import { rowBuilder } from "./insert";

interface BulkTarget {
  readonly database: Database;
  readonly table: Table;
  /** Where each given column stands. */
  readonly positions: readonly number[];
}

/** @throws SqlError 207, 208, 229, 264, 271 or 273 for rows that the table cannot take, whatever is in them */
export function requireBulkTarget({ target, columns, options }: InsertBulk, session: Session): BulkTarget {
  const { database, table } = findTable(target, session);
  const { definition } = table;
  requireRight("INSERT", session, database, definition);
  if (options.has("FIRE_TRIGGERS") && definition.triggers.some(({ enabled }) => enabled))
    throw notPlayed("A trigger that fires");
  const positions = columns.map((name) => {
    const position = table.columnIndex(name);
    if (position < 0) throw new SqlError(207, `Invalid column name '${name}'.`);
    requireTakesValues(definition.columns[position]!);
    return position;
  });
  requireOnce(positions.map((position) => definition.columns[position]!.name));
  return { database, table, positions };
}

/**
 * Inserts the rows that a client sends behind INSERT BULK. Given values of an identity column are kept. Without KEEP_NULLS a NULL
 * becomes the column's default; without CHECK_CONSTRAINTS checks and foreign keys are not looked at, and not trusted from then on.
 * @returns how many rows
 */
export function bulkInsert(
  statement: InsertBulk,
  { types, rows: sent }: { readonly types: readonly SqlType[]; readonly rows: readonly (readonly SqlValue[])[] },
  context: ChangeContext,
): number {
  const { session } = context;
  const { database, table, positions } = requireBulkTarget(statement, session);
  const { definition } = table;
  const cells = positions.map((position, index) => {
    const given: Compiled = { type: types[index]!, nullable: true, evaluate: ({ rows }) => rows[0]![index]! };
    return assigned(given, definition.columns[position]!, definition, session);
  });
  const keepsNulls = statement.options.has("KEEP_NULLS");
  const complete = rowBuilder(table, positions, context, database);
  const rows = sent.map((row) =>
    complete(cells.map((cell) => cell.evaluate({ ...noFrame, rows: [row] }) ?? (keepsNulls ? null : undefined))),
  );
  if (rows.length === 0) return 0;
  const insert: Change = { kind: "insert", schema: definition.schema, table: definition.name, rows };
  const changes = statement.options.has("CHECK_CONSTRAINTS") ? [insert] : unchecked(insert, definition);
  asStatement("INSERT", () => session.write(database, changes), database);
  return rows.length;
}

/** The insert between two changes of the table that switch its checks and foreign keys off and on. */
function unchecked(insert: Change, definition: TableDefinition): Change[] {
  const { foreignKeys, checks = [] } = definition;
  if (![...foreignKeys, ...checks].some(({ disabled }) => !disabled)) return [insert];
  const switched = (mark: { readonly disabled?: true; readonly untrusted?: true }): Change => {
    const marked = <T extends { readonly disabled?: boolean }>(list: readonly T[]) =>
      list.map((constraint) => (constraint.disabled ? constraint : { ...constraint, ...mark }));
    return {
      kind: "alter-table",
      definition: { ...definition, foreignKeys: marked(foreignKeys), checks: marked(checks) },
    };
  };
  return [switched({ disabled: true }), insert, switched({ untrusted: true })];
}

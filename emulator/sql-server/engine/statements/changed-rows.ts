import type { Database, Row, Table } from "../../../data/database";
import type { SqlValue } from "../../../data/sql-value";
import { enforcedKeys } from "../../../data/table-definition";
import type { Output } from "../../syntax/statement";
import { noFrame } from "../compiled";
import { computedRows } from "../computed-columns";
import type { ResultSink } from "../result-sink";
import { Scope, type Source } from "../scope";
import { compileItem, expandStars } from "../select-items";
import type { Session, Variables } from "../session";
import { tableColumns } from "../table-source";

/** A row before and after a change; undefined where there was or is none. */
export interface RowChange {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** What an INSERT, UPDATE or DELETE runs in. */
export interface ChangeContext {
  readonly session: Session;
  readonly variables: Variables;
  readonly sink: ResultSink;
}

/** Rows for an OUTPUT clause, compiled before the change so that its errors come first. */
export function compileOutput(output: Output | undefined, context: ChangeContext, database: Database, table: Table) {
  if (!output) return undefined;
  const columns = tableColumns(database, table);
  const source = (name: string): Source => ({ names: [name], columns, rows: () => [] });
  const scope = new Scope(context.session, context.variables, [source("inserted"), source("deleted")]);
  const items = expandStars(output.items, scope).map((item) => compileItem(item, scope));
  const compute = computedRows(context.session, database, table) ?? ((row: Row) => row);
  return (changes: readonly RowChange[]) => {
    context.sink.columns(items.map(({ column }) => column));
    for (const { before, after } of changes) {
      const rows = [after && compute(after), before && compute(before)];
      context.sink.row(items.map(({ compiled }) => compiled.evaluate({ ...noFrame, rows })));
    }
  };
}

/** A new value for a rowversion column: larger than every one before in this database. */
export function rowVersion(database: Database, position: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(database.sequence + 1) * 1_000_000n + BigInt(position));
  return Uint8Array.from(bytes);
}

/** Positions of the columns that decide about keys: changing one of these moves the row. */
export function keyColumns(table: Table): Set<number> {
  const columns = enforcedKeys(table.definition).flatMap((key) => [...key.columns, ...(key.filter?.columns ?? [])]);
  return new Set(columns.map((column) => table.columnIndex(column)));
}

export function sameValue(left: SqlValue, right: SqlValue): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.from(left).equals(Buffer.from(right));
  return left === right;
}

import type { Database, Row, Table } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
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

/** Runs a change, whose missing values the store words without database and statement. @throws SqlError 515 as SQL Server words it */
export function asStatement(verb: "INSERT" | "UPDATE", write: () => void, database: Database): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError(error.number, worded(error, verb, database), error.severity, error.state);
  }
}

function worded({ number, message }: SqlError, verb: string, database: Database): string {
  return number === 515 ? `${message.replace(", table '", `, table '${database.name}.`)} ${verb} fails.` : message;
}

/** @throws SqlError 264 for a column that is given two values */
export function requireOnce(names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  throw new SqlError(
    264,
    `The column name '${repeated}' is specified more than once in the SET clause or column list of an INSERT. A column cannot be assigned more than one value in the same clause. Modify the clause to make sure that a column is updated only once. If this statement updates or inserts columns into a view, column aliasing can conceal the duplication in your code.`,
  );
}

import { SqlError } from "../../../data/sql-error";
import type { SqlType } from "../../../data/sql-value";
import {
  type ColumnDefinition,
  indexesOf,
  isClustered,
  type KeyConstraint,
  type TableDefinition,
} from "../../../data/table-definition";
import type { KeyColumns } from "../../syntax/table-syntax";
import { notPlayed } from "../../syntax/token-cursor";
import type { Session } from "../session";

/**
 * What a key or index says of its columns and of its place in the table.
 * @throws SqlError 1902, 1909, 1911, 1913 or 1919 when it does not fit the table
 */
export function keyDefinition(
  syntax: KeyColumns & { readonly kind: string; readonly clustered: boolean | undefined },
  name: string,
  table: TableDefinition,
  session: Session,
): KeyConstraint {
  const { fold } = session.collation;
  const indexes = indexesOf(table);
  const shown = `${table.schema}.${table.name}`;
  if (indexes.some((index) => fold(index.name) === fold(name)))
    throw new SqlError(
      1913,
      `The operation failed because an index or statistics with name '${name}' already exists on table '${shown}'.`,
    );
  const clusteredNow = indexes.find(isClustered);
  const clustered = syntax.clustered ?? (syntax.kind === "primary-key" && !clusteredNow);
  if (clustered && clusteredNow)
    throw new SqlError(
      1902,
      `Cannot create more than one clustered index on table '${shown}'. Drop the existing clustered index '${clusteredNow.name}' before creating another.`,
      16,
      3,
    );
  for (const [position, column] of syntax.columns.entries()) {
    const found = columnOf(table, column, session);
    if (!found) throw new SqlError(1911, `Column name '${column}' does not exist in the target table or view.`);
    if (syntax.columns.findIndex((other) => fold(other) === fold(column)) !== position)
      throw new SqlError(
        1909,
        `Cannot use duplicate column names in index. Column name '${column}' listed more than once.`,
      );
    if (found.computed !== undefined) throw notPlayed("A key over a computed column");
    if (isUnindexable(found.type))
      throw new SqlError(
        1919,
        `Column '${found.name}' in table '${shown}' is of a type that is invalid for use as a key column in an index.`,
      );
  }
  return {
    name,
    columns: realNames(table, syntax.columns, session),
    ...(syntax.descending.length > 0 ? { descending: realNames(table, syntax.descending, session) } : {}),
    ...(clustered === (syntax.kind === "primary-key") ? {} : { clustered }),
  };
}

function isUnindexable(type: SqlType): boolean {
  return type.length === "max" || ["text", "ntext", "image", "xml"].includes(type.name);
}

export function columnOf(definition: TableDefinition, name: string, session: Session): ColumnDefinition | undefined {
  const { fold } = session.collation;
  return definition.columns.find((column) => fold(column.name) === fold(name));
}

export function realNames(definition: TableDefinition, names: readonly string[], session: Session): string[] {
  return names.map((name) => columnOf(definition, name, session)!.name);
}

import type { ColumnDefinition, TableDefinition } from "../../../data/table-definition";
import { fitting } from "../../values/fitting";
import type { Compiled } from "../compiled";
import type { Session } from "../session";
import { collationFor, requireCollation } from "../sort-key";

/** An expression as a value for a column: like CONVERT, but what does not fit is an error. @throws SqlError 257 where only CONVERT converts */
export function assigned(
  operand: Compiled,
  column: ColumnDefinition,
  table: Pick<TableDefinition, "schema" | "name">,
  session: Session,
): Compiled {
  const { type } = column;
  if (operand.isNull) return { type, nullable: true, evaluate: () => null };
  requireCollation(operand, type);
  const convert = fitting(operand.type, {
    type,
    collation: collationFor(column, session),
    names: [session.database.name, table.schema, table.name, column.name],
    majorVersion: session.server.version.major,
  });
  return { type, nullable: operand.nullable, evaluate: (frame) => convert(operand.evaluate(frame)) };
}

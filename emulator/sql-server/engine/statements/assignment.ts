import { SqlError } from "../../../data/sql-error";
import type { SqlType, SqlValue } from "../../../data/sql-value";
import type { ColumnDefinition, TableDefinition } from "../../../data/table-definition";
import { byteLength, fitText } from "../../values/character-conversion";
import { family, isNumeric, isText, isUnicode, lengthOf, sized } from "../../values/type-rules";
import type { Compiled } from "../compiled";
import { converted } from "../converted";
import type { Session } from "../session";
import { collationFor } from "../sort-key";

/** An expression as a value for a column: like CONVERT, but what does not fit is an error. @throws SqlError 257 where only CONVERT converts */
export function assigned(
  operand: Compiled,
  column: ColumnDefinition,
  table: TableDefinition,
  session: Session,
): Compiled {
  requireImplicit(operand, column.type);
  const { type } = column;
  const own = column.collation === undefined ? operand : { ...operand, collation: column.collation };
  if (isText(type) && type.length !== undefined && type.length !== "max" && (isText(operand.type) || operand.isNull)) {
    const wide = converted(operand, sized("nvarchar", Number.POSITIVE_INFINITY), session);
    return checked(wide, type, (value) => fittingText(value as string, column, table, session));
  }
  if (
    family(type) === "binary" &&
    type.length !== undefined &&
    type.length !== "max" &&
    family(operand.type) === "binary"
  ) {
    const plain = converted(operand, sized("varbinary", Number.POSITIVE_INFINITY), session);
    return checked(plain, type, (value) => fittingBytes(value as Uint8Array, column, table, session));
  }
  return converted(own, type, session);
}

function checked(operand: Compiled, type: SqlType, shorten: (value: SqlValue) => SqlValue): Compiled {
  return {
    type,
    nullable: operand.nullable,
    evaluate(frame) {
      const value = operand.evaluate(frame);
      return value === null ? null : shorten(value);
    },
  };
}

function requireImplicit(operand: Compiled, to: SqlType): void {
  if (operand.isNull) return;
  const from = operand.type;
  const textToBytes = isText(from) && family(to) === "binary";
  const dateToNumber = family(from) === "temporal" && isNumeric(to);
  if (textToBytes || dateToNumber)
    throw new SqlError(
      257,
      `Implicit conversion from data type ${from.name} to ${to.name} is not allowed. Use the CONVERT function to run this query.`,
      16,
      3,
    );
}

/** Surplus blanks are dropped, anything else is too long. */
function fittingText(text: string, column: ColumnDefinition, table: TableDefinition, session: Session): string {
  const { type } = column;
  const limit = lengthOf(type);
  const collation = collationFor(column, session);
  const length = isUnicode(type) ? text.length : byteLength(text, type, collation);
  const fitted = fitText(text, type, collation);
  if (length > limit && text.slice(fitted.length).trim() !== "") throw truncation(fitted, column, table, session);
  return fitted;
}

function fittingBytes(
  bytes: Uint8Array,
  column: ColumnDefinition,
  table: TableDefinition,
  session: Session,
): Uint8Array {
  const limit = lengthOf(column.type);
  if (bytes.length > limit)
    throw truncation(Buffer.from(bytes.subarray(0, limit)).toString("hex"), column, table, session);
  if (column.type.name !== "binary" || bytes.length === limit) return bytes;
  const padded = new Uint8Array(limit);
  padded.set(bytes);
  return padded;
}

/** SQL Server 2019 and later say which value it was. */
function truncation(cut: string, column: ColumnDefinition, table: TableDefinition, session: Session): SqlError {
  if (session.server.version.major < 15) return new SqlError(8152, "String or binary data would be truncated.", 16, 14);
  return new SqlError(
    2628,
    `String or binary data would be truncated in table '${session.database.name}.${table.schema}.${table.name}', column '${column.name}'. Truncated value: '${cut}'.`,
  );
}

import { SqlError } from "../../data/sql-error";
import type { SqlType } from "../../data/sql-value";

export function noConversion(from: SqlType, to: SqlType): SqlError {
  return new SqlError(529, `Explicit conversion from data type ${from.name} to ${to.name} is not allowed.`);
}

export function overflow(to: SqlType): SqlError {
  return new SqlError(8115, `Arithmetic overflow error converting expression to data type ${numberName(to)}.`, 16, 2);
}

/** What SQL Server says of floats that another type does not hold. */
export function outOfRange(to: SqlType, value: number, state: number): SqlError {
  return new SqlError(232, `Arithmetic overflow error for type ${to.name}, value = ${value.toFixed(6)}.`, 16, state);
}

/** Messages call decimal by its other name. */
export function numberName(type: SqlType): string {
  return type.name === "decimal" ? "numeric" : type.name;
}

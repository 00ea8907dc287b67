import type { SqlType } from "../../data/sql-value";
import { collationOf } from "../values/collation";
import { converter } from "../values/convert";
import { declared, isText } from "../values/type-rules";
import type { Compiled } from "./compiled";
import type { Session } from "./session";

/** The expression as a value of another type. @throws SqlError 529 when SQL Server has no such conversion */
export function converted(operand: Compiled, type: SqlType, session: Session, style?: number): Compiled {
  const collation = operand.collation === undefined ? session.collation : collationOf(operand.collation);
  if (operand.isNull) return { type, nullable: true, evaluate: () => null };
  if (style === undefined && declared(operand.type) === declared(type)) return { ...operand, type };
  const convert = converter(operand.type, type, {
    collation,
    style,
    exactDatetime: session.server.version.major >= 13,
  });
  const keepsCollation = operand.collation !== undefined && isText(type) && isText(operand.type);
  return {
    type,
    nullable: operand.nullable,
    ...(keepsCollation ? { collation: operand.collation } : {}),
    evaluate: (frame) => convert(operand.evaluate(frame)),
  };
}

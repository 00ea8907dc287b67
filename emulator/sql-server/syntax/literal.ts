import { SqlError } from "../../data/sql-error";
import { decimalText } from "../values/decimal";
import type { Expression } from "./expression";
import type { TokenCursor } from "./token-cursor";

const intMax = 2_147_483_647n;

/** A literal with the type that SQL Server gives it ("Constants"), or undefined when none comes next. */
export function parseLiteral(cursor: TokenCursor): Expression | undefined {
  const { kind, text } = cursor.current;
  switch (kind) {
    case "text":
      return taken(cursor, { kind: "literal", value: text, type: { name: "varchar", length: textLength(text, 8000) } });
    case "unicode-text":
      return taken(cursor, {
        kind: "literal",
        value: text,
        type: { name: "nvarchar", length: textLength(text, 4000) },
      });
    case "integer": {
      const value = BigInt(text);
      if (value <= intMax) return taken(cursor, { kind: "literal", value: Number(value), type: { name: "int" } });
      return taken(cursor, decimalLiteral(value.toString()));
    }
    case "decimal":
      return taken(cursor, decimalLiteral(text));
    case "float":
      return taken(cursor, { kind: "literal", value: Number(text), type: { name: "float" } });
    case "money":
      return taken(cursor, moneyLiteral(text));
    case "binary":
      return taken(cursor, binaryLiteral(text));
    case "word":
      return text.toUpperCase() === "NULL" ? taken(cursor, { kind: "null" }) : undefined;
    default:
      return undefined;
  }
}

function taken(cursor: TokenCursor, literal: Expression): Expression {
  cursor.next();
  return literal;
}

function textLength(text: string, most: number): number | "max" {
  return text.length > most ? "max" : Math.max(1, text.length);
}

function decimalLiteral(text: string): Expression {
  const [whole = "", fraction = ""] = text.split(".");
  const digits = whole.replace(/^0+/, "");
  const precision = Math.max(1, digits.length + fraction.length);
  if (precision > 38)
    throw new SqlError(
      1007,
      `The number '${text}' is out of the range for numeric representation (maximum precision 38).`,
      15,
    );
  const value = decimalText(BigInt(`${digits}${fraction}` || "0"), fraction.length);
  return { kind: "literal", value, type: { name: "numeric", precision, scale: fraction.length } };
}

function moneyLiteral(text: string): Expression {
  const [whole = "0", fraction = ""] = text.replace(/^[^\d-]+/, "").split(".");
  return { kind: "literal", value: `${BigInt(whole)}.${fraction.padEnd(4, "0").slice(0, 4)}`, type: { name: "money" } };
}

function binaryLiteral(text: string): Expression {
  const digits = text.slice(2);
  const bytes = Uint8Array.from(Buffer.from(digits.length % 2 === 1 ? `0${digits}` : digits, "hex"));
  return {
    kind: "literal",
    value: bytes,
    type: { name: "varbinary", length: bytes.length > 8000 ? "max" : Math.max(1, bytes.length) },
  };
}

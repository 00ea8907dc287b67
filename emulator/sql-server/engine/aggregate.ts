import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { notPlayed } from "../syntax/token-cursor";
import { comparison, equalityKey } from "../values/comparison";
import { overflow } from "../values/conversion-errors";
import { decimalText, fitsPrecision, unitsOf } from "../values/decimal";
import { inRange } from "../values/number-conversion";
import { family, isNumeric, precisionOf, scaleOf } from "../values/type-rules";
import type { Compiled, Frame } from "./compiled";
import type { Session } from "./session";
import { collationFor } from "./sort-key";

export interface Accumulator {
  add(frame: Frame): void;
  result(): SqlValue;
}

/** An aggregate over the rows of a group. */
export interface Aggregate {
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly collation?: string;
  start(): Accumulator;
}

const names = new Set(["COUNT", "COUNT_BIG", "SUM", "MIN", "MAX", "AVG", "CHECKSUM_AGG"]);
const otherNames = new Set([
  "STDEV",
  "STDEVP",
  "VAR",
  "VARP",
  "GROUPING",
  "GROUPING_ID",
  "STRING_AGG",
  "APPROX_COUNT_DISTINCT",
]);

export function isAggregate(name: string): boolean {
  return names.has(name) || otherNames.has(name);
}

/** @param operand undefined for COUNT(*) @throws SqlError 8117 for a type that the aggregate does not take */
export function compileAggregate(
  name: string,
  operand: Compiled | undefined,
  distinct: boolean,
  session: Session,
): Aggregate {
  if (name === "STRING_AGG") session.server.requireVersion(14, "STRING_AGG", "function");
  if (otherNames.has(name)) throw notPlayed(`The aggregate ${name}`);
  if (name === "COUNT" || name === "COUNT_BIG") return count(name, operand && unique(operand, distinct, session));
  if (!operand) throw new SqlError(102, "Incorrect syntax near '*'.", 15);
  const { type } = operand;
  if (name === "MIN" || name === "MAX") return extreme(name, operand, session);
  if (name === "CHECKSUM_AGG" && family(type) === "integer") return checksum(unique(operand, distinct, session));
  if (!isNumeric(type) || type.name === "bit" || name === "CHECKSUM_AGG")
    throw new SqlError(8117, `Operand data type ${type.name} is invalid for ${name.toLowerCase()} operator.`);
  const filtered = unique(operand, distinct, session);
  return family(type) === "float" ? floatingSum(name, filtered) : exactSum(name, operand, filtered);
}

/** Starts a reader of the operand that gives null for NULL and, with DISTINCT, for values already seen. */
type Values = () => (frame: Frame) => SqlValue;

function unique(operand: Compiled, distinct: boolean, session: Session): Values {
  if (!distinct) return () => operand.evaluate;
  const key = equalityKey(operand.type, collationFor(operand, session));
  return () => {
    const seen = new Set<string>();
    return (frame) => {
      const value = operand.evaluate(frame);
      const text = key(value);
      if (value === null || seen.has(text)) return null;
      seen.add(text);
      return value;
    };
  };
}

function count(name: string, values: Values | undefined): Aggregate {
  const big = name === "COUNT_BIG";
  return {
    type: { name: big ? "bigint" : "int" },
    nullable: true,
    start() {
      const read = values?.();
      let total = 0;
      return {
        add: (frame) => {
          if (!read || read(frame) !== null) total++;
        },
        result: () => (big ? BigInt(total) : total),
      };
    },
  };
}

/** CHECKSUM_AGG: the exclusive or of whole numbers, whatever their order. */
function checksum(values: Values): Aggregate {
  return {
    type: { name: "int" },
    nullable: true,
    start() {
      const read = values();
      let sum: number | null = null;
      return {
        add(frame) {
          const value = read(frame);
          if (value !== null) sum = (sum ?? 0) ^ Number(BigInt.asIntN(32, BigInt(value as number)));
        },
        result: () => sum,
      };
    },
  };
}

function extreme(name: string, operand: Compiled, session: Session): Aggregate {
  if (operand.type.name === "bit")
    throw new SqlError(8117, `Operand data type bit is invalid for ${name.toLowerCase()} operator.`);
  const compare = comparison(operand.type, collationFor(operand, session));
  const sign = name === "MIN" ? -1 : 1;
  return {
    type: operand.type,
    nullable: true,
    ...(operand.collation ? { collation: operand.collation } : {}),
    start() {
      let best: SqlValue = null;
      return {
        add(frame) {
          const value = operand.evaluate(frame);
          if (value !== null && (best === null || compare(value, best) * sign > 0)) best = value;
        },
        result: () => best,
      };
    },
  };
}

function floatingSum(name: string, values: Values): Aggregate {
  const type: SqlType = { name: "float" };
  return {
    type,
    nullable: true,
    start() {
      const read = values();
      let sum = 0;
      let rows = 0;
      return {
        add(frame) {
          const value = read(frame);
          if (value === null) return;
          sum += value as number;
          rows++;
        },
        result() {
          if (rows === 0) return null;
          if (!Number.isFinite(sum)) throw overflow(type);
          return name === "SUM" ? sum : sum / rows;
        },
      };
    },
  };
}

/** SUM and AVG of integers are int or bigint, of decimals decimal(38, s), of money money. */
function exactSum(name: string, operand: Compiled, values: Values): Aggregate {
  const type = sumType(name, operand.type);
  const scale = scaleOf(operand.type);
  return {
    type,
    nullable: true,
    start() {
      const read = values();
      let sum = 0n;
      let rows = 0n;
      return {
        add(frame) {
          const value = read(frame);
          if (value === null) return;
          sum += typeof value === "string" ? unitsOf(value) : BigInt(value as number);
          rows++;
        },
        result() {
          if (rows === 0n) return null;
          if (name === "SUM") return exactValue(sum, type);
          const shift = 10n ** BigInt(scaleOf(type) - scale);
          return exactValue((sum * shift) / rows, type);
        },
      };
    },
  };
}

function sumType(name: string, type: SqlType): SqlType {
  switch (family(type)) {
    case "decimal":
      return { ...type, precision: 38, scale: name === "SUM" ? scaleOf(type) : Math.max(6, scaleOf(type)) };
    case "money":
      return { name: "money" };
    default:
      return { name: type.name === "bigint" ? "bigint" : "int" };
  }
}

function exactValue(units: bigint, type: SqlType): SqlValue {
  const fits = family(type) === "decimal" ? fitsPrecision(units, precisionOf(type)) : inRange(units, type);
  if (!fits) throw overflow(type);
  if (family(type) === "integer") return type.name === "bigint" ? units : Number(units);
  return decimalText(units, scaleOf(type));
}

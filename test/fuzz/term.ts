import type { Chance } from "../simulation/chance";
import { type Condition, randomCondition } from "./condition";
import { randomText, type Table } from "./schema";
import { compareValues, type Day, type Decimal, decimal, type Kind, literal, type Value } from "./value";

/** Values of the columns in sight, by `alias.column`. */
export type Row = ReadonlyMap<string, Value>;

export interface Term {
  readonly kind: Kind;
  readonly sql: string;
  /** Digits in all and behind the point, of decimals. */
  readonly digits?: readonly [precision: number, scale: number];
  of(row: Row): Value;
}

/** What a term may read. */
export interface Sight {
  readonly columns: readonly Term[];
  readonly tables: readonly Table[];
  /** How many queries stand around: names of inner ones must differ. */
  readonly depth: number;
}

const allKinds: readonly Kind[] = ["number", "decimal", "text", "date"];

export function randomKind(chance: Chance): Kind {
  return chance.pick(allKinds);
}

/** NULL for any NULL. */
function strict<T>(apply: (...values: never[]) => T, ...terms: readonly Term[]): (row: Row) => T | null {
  return (row) => {
    const values = terms.map((term) => term.of(row));
    return values.includes(null) ? null : apply(...(values as never[]));
  };
}

function constant(kind: Kind, value: Value, digits?: Term["digits"]): Term {
  return { kind, sql: literal(value), of: () => value, ...(digits && { digits }) };
}

export function randomTerm(chance: Chance, kind: Kind, sight: Sight, depth: number): Term {
  const columns = sight.columns.filter((column) => column.kind === kind);
  if (columns.length > 0 && (depth <= 0 || chance.happens(0.35))) return chance.pick(columns);
  if (depth <= 0) return randomConstant(chance, kind);
  if (chance.happens(0.2)) return choice(chance, kind, sight, depth);
  return { number, decimal: decimalTerm, text, date }[kind](chance, sight, depth);
}

export function randomConstant(chance: Chance, kind: Kind): Term {
  switch (kind) {
    case "number":
      return { ...constant(kind, null), ...bigint(BigInt(chance.whole(-5, 5))) };
    case "decimal":
      return cast(decimal(BigInt(chance.whole(-999, 999)), 2), 9);
    case "text":
      return constant(kind, randomText(chance));
    case "date":
      return constant(kind, { day: chance.whole(0, 400) });
  }
}

function bigint(value: bigint) {
  return { sql: `CAST(${value} AS bigint)`, of: () => value };
}

function cast(value: Decimal, precision: number): Term {
  return {
    kind: "decimal",
    sql: `CAST(${literal(value)} AS decimal(${precision}, ${value.scale}))`,
    digits: [precision, value.scale],
    of: () => value,
  };
}

/** CASE, COALESCE, ISNULL and NULLIF, which every kind has. */
function choice(chance: Chance, kind: Kind, sight: Sight, depth: number): Term {
  const first = randomTerm(chance, kind, sight, depth - 1);
  const other = randomTerm(chance, kind, sight, depth - 1);
  // Decimals of two scales would be converted to a third one.
  const second = kind === "decimal" && !sameDigits(first, other) ? first : other;
  const rest = { kind, ...(first.digits && { digits: first.digits }) };
  switch (chance.whole(0, 3)) {
    case 0: {
      const test: Condition = randomCondition(chance, sight, depth - 1);
      return {
        ...rest,
        sql: `CASE WHEN ${test.sql} THEN ${first.sql} ELSE ${second.sql} END`,
        of: (row) => (test.of(row) === true ? first.of(row) : second.of(row)),
      };
    }
    case 1:
      return {
        ...rest,
        sql: `COALESCE(${first.sql}, ${second.sql})`,
        of: (row) => first.of(row) ?? second.of(row),
      };
    case 2:
      return {
        ...rest,
        sql: `CASE WHEN ${first.sql} IS NULL THEN ${second.sql} ELSE ${first.sql} END`,
        of: (row) => first.of(row) ?? second.of(row),
      };
    default: {
      const test = equality(first, second);
      return { ...rest, sql: `NULLIF(${first.sql}, ${second.sql})`, of: (row) => (test(row) ? null : first.of(row)) };
    }
  }
}

function equality(first: Term, second: Term): (row: Row) => boolean {
  return (row) => {
    const [left, right] = [first.of(row), second.of(row)];
    return left !== null && right !== null && comparedEqual(left, right);
  };
}

function sameDigits(left: Term, right: Term): boolean {
  return left.digits?.join() === right.digits?.join();
}

function number(chance: Chance, sight: Sight, depth: number): Term {
  const sub = (kind: Kind = "number") => randomTerm(chance, kind, sight, depth - 1);
  const wide = (term: Term) => `CAST(${term.sql} AS bigint)`;
  const [a, b] = [sub(), sub()];
  const binary = (operator: string, apply: (x: bigint, y: bigint) => bigint): Term => ({
    kind: "number",
    sql: `(${wide(a)} ${operator} ${wide(b)})`,
    of: strict(apply, a, b),
  });
  switch (chance.whole(0, 9)) {
    case 0:
    case 1:
      return binary("+", (x, y) => x + y);
    case 2:
      return binary("-", (x, y) => x - y);
    case 3:
      return binary("*", (x, y) => x * y);
    case 4:
    case 5: {
      const operator = chance.pick(["/", "%"]);
      const divisor = strict((y: bigint) => (y === 0n ? null : y), b);
      return {
        kind: "number",
        sql: `(${wide(a)} ${operator} NULLIF(${wide(b)}, 0))`,
        of(row) {
          const [x, y] = [a.of(row) as bigint | null, divisor(row)];
          return x === null || y === null ? null : operator === "/" ? x / y : x % y;
        },
      };
    }
    case 6:
      return { kind: "number", sql: `ABS(-${wide(a)})`, of: strict((x: bigint) => (x < 0n ? -x : x), a) };
    case 7: {
      const inner = sub("text");
      const length = (value: string) => BigInt(value.replace(/ +$/, "").length);
      return { kind: "number", sql: `LEN(${inner.sql})`, of: strict(length, inner) };
    }
    case 8: {
      const [from, to] = [sub("date"), sub("date")];
      const days = (x: Day, y: Day) => BigInt(y.day - x.day);
      return { kind: "number", sql: `DATEDIFF(day, ${from.sql}, ${to.sql})`, of: strict(days, from, to) };
    }
    default: {
      const inner = sub("text");
      const sought = chance.pick(["a", "B", "ab", " "]);
      const index = (value: string) => BigInt(value.toLowerCase().indexOf(sought.toLowerCase()) + 1);
      return { kind: "number", sql: `CHARINDEX('${sought}', ${inner.sql})`, of: strict(index, inner) };
    }
  }
}

/** The rules of "Precision, scale, and length", written once more; results stay far below 38 digits. */
function decimalTerm(chance: Chance, sight: Sight, depth: number): Term {
  const left = randomTerm(chance, "decimal", sight, depth - 1);
  const right = randomConstant(chance, "decimal");
  const [[p1, s1], [p2, s2]] = [left.digits!, right.digits!];
  if (p1 + p2 > 26) return left;
  const scale = Math.max(s1, s2);
  const whole = Math.max(p1 - s1, p2 - s2);
  const terms = [left, right] as const;
  const at = (value: Decimal) => value.units * 10n ** BigInt(scale - value.scale);
  switch (chance.whole(0, 4)) {
    case 0:
    case 1: {
      const minus = chance.happens(0.5);
      return {
        kind: "decimal",
        sql: `(${left.sql} ${minus ? "-" : "+"} ${right.sql})`,
        digits: [whole + scale + 1, scale],
        of: strict((x: Decimal, y: Decimal) => decimal(minus ? at(x) - at(y) : at(x) + at(y), scale), ...terms),
      };
    }
    case 2:
      return {
        kind: "decimal",
        sql: `(${left.sql} * ${right.sql})`,
        digits: [p1 + p2 + 1, s1 + s2],
        of: strict((x: Decimal, y: Decimal) => decimal(x.units * y.units, x.scale + y.scale), ...terms),
      };
    case 3: {
      const quotient = Math.max(6, s1 + p2 + 1);
      const divide = (x: Decimal, y: Decimal) =>
        y.units === 0n ? null : decimal((x.units * 10n ** BigInt(quotient + s2 - s1)) / y.units, quotient);
      return {
        kind: "decimal",
        sql: `(${left.sql} / NULLIF(${right.sql}, 0))`,
        digits: [p1 - s1 + s2 + quotient, quotient],
        of: strict(divide, ...terms),
      };
    }
    default: {
      const inner = randomTerm(chance, "number", sight, 0);
      return {
        kind: "decimal",
        sql: `CAST(${inner.sql} AS decimal(9, 3))`,
        digits: [9, 3],
        of: strict((x: bigint) => decimal(x * 1000n, 3), inner),
      };
    }
  }
}

function text(chance: Chance, sight: Sight, depth: number): Term {
  const sub = () => randomTerm(chance, "text", sight, depth - 1);
  const a = sub();
  const make = (sql: string, apply: (value: string) => string, ...terms: readonly Term[]): Term => ({
    kind: "text",
    sql,
    of: strict(apply, ...(terms.length > 0 ? terms : [a])),
  });
  const count = chance.whole(0, 4);
  switch (chance.whole(0, 8)) {
    case 0: {
      const b = sub();
      return { kind: "text", sql: `(${a.sql} + ${b.sql})`, of: strict((x: string, y: string) => x + y, a, b) };
    }
    case 1:
      return make(`UPPER(${a.sql})`, (value) => value.toUpperCase());
    case 2:
      return make(`LOWER(${a.sql})`, (value) => value.toLowerCase());
    case 3:
      return make(`LEFT(${a.sql}, ${count})`, (value) => value.slice(0, count));
    case 4:
      return make(`RIGHT(${a.sql}, ${count})`, (value) => (count === 0 ? "" : value.slice(-count)));
    case 5: {
      const from = chance.whole(-1, 3);
      const cut = (value: string) => value.slice(Math.max(0, from - 1), Math.max(0, from - 1 + count));
      return make(`SUBSTRING(${a.sql}, ${from}, ${count})`, cut);
    }
    case 6:
      return make(`LTRIM(RTRIM(${a.sql}))`, (value) => value.replace(/^ +| +$/g, ""));
    case 7:
      return make(`REPLACE(${a.sql}, 'b', 'xy')`, (value) => value.replace(/b/gi, "xy"));
    default: {
      const inner = randomTerm(chance, "number", sight, depth - 1);
      return {
        kind: "text",
        sql: `CONVERT(varchar(30), ${inner.sql})`,
        of: strict((x: bigint) => x.toString(), inner),
      };
    }
  }
}

function date(chance: Chance, sight: Sight, depth: number): Term {
  const a = randomTerm(chance, "date", sight, depth - 1);
  const amount = chance.whole(-40, 40);
  const days = chance.happens(0.5) ? amount : amount * 7;
  const sql = days === amount ? `DATEADD(day, ${amount}, ${a.sql})` : `DATEADD(week, ${amount}, ${a.sql})`;
  return { kind: "date", sql, of: strict((x: Day) => ({ day: x.day + days }), a) };
}

/** Equal as SQL Server compares. */
function comparedEqual(left: Exclude<Value, null>, right: Exclude<Value, null>): boolean {
  return compareValues(left, right) === 0;
}

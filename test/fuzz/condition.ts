import type { Chance } from "../simulation/chance";
import { type Row, randomConstant, randomKind, randomTerm, type Sight, type Term } from "./term";
import { compareValues, foldedText, type Value } from "./value";

/** True, false, or null for unknown. */
export interface Condition {
  readonly sql: string;
  of(row: Row): boolean | null;
}

const operators: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

export function randomOperator(chance: Chance): string {
  return chance.pick(Object.keys(operators));
}

export function compared(operator: string, left: Value, right: Value): boolean | null {
  return left === null || right === null ? null : operators[operator]!(compareValues(left, right));
}

const not = (value: boolean | null) => (value === null ? null : !value);

/** True beats unknown beats false. */
function any(values: readonly (boolean | null)[]): boolean | null {
  return values.includes(true) ? true : values.includes(null) ? null : false;
}

export function randomCondition(chance: Chance, sight: Sight, depth: number): Condition {
  if (depth > 0 && chance.happens(0.4)) return combined(chance, sight, depth);
  const kind = randomKind(chance);
  const term = () => randomTerm(chance, kind, sight, Math.min(depth, 1));
  const left = term();
  switch (chance.whole(0, 7)) {
    case 0: {
      const negated = chance.happens(0.5);
      return {
        sql: `${left.sql} IS ${negated ? "NOT " : ""}NULL`,
        of: (row) => (left.of(row) === null) !== negated,
      };
    }
    case 1: {
      const [low, high] = [term(), randomConstant(chance, kind)];
      const negated = chance.happens(0.3);
      return {
        sql: `${left.sql} ${negated ? "NOT " : ""}BETWEEN ${low.sql} AND ${high.sql}`,
        of(row) {
          const value = left.of(row);
          const within = not(any([not(compared(">=", value, low.of(row))), not(compared("<=", value, high.of(row)))]));
          return negated ? not(within) : within;
        },
      };
    }
    case 2: {
      const list = [term(), randomConstant(chance, kind), ...(chance.happens(0.2) ? [nothing] : [])];
      const negated = chance.happens(0.5);
      return {
        sql: `${left.sql} ${negated ? "NOT " : ""}IN (${list.map(({ sql }) => sql).join(", ")})`,
        of(row) {
          const found = any(list.map((item) => compared("=", left.of(row), item.of(row))));
          return negated ? not(found) : found;
        },
      };
    }
    case 3:
      return like(chance, sight);
    case 4:
    case 5:
      return sight.depth < 2 ? subquery(chance, sight, left) : comparison(chance, left, term());
    default:
      return comparison(chance, left, chance.happens(0.5) ? randomConstant(chance, kind) : term());
  }
}

const nothing: Pick<Term, "sql" | "of"> = { sql: "NULL", of: () => null };

function comparison(chance: Chance, left: Term, right: Term): Condition {
  const operator = randomOperator(chance);
  return {
    sql: `${left.sql} ${operator} ${right.sql}`,
    of: (row) => compared(operator, left.of(row), right.of(row)),
  };
}

function combined(chance: Chance, sight: Sight, depth: number): Condition {
  const [a, b] = [randomCondition(chance, sight, depth - 1), randomCondition(chance, sight, depth - 1)];
  switch (chance.whole(0, 2)) {
    case 0:
      return { sql: `NOT (${a.sql})`, of: (row) => not(a.of(row)) };
    case 1:
      return { sql: `(${a.sql} OR ${b.sql})`, of: (row) => any([a.of(row), b.of(row)]) };
    default:
      return { sql: `(${a.sql} AND ${b.sql})`, of: (row) => not(any([not(a.of(row)), not(b.of(row))])) };
  }
}

function like(chance: Chance, sight: Sight): Condition {
  const text = randomTerm(chance, "text", sight, 0);
  const pattern = Array.from({ length: chance.whole(1, 3) }, () =>
    chance.pick(["%", "_", "a", "B", "[ax]", "[^b]"]),
  ).join("");
  const source = pattern.replaceAll("%", ".*").replaceAll("_", ".");
  const whole = new RegExp(`^${source}$`, "i");
  return {
    // A pattern that ends with a blank is another matter: none does here, and the text's own blanks count for nvarchar alone.
    sql: `RTRIM(${text.sql}) LIKE '${pattern}'`,
    of(row) {
      const value = text.of(row);
      return value === null ? null : whole.test((value as string).replace(/ +$/, ""));
    },
  };
}

/** EXISTS, IN, ANY and ALL over one table, with a condition that may look at the row outside. */
function subquery(chance: Chance, sight: Sight, left: Term): Condition {
  const table = chance.pick(sight.tables);
  const alias = `s${sight.depth + 1}`;
  const own: Term[] = table.columns.map((column) => columnTerm(alias, column));
  const inner: Sight = { ...sight, columns: [...own, ...sight.columns], depth: sight.depth + 1 };
  const where = randomCondition(chance, inner, 1);
  const rowsFor = (row: Row) =>
    table.rows
      .map(
        (values) =>
          new Map([...row, ...table.columns.map(({ name }, index) => [`${alias}.${name}`, values[index]!] as const)]),
      )
      .filter((joined) => where.of(joined) === true);
  const from = `FROM ${table.name} ${alias} WHERE ${where.sql}`;
  const negated = chance.happens(0.4);
  const same = own.filter((column) => column.kind === left.kind);
  if (same.length === 0 || chance.happens(0.4))
    return {
      sql: `${negated ? "NOT " : ""}EXISTS (SELECT * ${from})`,
      of: (row) => rowsFor(row).length > 0 !== negated,
    };
  const item = chance.pick(same);
  if (chance.happens(0.5)) {
    return {
      sql: `${left.sql} ${negated ? "NOT " : ""}IN (SELECT ${item.sql} ${from})`,
      of(row) {
        const found = any(rowsFor(row).map((joined) => compared("=", left.of(row), item.of(joined))));
        return negated ? not(found) : found;
      },
    };
  }
  const operator = randomOperator(chance);
  const all = chance.happens(0.5);
  return {
    sql: `${left.sql} ${operator} ${all ? "ALL" : "ANY"} (SELECT ${item.sql} ${from})`,
    of(row) {
      const results = rowsFor(row).map((joined) => compared(operator, left.of(row), item.of(joined)));
      return all ? not(any(results.map(not))) : any(results);
    },
  };
}

/** A column of a table in sight under an alias. */
export function columnTerm(
  alias: string,
  { name, kind, declaration }: { name: string; kind: Term["kind"]; declaration: string },
): Term {
  const digits = /\((\d+), (\d+)\)/.exec(declaration);
  return {
    kind,
    sql: `${alias}.${name}`,
    ...(digits && { digits: [Number(digits[1]), Number(digits[2])] as const }),
    of: (row) => row.get(`${alias}.${name}`) ?? null,
  };
}

/** Texts that SQL Server holds to be equal have equal keys. */
export function keyOf(value: Value): string {
  if (typeof value === "string") return `t${foldedText(value)}`;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
}

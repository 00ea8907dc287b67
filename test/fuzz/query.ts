import type { Chance } from "../simulation/chance";
import { type Condition, columnTerm, keyOf, randomCondition } from "./condition";
import type { Table } from "./schema";
import { type Row, randomKind, randomTerm, type Sight, type Term } from "./term";
import { compareValues, type Decimal, decimal, orderOf, rounded, shown, type Value } from "./value";

/** A query and what it must answer: one text for each value. */
export interface Expected {
  readonly sql: string;
  readonly rows: string[][];
  /** The order of the rows is the query's, not free. */
  readonly ordered: boolean;
  /** Texts may come in the spelling of any equal one. */
  readonly loose: boolean;
}

interface Source {
  readonly sql: string;
  readonly columns: readonly Term[];
  readonly rows: readonly Row[];
}

export function sightOf(source: Source, tables: readonly Table[]): Sight {
  return { columns: source.columns, tables, depth: 0 };
}

function tableSource(table: Table, alias: string): Source {
  const rows = table.rows.map(
    (values) => new Map(table.columns.map(({ name }, index) => [`${alias}.${name}`, values[index]!])),
  );
  return { sql: `${table.name} ${alias}`, columns: table.columns.map((column) => columnTerm(alias, column)), rows };
}

/** One to three tables, joined in every way that there is. */
export function randomSource(chance: Chance, tables: readonly Table[]): Source {
  let source = tableSource(chance.pick(tables), "a");
  for (const alias of ["b", "c"]) {
    if (chance.happens(0.5)) break;
    source = join(chance, source, tableSource(chance.pick(tables), alias), tables);
  }
  return source;
}

function join(chance: Chance, left: Source, right: Source, tables: readonly Table[]): Source {
  const columns = [...left.columns, ...right.columns];
  const pairs = left.rows.flatMap((l) => right.rows.map((r) => ({ l, r, row: new Map([...l, ...r]) })));
  const type = chance.pick(["CROSS", "INNER", "LEFT", "RIGHT", "FULL"]);
  if (type === "CROSS")
    return { sql: `${left.sql} CROSS JOIN ${right.sql}`, columns, rows: pairs.map(({ row }) => row) };
  const on = joinCondition(chance, left, right, { columns, tables, depth: 1 });
  const matching = pairs.filter(({ row }) => on.of(row) === true);
  const [lefts, rights] = [new Set(matching.map(({ l }) => l)), new Set(matching.map(({ r }) => r))];
  const rows: Row[] = matching.map(({ row }) => row);
  if (type === "LEFT" || type === "FULL") rows.push(...left.rows.filter((row) => !lefts.has(row)));
  if (type === "RIGHT" || type === "FULL") rows.push(...right.rows.filter((row) => !rights.has(row)));
  return { sql: `${left.sql} ${type} JOIN ${right.sql} ON ${on.sql}`, columns, rows };
}

/** Half of the joins are those of keys, which the engine runs another way. */
function joinCondition(chance: Chance, left: Source, right: Source, sight: Sight): Condition {
  const any = randomCondition(chance, sight, 1);
  const [l, r] = [chance.pick(left.columns), chance.pick(right.columns)];
  if (l.kind !== r.kind || chance.happens(0.3)) return any;
  const equal: Condition = {
    sql: `${l.sql} = ${r.sql}`,
    of(row) {
      const [x, y] = [l.of(row), r.of(row)];
      return x === null || y === null ? null : compareValues(x, y) === 0;
    },
  };
  if (chance.happens(0.6)) return equal;
  return { sql: `${equal.sql} AND ${any.sql}`, of: (row) => equal.of(row) === true && any.of(row) === true };
}

/** A term of the select list: made a text, so that nothing is lost on the way. */
export function output(term: Term): string {
  if (term.kind === "text") return term.sql;
  return term.kind === "date" ? `CONVERT(varchar(10), ${term.sql}, 23)` : `CONVERT(varchar(60), ${term.sql})`;
}

const textOf = (values: readonly Value[], loose: boolean) => values.map((value) => shown(value, loose));

export function randomQuery(chance: Chance, tables: readonly Table[]): Expected {
  const source = randomSource(chance, tables);
  const sight = sightOf(source, tables);
  const where = chance.happens(0.7) ? randomCondition(chance, sight, 2) : undefined;
  const from = `FROM ${source.sql}${where ? ` WHERE ${where.sql}` : ""}`;
  const rows = where ? source.rows.filter((row) => where.of(row) === true) : source.rows;
  if (chance.happens(0.35)) return grouped(chance, from, rows, sight);
  if (chance.happens(0.25)) return combinedQueries(chance, from, rows, sight);
  return plain(chance, from, rows, sight);
}

function terms(chance: Chance, sight: Sight, count: number): Term[] {
  return Array.from({ length: count }, () => randomTerm(chance, randomKind(chance), sight, 2));
}

function plain(chance: Chance, from: string, rows: readonly Row[], sight: Sight): Expected {
  const list = terms(chance, sight, chance.whole(1, 3));
  const results = rows.map((row) => list.map((term) => term.of(row)));
  const items = list.map(output).join(", ");
  if (chance.happens(0.25)) {
    const sql = `SELECT DISTINCT ${items} ${from}`;
    return { sql, rows: distinct(results).map((row) => textOf(row, true)), ordered: false, loose: true };
  }
  if (chance.happens(0.5))
    return { sql: `SELECT ${items} ${from}`, rows: exact(results), ordered: false, loose: false };
  // Sorted by everything that is shown, as it is before it becomes a text: equal rows are alike then.
  const signs = list.map(() => (chance.happens(0.3) ? -1 : 1));
  const sorted = [...results].sort((left, right) => {
    for (const [index, sign] of signs.entries()) {
      const order = orderOf(left[index]!, right[index]!);
      if (order !== 0) return order * sign;
    }
    return 0;
  });
  const order = list.map((term, index) => `${term.sql}${signs[index]! < 0 ? " DESC" : ""}`).join(", ");
  const by = list.map((_, index) => `k${index}${signs[index]! < 0 ? " DESC" : ""}`).join(", ");
  const top = chance.whole(0, 6);
  if (
    list.every((term) => /[a-z]\.[a-z]/.test(term.sql)) &&
    new Set(list.map((term) => term.sql)).size === list.length
  ) {
    const limit = chance.happens(0.5) ? `TOP (${top}) ` : "";
    const kept = limit === "" ? sorted : sorted.slice(0, top);
    const sql = `SELECT ${limit}${items} ${from} ORDER BY ${order}`;
    return { sql, rows: kept.map((row) => textOf(row, true)), ordered: true, loose: true };
  }
  const inner = list.map((term, index) => `${term.sql} AS k${index}, ${output(term)} AS o${index}`).join(", ");
  const outer = list.map((_, index) => `o${index}`).join(", ");
  const sql = `SELECT ${outer} FROM (SELECT ${inner} ${from}) q ORDER BY ${by}`;
  return { sql, rows: sorted.map((row) => textOf(row, true)), ordered: true, loose: true };
}

const exact = (results: readonly (readonly Value[])[]) => results.map((row) => textOf(row, false));

function distinct(results: readonly (readonly Value[])[]): (readonly Value[])[] {
  return [...new Map(results.map((row) => [row.map(keyOf).join("|"), row])).values()];
}

function combinedQueries(chance: Chance, from: string, rows: readonly Row[], sight: Sight): Expected {
  const kinds = Array.from({ length: chance.whole(1, 2) }, () => chance.pick(["number", "text", "date"] as const));
  const other = randomSource(chance, sight.tables);
  const left = kinds.map((kind) => randomTerm(chance, kind, sight, 1));
  const right = kinds.map((kind) => randomTerm(chance, kind, sightOf(other, sight.tables), 1));
  const lefts = rows.map((row) => left.map((term) => term.of(row)));
  const rights = other.rows.map((row) => right.map((term) => term.of(row)));
  const operator = chance.pick(["UNION ALL", "UNION", "EXCEPT", "INTERSECT"]);
  const has = (list: readonly (readonly Value[])[]) => {
    const keys = new Set(list.map((row) => row.map(keyOf).join("|")));
    return (row: readonly Value[]) => keys.has(row.map(keyOf).join("|"));
  };
  const results = {
    "UNION ALL": () => [...lefts, ...rights],
    UNION: () => distinct([...lefts, ...rights]),
    EXCEPT: () => distinct(lefts).filter((row) => !has(rights)(row)),
    INTERSECT: () => distinct(lefts).filter(has(rights)),
  }[operator]!();
  const sql = `SELECT ${left.map(output).join(", ")} ${from} ${operator} SELECT ${right.map(output).join(", ")} FROM ${other.sql}`;
  return { sql, rows: results.map((row) => textOf(row, true)), ordered: false, loose: true };
}

interface Aggregate {
  readonly sql: string;
  of(rows: readonly Row[]): Value;
}

function grouped(chance: Chance, from: string, rows: readonly Row[], sight: Sight): Expected {
  const keys = Array.from({ length: chance.whole(0, 2) }, () =>
    randomTerm(chance, randomKind(chance), sight, 1),
  ).filter((term) => /\.[a-z]/.test(term.sql) && !/SELECT/.test(term.sql));
  const aggregates = Array.from({ length: chance.whole(1, 3) }, () => randomAggregate(chance, sight));
  const groups = new Map<string, Row[]>();
  if (keys.length === 0) groups.set("", []);
  for (const row of rows) {
    const key = keys.map((term) => keyOf(term.of(row))).join("|");
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const least = chance.whole(1, 3);
  const having = chance.happens(0.3);
  const results = [...groups.values()]
    .filter((group) => !having || group.length >= least)
    .map((group) => [...keys.map((term) => term.of(group[0]!)), ...aggregates.map((aggregate) => aggregate.of(group))]);
  const items = [...keys.map(output), ...aggregates.map(({ sql }) => sql)].join(", ");
  const by = keys.length > 0 ? ` GROUP BY ${keys.map(({ sql }) => sql).join(", ")}` : "";
  const sql = `SELECT ${items} ${from}${by}${having ? ` HAVING COUNT(*) >= ${least}` : ""}`;
  return { sql, rows: results.map((row) => textOf(row, true)), ordered: false, loose: true };
}

function randomAggregate(chance: Chance, sight: Sight): Aggregate {
  const term = randomTerm(chance, randomKind(chance), sight, 1);
  if (/SELECT/.test(term.sql)) return { sql: "COUNT(*)", of: (rows) => BigInt(rows.length) };
  const present = (rows: readonly Row[]) => rows.map((row) => term.of(row)).filter((value) => value !== null);
  const extreme = (sign: number) => (rows: readonly Row[]) =>
    present(rows).reduce<Value>(
      (best, value) => (best === null || compareValues(value, best) * sign > 0 ? value : best),
      null,
    );
  const as = (name: string) => output({ ...term, sql: `${name}(${term.sql})` });
  switch (chance.whole(0, 5)) {
    case 0:
      return { sql: "COUNT(*)", of: (rows) => BigInt(rows.length) };
    case 1:
      return { sql: `COUNT(${term.sql})`, of: (rows) => BigInt(present(rows).length) };
    case 2:
      return { sql: `COUNT(DISTINCT ${term.sql})`, of: (rows) => BigInt(new Set(present(rows).map(keyOf)).size) };
    case 3:
      return { sql: as("MIN"), of: extreme(-1) };
    case 4:
      return { sql: as("MAX"), of: extreme(1) };
    default:
      return sum(chance, term, present, as);
  }
}

function sum(
  chance: Chance,
  term: Term,
  present: (rows: readonly Row[]) => Exclude<Value, null>[],
  as: (name: string) => string,
): Aggregate {
  const average = chance.happens(0.4);
  const name = average ? "AVG" : "SUM";
  if (term.kind === "number") {
    const total = (rows: readonly Row[]) => (present(rows) as bigint[]).reduce((left, right) => left + right, 0n);
    return {
      sql: `${name}(CAST(${term.sql} AS bigint))`,
      of(rows) {
        const count = BigInt(present(rows).length);
        return count === 0n ? null : average ? total(rows) / count : total(rows);
      },
    };
  }
  if (term.kind !== "decimal") return { sql: `COUNT(${term.sql})`, of: (rows) => BigInt(present(rows).length) };
  const [, scale] = term.digits!;
  const target = average ? Math.max(6, scale) : scale;
  return {
    sql: as(name),
    of(rows) {
      const values = present(rows) as Decimal[];
      if (values.length === 0) return null;
      const units = values.reduce((total, value) => total + rounded(value, target).units, 0n);
      return decimal(average ? units / BigInt(values.length) : units, target);
    },
  };
}

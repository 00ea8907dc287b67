import type { Chance } from "../simulation/chance";
import { type Condition, columnTerm, randomCondition } from "./condition";
import { randomRow, randomValue, type Table } from "./schema";
import { type Row, randomTerm, type Sight, type Term } from "./term";
import { literal, type Value } from "./value";

/** A change of one table, and what it must do: change so many rows, or fail with an error and change nothing. */
export interface Change {
  readonly sql: string;
  readonly table: Table;
  /** The errors that its violated rules have, of which one is answered, or the rows of the table afterwards. */
  readonly outcome: { readonly errors: readonly number[] } | { readonly rows: Value[][]; readonly count: number };
}

export function randomChange(chance: Chance, tables: readonly Table[]): Change {
  const table = chance.pick(tables);
  return chance.pick([insert, insert, update, update, remove])(chance, table, tables);
}

function rowOf(table: Table, alias: string, values: readonly Value[]): Row {
  return new Map(table.columns.map(({ name }, index) => [`${alias}.${name}`, values[index]!]));
}

function sightOf(table: Table, tables: readonly Table[]): Sight {
  // A subquery may read the table that changes: the statement sees it as it was.
  return { columns: table.columns.map((column) => columnTerm(table.name, column)), tables, depth: 1 };
}

function insert(chance: Chance, table: Table, tables: readonly Table[]): Change {
  const rows = Array.from({ length: chance.whole(1, 2) }, () => {
    const row = randomRow(chance, table, BigInt(chance.whole(1, 14)));
    if (table.parent && chance.happens(0.15)) row[1] = 99n;
    const index = chance.whole(1, row.length - 1);
    if (chance.happens(0.1)) row[index] = null;
    return row;
  });
  const sql = `INSERT INTO ${table.name} VALUES ${rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ")}`;
  return { sql, table, outcome: outcome(table, [...table.rows, ...rows], rows.length, tables, rows) };
}

function update(chance: Chance, table: Table, tables: readonly Table[]): Change {
  const sight = sightOf(table, tables);
  const where: Condition = randomCondition(chance, sight, 1);
  const index = chance.whole(0, table.columns.length - 1);
  const column = table.columns[index]!;
  const value = newValue(chance, table, index, sight);
  const changed: Value[][] = [];
  const rows = table.rows.map((values) => {
    const row = rowOf(table, table.name, values);
    if (where.of(row) !== true) return values;
    const after = values.map((old, position) => (position === index ? value.of(row) : old));
    changed.push(after);
    return after;
  });
  const sql = `UPDATE ${table.name} SET ${column.name} = ${value.sql} WHERE ${where.sql}`;
  return { sql, table, outcome: outcome(table, rows, changed.length, tables, changed) };
}

/** Keys move by a constant, so that they may meet; other columns get a value of theirs or that of a column of the same type. */
function newValue(chance: Chance, table: Table, index: number, sight: Sight): Pick<Term, "sql" | "of"> {
  const column = table.columns[index]!;
  if (index === 0) {
    const step = BigInt(chance.whole(-2, 2));
    return { sql: `id + (${step})`, of: (row) => (row.get(`${table.name}.id`) as bigint) + step };
  }
  const same = table.columns.filter(({ declaration }) => declaration === column.declaration);
  if (chance.happens(0.3)) return columnTerm(table.name, chance.pick(same));
  if (column.kind === "text" && chance.happens(0.5)) {
    const term = randomTerm(chance, "text", sight, 1);
    return { sql: `LEFT(${term.sql}, 8)`, of: (row) => (term.of(row) as string | null)?.slice(0, 8) ?? null };
  }
  const value = chance.happens(0.1) ? null : randomValue(chance, column);
  return { sql: literal(value), of: () => value };
}

function remove(chance: Chance, table: Table, tables: readonly Table[]): Change {
  const where = randomCondition(chance, sightOf(table, tables), 1);
  const kept = table.rows.filter((values) => where.of(rowOf(table, table.name, values)) !== true);
  const sql = `DELETE FROM ${table.name} WHERE ${where.sql}`;
  return { sql, table, outcome: outcome(table, kept, table.rows.length - kept.length, tables, []) };
}

/** What the rules of the tables say: NULLs, keys, and references both ways. */
function outcome(
  table: Table,
  rows: Value[][],
  count: number,
  tables: readonly Table[],
  fresh: readonly (readonly Value[])[],
): Change["outcome"] {
  const keys = rows.map((row) => row[0]);
  const refers = (child: Table, childRows: readonly (readonly Value[])[], parentKeys: readonly (Value | undefined)[]) =>
    child.parent === undefined || childRows.every((row) => row[1] === null || parentKeys.includes(row[1]));
  const children = tables.filter((child) => child.parent === table);
  const parentKeys = table.parent?.rows.map((row) => row[0]) ?? [];
  const violated: readonly (readonly [number, boolean])[] = [
    [515, fresh.some((row) => table.columns.some((column, index) => !column.nullable && row[index] === null))],
    [2627, new Set(keys).size < keys.length],
    [547, !refers(table, fresh, parentKeys) || !children.every((child) => refers(child, child.rows, keys))],
  ];
  const errors = violated.filter(([, holds]) => holds).map(([error]) => error);
  return errors.length > 0 ? { errors } : { rows, count };
}

import type { Chance } from "../simulation/chance";
import { randomRow, randomValue, type Table } from "./schema";
import { literal, type Value } from "./value";

/** What one session does in a transaction: statements, and the keys of the rows that they change or insert. */
interface Part {
  readonly statements: readonly string[];
  readonly keys: ReadonlySet<bigint>;
  apply(rows: readonly Value[][]): Value[][];
}

/** Two transactions that are open at once; `second` is committed first. */
export interface TwoSessions {
  readonly table: Table;
  readonly first: readonly string[];
  readonly second: readonly string[];
  /** Both touch one row or insert one key: the first one, which commits later, is the victim. */
  readonly conflicts: boolean;
  readonly rows: Value[][];
}

export function randomTwoSessions(chance: Chance, tables: readonly Table[]): TwoSessions {
  const table = chance.pick(tables);
  const [first, second] = [randomPart(chance, table), randomPart(chance, table)];
  const conflicts = [...first.keys].some((key) => second.keys.has(key));
  const afterSecond = second.apply(table.rows);
  const rows = conflicts ? afterSecond : first.apply(afterSecond);
  return { table, first: first.statements, second: second.statements, conflicts, rows };
}

function randomPart(chance: Chance, table: Table): Part {
  const index = chance.whole(table.parent ? 2 : 1, table.columns.length - 1);
  const column = table.columns[index]!;
  const value = randomValue(chance, column);
  const chosen = new Set(table.rows.map((row) => row[0] as bigint).filter(() => chance.happens(0.25)));
  const taken = new Set(table.rows.map((row) => row[0]));
  // More numbers than rows: a table may have grown to all of the first twenty.
  const numbers = Array.from({ length: table.rows.length + 20 }, (_, number) => BigInt(number + 1));
  const free = numbers.filter((key) => !taken.has(key));
  const inserted = randomRow(chance, table, chance.pick(free));
  const list = [...chosen, inserted[0] as bigint].join(", ");
  return {
    statements: [
      `INSERT ${table.name} VALUES (${inserted.map(literal).join(", ")})`,
      `UPDATE ${table.name} SET ${column.name} = ${literal(value)} WHERE id IN (${list})`,
    ],
    keys: new Set([...chosen, inserted[0] as bigint]),
    apply: (rows) =>
      [...rows, inserted].map((row) =>
        chosen.has(row[0] as bigint) || row[0] === inserted[0]
          ? row.map((old, position) => (position === index ? value : old))
          : row,
      ),
  };
}

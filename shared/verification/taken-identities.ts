import type { ReadColumn } from "../cloud/sql-server";
import { keyColumns } from "../cloud/sql-server/statements";
import { canPageBy } from "../cloud/sql-server/text-form";
import { showName } from "../object-name";
import type { RowFinding } from "../restore/model/record";
import { sourceAddress, targetAddress } from "./open-table";
import { measured, showValues, type TablePair } from "./row-findings";

/** Rows of other values that are looked at, of one table: each is read on both sides. */
const lookedAtMost = 10_000;
/** Rows in one read: their short columns together are less than a function reads at once. */
const rowsPerRead = 100;

/**
 * Rows of the backup whose identity value a row has by now that differs from it in most of the other columns. Whether that is a new row, or
 * the old one after changes, no server can tell; so the words are "as if".
 * @param before rows of other values in earlier ranges
 * @throws CloudError that passes by itself
 */
export async function findTakenIdentities(
  pair: TablePair,
  different: readonly (readonly string[])[],
  before: number,
): Promise<readonly RowFinding[]> {
  const identity = identityOf(pair);
  if (identity === null || different.length === 0) return [];
  const about = showName(identity);
  return measured("taken", about, async () => {
    const finding = { kind: "taken", about, rows: 0, example: null } as const;
    const others = otherColumns(pair);
    if (others.length === 0)
      return [{ ...finding, problem: "no other column has values that can be compared one by one" }];
    if (before + different.length > lookedAtMost)
      return [{ ...finding, problem: `only the first ${lookedAtMost} rows of other values were looked at` }];
    const taken: (readonly string[])[] = [];
    for (let start = 0; start < different.length; start += rowsPerRead)
      taken.push(...(await mostlyOther(pair, others, different.slice(start, start + rowsPerRead))));
    return taken.length === 0
      ? []
      : [{ ...finding, rows: taken.length, example: showValues(taken[0]!), problem: null }];
  });
}

function identityOf({ source, target, columns }: TablePair): string | null {
  const isIdentity = (name: string, shape: typeof source) =>
    shape.columns.some((column) => column.name === name && column.identity);
  const at = columns.source.key.findIndex(
    (name, part) => isIdentity(name, source) || isIdentity(columns.target.key[part]!, target),
  );
  return at < 0 ? null : columns.target.key[at]!;
}

/** Columns that are no part of the key, as both sides have them. */
function otherColumns({ columns: { source, target } }: TablePair): { source: ReadColumn; target: ReadColumn }[] {
  return source.columns
    .map((column, index) => ({ source: column, target: target.columns[index]! }))
    .filter((pair) => !source.key.includes(pair.source.name) && canPageBy(pair.source.type));
}

async function mostlyOther(
  { ends, table, columns }: TablePair,
  others: ReturnType<typeof otherColumns>,
  keys: readonly (readonly string[])[],
): Promise<(readonly string[])[]> {
  const sourceSearch = { by: keyColumns(columns.source), columns: others.map((one) => one.source) };
  const targetSearch = { by: keyColumns(columns.target), columns: others.map((one) => one.target) };
  const was = new Map(
    (await ends.source.findValues(sourceAddress(table), sourceSearch, keys)).map((row) => [row.asked, row.values]),
  );
  const now = await ends.target.findValues(targetAddress(table), targetSearch, keys);
  return now.flatMap(({ asked, values }) => {
    const other = values.filter((value, index) => value !== was.get(asked)?.[index]).length;
    return was.has(asked) && other * 2 > others.length ? [keys[asked]!] : [];
  });
}

import type { ColumnShape, UniqueKey } from "../cloud/sql-server";
import { keyColumns } from "../cloud/sql-server/statements";
import { canPageBy } from "../cloud/sql-server/text-form";
import { showUniqueKey } from "../cloud/sql-server/unique-keys";
import { listedByName, showName } from "../object-name";
import type { RowFinding } from "../restore/model/record";
import { sourceAddress, targetAddress } from "./open-table";
import { measured, showValues, type TablePair } from "./row-findings";

/**
 * Missing rows whose values in another unique key of the master a row has already, so that the server refuses them. The condition of a filtered
 * index is evaluated on both sides.
 * @returns positions of such keys in `missing`, and what is said of them
 * @throws CloudError that passes by itself
 */
export async function findHeldValues(
  pair: TablePair,
  missing: readonly (readonly string[])[],
): Promise<{ readonly held: ReadonlySet<number>; readonly findings: readonly RowFinding[] }> {
  const held = new Set<number>();
  const findings: RowFinding[] = [];
  if (missing.length === 0) return { held, findings };
  for (const key of otherKeys(pair)) {
    const about = showUniqueKey(key);
    const note = (rows: number, example: string | null, problem: string | null): RowFinding[] =>
      rows === 0 && problem === null ? [] : [{ kind: "held", about, rows, example, problem }];
    findings.push(
      ...(await measured("held", about, async () => {
        const columns = columnsOf(pair, key);
        if (typeof columns === "string") return note(0, null, columns);
        const found = await holders(pair, key, columns, missing);
        for (const { asked } of found) held.add(asked);
        const [first] = found;
        return note(new Set(found.map(({ asked }) => asked)).size, first?.example ?? null, null);
      })),
    );
  }
  return { held, findings };
}

/** A key that holds the compared one in full cannot refuse a row whose compared key is absent. */
function otherKeys({ target, columns }: TablePair): UniqueKey[] {
  const compared = columns.target.key;
  return target.uniqueKeys.filter((key) => key.enabled && !compared.every((name) => key.columns.includes(name)));
}

interface KeyColumns {
  readonly source: readonly ColumnShape[];
  readonly target: readonly ColumnShape[];
}

/** The key's columns on both sides, or why their values cannot be looked up. */
function columnsOf({ source, target }: TablePair, key: UniqueKey): KeyColumns | string {
  const [inBackup, onMaster] = [listedByName(source.columns), listedByName(target.columns)];
  const found: { source: ColumnShape[]; target: ColumnShape[] } = { source: [], target: [] };
  for (const name of key.columns) {
    const [was, now] = [inBackup.find(name), onMaster.find(name)];
    if (!was || !now) return `column ${showName(name)} is not in the backup`;
    for (const { type } of [was, now])
      if (!canPageBy(type)) return `values of ${showName(name)}, of type ${type}, cannot be looked up`;
    found.source.push(was);
    found.target.push(now);
  }
  return found;
}

async function holders(
  { ends, table, columns }: TablePair,
  key: UniqueKey,
  { source, target }: KeyColumns,
  missing: readonly (readonly string[])[],
): Promise<{ readonly asked: number; readonly example: string }[]> {
  const only = key.filtered ? { condition: key.condition! } : {};
  const bySourceKey = { by: keyColumns(columns.source), columns: source, ...only };
  const rows = await ends.source.findValues(sourceAddress(table), bySourceKey, missing);
  const values = rows.map((row) => row.values);
  const byValues = { by: target, columns: keyColumns(columns.target), ...only };
  const found = await ends.target.findValues(targetAddress(table), byValues, values);
  return found.map((holder) => ({
    asked: rows[holder.asked]!.asked,
    example: `the missing row ${showValues(missing[rows[holder.asked]!.asked]!)} has ${showValues(values[holder.asked]!)}, which row ${showValues(holder.values)} holds`,
  }));
}

import { keyColumns } from "../cloud/sql-server/statements";
import type { RowFinding } from "../restore/model/record";
import { sourceAddress } from "./open-table";
import { measured, showValues, type TablePair } from "./row-findings";
import { unfitRows } from "./table-fit";

/**
 * Missing rows that the master's columns or checks do not take. The backup's server says which: the conditions are evaluated there.
 * @returns positions of such keys in `missing`, and what is said of them
 * @throws CloudError that passes by itself
 */
export async function findUnfitValues(
  { ends, table, source, target, columns }: TablePair,
  missing: readonly (readonly string[])[],
): Promise<{ readonly unfit: ReadonlySet<number>; readonly findings: readonly RowFinding[] }> {
  const unfit = new Set<number>();
  const findings: RowFinding[] = [];
  if (missing.length === 0) return { unfit, findings };
  const key = keyColumns(columns.source);
  for (const { about, condition } of unfitRows(source, target))
    findings.push(
      ...(await measured("unfit", about, async () => {
        const found = await ends.source.findValues(sourceAddress(table), { by: key, columns: key, condition }, missing);
        for (const { asked } of found) unfit.add(asked);
        if (found.length === 0) return [];
        return [{ kind: "unfit", about, rows: found.length, example: showValues(found[0]!.values), problem: null }];
      })),
    );
  return { unfit, findings };
}

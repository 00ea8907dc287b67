import type { TableShape } from "../cloud/sql-server";
import type { RowFinding, TableComparison } from "../restore/model/record";
import { lastingProblem } from "./check";
import type { CommonColumns } from "./column-drift";
import type { RangeDifference } from "./key-range";
import type { Ends } from "./open-table";

/** A table of the backup and the master's table that rows are added to, as both are now. */
export interface TablePair {
  readonly ends: Ends;
  /** Where it is on both sides. */
  readonly table: TableComparison;
  readonly source: TableShape;
  readonly target: TableShape;
  readonly columns: CommonColumns;
}

export interface RangeFindings {
  /** Missing rows of the range that cannot be added, each once. */
  readonly held: number;
  readonly findings: readonly RowFinding[];
}

/** Looks at the rows of one range by their values. `table`: as it was before the range. @throws CloudError that passes by itself */
export type RangeProbe = (range: RangeDifference, table: TableComparison) => Promise<RangeFindings>;

/** Called once for a table that was opened in a slice; null: its rows are not looked at. */
export type OpenProbe = (pair: TablePair) => Promise<RangeProbe | null>;

/** The table with what one more range showed. */
export function addFindings(table: TableComparison, { held, findings }: RangeFindings): TableComparison {
  if (findings.length === 0) return table;
  const known = [...(table.findings ?? [])];
  for (const finding of findings) {
    const at = known.findIndex(({ kind, about }) => kind === finding.kind && about === finding.about);
    if (at < 0) known.push(finding);
    else known[at] = together(known[at]!, finding);
  }
  return { ...table, held: (table.held ?? 0) + held, findings: known };
}

/** A read that would be refused again is no reason to stop: it is said that this was not measured. */
export async function measured(
  kind: RowFinding["kind"],
  about: string,
  measure: () => Promise<readonly RowFinding[]>,
): Promise<readonly RowFinding[]> {
  try {
    return await measure();
  } catch (error) {
    const problem = lastingProblem(error);
    if (problem === null) throw error;
    return [{ kind, about, rows: 0, example: null, problem: problem.text }];
  }
}

/** One value as it is, several in brackets. */
export function showValues(values: readonly (string | null)[]): string {
  const texts = values.map((value) => value ?? "NULL");
  return texts.length === 1 ? texts[0]! : `(${texts.join(", ")})`;
}

function together(before: RowFinding, more: RowFinding): RowFinding {
  const [example, problem] = [before.example ?? more.example, before.problem ?? more.problem];
  return { ...before, rows: before.rows + more.rows, example, problem };
}

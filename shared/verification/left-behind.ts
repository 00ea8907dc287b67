import type { ColumnShape, ReferringKey, TableAddress, TableShape } from "../cloud/sql-server";
import { keyColumns } from "../cloud/sql-server/statements";
import { canPageBy } from "../cloud/sql-server/text-form";
import { showAddress, showName } from "../object-name";
import type { RowFinding } from "../restore/model/record";
import { type CommonColumns, commonColumns } from "./column-drift";
import { type Ends, shapeOf, sourceAddress } from "./open-table";
import { measured, showValues, type TablePair } from "./row-findings";

type Key = readonly string[];

/** Rows of the backup that are missing on the master, by their keys. */
interface MissingRows {
  readonly shape: TableShape;
  readonly columns: CommonColumns;
  readonly keys: readonly Key[];
}

/**
 * Rows of other tables that refer to missing rows in the backup and are missing too, such as those that a cascade deleted; then the rows that
 * refer to those, and so on. `isChosen`: rows are added to that table as well, so nothing is left behind.
 * @throws CloudError that passes by itself
 */
export async function findLeftBehind(
  { ends, table, source, columns }: TablePair,
  missing: readonly Key[],
  isChosen: (table: TableAddress) => boolean,
): Promise<readonly RowFinding[]> {
  const findings: RowFinding[] = [];
  const seen = new Set([showAddress(source)]);
  const open: MissingRows[] = [{ shape: source, columns, keys: missing }];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    if (parent.keys.length === 0) continue;
    const from = parent;
    for (const key of await ends.source.referringKeys({ ...sourceAddress(table), ...nameOf(from.shape) })) {
      const child = { database: table.database, schema: key.schema, name: key.table };
      if (isChosen(child)) continue;
      const about = `${showAddress(child)} by ${showName(key.name)} to ${showAddress(from.shape)}`;
      const note = (rows: number, example: string | null, problem: string | null): RowFinding[] =>
        rows === 0 && problem === null ? [] : [{ kind: "left-behind", about, rows, example, problem }];
      findings.push(
        ...(await measured("left-behind", about, async () => {
          const found = await missingChildren(ends, table.targetDatabase, child, key, from);
          if (typeof found === "string") return note(0, null, found);
          if (!seen.has(showAddress(child))) open.push(found);
          seen.add(showAddress(child));
          return note(found.keys.length, found.keys[0] ? showValues(found.keys[0]) : null, null);
        })),
      );
    }
  }
  return findings;
}

/** @returns why it cannot be told, where it cannot */
async function missingChildren(
  ends: Ends,
  targetDatabase: string,
  child: TableAddress,
  key: ReferringKey,
  parent: MissingRows,
): Promise<MissingRows | string> {
  const [shape, target] = [
    await shapeOf(ends.source, child),
    await shapeOf(ends.target, { ...child, database: targetDatabase }),
  ];
  if (!shape) return "the table cannot be seen in the backup";
  if (!target) return "the table is not on the master";
  const columns = commonColumns(shape, target);
  if (!columns.key) return "no key tells its rows apart";
  const [referring, referenced] = [named(shape, key.columns), named(parent.shape, key.referencedColumns)];
  const unlike = [...referring, ...referenced].find(({ type }) => !canPageBy(type));
  if (unlike) return `values of ${showName(unlike.name)}, of type ${unlike.type}, cannot be looked up`;
  const search = { by: keyColumns(parent.columns.source), columns: referenced };
  const parents = await ends.source.findValues(parent.shape, search, parent.keys);
  const wanted = parents.map(({ values }) => values).filter((values) => !values.includes(null));
  const bySource = { by: referring, columns: keyColumns(columns.source) };
  const children = (await ends.source.findValues(child, bySource, wanted)).map(({ values }) => values as Key);
  const byTarget = keyColumns(columns.target);
  const there = await ends.target.findValues(target, { by: byTarget, columns: byTarget }, children);
  const present = new Set(there.map(({ asked }) => asked));
  return { shape, columns, keys: children.filter((_, index) => !present.has(index)) };
}

function named({ columns }: TableShape, names: readonly string[]): ColumnShape[] {
  return names.map((name) => columns.find((column) => column.name === name)!);
}

function nameOf({ schema, name }: TableShape) {
  return { schema, name };
}

import type { TableName } from "../cloud/sql-server";
import { showName, tablePath, tablesByName, tellNear } from "../object-name";
import type { CheckResult } from "../restore/model/record";
import { namesakes, tellNamesakes } from "../restore/prerequisites/bare-names";
import type { ObjectSelection } from "../restore/request/request";
import { type WriteBackMode, writeBackOf } from "../restore/write-back";

/** The tables of a database as its server lists them. */
export interface ListedTables {
  readonly tables: readonly TableName[];
  readonly collation: string | null;
}

/**
 * What is wrong with the tables that were chosen, as failed checks: those that are not there, those that the server takes for one, and
 * those that DTS could not tell from another schema's table.
 * @param found the chosen tables, as the server has matched their names by its own collation
 */
export function chosenTableProblems(
  { database, tables }: ObjectSelection,
  found: readonly TableName[],
  listed: ListedTables,
  mode: WriteBackMode,
): CheckResult[] {
  const byName = tablesByName(found);
  const taken = new Set<TableName>();
  const { job } = writeBackOf(mode);
  return (tables ?? []).flatMap((table): CheckResult[] => {
    const name = showName(...tablePath(table));
    const there = byName.find(...tablePath(table));
    if (!there) return [missing(database, name, tablesByName(listed.tables).near(...tablePath(table)))];
    if (taken.has(there)) return [twice(database, name, showName(...tablePath(there)))];
    taken.add(there);
    const others = job ? namesakes(there, listed.tables, listed.collation) : [];
    return others.length > 0 ? [withoutSchema(database, name, tellNamesakes(there, others))] : [];
  });
}

function missing(database: string, name: string, near: readonly string[]): CheckResult {
  return {
    name: `table ${name} exists in ${showName(database)}`,
    passed: false,
    text: `There is no table ${name} in ${showName(database)} on the temporary instance, or the login has no right on it.${tellNear(near)}`,
  };
}

function twice(database: string, name: string, taken: string): CheckResult {
  return {
    name: `table ${name} of ${showName(database)} is chosen once`,
    passed: false,
    code: "names-not-distinct",
    text: `${name} is ${taken} of ${showName(database)}, which is chosen already: its names do not differ by case. Choose it once.`,
  };
}

function withoutSchema(database: string, name: string, told: string): CheckResult {
  return {
    name: `table ${name} of ${showName(database)} can be told from others`,
    passed: false,
    code: "table-name-in-two-schemas",
    text: `In ${showName(database)}, ${told}. Restore the whole database.`,
  };
}

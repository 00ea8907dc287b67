import { isSameName, showName, tablePath, tablesByName } from "../../object-name";

type TableName = { readonly schema: string; readonly name: string };

/**
 * Other tables of the database that DTS would know by the same name: its object list has tables without their schemas (dts documentation,
 * "Objects of DTS tasks"). Which of them it would take, and into which it would write, is not documented, so none is tried.
 * @param collation of the database; null: not known, and only the very same name counts
 */
export function namesakes<Table extends TableName>(
  table: TableName,
  listed: readonly Table[],
  collation: string | null,
): Table[] {
  const itself = tablesByName(listed).find(...tablePath(table));
  return listed.filter((other) => other !== itself && isSameName(other.name, table.name, collation) === true);
}

/** Half a sentence on `namesakes`, with the two tables of which there may be several pairs. */
export function tellNamesakes(table: TableName, others: readonly TableName[]): string {
  const shown = others.slice(0, 3).map((other) => showName(...tablePath(other)));
  return `${shown.join(", ")} ${others.length === 1 ? "is" : "are"} there beside ${showName(...tablePath(table))}, and DTS names tables without schema`;
}

import type { Row } from "../data/database";
import type { TableDefinition } from "../data/table-definition";
import type { SelectedTable } from "./selected-tables";

/** One table on its way: what is copied where, and how far it is. */
export interface TableTask extends SelectedTable {
  /** The source's table, as read when the migration started. */
  readonly sourceDefinition: TableDefinition;
  /** Made by this job's structure stage. */
  created: boolean;
  structureError: string;
  rowsTotal: number;
  /** Rows read from the source, written or (key present on the target) left as they were there. */
  rowsRead: number;
  rowsDone: boolean;
  /** The rows being copied, held from the first chunk to the last: nothing should write on a migration's source. */
  rows: readonly Row[] | undefined;
}

export function newTask(selected: SelectedTable, definition: TableDefinition, rowsTotal: number): TableTask {
  return {
    ...selected,
    sourceDefinition: definition,
    created: false,
    structureError: "",
    rowsTotal,
    rowsRead: 0,
    rowsDone: false,
    rows: undefined,
  };
}

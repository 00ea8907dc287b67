import type { NamedObject, TableShape } from "../../cloud/sql-server";
import { addressesByName, addressPath, bracketed, showAddress, showName } from "../../object-name";
import type { StatedReason } from "../model/reasons";
import type { PlannedDatabase } from "./plan";

/** A name that a table needs in a database of the master that is there already. */
export interface NeededName {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  /** The table that is to be made, by its new name. */
  readonly table: string;
  /** It is the name of the table itself, not of one of its constraints. */
  readonly ofTable: boolean;
}

/** An object of a database of the master. */
export type FoundObject = NamedObject & { readonly database: string };

/**
 * The names that the plan's tables need where the database is there already. Names of constraints exist once in a schema, and DTS makes a table
 * with the names of the backup, as far as its documents show.
 * @param sources shapes of the backup; a table without one needs its own name at least
 */
export function neededNames(databases: readonly PlannedDatabase[], sources: readonly TableShape[]): NeededName[] {
  const shapes = addressesByName(sources);
  return databases
    .filter(({ createsDatabase }) => !createsDatabase)
    .flatMap(({ database, targetDatabase, tables }) =>
      tables.flatMap(({ schema, name, targetName }): NeededName[] => {
        const table = showName(targetDatabase, schema, targetName);
        const constraints = shapes.find(database, schema, name)?.constraintNames ?? [];
        return [
          { database: targetDatabase, schema, name: targetName, table, ofTable: true },
          ...constraints.map((one) => ({ database: targetDatabase, schema, name: one, table, ofTable: false })),
        ];
      }),
    );
}

/** Why a table cannot be made under the names that it needs; null: they are free. Tables are judged by the mode's own rule. */
export function takenName(needed: readonly NeededName[], found: readonly FoundObject[]): StatedReason | null {
  const names = addressesByName(found);
  for (const one of needed) {
    const holder = names.find(...addressPath(one));
    if (holder && !(one.ofTable && holder.kind === "table"))
      return one.ofTable ? tableNameTaken(one, holder) : constraintNameTaken(one, holder);
  }
  return null;
}

function tableNameTaken({ table }: NeededName, holder: FoundObject): StatedReason {
  return {
    code: "target-exists",
    text: `The master has a ${holder.kind} ${showAddress(holder)}, so no table ${table} can be made. It was left as it is. Rename it, or ask again for side-by-side.`,
  };
}

function constraintNameTaken({ database, schema, name, table }: NeededName, holder: FoundObject): StatedReason {
  const owner = holder.table ? ` of ${showName(database, holder.table.schema, holder.table.name)}` : "";
  const old = `N'${`${bracketed(holder.schema)}.${bracketed(holder.name)}`.replaceAll("'", "''")}'`;
  const rename = `EXEC sp_rename ${old}, N'${`${holder.name}_old`.replaceAll("'", "''")}', N'OBJECT'`;
  return {
    code: "constraint-name-taken",
    text: `The table ${table} needs the name ${showName(schema, name)} for a constraint, and the ${holder.kind} ${showName(holder.schema, holder.name)}${owner} has it on the master. Names of constraints exist once in a schema. Rename that one in ${showName(database)} (${rename}), or ask again for side-by-side in a new database.`,
  };
}

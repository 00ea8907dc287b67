import type { Capabilities } from "../capabilities";
import type { Database } from "../data/database";
import type { SqlServerData } from "../data/sql-server-data";
import { textRules } from "../data/text-rules";
import type { DatabaseSelection, TableSelection } from "./db-list";

/** One table that a job carries, with both of its full names. */
export interface SelectedTable {
  readonly sourceDatabase: string;
  readonly sourceSchema: string;
  readonly sourceTable: string;
  readonly targetDatabase: string;
  readonly targetSchema: string;
  readonly targetTable: string;
  /** Selected as part of a whole database, which also brings triggers and computed columns. */
  readonly wholeDatabase: boolean;
}

export interface Selection {
  readonly tables: readonly SelectedTable[];
  /** A sentence for each selected object that the source does not have, or has twice. */
  readonly problems: readonly string[];
}

/** Resolves the selection against what the source really holds. */
export function selectTables(
  databases: readonly DatabaseSelection[],
  source: SqlServerData,
  tableKeys: Capabilities["tableKeys"],
): Selection {
  const tables: SelectedTable[] = [];
  const problems: string[] = [];
  for (const selection of databases) {
    const database = source.database(selection.database);
    if (!database) problems.push(`The source has no database ${selection.database}.`);
    else if (selection.tables === "whole") tables.push(...wholeDatabase(selection, database));
    else {
      for (const table of selection.tables) {
        const found = oneTable(selection, table, database, tableKeys);
        if (typeof found === "string") problems.push(found);
        else tables.push(found);
      }
    }
  }
  return { tables, problems };
}

function wholeDatabase(selection: DatabaseSelection, database: Database): SelectedTable[] {
  return database.tables().map(({ definition }) => ({
    sourceDatabase: selection.database,
    sourceSchema: definition.schema,
    sourceTable: definition.name,
    targetDatabase: selection.targetDatabase,
    targetSchema: definition.schema,
    targetTable: definition.name,
    wholeDatabase: true,
  }));
}

function oneTable(
  selection: DatabaseSelection,
  table: TableSelection,
  database: Database,
  tableKeys: Capabilities["tableKeys"],
): SelectedTable | string {
  const qualified = tableKeys === "schema-qualified";
  const { fold } = textRules(database.collation);
  const wanted = fold(table.key);
  const candidates = database.tables().filter(({ definition }) => {
    const key = qualified ? `${definition.schema}.${definition.name}` : definition.name;
    return fold(key) === wanted;
  });
  const [found] = candidates;
  if (!found) return `The database ${selection.database} has no table ${table.key}.`;
  if (candidates.length > 1) return `The table name ${table.key} occurs in several schemas of ${selection.database}.`;
  const { schema, name } = found.definition;
  const dot = qualified ? table.targetName.indexOf(".") : -1;
  return {
    sourceDatabase: selection.database,
    sourceSchema: schema,
    sourceTable: name,
    targetDatabase: selection.targetDatabase,
    targetSchema: dot < 0 ? schema : table.targetName.slice(0, dot),
    targetTable: table.targetName.slice(dot + 1),
    wholeDatabase: false,
  };
}

import { indexesOf, type TableDefinition } from "../../../data/table-definition";
import type { CatalogContext, View } from "./view";
import { view } from "./view";

const nameColumns = "CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname";
const tableColumns = "TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname";

function constraintName({ database }: CatalogContext, { schema }: { readonly schema: string }, name: string) {
  return { CONSTRAINT_CATALOG: database.name, CONSTRAINT_SCHEMA: schema, CONSTRAINT_NAME: name };
}

function tableName({ database }: CatalogContext, { schema, name }: TableDefinition) {
  return { TABLE_CATALOG: database.name, TABLE_SCHEMA: schema, TABLE_NAME: name };
}

/** Keys of the table that are constraints. */
function keysOf(definition: TableDefinition) {
  return indexesOf(definition).filter(({ kind }) => kind !== "index");
}

/** A view with one record for each constraint of each table. */
function each(
  columns: string,
  records: (definition: TableDefinition, context: CatalogContext) => ReturnType<Parameters<typeof view>[1]>,
): View {
  return view(columns, (context) => context.tables.flatMap(({ definition }) => records(definition, context)));
}

/** Views of the SQL standard about constraints. */
export const standardConstraintViews: Readonly<Record<string, View>> = {
  table_constraints: each(
    `${nameColumns}, ${tableColumns}, CONSTRAINT_TYPE varchar(11), IS_DEFERRABLE varchar(2), INITIALLY_DEFERRED varchar(2)`,
    (definition, context) => {
      const record = (name: string, type: string) => ({
        ...constraintName(context, definition, name),
        ...tableName(context, definition),
        CONSTRAINT_TYPE: type,
        IS_DEFERRABLE: "NO",
        INITIALLY_DEFERRED: "NO",
      });
      return [
        ...keysOf(definition).map(({ name, kind }) => record(name, kind === "unique" ? "UNIQUE" : "PRIMARY KEY")),
        ...definition.foreignKeys.map(({ name }) => record(name, "FOREIGN KEY")),
        ...(definition.checks ?? []).map(({ name }) => record(name, "CHECK")),
      ];
    },
  ),
  key_column_usage: each(
    `${nameColumns}, ${tableColumns}, COLUMN_NAME nvarchar(128), ORDINAL_POSITION int`,
    (definition, context) =>
      [...keysOf(definition), ...definition.foreignKeys].flatMap((key) =>
        key.columns.map((column, index) => ({
          ...constraintName(context, definition, key.name),
          ...tableName(context, definition),
          COLUMN_NAME: column,
          ORDINAL_POSITION: index + 1,
        })),
      ),
  ),
  referential_constraints: each(
    `${nameColumns}, UNIQUE_CONSTRAINT_CATALOG nvarchar(128), UNIQUE_CONSTRAINT_SCHEMA nvarchar(128), UNIQUE_CONSTRAINT_NAME sysname, MATCH_OPTION varchar(7), UPDATE_RULE varchar(11), DELETE_RULE varchar(11)`,
    (definition, context) =>
      definition.foreignKeys.map((key) => {
        const parent = context.database.table(key.referencedSchema, key.referencedTable);
        const sorted = (columns: readonly string[]) => [...columns].sort().join("\u0000");
        const wanted = sorted(key.referencedColumns);
        const found =
          parent && indexesOf(parent.definition).find(({ unique, columns }) => unique && sorted(columns) === wanted);
        const rule = (action = "no-action") => action.toUpperCase().replace("-", " ");
        return {
          ...constraintName(context, definition, key.name),
          UNIQUE_CONSTRAINT_CATALOG: context.database.name,
          UNIQUE_CONSTRAINT_SCHEMA: key.referencedSchema,
          UNIQUE_CONSTRAINT_NAME: found?.name,
          MATCH_OPTION: "SIMPLE",
          UPDATE_RULE: rule(key.onUpdate),
          DELETE_RULE: rule(key.onDelete),
        };
      }),
  ),
  check_constraints: each(`${nameColumns}, CHECK_CLAUSE nvarchar(4000)`, (definition, context) =>
    (definition.checks ?? []).map(({ name, condition }) => ({
      ...constraintName(context, definition, name),
      CHECK_CLAUSE: `(${condition.text})`,
    })),
  ),
};

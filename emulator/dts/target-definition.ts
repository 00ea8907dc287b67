import type {
  ColumnDefinition,
  ForeignKey,
  IndexDefinition,
  KeyConstraint,
  TableDefinition,
} from "../data/table-definition";
import type { TableTask } from "./table-task";

/** Types that DTS leaves out (help: precautions for SQL Server sources, 214338). */
const UNMIGRATED_TYPES: ReadonlySet<string> = new Set([
  "rowversion",
  "sql_variant",
  "hierarchyid",
  "geometry",
  "geography",
]);

/** Does DTS carry the values of this column? */
export function isMigratedColumn(column: ColumnDefinition): boolean {
  return column.computed === undefined && !UNMIGRATED_TYPES.has(column.type.name);
}

/**
 * The table as the structure stage creates it: identity, defaults, collations, keys, indexes and their names as on the source; no foreign keys
 * and triggers yet (they follow the rows). Computed columns come only with a whole database.
 */
export function targetDefinition(task: TableTask): TableDefinition {
  const { sourceDefinition: source } = task;
  const columns = source.columns.filter(
    (column) => isMigratedColumn(column) || (task.wholeDatabase && column.computed !== undefined),
  );
  const isWhole = ({ columns: names, included = [], filter }: KeyConstraint & Partial<IndexDefinition>): boolean =>
    [...names, ...included, ...(filter?.columns ?? [])].every((name) => columns.some((column) => column.name === name));
  return {
    schema: task.targetSchema,
    name: task.targetTable,
    columns,
    ...(source.primaryKey && isWhole(source.primaryKey) ? { primaryKey: source.primaryKey } : {}),
    uniqueConstraints: source.uniqueConstraints.filter(isWhole),
    ...(source.indexes ? { indexes: source.indexes.filter(isWhole) } : {}),
    foreignKeys: [],
    triggers: [],
  };
}

/** The source's foreign keys between tables of this migration, with the names of the target side. */
export function targetForeignKeys(task: TableTask, tasks: readonly TableTask[]): ForeignKey[] {
  return task.sourceDefinition.foreignKeys.flatMap((key) => {
    const parent = tasks.find(
      (other) =>
        other.sourceDatabase === task.sourceDatabase &&
        other.sourceSchema.toLowerCase() === key.referencedSchema.toLowerCase() &&
        other.sourceTable.toLowerCase() === key.referencedTable.toLowerCase(),
    );
    return parent ? [{ ...key, referencedSchema: parent.targetSchema, referencedTable: parent.targetTable }] : [];
  });
}

/** The CREATE TABLE that DescribePreCheckStatus shows as `DdlSql`: columns only. */
export function createTableText(definition: TableDefinition): string {
  const columns = definition.columns.map(({ name, type, nullable, identity, computed }) => {
    if (computed !== undefined) return `[${name}] AS ${computed}`;
    const size = type.length ?? [type.precision, type.scale].filter((part) => part !== undefined).join(",");
    const counting = identity ? ` IDENTITY(${identity.seed},${identity.increment})` : "";
    return `[${name}] ${type.name}${size === "" ? "" : `(${size})`}${counting}${nullable ? " NULL" : " NOT NULL"}`;
  });
  return `CREATE TABLE [${definition.schema}].[${definition.name}] (${columns.join(", ")})`;
}

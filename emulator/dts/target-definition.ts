import { createHash } from "node:crypto";
import type { Database } from "../data/database";
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
 * The table as the structure stage creates it: identity, defaults, collations, keys, indexes, checks and their names as on the
 * source; only defaults and checks that the server named get new names. No foreign keys and triggers yet (they follow the rows).
 * Computed columns and users' types come only with a whole database.
 */
export function targetDefinition(task: TableTask): TableDefinition {
  const { sourceDefinition: source } = task;
  const columns = source.columns.filter(
    (column) => isMigratedColumn(column) || (task.wholeDatabase && column.computed !== undefined),
  );
  const reads = (names: readonly string[]): boolean =>
    names.every((name) => columns.some((column) => column.name === name));
  const isWhole = ({ columns: names, included = [], filter }: KeyConstraint & Partial<IndexDefinition>): boolean =>
    reads([...names, ...included, ...(filter?.columns ?? [])]);
  const rename = <T extends { readonly name: string; readonly systemNamed?: boolean }>(constraint: T): T =>
    constraint.systemNamed ? { ...constraint, name: freshName(constraint.name, task) } : constraint;
  return {
    schema: task.targetSchema,
    name: task.targetTable,
    columns: columns.map(({ userType, ...column }) => ({
      ...column,
      ...(userType && task.wholeDatabase ? { userType } : {}),
      ...(column.defaultConstraint ? { defaultConstraint: rename(column.defaultConstraint) } : {}),
    })),
    ...(source.primaryKey && isWhole(source.primaryKey) ? { primaryKey: source.primaryKey } : {}),
    uniqueConstraints: source.uniqueConstraints.filter(isWhole),
    ...(source.indexes ? { indexes: source.indexes.filter(isWhole) } : {}),
    foreignKeys: [],
    triggers: [],
    ...(source.checks ? { checks: source.checks.filter(({ condition }) => reads(condition.columns)).map(rename) } : {}),
  };
}

/** A name that SQL Server makes: the same beginning, and another number, for a constraint without a name of its own. */
function freshName(name: string, { targetSchema, targetTable }: TableTask): string {
  const digest = createHash("sha1").update(`${targetSchema}\u0000${targetTable}\u0000${name}`).digest("hex");
  return `${name.slice(0, -8)}${digest.slice(0, 8).toUpperCase()}`;
}

/** The source's foreign keys between tables of this migration, with the names of the target side. */
export function targetForeignKeys(task: TableTask, tasks: readonly TableTask[], source: Database): ForeignKey[] {
  return task.sourceDefinition.foreignKeys.flatMap((key) => {
    const parent = tasks.find(
      (other) =>
        other.sourceDatabase === task.sourceDatabase &&
        source.tableKey(other.sourceSchema, other.sourceTable) ===
          source.tableKey(key.referencedSchema, key.referencedTable),
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

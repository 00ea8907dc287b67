import type { CheckShape, ColumnShape, TableShape } from "../cloud/sql-server";
import { type TypeFit, typeFit } from "../cloud/sql-server/type-fit";
import { bracketed, listedByName, showAddress, showName } from "../object-name";
import type { StatedReason } from "../restore/model/reasons";

/** Rows of the backup that meet the condition cannot be added to the master's table. */
export interface UnfitRows {
  /** The column or the constraint, for people. */
  readonly about: string;
  /** T-SQL over the columns of the backup. */
  readonly condition: string;
}

/** Types whose values DTS leaves behind (dts documentation, precautions for SQL Server sources). */
const leftBehind = new Set(["rowversion", "timestamp", "sql_variant", "hierarchyid", "geometry", "geography"]);

/** The server makes their values itself. */
const madeByServer = new Set(["rowversion", "timestamp"]);

/**
 * Why no row of the backup can be added to the master's table, from the columns of both; null: rows can. Values that would be lost, or changed
 * by a conversion, count as well.
 */
export function unfitColumns(source: TableShape, target: TableShape): StatedReason | null {
  const brought = listedByName(broughtColumns(source));
  const problems = [
    ...target.columns.flatMap((column) => {
      const isGiven = brought.has(column.name);
      return isGiven || !needsValue(column)
        ? []
        : [
            `column ${showName(column.name)} ${column.type} may not be NULL, has no default, and gets no value from the backup`,
          ];
    }),
    ...broughtColumns(source).flatMap((column) => columnProblem(column, target)),
  ];
  if (problems.length === 0) return null;
  return {
    code: "target-columns-unfit",
    text: `Rows of the backup cannot be added to ${showAddress(target)} on the master as it is now: ${problems.join("; ")}. Change the table for the restore, or ask again for side-by-side.`,
  };
}

/** Which rows cannot be added: values too long or too large, NULLs, and rows that break a check which the backup does not keep. */
export function unfitRows(source: TableShape, target: TableShape): UnfitRows[] {
  const onMaster = listedByName(target.columns);
  const ofColumns = broughtColumns(source).flatMap((column): UnfitRows[] => {
    const now = onMaster.find(column.name);
    if (!now || now.computed) return [];
    const fit = typeFit(column.type, now.type, column.name);
    const name = `column ${showName(now.name)}`;
    return [
      ...(isConditional(fit)
        ? [{ about: `${name}, ${column.type} in the backup and ${now.type} on the master`, condition: fit.unless }]
        : []),
      ...(column.nullable && !now.nullable
        ? [{ about: `${name}, which may not be NULL on the master`, condition: `${bracketed(column.name)} IS NULL` }]
        : []),
    ];
  });
  const kept = new Set((source.checks ?? []).filter(isKept).map(({ definition }) => definition));
  const ofChecks = (target.checks ?? [])
    .filter(({ disabled, definition }) => !disabled && !kept.has(definition))
    .map(({ name, definition }) => ({
      about: showCheck({ name, definition }),
      condition: `NOT (${definition})`,
    }));
  return [...ofColumns, ...ofChecks];
}

/** For the dry run, which cannot see the backup: what the master's tables ask of every row that is added, one sentence or two each. */
export function requirementNotes(targets: readonly TableShape[]): string[] {
  return targets.flatMap((target) => {
    const needed = target.columns.filter(needsValue).map(({ name }) => showName(name));
    const checks = (target.checks ?? []).filter(({ disabled }) => !disabled);
    const asked = [
      ...(needed.length > 0 ? [`a value in ${needed.join(", ")} (NOT NULL without default)`] : []),
      ...checks.map((check) => showCheck(check)),
    ];
    if (checks.length === 0 && needed.every((name) => target.key.some((part) => showName(part) === name))) return [];
    return `${showAddress(target)}: rows that are added have to fit the table as it is now: ${asked.join("; ")}. The restore compares the backup with it before the approval, and counts the rows that do not fit.`;
  });
}

function showCheck({ name, definition, untrusted }: CheckShape): string {
  return `CHECK constraint ${showName(name)} ${definition}${untrusted ? ", which is not trusted and checks new rows all the same" : ""}`;
}

/** Columns whose values DTS brings. */
function broughtColumns({ columns }: TableShape): ColumnShape[] {
  return columns.filter(({ computed, type }) => !computed && !leftBehind.has(type.toLowerCase()));
}

function needsValue({ nullable, computed, identity, hasDefault, type }: ColumnShape): boolean {
  return !nullable && !computed && !identity && !hasDefault && !madeByServer.has(type.toLowerCase());
}

function columnProblem(column: ColumnShape, target: TableShape): string[] {
  const onMaster = listedByName(target.columns);
  const now = onMaster.find(column.name);
  const name = `column ${showName(column.name)}`;
  if (!now) return [`${name} is not on the master, so its values would be lost`];
  if (now.computed) return [`${name} is computed on the master, which takes no values for it`];
  return typeFit(column.type, now.type, column.name) === "never"
    ? [`${name} is ${column.type} in the backup and ${now.type} on the master`]
    : [];
}

function isConditional(fit: TypeFit): fit is { readonly unless: string } {
  return typeof fit !== "string";
}

/** Every row of the table meets it. */
function isKept({ disabled, untrusted }: CheckShape): boolean {
  return !disabled && !untrusted;
}

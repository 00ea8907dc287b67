import type { TableShape } from "../cloud/sql-server";
import { addressesByName, addressPath, showName } from "../restore/object-name";
import type { PlannedDatabase } from "../restore/plan";
import { isSurveyed, type TableComparison, type TargetSurvey } from "../restore/record";
import { commonColumns } from "./column-drift";
import { pendingTable, startComparison } from "./start-comparison";
import { unmeasured } from "./table-comparison";

/**
 * Begins to compare, before anything is configured, the tables that rows are added to and the tables that their foreign keys on the master
 * refer to: a missing row whose parent is missing too cannot be added.
 */
export function startMissingRows(
  databases: readonly PlannedDatabase[],
  sources: readonly TableShape[],
  targets: readonly TableShape[],
  notes: readonly string[],
): TargetSurvey {
  const onMaster = addressesByName(targets);
  const unkeyed = sources.find((source) => {
    const target = onMaster.find(...addressPath(source));
    return target && !commonColumns(source, target).keyed;
  });
  if (unkeyed) {
    const text = `${showName(...addressPath(unkeyed))} has no key that both the temporary instance and the master have, so nothing tells which rows are missing.`;
    return { obstacle: { code: "target-without-key", text }, notes, before: null };
  }
  const start = startComparison({ databases });
  return { obstacle: null, notes, before: { ...start, tables: [...start.tables, ...parents(databases, targets)] } };
}

/** The tables behind foreign keys that are not written to themselves, each once. */
function parents(databases: readonly PlannedDatabase[], targets: readonly TableShape[]): TableComparison[] {
  const found = new Map<string, TableComparison>();
  for (const target of targets) {
    for (const key of target.foreignKeys) {
      const parent = { database: target.database, schema: key.referencedSchema, name: key.referencedTable };
      const planned = databases.find((one) => one.targetDatabase === target.database)!;
      if (!isPlanned(databases, parent))
        found.set(showName(...addressPath(parent)), pendingTable(planned, { ...parent, targetName: parent.name }));
    }
  }
  return [...found.values()];
}

/** Once everything is compared: what forbids the write-back, and in plain words what it will do. */
export function concludeMissingRows(survey: TargetSurvey, databases: readonly PlannedDatabase[]): TargetSurvey {
  if (!survey.before || !isSurveyed(survey)) return survey;
  const written = survey.before.tables.filter((table) => isPlanned(databases, table));
  const referredTo = survey.before.tables.filter((table) => !isPlanned(databases, table));
  const orphaning = referredTo.find((table) => table.missing > 0);
  if (orphaning) {
    const samples = orphaning.samples.length > 0 ? ` (${orphaning.samples.join(", ")})` : "";
    const text = `${orphaning.missing} rows of ${showName(...addressPath(orphaning))}, which the missing rows may refer to, are absent on the master${samples}. Choose that table too.`;
    return { ...survey, obstacle: { code: "parent-rows-missing", text } };
  }
  const notes = [...survey.notes, ...written.map(additionNote), ...referredTo.flatMap(parentNote)];
  return { ...survey, notes };
}

/** The rest will not be compared in time: it is said in the plan, and the master's own constraints have the last word. */
export function giveUpComparing(survey: TargetSurvey, databases: readonly PlannedDatabase[]): TargetSurvey {
  if (!survey.before) return survey;
  const tables = survey.before.tables.map((table) =>
    table.verdict === "pending" ? unmeasured(table, "too large to compare before the approval") : table,
  );
  const before = { ...survey.before, tables, cursor: { index: tables.length, after: null } };
  return concludeMissingRows({ ...survey, before }, databases);
}

function additionNote(table: TableComparison): string {
  if (table.verdict === "unmeasured" || table.verdict === "counts-only")
    return `${showName(...addressPath(table))}: which rows are missing could not be told beforehand.`;
  const stays =
    table.different > 0 ? ` ${table.different} rows have other values on the master and stay as they are.` : "";
  return `${showName(...addressPath(table))}: ${table.missing} of ${table.sourceRows ?? 0} rows are missing on the master and are added.${stays}`;
}

function parentNote(table: TableComparison): string[] {
  if (table.verdict === "equal" || table.verdict === "differs") return [];
  return [
    `${showName(...addressPath(table))} is referred to and could not be compared by key: if a row of it is missing, DTS fails with the constraint's name.`,
  ];
}

function isPlanned(
  databases: readonly PlannedDatabase[],
  table: { readonly database: string; readonly schema: string; readonly name: string },
): boolean {
  const planned = databases.flatMap(({ database, tables }) => tables.map((one) => ({ ...one, database })));
  return addressesByName(planned).has(...addressPath(table));
}

import type { TableShape } from "../cloud/sql-server";
import { showUniqueKey } from "../cloud/sql-server/unique-keys";
import { addressesByName, addressPath, showAddress } from "../object-name";
import { are, counted } from "../restore/counted";
import type { StatedReason } from "../restore/model/reasons";
import { isSurveyed, type TableComparison, type TargetSurvey } from "../restore/model/record";
import type { PlannedDatabase } from "../restore/plan/plan";
import { showKeys, type TargetKey, targetKey } from "../restore/plan/target-key";
import { commonColumns } from "./column-drift";
import type { ComparedKey } from "./compared-key";
import { tellFindings, tellHeld } from "./finding-text";
import { unmeasured } from "./open-table";
import { pendingTable, startComparison } from "./start-comparison";
import { unfitColumns } from "./table-fit";
import { shownSamples } from "./verdict";

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
  const keys: TargetKey[] = [];
  const keyNotes: string[] = [];
  const ofBackup = addressesByName(sources);
  for (const target of targets) {
    const source = ofBackup.find(...addressPath(target));
    if (!source) return { obstacle: unseenSource(target), notes, before: null };
    const { key } = commonColumns(source, target);
    if (!key?.target) return { obstacle: withoutKey(source, target, key), notes, before: null };
    const unfit = unfitColumns(source, target);
    if (unfit) return { obstacle: unfit, notes, before: null };
    keys.push(targetKey(target, key.target));
    keyNotes.push(
      `${showAddress(target)}: rows are told apart by ${showUniqueKey(key.target)}, which the master enforces.`,
    );
  }
  const start = startComparison({ databases });
  const before = { ...start, tables: [...start.tables, ...parents(databases, targets)] };
  return { obstacle: null, notes: [...notes, ...keyNotes], before, keys };
}

function unseenSource(target: TableShape): StatedReason {
  return {
    code: "source-not-reachable",
    text: `The key of ${showAddress(target)} in the backup cannot be read, so nothing tells which rows are missing. Let the temporary instance be read (source.allowPublicEndpoint), or ask again for side-by-side.`,
  };
}

/** Without a key that the master enforces, DTS would add rows a second time that only have other values. */
function withoutKey(source: TableShape, target: TableShape, key: ComparedKey | null): StatedReason {
  const told = key
    ? `The backup's ${showUniqueKey(key.source)} tells which rows of ${showAddress(target)} are missing, but the master enforces no unique key over exactly these columns, and rows that are there already could be added again.`
    : `The backup and the master share no key that tells which rows of ${showAddress(target)} are missing.`;
  return {
    code: "target-without-key",
    text: `${told} The backup has ${showKeys(source)}. The master has ${showKeys(target)}. Make the key on the master as it is in the backup, or ask again for side-by-side.`,
  };
}

/** The tables behind foreign keys that are not written to themselves, each once. */
function parents(databases: readonly PlannedDatabase[], targets: readonly TableShape[]): TableComparison[] {
  const found = new Map<string, TableComparison>();
  for (const target of targets) {
    for (const key of target.foreignKeys.filter(({ disabled }) => !disabled)) {
      const parent = { database: target.database, schema: key.referencedSchema, name: key.referencedTable };
      const planned = databases.find((one) => one.targetDatabase === target.database)!;
      if (!isPlanned(databases, parent))
        found.set(showAddress(parent), pendingTable(planned, { ...parent, targetName: parent.name }));
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
    const text = `${counted(orphaning.missing, "row")} of ${showAddress(orphaning)}, which the missing rows may refer to, ${are(orphaning.missing)} absent on the master${showSamples(orphaning)}. Choose that table too.`;
    return { ...survey, obstacle: { code: "parent-rows-missing", text } };
  }
  const colliding = written.find((table) => table.colliding);
  if (colliding) return { ...survey, obstacle: keysCollide(colliding) };
  const missing = written.reduce((sum, table) => sum + table.missing, 0);
  const held = written.reduce((sum, table) => sum + (table.held ?? 0), 0);
  const isMeasured = written.every(({ verdict }) => verdict === "equal" || verdict === "differs");
  if (isMeasured && missing > 0 && held === missing) return { ...survey, obstacle: allHeld(written) };
  const findings = written.flatMap((table) => tellFindings(showAddress(table), table));
  const notes = [...survey.notes, ...written.flatMap(additionNotes), ...findings, ...referredTo.flatMap(parentNote)];
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

function keysCollide(table: TableComparison): StatedReason {
  const count = counted(table.colliding ?? 0, "row");
  return {
    code: "keys-collide",
    text: `Keys of ${showAddress(table)} that differ in the backup are one key under the master's collation: ${count} cannot be added beside the other row of the same key${showSamples(table)}. Ask again for side-by-side.`,
  };
}

function allHeld(written: readonly TableComparison[]): StatedReason {
  const told = written.flatMap((table) => tellHeld(showAddress(table), table));
  const holds = written.some(({ findings = [] }) => findings.some(({ kind, rows }) => kind === "held" && rows > 0));
  return {
    code: holds ? "unique-values-held" : "rows-do-not-fit",
    text: `No missing row can be added. ${told.join(" ")} Nothing was written. Change these values on the master, or ask again for side-by-side.`,
  };
}

function additionNotes(table: TableComparison): string[] {
  const name = showAddress(table);
  if (table.verdict === "unmeasured" || table.verdict === "counts-only")
    return [`${name}: which rows are missing could not be told beforehand.`];
  const { missing, different, held = 0, otherKeyTexts = 0 } = table;
  const absent = `${missing} of ${counted(table.sourceRows ?? 0, "row")} ${are(missing)} missing`;
  const added = held > 0 ? `${absent}; ${missing - held} can be added` : `${absent} and ${are(missing)} added`;
  const kept =
    different > 0
      ? `; ${counted(different, "row")} ${different === 1 ? "has" : "have"} other values and ${different === 1 ? "stays" : "stay"}`
      : "";
  const texts = `${name}: of these, ${counted(otherKeyTexts, "row")} ${otherKeyTexts === 1 ? "has a key" : "have keys"} of another text, which the master holds to be the same key.`;
  return [`${name}: ${added}${kept}.`, ...(otherKeyTexts > 0 ? [texts] : [])];
}

function showSamples({ samples }: TableComparison): string {
  return samples.length > 0 ? ` (${shownSamples(samples)})` : "";
}

function parentNote(table: TableComparison): string[] {
  if (table.verdict === "equal" || table.verdict === "differs") return [];
  return [
    `${showAddress(table)} is referred to and could not be compared by key: if a row of it is missing, DTS fails with the constraint's name.`,
  ];
}

function isPlanned(
  databases: readonly PlannedDatabase[],
  table: { readonly database: string; readonly schema: string; readonly name: string },
): boolean {
  const planned = databases.flatMap(({ database, tables }) => tables.map((one) => ({ ...one, database })));
  return addressesByName(planned).has(...addressPath(table));
}

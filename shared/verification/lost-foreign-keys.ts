import type { ReferringKey } from "../cloud/sql-server";
import { bracketed, showName, tablesByName } from "../object-name";
import type { LostForeignKey } from "../restore/model/record";
import type { PlannedDatabase, PlannedTable } from "../restore/plan/plan";
import { type Ends, shapeOf } from "./open-table";

/** Foreign keys that one restore names at most; its record is bounded. */
const namedMost = 50;

/**
 * Foreign keys that refer to a chosen table in the backup, or belong to one, and that the master does not have: they went with the dropped
 * table. DTS's documents promise no foreign keys, so they are looked for again once the rows are back. New databases and tables under
 * new names lose none.
 * @throws CloudError
 */
export async function lostForeignKeys(ends: Ends, databases: readonly PlannedDatabase[]): Promise<LostForeignKey[]> {
  const lost = new Map<string, LostForeignKey>();
  for (const { database, targetDatabase, createsDatabase, tables } of databases) {
    if (createsDatabase) continue;
    const kept = tables.filter(({ name, targetName }) => name === targetName);
    for (const { schema, key } of await keysAround(ends, database, kept)) {
      if (lost.size >= namedMost) break;
      const child = { database: targetDatabase, schema: key.schema, name: key.table };
      const now = await shapeOf(ends.target, child);
      const isComing = tablesByName(kept).has(key.schema, key.table);
      if ((!now && !isComing) || now?.foreignKeys.some(({ name }) => name === key.name)) continue;
      const found = { database: targetDatabase, schema: key.schema, table: key.table, name: key.name };
      lost.set(JSON.stringify(found), { ...found, sql: addConstraint(targetDatabase, schema, key) });
    }
  }
  return [...lost.values()];
}

interface KeyOfBackup {
  /** Schema and name of the table that it refers to. */
  readonly schema: string;
  readonly key: ReferringKey & { readonly referencedTable: string };
}

/** Keys that refer to the tables, and keys of the tables themselves, as the backup has them. */
async function keysAround({ source }: Ends, database: string, tables: readonly PlannedTable[]): Promise<KeyOfBackup[]> {
  const found: KeyOfBackup[] = [];
  const asked = new Set<string>();
  const ask = async (schema: string, name: string, wants: (key: ReferringKey) => boolean) => {
    const keys = await source.referringKeys({ database, schema, name });
    found.push(...keys.filter(wants).map((key) => ({ schema, key: { ...key, referencedTable: name } })));
  };
  for (const table of tables) {
    asked.add(JSON.stringify([table.schema, table.name]));
    await ask(table.schema, table.name, () => true);
  }
  for (const table of tables) {
    const shape = await shapeOf(source, { database, schema: table.schema, name: table.name });
    for (const { referencedSchema, referencedTable } of shape?.foreignKeys ?? []) {
      const id = JSON.stringify([referencedSchema, referencedTable]);
      if (asked.has(id)) continue;
      asked.add(id);
      const mine = tablesByName(tables);
      await ask(referencedSchema, referencedTable, (key) => mine.has(key.schema, key.table));
    }
  }
  return found;
}

function addConstraint(database: string, schema: string, key: KeyOfBackup["key"]): string {
  const columns = (names: readonly string[]) => `(${names.map(bracketed).join(", ")})`;
  const table = `${bracketed(database)}.${bracketed(key.schema)}.${bracketed(key.table)}`;
  const actions = `${key.onDelete ? ` ON DELETE ${key.onDelete}` : ""}${key.onUpdate ? ` ON UPDATE ${key.onUpdate}` : ""}`;
  return `ALTER TABLE ${table} WITH CHECK ADD CONSTRAINT ${bracketed(key.name)} FOREIGN KEY ${columns(key.columns)} REFERENCES ${bracketed(schema)}.${bracketed(key.referencedTable)} ${columns(key.referencedColumns)}${actions};`;
}

/** For the plan. */
export function tellLost({ database, schema, table, name, sql }: LostForeignKey): string {
  return `The foreign key ${showName(name)} of ${showName(database, schema, table)} is not on the master and may not come back with the rows. Once they are back, make it again: ${sql}`;
}

/** The keys that are still not there, once the rows are back; those whose table cannot be seen count as not there. @throws CloudError */
export async function stillLost(
  target: Ends["target"],
  expected: readonly LostForeignKey[],
): Promise<LostForeignKey[]> {
  const missing: LostForeignKey[] = [];
  for (const key of expected) {
    const shape = await shapeOf(target, { database: key.database, schema: key.schema, name: key.table });
    if (!shape?.foreignKeys.some(({ name }) => name === key.name)) missing.push(key);
  }
  return missing;
}

const toldMost = 3;

/** For the outcome; empty where none is missing. */
export function tellStillLost(keys: readonly LostForeignKey[]): string {
  if (keys.length === 0) return "";
  const shown = keys.slice(0, toldMost).map(({ sql }) => sql);
  const more = keys.length > toldMost ? ` (${keys.length - toldMost} more are in masterSurvey)` : "";
  const names = keys
    .slice(0, toldMost)
    .map(({ database, schema, table, name }) => `${showName(name)} of ${showName(database, schema, table)}`);
  return ` ${keys.length === 1 ? "A foreign key is" : "Foreign keys are"} not there again: ${names.join(", ")}${more}. To make ${keys.length === 1 ? "it" : "them"}: ${shown.join(" ")}`;
}

import type { Database, Table } from "../../../emulator/data/database";
import type { SqlServerData } from "../../../emulator/data/sql-server-data";
import { type SqlValue, valueKey } from "../../../emulator/data/sql-value";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { SimulatedMaster } from "../master";
import type { Break } from "./promise-broken";

/** `succeeded` by the rows themselves: what the mode promises, of every planned table, from the instance that was restored. */
export function judgeSuccess(record: RestoreRecord, source: SqlServerData, target: SqlServerData, broken: Break): void {
  const wrong = (text: string) => broken("true-outcome", `${record.restoreId} succeeded, but ${text}`);
  if (!record.plan || record.plan.databases.length === 0) throw wrong("it has no plan");
  for (const planned of record.plan.databases) {
    const from = source.database(planned.database);
    const to = target.database(planned.targetDatabase);
    if (!from || !to) throw wrong(`${from ? planned.targetDatabase : planned.database} is missing`);
    const names = planned.whole
      ? from.tables().map((table) => ({ name: table.definition.name, targetName: table.definition.name }))
      : planned.tables;
    if (names.length === 0) throw wrong("it has no table");
    for (const { name, targetName } of names) {
      const isWhole = record.source?.kind === "database";
      const difference = compare(from.table("dbo", name), to.table("dbo", targetName), record.plan.mode, isWhole);
      if (difference) throw wrong(`${planned.targetDatabase}.${targetName} ${difference}`);
    }
  }
}

/** @param isWhole RDS restored the database itself: no key is needed */
function compare(from: Table | undefined, to: Table | undefined, mode: string, isWhole: boolean): string | null {
  if (!from || !to) return "is missing";
  if (mode === "side-by-side") {
    if (!from.definition.primaryKey && !isWhole) return "has no key to compare by";
    return rowTexts(from).join("\n") === rowTexts(to).join("\n") ? null : "has other rows than the source";
  }
  const keys = new Set([...to.rows.values()].map((row) => valueKey(row[0] as SqlValue)));
  const missing = [...from.rows.values()].filter((row) => !keys.has(valueKey(row[0] as SqlValue)));
  return missing.length === 0 ? null : `lacks ${missing.length} rows`;
}

/**
 * The master at the end: everything that was there, and that the application wrote, is there unchanged; what came on top is on
 * the record of a restore.
 */
export function judgeMaster(master: SimulatedMaster, records: readonly RestoreRecord[], broken: Break): void {
  const ours = records.filter((record) => record.request.masterInstanceId === master.instance.id);
  const left = new Set(ours.flatMap((record) => record.leftOnMaster.map((entry) => entry.name.toLowerCase())));
  for (const database of master.instance.data.databases()) {
    const shadow = master.shadow.get(database.name);
    if (shadow) judgeDatabase(master, shadow, database, ours, broken);
    else if (!left.has(database.name.toLowerCase()))
      throw broken("everything-listed", `${database.name} is on ${master.instance.id} and on no record`);
  }
}

function judgeDatabase(
  master: SimulatedMaster,
  shadow: Database,
  real: Database,
  records: readonly RestoreRecord[],
  broken: Break,
): void {
  const where = `${master.instance.id} ${real.name}`;
  for (const expected of shadow.tables()) {
    const { name } = expected.definition;
    const table = real.table("dbo", name);
    if (!table) throw broken("never-overwrite", `${where}.${name} is gone`);
    const rows = new Set(rowTexts(table));
    const lost = rowTexts(expected).find((row) => !rows.has(row));
    if (lost !== undefined) throw broken("never-overwrite", `${where}.${name} lost or changed the row ${lost}`);
    const mayGrow = records.some((record) => record.approval !== null && record.plan?.mode === "missing-rows");
    if (table.rowCount !== expected.rowCount && !(name === "Orders" && mayGrow))
      throw broken("never-overwrite", `${where}.${name} has ${table.rowCount} rows instead of ${expected.rowCount}`);
  }
  for (const { definition } of real.tables()) {
    if (shadow.table(definition.schema, definition.name)) continue;
    const name = `${real.name}.${definition.schema}.${definition.name}`.toLowerCase();
    const isListed = records.some((record) => record.leftOnMaster.some((left) => left.name.toLowerCase() === name));
    if (!isListed) throw broken("everything-listed", `${where}.${definition.name} is new and on no record`);
  }
}

function rowTexts(table: Table): string[] {
  return [...table.rows.values()].map((row) => row.map((value) => valueKey(value)).join("|")).sort();
}

import { databaseRight, mayEnter, mayTouch } from "../data/login-rights";
import { textRules } from "../data/text-rules";
import { type Connection, connect } from "./connection";
import type { DtsWorld } from "./dts-world";
import type { JobConfiguration } from "./job-configuration";
import { type SelectedTable, selectTables } from "./selected-tables";

export interface PrecheckItem {
  /** `CHECK_CONN_SRC` … The exact set for SQL Server is not documented. */
  readonly item: string;
  /** `NotStarted`: could not be checked because an end cannot be reached. */
  readonly state: "NotStarted" | "Checking" | "Failed" | "Success";
  /** Our sentence on a failure; DTS itself answers i18n keys. */
  readonly reason: string;
  readonly canSkip: boolean;
}

/** Both ends as the checks find them. */
interface Ends {
  readonly source: Connection;
  readonly destination: Connection;
  readonly configuration: JobConfiguration;
  readonly tables: readonly SelectedTable[];
  readonly missingObjects: readonly string[];
}

/** The name of an RDS SQL Server database (help: CreateDatabase): only such a name can be created by DTS. */
const DATABASE_NAME = /^[a-z][a-z0-9_-]{0,62}[a-z0-9]$/;

/** The checks behind the connections, in the order of the answer; each gives the reason of its failure. */
const CHECKS: readonly { item: string; canSkip: boolean; failure(ends: Ends): string | undefined }[] = [
  { item: "CHECK_ENGINE", canSkip: false, failure: olderTarget },
  { item: "CHECK_AUTH_SRC", canSkip: false, failure: unreadableSource },
  { item: "CHECK_AUTH_DEST", canSkip: false, failure: unwritableTarget },
  { item: "CHECK_SRC", canSkip: true, failure: ({ missingObjects }) => missingObjects[0] },
  { item: "CHECK_DEST_DB", canSkip: false, failure: impossibleDatabase },
  { item: "CHECK_SAME_OBJ", canSkip: true, failure: takenName },
];

/** The items of a precheck that is still running. */
export function checkingItems(): PrecheckItem[] {
  return ["CHECK_CONN_SRC", "CHECK_CONN_DEST", ...CHECKS.map(({ item }) => item)].map((item) => ({
    item,
    state: "Checking",
    reason: "",
    canSkip: CHECKS.some((check) => check.item === item && check.canSkip),
  }));
}

/** Checks both ends as they are now. */
export function precheck(configuration: JobConfiguration, world: DtsWorld): PrecheckItem[] {
  const source = connect(configuration.source, world);
  const destination = connect(configuration.destination, world);
  const connections = [
    verdict("CHECK_CONN_SRC", false, "problem" in source ? source.problem : undefined),
    verdict("CHECK_CONN_DEST", false, "problem" in destination ? destination.problem : undefined),
  ];
  if ("problem" in source || "problem" in destination) {
    const unchecked = CHECKS.map(
      ({ item, canSkip }): PrecheckItem => ({
        item,
        state: "NotStarted",
        reason: "",
        canSkip,
      }),
    );
    return [...connections, ...unchecked];
  }
  const selection = selectTables(configuration.databases, source.instance.data, world.capabilities.tableKeys);
  const ends = { source, destination, configuration, tables: selection.tables, missingObjects: selection.problems };
  return [...connections, ...CHECKS.map(({ item, canSkip, failure }) => verdict(item, canSkip, failure(ends)))];
}

function verdict(item: string, canSkip: boolean, reason: string | undefined): PrecheckItem {
  return { item, canSkip, state: reason === undefined ? "Success" : "Failed", reason: reason ?? "" };
}

function olderTarget({ source, destination }: Ends): string | undefined {
  const versions = [source.instance.engineVersion, destination.instance.engineVersion] as const;
  return versionNumber(versions[1]) < versionNumber(versions[0])
    ? `The target is SQL Server ${versions[1]}, older than the source's ${versions[0]}.`
    : undefined;
}

/** `2008r2` → 2008.2, `2012_ent_ha` → 2012. */
function versionNumber(engineVersion: string): number {
  const [, year = "0", release = "0"] = /^(\d{4})(?:r(\d))?/i.exec(engineVersion) ?? [];
  return Number(`${year}.${release}`);
}

/** A whole database needs a right in it; single tables need one that is granted on each of them. */
function unreadableSource({ source, configuration, tables }: Ends): string | undefined {
  const { login, instance } = source;
  for (const { database, tables: selected } of configuration.databases) {
    if (!instance.data.database(database) || databaseRight(login, database) !== undefined) continue;
    if (selected === "whole" || !mayEnter(login, database))
      return `The login ${login.name} may not read ${database} on the source.`;
    const refused = tables.find(
      (table) =>
        table.sourceDatabase === database &&
        !mayTouch(login, database, { schema: table.sourceSchema, name: table.sourceTable }, "SELECT"),
    );
    if (refused) return `The login ${login.name} may not read ${database}.${refused.sourceTable} on the source.`;
  }
  return undefined;
}

function unwritableTarget({ destination, configuration }: Ends): string | undefined {
  const { login, instance } = destination;
  for (const { targetDatabase } of configuration.databases) {
    if (!instance.data.database(targetDatabase)) {
      if (login.super) continue;
      return `The login ${login.name} may not create ${targetDatabase} on the target.`;
    }
    const right = databaseRight(login, targetDatabase);
    if (right !== "DBOwner" && right !== "ReadWrite")
      return `The login ${login.name} may not write ${targetDatabase} on the target.`;
  }
  return undefined;
}

function impossibleDatabase({ destination, configuration }: Ends): string | undefined {
  for (const { targetDatabase } of configuration.databases) {
    if (destination.instance.data.database(targetDatabase)) continue;
    if (!configuration.migrateStructure) return `The target has no database ${targetDatabase}.`;
    if (!DATABASE_NAME.test(targetDatabase)) return `DTS cannot create ${targetDatabase}: RDS does not allow the name.`;
  }
  return undefined;
}

function takenName({ source, destination, configuration, tables }: Ends): string | undefined {
  if (configuration.reserve.targetTableMode === "2") return undefined;
  const seen = new Set<string>();
  for (const table of tables) {
    const name = `${table.targetDatabase}.${table.targetSchema}.${table.targetTable}`;
    const database = destination.instance.data.database(table.targetDatabase);
    if (database?.table(table.targetSchema, table.targetTable)) return `The target already has ${name}.`;
    const collation = database?.collation ?? source.instance.data.database(table.sourceDatabase)!.collation;
    const key = [table.targetDatabase.toLowerCase(), table.targetSchema, table.targetTable].join("\u0000");
    const folded = textRules(collation).fold(key);
    if (seen.has(folded)) return `Two selected tables would become ${name}.`;
    seen.add(folded);
  }
  return undefined;
}

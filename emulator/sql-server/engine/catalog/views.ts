import { SqlError } from "../../../data/sql-error";
import { notPlayed } from "../../syntax/token-cursor";
import type { Session } from "../session";
import { compatibilityViews } from "./compatibility-views";
import { constraintViews } from "./constraint-views";
import { objectViews } from "./object-views";
import { serverViews } from "./server-views";
import { standardConstraintViews } from "./standard-constraint-views";
import { standardTableViews } from "./standard-table-views";
import { storageViews } from "./storage-views";
import { tableViews } from "./table-views";
import { catalogContext, type View, type ViewColumns } from "./view";

const systemViews: Readonly<Record<string, View>> = {
  ...serverViews,
  ...tableViews,
  ...constraintViews,
  ...storageViews,
  ...compatibilityViews,
  ...objectViews,
};

const informationSchemaViews: Readonly<Record<string, View>> = { ...standardTableViews, ...standardConstraintViews };

/** Views that exist but are not played: an empty answer would be a wrong one. */
const knownElsewhere =
  /^(dm_|all_|system_|server_|sql_|extended_|partition_|database_|external_|fulltext|symmetric|asymmetric|assembl|column_|change_|conversation_|crypt|endpoint|event|http_|internal_|key_|memory_|message|plan_|query_|registered_|remote_|resource_|routes?$|security_|selective_|service|sensitivity_|spatial|ledger_|trace|trigger_|trusted_|vector_|xml_|stats|(parameters|data_spaces|filegroups|filetables|master_files|configurations|certificates|credentials|sequences|login_token|user_token|linked_logins|servers|numbered_procedures|masked_columns|hash_indexes|periods|synonyms|table_types|tcp_endpoints|via_endpoints|soap_endpoints|time_zone_info|transmission_queue|type_assembly_usages|parameter_type_usages|module_assembly_usages|function_order_columns|destination_data_spaces|backup_devices|openkeys|dependencies|edge_constraints)$)/;

/** Views of SQL Server 2000 are found without `sys`, in dbo, unless a table has the name. */
const oldNames = new Set(
  "sysaltfiles syscacheobjects syscharsets syscolumns syscomments sysconfigures sysconstraints syscurconfigs sysdatabases sysdepends sysdevices sysfilegroups sysfiles sysforeignkeys sysfulltextcatalogs sysindexes sysindexkeys syslanguages syslockinfo syslogins sysmembers sysmessages sysobjects sysoledbusers sysopentapes sysperfinfo syspermissions sysprocesses sysprotects sysreferences sysremotelogins syssegments sysservers systypes sysusers".split(
    " ",
  ),
);

/** Tables of the system databases that scripts read. */
const systemTables = /^(spt_|MSreplication_|backup|restore|sysjobs|syspolicy|log_shipping|suspect_pages)/i;

function isCompatibilityView(path: readonly string[], session: Session): boolean {
  const [name = "", schema = "dbo", databaseName] = [...path].reverse();
  if (schema.toLowerCase() !== "dbo" && schema !== "") return false;
  const database = databaseName ? session.enter(databaseName) : session.database;
  if (!database || session.view(database).table("dbo", name)) return false;
  if (session.server.isSystem(database) && systemTables.test(name)) throw notPlayed(`The table ${name}`);
  return oldNames.has(name.toLowerCase());
}

/** The catalog view that a name means, or undefined for the name of a table. */
export function catalogView(
  path: readonly string[],
  session: Session,
  viewColumns: ViewColumns,
): (Pick<View, "columns"> & { rows(): ReturnType<View["rows"]> }) | undefined {
  const [name = "", schema = "", databaseName] = [...path].reverse();
  if (isCompatibilityView(path, session)) return catalogView([databaseName ?? "", "sys", name], session, viewColumns);
  const inSystem = schema.toLowerCase() === "sys";
  if (!inSystem && schema.toLowerCase() !== "information_schema") return undefined;
  const database = databaseName ? session.enter(databaseName) : session.database;
  if (!database) throw new SqlError(208, `Invalid object name '${path.join(".")}'.`);
  const found = (inSystem ? systemViews : informationSchemaViews)[name.toLowerCase()];
  if (!found) {
    const known = knownElsewhere.test(name.toLowerCase()) || oldNames.has(name.toLowerCase());
    if (!inSystem || known) throw notPlayed(`The view ${schema}.${name}`);
    throw new SqlError(208, `Invalid object name '${path.join(".")}'.`);
  }
  return { columns: found.columns, rows: () => found.rows(catalogContext(session, database, viewColumns)) };
}

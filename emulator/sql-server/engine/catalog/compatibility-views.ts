import type { SqlValue } from "../../../data/sql-value";
import { serverViews } from "./server-views";
import { tableViews } from "./table-views";
import { type CatalogContext, type View, view } from "./view";

/** The rows of a view by the names of its columns. */
function records(source: View, context: CatalogContext): Readonly<Record<string, SqlValue>>[] {
  return source
    .rows(context)
    .map((row) => Object.fromEntries(source.columns.map(({ name }, index) => [name, row[index]!])));
}

const keyTypes: Readonly<Record<string, string>> = { PK: "K ", UQ: "K " };

/** The lowest four bits of sysstat. */
const objectClasses: Readonly<Record<string, number>> = {
  "V ": 2,
  "U ": 3,
  "P ": 4,
  "D ": 6,
  TR: 8,
  PK: 9,
  UQ: 9,
  "F ": 11,
};

/** Older or wider names of what other views show; objects of the system are not among them. */
export const compatibilityViews: Readonly<Record<string, View>> = {
  all_objects: tableViews["objects"]!,
  all_columns: tableViews["columns"]!,
  sysobjects: view(
    "name sysname, id int, xtype char(2), uid smallint, info smallint, status int, base_schema_ver int, replinfo int, parent_obj int, crdate datetime, ftcatid smallint, schema_ver int, stats_schema_ver int, type char(2), userstat smallint, sysstat smallint, indexdel smallint, refdate datetime, version int, deltrig int, instrig int, updtrig int, seltrig int, category int, cache smallint",
    (context) =>
      records(tableViews["objects"]!, context).map((object) => ({
        name: object["name"],
        id: object["object_id"],
        xtype: object["type"],
        uid: object["schema_id"],
        info: 0,
        status: 0,
        base_schema_ver: 0,
        replinfo: 0,
        parent_obj: object["parent_object_id"],
        crdate: object["create_date"],
        ftcatid: 0,
        schema_ver: 0,
        stats_schema_ver: 0,
        type: keyTypes[object["type"] as string] ?? object["type"],
        userstat: 1,
        sysstat: objectClasses[object["type"] as string] ?? 0,
        indexdel: 0,
        refdate: object["create_date"],
        version: 0,
        deltrig: 0,
        instrig: 0,
        updtrig: 0,
        seltrig: 0,
        category: 0,
        cache: 0,
      })),
  ),
  sysdatabases: view(
    "name sysname, dbid smallint, sid varbinary(85), mode smallint, status int, status2 int, crdate datetime, reserved datetime, category int, cmptlevel tinyint, filename nvarchar(260), version smallint",
    (context) =>
      records(serverViews["databases"]!, context).map((database) => ({
        name: database["name"],
        dbid: database["database_id"],
        mode: 0,
        status: 65_536,
        status2: 0,
        crdate: database["create_date"],
        reserved: "1900-01-01 00:00:00.000",
        category: 0,
        cmptlevel: database["compatibility_level"],
      })),
  ),
  // Nothing here makes one.
  extended_properties: view(
    "class tinyint, class_desc nvarchar(60), major_id int, minor_id int, name sysname, value nvarchar(max)",
    () => [],
  ),
  database_principals: view(
    "name sysname, principal_id int, type char(1), type_desc nvarchar(60), default_schema_name sysname, create_date datetime, modify_date datetime, owning_principal_id int, sid varbinary(85), is_fixed_role bit",
    ({ session, database }) => {
      const users = session.server.instance.data
        .logins()
        .filter((login) => !login.super && session.server.mayEnter(login, database))
        .map(({ name }) => name);
      const fixed = ["dbo", "guest", "INFORMATION_SCHEMA", "sys"];
      return [
        { name: "public", principal_id: 0, type: "R", type_desc: "DATABASE_ROLE", is_fixed_role: false },
        ...[...fixed, ...users].map((name, index) => ({
          name,
          principal_id: index + 1,
          type: "S",
          type_desc: "SQL_USER",
          default_schema_name: name === "guest" ? "guest" : index === 0 || index > 3 ? "dbo" : null,
          is_fixed_role: false,
        })),
      ];
    },
  ),
};

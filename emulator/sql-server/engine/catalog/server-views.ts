import { catalogTypeName, physicalType, systemTypes } from "./physical-type";
import { catalogTime, schemaId, schemas, userTypeId, type View, view } from "./view";

const compatibilityLevels: Readonly<Record<number, number>> = {
  10: 100,
  11: 110,
  12: 120,
  13: 130,
  14: 140,
  15: 150,
  16: 160,
};

/** Views about the server, and those that are the same in every database. */
export const serverViews: Readonly<Record<string, View>> = {
  databases: view(
    "name sysname, database_id int, source_database_id int, create_date datetime, compatibility_level tinyint, collation_name sysname, user_access tinyint, user_access_desc nvarchar(60), is_read_only bit, is_auto_close_on bit, is_auto_shrink_on bit, state tinyint, state_desc nvarchar(60), is_in_standby bit, snapshot_isolation_state tinyint, is_read_committed_snapshot_on bit, recovery_model tinyint, recovery_model_desc nvarchar(60), is_cdc_enabled bit, is_encrypted bit, is_published bit, is_subscribed bit, is_distributor bit, is_broker_enabled bit",
    ({ session }) =>
      session.server.databases().map(({ id, database }) => ({
        name: database.name,
        database_id: id,
        create_date: catalogTime(database.createdAtMs, session),
        compatibility_level: compatibilityLevels[session.server.version.major]!,
        collation_name: database.collation,
        user_access: 0,
        user_access_desc: "MULTI_USER",
        is_read_only: false,
        is_auto_close_on: false,
        is_auto_shrink_on: false,
        state: 0,
        state_desc: "ONLINE",
        is_in_standby: false,
        snapshot_isolation_state: 0,
        is_read_committed_snapshot_on: false,
        recovery_model: 1,
        recovery_model_desc: "FULL",
        is_cdc_enabled: false,
        is_encrypted: false,
        is_published: false,
        is_subscribed: false,
        is_distributor: false,
        is_broker_enabled: false,
      })),
  ),
  schemas: view("name sysname, schema_id int, principal_id int", ({ database }) =>
    schemas(database).map(({ name, id }) => ({ name, schema_id: id, principal_id: id === 3 || id === 4 ? id : 1 })),
  ),
  types: view(
    "name sysname, system_type_id tinyint, user_type_id int, schema_id int, principal_id int, max_length smallint, precision tinyint, scale tinyint, collation_name sysname, is_nullable bit, is_user_defined bit, is_assembly_type bit, default_object_id int, rule_object_id int, is_table_type bit",
    ({ database }) => {
      const rest = {
        schema_id: 4,
        is_nullable: true,
        is_user_defined: false,
        is_assembly_type: false,
        default_object_id: 0,
        rule_object_id: 0,
        is_table_type: false,
      };
      const collated = new Set(["text", "ntext", "varchar", "char", "nvarchar", "nchar"]);
      return [
        ...systemTypes.map(([name, id, maxLength, precision, scale]) => ({
          ...rest,
          name: catalogTypeName(name),
          system_type_id: id,
          user_type_id: id,
          max_length: maxLength,
          precision,
          scale,
          collation_name: collated.has(name) ? database.collation : null,
        })),
        {
          ...rest,
          name: "sysname",
          system_type_id: 231,
          user_type_id: 256,
          max_length: 256,
          precision: 0,
          scale: 0,
          collation_name: database.collation,
          is_nullable: false,
        },
        ...database.names.types().map(({ schema, name, type, nullable }) => {
          const { id, maxLength, precision, scale } = physicalType(type);
          return {
            ...rest,
            name,
            system_type_id: id,
            user_type_id: userTypeId(database, { schema, name }),
            schema_id: schemaId(database, schema),
            max_length: maxLength,
            precision,
            scale,
            collation_name: collated.has(type.name) ? database.collation : null,
            is_nullable: nullable,
            is_user_defined: true,
          };
        }),
      ];
    },
  ),
};

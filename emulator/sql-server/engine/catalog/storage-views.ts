import type { Table } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import { numberedIndexes } from "./constraint-views";
import { objectId } from "./table-views";
import { type CatalogContext, type View, view } from "./view";

const pageBytes = 8192;
/** The same rough row size that the rest of the local cloud counts disk space with. */
const bytesPerValue = 12;

function pages(table: Table): number {
  return Math.ceil((table.rowCount * table.definition.columns.length * bytesPerValue) / pageBytes) + 1;
}

function partitionId(context: CatalogContext, table: Table, indexId: number): bigint {
  return BigInt(objectId(context, table, table.definition.name) ?? 0) * 65_536n + BigInt(indexId);
}

/** What a new database allocates for its catalog, and for its log, in pages (the model database of SQL Server). */
const emptyFilePages = 1024;
const logPagesPerCommit = 1;

/** Rows and pages of tables, and the files that hold them. */
export const storageViews: Readonly<Record<string, View>> = {
  database_files: view(
    "file_id int, type tinyint, type_desc nvarchar(60), data_space_id int, name sysname, physical_name nvarchar(260), state tinyint, state_desc nvarchar(60), size int, max_size int, growth int, is_read_only bit, is_percent_growth bit",
    ({ database, tables }) => {
      const dataPages = tables.reduce((sum, table) => sum + pages(table), emptyFilePages);
      const logPages = emptyFilePages + database.sequence * logPagesPerCommit;
      const rest = {
        state: 0,
        state_desc: "ONLINE",
        max_size: -1,
        growth: 8192,
        is_read_only: false,
        is_percent_growth: false,
      };
      const at = (file: string) => `D:\\MSSQL\\DATA\\${file}`;
      const { name } = database;
      return [
        {
          ...rest,
          file_id: 1,
          type: 0,
          type_desc: "ROWS",
          data_space_id: 1,
          name,
          physical_name: at(`${name}.mdf`),
          size: dataPages,
        },
        {
          ...rest,
          file_id: 2,
          type: 1,
          type_desc: "LOG",
          data_space_id: 0,
          name: `${name}_log`,
          physical_name: at(`${name}_log.ldf`),
          size: logPages,
        },
      ];
    },
  ),
  partitions: view(
    "partition_id bigint, object_id int, index_id int, partition_number int, hobt_id bigint, rows bigint, filestream_filegroup_id smallint, data_compression tinyint, data_compression_desc nvarchar(60)",
    (context) =>
      context.tables.flatMap((table) =>
        numberedIndexes(table).map(({ id }) => {
          const partition = partitionId(context, table, id);
          return {
            partition_id: partition,
            object_id: objectId(context, table, table.definition.name),
            index_id: id,
            partition_number: 1,
            hobt_id: partition,
            rows: BigInt(table.rowCount),
            filestream_filegroup_id: 0,
            data_compression: 0,
            data_compression_desc: "NONE",
          };
        }),
      ),
  ),
  allocation_units: view(
    "allocation_unit_id bigint, type tinyint, type_desc nvarchar(60), container_id bigint, data_space_id int, total_pages bigint, used_pages bigint, data_pages bigint",
    (context) =>
      context.tables.flatMap((table) =>
        numberedIndexes(table).map(({ id }) => {
          const partition = partitionId(context, table, id);
          const count = BigInt(pages(table));
          return {
            allocation_unit_id: partition,
            type: 1,
            type_desc: "IN_ROW_DATA",
            container_id: partition,
            data_space_id: 1,
            total_pages: count,
            used_pages: count,
            data_pages: count,
          };
        }),
      ),
  ),
  dm_db_partition_stats: view(
    "partition_id bigint, object_id int, index_id int, partition_number int, in_row_data_page_count bigint, in_row_used_page_count bigint, in_row_reserved_page_count bigint, lob_used_page_count bigint, lob_reserved_page_count bigint, row_overflow_used_page_count bigint, row_overflow_reserved_page_count bigint, used_page_count bigint, reserved_page_count bigint, row_count bigint",
    (context) => {
      const { session, database } = context;
      if (session.rightOf(session.server.database(database.name) ?? database) !== "DBOwner")
        throw new SqlError(262, `VIEW DATABASE STATE permission denied in database '${database.name}'.`, 14);
      return context.tables.flatMap((table) =>
        numberedIndexes(table).map(({ id }) => {
          const count = BigInt(pages(table));
          return {
            partition_id: partitionId(context, table, id),
            object_id: objectId(context, table, table.definition.name),
            index_id: id,
            partition_number: 1,
            in_row_data_page_count: count,
            in_row_used_page_count: count,
            in_row_reserved_page_count: count,
            lob_used_page_count: 0n,
            lob_reserved_page_count: 0n,
            row_overflow_used_page_count: 0n,
            row_overflow_reserved_page_count: 0n,
            used_page_count: count,
            reserved_page_count: count,
            row_count: BigInt(table.rowCount),
          };
        }),
      );
    },
  ),
};

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

/** Rows and pages of tables. */
export const storageViews: Readonly<Record<string, View>> = {
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

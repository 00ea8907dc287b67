import type { TableFacts } from "../restore/model/record";
import type { RestoreRequest } from "../restore/request/request";

/**
 * A restore is one row of at most 2 MB: its request, what is known of each table, its place in the plan, its comparison and what it leaves
 * have to fit. Keys and columns that differ are not counted: a restore that finds very many of them ends with `record-too-large`.
 */
const evidenceBytesMax = 1_800_000;
/** Beside the facts of a table: its names up to seven times more, and figures. */
const namesPerTable = 7;
const figureBytesPerTable = 400;

type Asked = Pick<RestoreRequest, "objects" | "checks">;

/** Is there room in the record for all that will be known of these tables when the restore is over? Estimated rather too high. */
export function hasRoomFor(asked: Asked, tables: readonly TableFacts[]): boolean {
  return evidenceBytes(asked, tables) <= evidenceBytesMax;
}

function evidenceBytes(asked: Asked, tables: readonly TableFacts[]): number {
  const restoredNames = asked.objects.flatMap((object) => object.tables ?? []).map((table) => table.restoredName ?? "");
  return tables.reduce(
    (sum, table) =>
      sum +
      bytesOf(JSON.stringify(table)) +
      namesPerTable * bytesOf(`${table.schema}${table.name}`) +
      figureBytesPerTable,
    bytesOf(JSON.stringify(asked)) + namesPerTable * bytesOf(restoredNames.join("")),
  );
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

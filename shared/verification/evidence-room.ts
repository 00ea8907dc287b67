import type { TableFacts } from "../restore/record";

/** A restore is one row of at most 2 MB: what is known of each table, its place in the plan, its comparison and what it leaves have to fit. */
const evidenceBytesMax = 1_800_000;
/** Beside the facts of a table: its names up to seven times more, and figures. */
const namesPerTable = 7;
const figureBytesPerTable = 400;

/** Bytes that the record will hold about these tables when the restore is over, roughly and rather too many. */
export function evidenceBytes(tables: readonly TableFacts[]): number {
  const bytes = (text: string) => Buffer.byteLength(text, "utf8");
  return tables.reduce(
    (sum, table) =>
      sum + bytes(JSON.stringify(table)) + namesPerTable * bytes(`${table.schema}${table.name}`) + figureBytesPerTable,
    0,
  );
}

export function hasRoomFor(tables: readonly TableFacts[]): boolean {
  return evidenceBytes(tables) <= evidenceBytesMax;
}

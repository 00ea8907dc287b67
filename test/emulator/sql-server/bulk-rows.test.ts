import { readBulkRows } from "../../../emulator/sql-server/tds/bulk-rows";
import { ProtocolError } from "../../../emulator/sql-server/tds/byte-reader";

/** Two nullable columns: `a int`, `b tinyint`. */
const columns = "81 0200 00000000 0900 26 04 01 6100 00000000 0900 26 01 01 6200";
const done = "fd 0000 0000 0000000000000000";

function read(...parts: readonly string[]) {
  return readBulkRows(Buffer.from(parts.join("").replaceAll(" ", ""), "hex"), 74).rows;
}

test.each([
  [
    "rows and DONE",
    [columns, "d1 04 07000000 01 05", "d1 00 00", done],
    [
      [7, 5],
      [null, null],
    ],
  ],
  [
    "rows that say which values are NULL",
    [columns, "d2 01 01 05", "d2 02 04 08000000", "d2 03", done],
    [
      [null, 5],
      [8, null],
      [null, null],
    ],
  ],
  ["FreeTDS, which leaves DONE out", [columns, "d1 04 07000000 01 05"], [[7, 5]]],
  ["no rows", [columns, done], []],
])("%s", (_title, parts, rows) => {
  expect(read(...parts)).toEqual(rows);
});

test.each([
  ["no columns", ["d1 00 00"]],
  ["another token among the rows", [columns, "aa 00"]],
  ["a row that ends too early", [columns, "d1 04 0700"]],
])("%s is no bulk load", (_title, parts) => {
  expect(() => read(...parts)).toThrow(ProtocolError);
});

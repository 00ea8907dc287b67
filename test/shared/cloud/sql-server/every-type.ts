import type { Database, Row } from "../../../../emulator/data/database";
import type { SqlType } from "../../../../emulator/data/sql-value";
import type { ColumnDefinition, TableDefinition } from "../../../../emulator/data/table-definition";

/** A column of every type that the local cloud stores, with a value at the edge of what it holds. */
export const everyType: readonly [string, SqlType, Row[number]][] = [
  ["Flag", { name: "bit" }, true],
  ["Tiny", { name: "tinyint" }, 255],
  ["Small", { name: "smallint" }, -32768],
  ["Whole", { name: "int" }, 2147483647],
  ["Big", { name: "bigint" }, 9223372036854775807n],
  ["Exact", { name: "decimal", precision: 38, scale: 4 }, "1234567890123456789012345678901234.5678"],
  ["Money", { name: "money" }, "922337203685477.5807"],
  ["Float", { name: "float" }, 0.1],
  ["Real", { name: "real" }, 0.5],
  ["Day", { name: "date" }, "2026-11-20"],
  ["Time", { name: "time", scale: 7 }, "08:15:00.1234567"],
  ["Moment", { name: "datetime" }, "2026-11-20T08:15:00.997"],
  ["Minute", { name: "smalldatetime" }, "2026-11-20T08:15:00.000"],
  ["Exactly", { name: "datetime2", scale: 7 }, "2026-11-20T08:15:00.1234567"],
  ["Zoned", { name: "datetimeoffset", scale: 3 }, "2026-11-20T08:15:00.123+08:00"],
  ["Fixed", { name: "char", length: 4 }, "ab  "],
  ["Ansi", { name: "varchar", length: 20 }, "ab "],
  ["Wide", { name: "nchar", length: 4 }, "绿茶  "],
  ["Text", { name: "nvarchar", length: 20 }, "Łukasz's | 绿茶 🍵"],
  ["Long", { name: "nvarchar", length: "max" }, "x".repeat(9000)],
  ["Old", { name: "ntext" }, "old text"],
  ["Bytes", { name: "varbinary", length: 16 }, new Uint8Array([0, 1, 254, 255])],
  ["Photo", { name: "varbinary", length: "max" }, new Uint8Array(9000).fill(7)],
  ["Guid", { name: "uniqueidentifier" }, "6F9619FF-8B86-D011-B42D-00C04FC964FF"],
  ["Document", { name: "xml" }, "<a>1</a>"],
];

export const types: TableDefinition = {
  schema: "dbo",
  name: "Every]Type",
  columns: [
    { name: "Id", type: { name: "int" }, nullable: false, identity: { seed: 1, increment: 1 } },
    ...everyType.map(([name, type]): ColumnDefinition => ({ name, type, nullable: true })),
  ],
  primaryKey: { name: "PK_Every", columns: ["Id"] },
  uniqueConstraints: [],
  foreignKeys: [],
  triggers: [
    { name: "Audit", enabled: true },
    { name: "Asleep", enabled: false },
  ],
};

/** Row 1: every value; row 2: every NULL; then one row for each column, where only that column is NULL. */
export function addEveryType(database: Database): void {
  const full = everyType.map(([, , value]) => value);
  const rows: Row[] = [
    [1, ...full],
    [2, ...full.map(() => null)],
    ...full.map((_, nulled): Row => [3 + nulled, ...full.map((value, index) => (index === nulled ? null : value))]),
  ];
  database.commit(database.createdAtMs, [
    { kind: "create-table", definition: types },
    { kind: "insert", schema: "dbo", table: types.name, rows },
  ]);
}

import type { SqlType } from "../../data/sql-value";
import type { ResultColumn } from "../engine/compiled";
import { type Collation, collationOf } from "../values/collation";
import { family, scaleOf } from "../values/type-rules";
import type { ByteWriter } from "./byte-writer";
import type { TdsVersion } from "./tds-version";
import { typeToken, wireType } from "./wire-type";

/** TYPE_INFO of a column or a return value (MS-TDS 2.2.5.6). */
export function writeTypeInfo(writer: ByteWriter, type: SqlType, version: TdsVersion, collation: Collation): void {
  const wire = wireType(type, version);
  writer.uint8(wire.token);
  if (wire.token === typeToken.xml) {
    // No schema.
    writer.uint8(0);
    return;
  }
  if (wire.token === typeToken.date) return;
  if (wire.token === typeToken.time || wire.token === typeToken.datetime2 || wire.token === typeToken.datetimeOffset) {
    writer.uint8(scaleOf(type));
    return;
  }
  if (wire.form === "short") writer.uint8(wire.length);
  else if (wire.form === "blob") writer.uint32(wire.length);
  else writer.uint16(wire.length);
  if (family(wire.as) === "text") writer.bytes(collation.wire);
  if (wire.token === typeToken.decimalN || wire.token === typeToken.numericN)
    writer.uint8(type.precision ?? 18).uint8(type.scale ?? 0);
}

/** Flags of a column (MS-TDS 2.2.7.4): whether a stored column may be updated is left open, as SQL Server leaves it. */
const flag = { nullable: 0x01, updatableUnknown: 0x08, identity: 0x10, computed: 0x20 } as const;

const origins = { column: flag.updatableUnknown, identity: flag.identity } as const;

function flagsOf({ nullable, stored }: ResultColumn): number {
  return (nullable ? flag.nullable : 0) | (stored ? origins[stored] : flag.computed);
}

/** COLMETADATA (MS-TDS 2.2.7.4). */
export function writeColumnMetadata(
  writer: ByteWriter,
  columns: readonly ResultColumn[],
  version: TdsVersion,
  standard: Collation,
): void {
  writer.uint8(0x81).uint16(columns.length);
  for (const column of columns) {
    writeUserType(writer, version);
    writer.uint16(flagsOf(column));
    writeTypeInfo(
      writer,
      column.type,
      version,
      column.collation === undefined ? standard : collationOf(column.collation),
    );
    if (wireType(column.type, version).form === "blob") writeNoTableName(writer, version);
    writer.shortText(column.name);
  }
}

export function writeUserType(writer: ByteWriter, version: TdsVersion): void {
  if (version >= 72) writer.uint32(0);
  else writer.uint16(0);
}

/** text, ntext and image name their table; an expression's is empty. */
function writeNoTableName(writer: ByteWriter, version: TdsVersion): void {
  if (version >= 72) writer.uint8(1);
  writer.longText("");
}

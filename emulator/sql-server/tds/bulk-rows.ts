import type { SqlType, SqlValue } from "../../data/sql-value";
import { ByteReader, ProtocolError } from "./byte-reader";
import type { TdsVersion } from "./tds-version";
import { doneToken } from "./tokens";
import { readType, type WireValues } from "./value-reader";
import { typeToken } from "./wire-type";

export interface BulkRows {
  readonly types: readonly SqlType[];
  readonly rows: readonly (readonly SqlValue[])[];
}

const columnsToken = 0x81;
const rowToken = 0xd1;
const rowWithNullsToken = 0xd2;

/** The rows that follow INSERT BULK (MS-TDS 2.2.6.1): columns, rows and DONE, as a server sends them. @throws ProtocolError */
export function readBulkRows(payload: Buffer, version: TdsVersion): BulkRows {
  const reader = new ByteReader(payload);
  if (reader.uint8() !== columnsToken) throw new ProtocolError("bulk rows without columns");
  const columns = Array.from({ length: reader.uint16() }, () => readColumn(reader, version));
  const rows: SqlValue[][] = [];
  for (let token = reader.uint8(); token !== doneToken.done; token = reader.uint8()) {
    if (token !== rowToken && token !== rowWithNullsToken)
      throw new ProtocolError(`the token ${token} among bulk rows`);
    const nulls = token === rowWithNullsToken ? reader.bytes(Math.ceil(columns.length / 8)) : undefined;
    const isNull = (index: number) => nulls !== undefined && ((nulls[index >> 3]! >> (index & 7)) & 1) === 1;
    rows.push(columns.map(({ read }, index) => (isNull(index) ? null : read())));
  }
  return { types: columns.map(({ type }) => type), rows };
}

function readColumn(reader: ByteReader, version: TdsVersion): WireValues {
  reader.bytes(version < 72 ? 2 : 4);
  reader.uint16();
  const isBlob = [typeToken.text, typeToken.nText, typeToken.image].includes(reader.peek() as never);
  const { type, read } = readType(reader);
  if (isBlob) reader.ucs2(reader.uint16());
  reader.shortText();
  return { type, read: isBlob ? () => behindPointer(reader, read) : read };
}

/** In front of a blob stand a pointer and a time stamp, or a zero for NULL. */
function behindPointer(reader: ByteReader, read: () => SqlValue): SqlValue {
  const length = reader.uint8();
  if (length === 0) return null;
  reader.bytes(length + 8);
  return read();
}

import { crc8 } from "./crc8";
import { parameterInvalid } from "./ots-error";
import type { ColumnValue, KeyBound } from "./value";
import { decodeVariant, encodeVariant, text } from "./variant";

/**
 * PlainBuffer: rows inside protobuf messages. A 32-bit header, then per row tagged key cells, tagged attribute cells, perhaps a
 * delete marker, and a checksum; each cell is name, value, operation, version and a checksum. Wire truth: the official Node.js
 * client 5.6.5, plain_buffer_coded_stream.js. A cell's checksum covers name, value, version, operation in that order (although
 * the operation lies before the version); a row's covers the checksums of its cells, then 1 with a delete marker or else 0.
 */
const header = 0x75;
const tag = {
  key: 0x01,
  attributes: 0x02,
  cell: 0x03,
  name: 0x04,
  value: 0x05,
  operation: 0x06,
  version: 0x07,
  deleteMarker: 0x08,
  rowChecksum: 0x09,
  cellChecksum: 0x0a,
};

/** What UpdateRow does to a column; a cell without an operation is put. */
const operations = { 1: "DELETE_ALL", 3: "DELETE_ONE", 4: "INCREMENT" } as const;

export interface PlainCell {
  readonly name: string;
  readonly value?: ColumnValue | KeyBound;
  readonly operation?: (typeof operations)[keyof typeof operations];
  readonly versionMs?: bigint;
}

export interface PlainRow {
  readonly key: readonly PlainCell[];
  readonly attributes: readonly PlainCell[];
  readonly deleteMarker: boolean;
}

/** Rows behind one header; no rows are no bytes. Values must be whole, as in answers. */
export function encodeRows(rows: readonly Pick<PlainRow, "key" | "attributes">[]): Buffer {
  if (rows.length === 0) return Buffer.alloc(0);
  return Buffer.concat([uint32(header), ...rows.map(encodeRow)]);
}

/** The one row of a request. @throws ServiceError OTSParameterInvalid for broken structure or checksums */
export function decodeRow(bytes: Uint8Array): PlainRow {
  const reader = new Reader(Buffer.from(bytes));
  const actual = reader.uint32();
  if (actual !== header) {
    throw parameterInvalid(`Cell data broken, mismatch header, actual: ${actual} , expect: ${header}.`);
  }
  const key: PlainCell[] = [];
  const attributes: PlainCell[] = [];
  let checksum = 0;
  for (const [section, cells] of [
    [tag.key, key],
    [tag.attributes, attributes],
  ] as const) {
    if (!reader.skip(section)) continue;
    while (reader.skip(tag.cell)) {
      const cell = decodeCell(reader);
      cells.push(cell.cell);
      checksum = crc8(checksum, [cell.checksum]);
    }
  }
  if (key.length === 0) throw parameterInvalid("Cell data broken, PK is empty.");
  const deleteMarker = reader.skip(tag.deleteMarker);
  checkSum(reader, tag.rowChecksum, crc8(checksum, [deleteMarker ? 1 : 0]), "row is not end with checksum tag.");
  reader.expectPadding();
  return { key, attributes, deleteMarker };
}

function encodeRow(row: Pick<PlainRow, "key" | "attributes">): Buffer {
  let checksum = 0;
  const section = (cells: readonly PlainCell[]) =>
    cells.map((cell) => {
      const encoded = encodeCell(cell);
      checksum = crc8(checksum, [encoded.checksum]);
      return encoded.bytes;
    });
  const key = section(row.key);
  const attributes = section(row.attributes);
  return Buffer.concat([
    Buffer.from([tag.key]),
    ...key,
    ...(attributes.length > 0 ? [Buffer.from([tag.attributes])] : []),
    ...attributes,
    Buffer.from([tag.rowChecksum, crc8(checksum, [0])]),
  ]);
}

function encodeCell(cell: PlainCell): { readonly bytes: Buffer; readonly checksum: number } {
  const name = Buffer.from(cell.name);
  const value = encodeVariant(cell.value as ColumnValue);
  const version = cell.versionMs === undefined ? Buffer.alloc(0) : int64(cell.versionMs);
  const checksum = crc8(crc8(crc8(0, name), value), version);
  const bytes = Buffer.concat([
    Buffer.from([tag.cell, tag.name]),
    uint32(name.length),
    name,
    Buffer.from([tag.value]),
    uint32(value.length),
    value,
    ...(version.length > 0 ? [Buffer.from([tag.version]), version] : []),
    Buffer.from([tag.cellChecksum, checksum]),
  ]);
  return { bytes, checksum };
}

function decodeCell(reader: Reader): { readonly cell: PlainCell; readonly checksum: number } {
  if (!reader.skip(tag.name)) throw parameterInvalid("Cell data broken, attr has no name.");
  const name = reader.sizedBytes();
  const value = reader.skip(tag.value) ? reader.sizedBytes() : undefined;
  const operationByte = reader.skip(tag.operation) ? reader.bytes(1)[0] : undefined;
  const version = reader.skip(tag.version) ? reader.bytes(8) : undefined;
  let checksum = crc8(0, name);
  if (value) checksum = crc8(checksum, value);
  if (version) checksum = crc8(checksum, version);
  if (operationByte !== undefined) checksum = crc8(checksum, [operationByte]);
  checkSum(reader, tag.cellChecksum, checksum, "cell is not end with checksum[0x0A] tag.");
  const operation = operations[operationByte as keyof typeof operations];
  if (operationByte !== undefined && operation === undefined) {
    throw parameterInvalid(`Invalid op type of cell: ${operationByte}.`);
  }
  const decoded = value && decodeVariant(value);
  return { cell: { name: text(name), value: decoded, operation, versionMs: version?.readBigInt64LE() }, checksum };
}

function checkSum(reader: Reader, wanted: number, computed: number, missing: string): void {
  if (!reader.skip(wanted)) throw parameterInvalid(`Cell data broken, ${missing}`);
  const sent = reader.bytes(1)[0];
  if (sent !== computed) throw parameterInvalid(`Cell data broken, checksum is mismatch, ${sent} :${computed} :`);
}

/** Reads forward; every read is inside the bytes or refused. */
class Reader {
  #position = 0;

  constructor(private readonly source: Buffer) {}

  /** Steps over the tag if it is next. */
  skip(wanted: number): boolean {
    if (this.source[this.#position] !== wanted) return false;
    this.#position++;
    return true;
  }

  bytes(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.source.length) throw parameterInvalid("data format is invalid.");
    const bytes = this.source.subarray(this.#position, end);
    this.#position = end;
    return bytes;
  }

  uint32(): number {
    return this.bytes(4).readUInt32LE();
  }

  sizedBytes(): Buffer {
    return this.bytes(this.uint32());
  }

  /** The official client allocates a byte too many for each open key column and more for versions: zeros may follow a row. */
  expectPadding(): void {
    if (this.source.subarray(this.#position).some((byte) => byte !== 0))
      throw parameterInvalid("data format is invalid.");
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

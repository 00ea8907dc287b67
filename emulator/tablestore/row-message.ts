import { notPlayed, parameterInvalid } from "./ots-error";
import { decodeRow, encodeRows, type PlainCell } from "./plain-buffer";
import type { PrimaryKey, PrimaryKeyBound } from "./primary-key";
import type { Columns } from "./row";
import type { ReadRow } from "./selection";
import type { RowUpdate } from "./table";
import type { ColumnValue, KeyBound } from "./value";

/** A key alone, as reads and range ends send it. @throws ServiceError OTSParameterInvalid */
export function readKey(bytes: Buffer): PrimaryKeyBound {
  const row = decodeRow(bytes);
  if (row.attributes.length > 0) throw parameterInvalid("Attribute column cannot be given while reading data.");
  if (row.deleteMarker) throw parameterInvalid("Delete marker cannot be given.");
  return keyOf(row.key);
}

/** A key with the mark of a deletion. @throws ServiceError OTSParameterInvalid */
export function readDeletion(bytes: Buffer): PrimaryKey {
  const row = decodeRow(bytes);
  if (!row.deleteMarker) {
    throw parameterInvalid("Invalid request of delete row: missing RowDeleteMarker in request.");
  }
  if (row.attributes.length > 0) throw parameterInvalid("Invalid delete row request: unexpected cells in request.");
  return keyOf(row.key);
}

/** A whole row. @throws ServiceError OTSParameterInvalid */
export function readPut(bytes: Buffer): { readonly primaryKey: PrimaryKey; readonly columns: Columns } {
  const { key, attributes } = undeleted(bytes);
  const operated = attributes.find((cell) => cell.operation);
  if (operated) throw parameterInvalid(`OpType cannot be given for column name:${operated.name} in PutRow.`);
  return { primaryKey: keyOf(key), columns: valuesOf(attributes) };
}

/** Changes of a row. @throws ServiceError OTSParameterInvalid; 501 for deleting one version of a cell */
export function readUpdate(bytes: Buffer): { readonly primaryKey: PrimaryKey } & RowUpdate {
  const { key, attributes } = undeleted(bytes);
  checkDistinct(attributes);
  if (attributes.some((cell) => cell.operation === "DELETE_ONE")) throw notPlayed("deletion of one version of a cell");
  const of = (operation: PlainCell["operation"]) => attributes.filter((cell) => cell.operation === operation);
  return {
    primaryKey: keyOf(key),
    put: valuesOf(of(undefined)),
    delete: of("DELETE_ALL").map((cell) => cell.name),
    increment: Object.fromEntries(of("INCREMENT").map((cell) => [cell.name, summand(cell)])),
  };
}

/** Rows as the service answers them; none are no bytes. */
export function rowsMessage(rows: readonly ReadRow[]): Buffer {
  return encodeRows(
    rows.map(({ primaryKey, columns, versionsMs }) => ({
      key: cellsOf(primaryKey),
      attributes: Object.entries(columns).map(([name, value]) => ({
        name,
        value,
        versionMs: BigInt(versionsMs[name] as number),
      })),
    })),
  );
}

export function keyMessage(primaryKey: PrimaryKeyBound): Buffer {
  return encodeRows([{ key: cellsOf(primaryKey), attributes: [] }]);
}

function undeleted(bytes: Buffer) {
  const row = decodeRow(bytes);
  if (!row.deleteMarker) return row;
  throw parameterInvalid("Invalid request of put/update row: unexpected RowDeleteMarker in request.");
}

/** Whether open ends are allowed and the columns are the table's is for the core to say. */
function keyOf(cells: readonly PlainCell[]): PrimaryKey {
  checkDistinct(cells);
  return Object.fromEntries(
    cells.map(({ name, value, operation }) => {
      if (value === undefined) throw parameterInvalid(`No value is given for primary key name:${name}.`);
      if (operation) throw parameterInvalid(`OpType cannot be given for primary key name :${name}.`);
      return [name, value as PrimaryKey[string]];
    }),
  );
}

function valuesOf(cells: readonly PlainCell[]): Columns {
  checkDistinct(cells);
  return Object.fromEntries(
    cells.map((cell) => {
      if (cell.versionMs !== undefined) throw notPlayed("cell versions chosen by the client");
      if (cell.value === undefined) throw parameterInvalid(`Invalid cell: ${cell.name}. Reason: missing value.`);
      return [cell.name, cell.value as ColumnValue];
    }),
  );
}

function summand(cell: PlainCell): bigint {
  if (cell.versionMs !== undefined) throw notPlayed("cell versions chosen by the client");
  if (typeof cell.value === "bigint") return cell.value;
  throw parameterInvalid(`Invalid cell: ${cell.name}. Reason: only an INTEGER can be added.`);
}

function cellsOf(values: Readonly<Record<string, KeyBound>>): PlainCell[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function checkDistinct(cells: readonly PlainCell[]): void {
  const seen = new Set<string>();
  for (const { name } of cells) {
    if (seen.has(name)) throw parameterInvalid(`Duplicated column name: '${name}'.`);
    seen.add(name);
  }
}

import type { Table } from "../../../data/database";
import type { SqlValue } from "../../../data/sql-value";
import type { ColumnDefinition } from "../../../data/table-definition";
import { notPlayed } from "../../syntax/token-cursor";
import { isText } from "../../values/type-rules";
import { catalogTypeName, physicalType, systemTypes } from "../catalog/physical-type";
import type { Compiled } from "../compiled";
import type { Session } from "../session";
import { argumentsAs, type FunctionCall, intType, nameType, strict } from "./definition";
import { findObject, objectById } from "./object-names";

function tableById(session: Session, id: number): Table | undefined {
  const found = objectById(session, id);
  return found && session.view(session.database).table(found.schema, found.name);
}

export function typeNameOf(id: number, session: Session): string | null {
  if (id === 256) return "sysname";
  const found = systemTypes.find(([, number]) => number === id);
  if (found) return catalogTypeName(found[0]);
  return session.view(session.database).names.types()[id - 257]?.name ?? null;
}

export function columnName(call: FunctionCall): Compiled {
  return strict(nameType, argumentsAs(call, [intType, intType]), (id, position) => {
    const column = tableById(call.session, id as number)?.definition.columns[(position as number) - 1];
    return column?.name ?? null;
  });
}

/** COL_LENGTH in bytes, -1 for (max) types. */
export function columnLength(call: FunctionCall): Compiled {
  return strict({ name: "smallint" }, argumentsAs(call, [nameType, nameType]), (name, column) => {
    const found = findObject(call.session, name as string);
    const table = found && call.session.view(found.database).table(found.schema, found.name);
    const definition = table?.definition.columns[table.columnIndex(column as string)];
    return definition ? physicalType(definition.type).maxLength : null;
  });
}

const readers: Readonly<Record<string, (column: ColumnDefinition, position: number) => SqlValue>> = {
  allowsnull: ({ nullable }) => Number(nullable),
  columnid: (_, position) => position + 1,
  isidentity: ({ identity }) => Number(identity !== undefined),
  iscomputed: ({ computed }) => Number(computed !== undefined),
  isrowguidcol: () => 0,
  isidnotforrepl: () => 0,
  issparse: () => 0,
  iscolumnset: () => 0,
  isxmlindexable: ({ type }) => Number(type.name === "xml"),
  usesansitrim: ({ type }) => (isText(type) || type.name === "varbinary" || type.name === "binary" ? 1 : null),
  precision: ({ type }) => {
    const { precision, maxLength } = physicalType(type);
    return precision > 0 ? precision : typeof type.length === "number" ? type.length : maxLength;
  },
  scale: ({ type }) => (physicalType(type).precision > 0 ? physicalType(type).scale : null),
};

/** @throws SqlError 50501 for a property that is not played */
export function columnProperty(call: FunctionCall): Compiled {
  return strict(intType, argumentsAs(call, [intType, nameType, nameType]), (id, name, property) => {
    const table = tableById(call.session, id as number);
    const position = table?.columnIndex(name as string) ?? -1;
    const column = table?.definition.columns[position];
    if (!column) return null;
    const read = readers[(property as string).toLowerCase()];
    if (!read) throw notPlayed(`COLUMNPROPERTY ${property}`);
    return read(column, position);
  });
}

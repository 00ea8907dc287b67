import type { Database } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import {
  type ColumnDefinition,
  enforcedKeys,
  type ForeignKey,
  type TableDefinition,
} from "../../../data/table-definition";
import type { ConstraintSyntax } from "../../syntax/table-syntax";
import { declared, isText } from "../../values/type-rules";
import type { Session } from "../session";
import { nameOf } from "./constraint-name";
import { columnOf, realNames } from "./define-key";

/** @throws SqlError 1757, 1767, 1776, 1778 or 1785 when it does not fit the table that it refers to */
export function foreignKey(
  constraint: ConstraintSyntax & { kind: "foreign-key" },
  definition: TableDefinition,
  database: Database,
  session: Session,
): ForeignKey {
  const [referencedName = "", referencedSchema = definition.schema] = [...constraint.referenced].reverse();
  const { fold } = session.collation;
  const itself = fold(referencedName) === fold(definition.name) && fold(referencedSchema) === fold(definition.schema);
  const referenced = itself ? definition : database.table(referencedSchema, referencedName)?.definition;
  const named = nameOf(constraint.name, "FK", [definition.name], session);
  const { name } = named;
  if (!referenced)
    throw new SqlError(1767, `Foreign key '${name}' references invalid table '${constraint.referenced.join(".")}'.`);
  const columns =
    constraint.referencedColumns.length > 0 ? constraint.referencedColumns : (referenced.primaryKey?.columns ?? []);
  const wanted = columns.map(fold).sort().join();
  const keys = enforcedKeys(referenced).filter((key) => !key.filter);
  const matching = keys.find((key) => key.columns.map(fold).sort().join() === wanted);
  if (!matching || columns.length !== constraint.columns.length)
    throw new SqlError(
      1776,
      `There are no primary or candidate keys in the referenced table '${constraint.referenced.join(".")}' that match the referencing column list in the foreign key '${name}'.`,
    );
  for (const [position, column] of columns.entries())
    requireSameType(
      columnOf(definition, constraint.columns[position]!, session)!,
      columnOf(referenced, column, session)!,
      { name, child: definition, parent: referenced },
    );
  const { onDelete, onUpdate } = constraint;
  const key: ForeignKey = {
    ...named,
    columns: realNames(definition, constraint.columns, session),
    referencedSchema: referenced.schema,
    referencedTable: referenced.name,
    referencedColumns: realNames(referenced, columns, session),
    ...(onDelete ? { onDelete } : {}),
    ...(onUpdate ? { onUpdate } : {}),
  };
  requireOneWay(key, definition, database);
  return key;
}

function requireSameType(
  column: ColumnDefinition,
  referenced: ColumnDefinition,
  key: { readonly name: string; readonly child: TableDefinition; readonly parent: TableDefinition },
): void {
  const names = `'${key.parent.name}.${referenced.name}' is not the same`;
  const lengthless = ({ type }: ColumnDefinition) => declared({ ...type, ...(isText(type) ? { length: 1 } : {}) });
  if (lengthless(column) !== lengthless(referenced))
    throw new SqlError(
      1778,
      `Column ${names} data type as referencing column '${key.child.name}.${column.name}' in foreign key '${key.name}'.`,
    );
  if (isText(column.type) && column.collation !== referenced.collation)
    throw new SqlError(
      1757,
      `Column ${names} collation as referencing column '${key.child.name}.${column.name}' in foreign key '${key.name}'.`,
    );
}

/** A delete or an update may reach each table by one way only. @throws SqlError 1785 */
function requireOneWay(key: ForeignKey, child: TableDefinition, database: Database): void {
  for (const action of ["onDelete", "onUpdate"] as const) {
    if (!key[action]) continue;
    const tables = database.tables().map(({ definition }) => definition);
    const keyOf = (schema: string, name: string) => database.tableKey(schema, name);
    const own = keyOf(child.schema, child.name);
    const edges = [...tables.filter(({ schema, name }) => keyOf(schema, name) !== own), child].flatMap((table) =>
      [...table.foreignKeys, ...(table === child ? [key] : [])]
        .filter((candidate) => candidate[action])
        .map((candidate) => ({
          from: keyOf(candidate.referencedSchema, candidate.referencedTable),
          to: keyOf(table.schema, table.name),
        })),
    );
    const reaches = (from: string, seen: Set<string>): boolean =>
      edges.some((edge) => edge.from === from && (seen.has(edge.to) || reaches(edge.to, seen.add(edge.to))));
    if (edges.some(({ from }) => reaches(from, new Set([from]))))
      throw new SqlError(
        1785,
        `Introducing FOREIGN KEY constraint '${key.name}' on table '${child.name}' may cause cycles or multiple cascade paths. Specify ON DELETE NO ACTION or ON UPDATE NO ACTION, or modify other FOREIGN KEY constraints.`,
        16,
        0,
      );
  }
}

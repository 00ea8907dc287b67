import type { Database, Table } from "../../../data/database";
import { referencesThrough } from "../../../data/foreign-keys";
import { SqlError } from "../../../data/sql-error";
import { indexesOf, type TableDefinition } from "../../../data/table-definition";
import type { AlterTable, DroppedElement } from "../../syntax/table-syntax";

type Change<Kind extends AlterTable["change"]["kind"]> = AlterTable["change"] & { readonly kind: Kind };

/** @throws SqlError 3725 for a key that a foreign key refers to, 3728 for a name that no constraint of the table has */
export function withoutConstraint(
  definition: TableDefinition,
  { name, ifExists }: DroppedElement,
  table: Table,
  database: Database,
): TableDefinition {
  requireUnreferenced(name, table, database);
  const changed = without(definition, name, table);
  if (!changed && !ifExists) throw new SqlError(3728, `'${name}' is not a constraint.`);
  return changed ?? definition;
}

/** @throws SqlError 3725 for a key that a foreign key refers to */
function requireUnreferenced(name: string, table: Table, database: Database): void {
  const { fold } = table.rules;
  const key = indexesOf(table.definition).find((index) => fold(index.name) === fold(name));
  const user = key && referencesThrough(database, table, key)[0];
  if (key && user)
    throw new SqlError(
      3725,
      `The constraint '${key.name}' is being referenced by table '${user.child.definition.name}', foreign key constraint '${user.foreignKey.name}'.`,
      16,
      0,
    );
}

/** The definition without the constraint; undefined when it has none of that name. */
function without(definition: TableDefinition, name: string, { rules: { fold } }: Table): TableDefinition | undefined {
  const isOther = (constraint: { readonly name: string }) => fold(constraint.name) !== fold(name);
  const { primaryKey, uniqueConstraints, foreignKeys, checks = [], columns } = definition;
  const { primaryKey: _dropped, ...keyless } = definition;
  if (primaryKey && !isOther(primaryKey)) return keyless;
  if (!uniqueConstraints.every(isOther)) return { ...definition, uniqueConstraints: uniqueConstraints.filter(isOther) };
  if (!foreignKeys.every(isOther)) return { ...definition, foreignKeys: foreignKeys.filter(isOther) };
  if (!checks.every(isOther)) return { ...definition, checks: checks.filter(isOther) };
  const defaulted = columns.find(({ defaultConstraint }) => defaultConstraint && !isOther(defaultConstraint));
  if (!defaulted) return undefined;
  const { defaultConstraint: _constraint, defaultExpression: _expression, ...plain } = defaulted;
  return { ...definition, columns: columns.map((column) => (column === defaulted ? plain : column)) };
}

/**
 * CHECK and NOCHECK CONSTRAINT. One that is switched on WITH CHECK is trusted again; the store looks at the rows.
 * @throws SqlError 4917 for a name that no constraint has, 11415 for one that cannot be switched
 */
export function switchedConstraints(
  { names, enabled, checked }: Change<"constraints">,
  { definition, rules: { fold } }: Table,
): TableDefinition {
  const { foreignKeys, checks = [] } = definition;
  const switchable = [...foreignKeys, ...checks];
  for (const name of names === "all" ? [] : names) {
    if (switchable.some((constraint) => fold(constraint.name) === fold(name))) continue;
    if (indexesOf(definition).some((index) => index.kind !== "index" && fold(index.name) === fold(name)))
      throw new SqlError(
        11415,
        `Object '${name}' cannot be disabled or enabled. This action applies only to foreign key and check constraints.`,
      );
    throw new SqlError(4917, `Constraint '${name}' does not exist.`, 16, 0);
  }
  const wanted = names === "all" ? undefined : new Set(names.map(fold));
  const switched = <T extends { readonly name: string; readonly untrusted?: boolean }>(constraint: T): T => {
    if (wanted && !wanted.has(fold(constraint.name))) return constraint;
    const untrusted = !enabled || (!checked && (constraint.untrusted ?? false));
    return { ...constraint, disabled: !enabled, untrusted };
  };
  return { ...definition, foreignKeys: foreignKeys.map(switched), checks: checks.map(switched) };
}

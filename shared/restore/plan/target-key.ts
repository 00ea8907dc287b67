import { canonicalJson, sha256Hex } from "../../canonical-json";
import type { ColumnShape, Enforcement, TableShape, UniqueKey } from "../../cloud/sql-server";
import { enforcedKey, keyProblem, pagingKeys, showUniqueKey } from "../../cloud/sql-server/unique-keys";
import { addressesByName, addressPath, showAddress, showName } from "../../object-name";
import type { StatedReason } from "../model/reasons";
import type { PlannedDatabase } from "./plan";
import { targetTables } from "./target-obstacle";

/** The unique key of the master under which missing rows are added to a table, as the plan saw it. */
export interface TargetKey {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly key: UniqueKey;
  /** In key order. What is equal depends on type and collation. */
  readonly columns: readonly Pick<ColumnShape, "name" | "type" | "collation">[];
  /** A hash over what rows that are added have to fit: columns, checks and foreign keys. Left out by older versions. */
  readonly table?: string;
}

export function targetKey(shape: TableShape, key: UniqueKey): TargetKey {
  const { database, schema, name } = shape;
  const columns = key.columns.map((column) => keyColumn(shape.columns.find((one) => one.name === column)!));
  return { database, schema, name, key, columns, table: hashOfTable(shape) };
}

/** Triggers and unique keys are judged by themselves; whether a constraint is trusted says nothing of new rows. */
function hashOfTable({ columns, checks = [], foreignKeys }: TableShape): string {
  const enforced = <Constraint extends Enforcement>(constraints: readonly Constraint[]) =>
    constraints.filter(({ disabled }) => !disabled).map(({ untrusted: _, ...constraint }) => constraint);
  return sha256Hex(canonicalJson([columns, enforced(checks), enforced(foreignKeys)]));
}

/** Why rows must not be added any more: the master's key is not the one that the plan saw. Null: it is. */
export function changedKey(
  seen: readonly TargetKey[],
  databases: readonly PlannedDatabase[],
  onMaster: readonly TableShape[],
): StatedReason | null {
  const [keys, shapes] = [addressesByName(seen), addressesByName(onMaster)];
  for (const target of targetTables(databases)) {
    const before = keys.find(...addressPath(target));
    const now = shapes.find(...addressPath(target));
    const same =
      before && now && enforcedKey({ uniqueKeys: pagingKeys(now) }, before.key.columns) && sameColumns(before, now);
    if (same && before.table !== undefined && before.table !== hashOfTable(now))
      return {
        code: "target-table-changed",
        text: `Columns, checks or foreign keys of ${showAddress(target)} on the master changed since the plan was made, so it is not known any more which rows can be added. Ask again.`,
      };
    if (same) continue;
    const was = before ? `was ${showColumns(before)} when the plan was made` : "was not seen when the plan was made";
    return {
      code: "target-key-changed",
      text: `The unique key of ${showAddress(target)} on the master ${was}; now the master has ${now ? showKeys(now) : "no such table"}. Ask again, so that the missing rows are told by the key as it is now.`,
    };
  }
  return null;
}

/** Every unique key of a table with why rows cannot be told apart by it, for people. */
export function showKeys(shape: Pick<TableShape, "columns" | "uniqueKeys">): string {
  if (shape.uniqueKeys.length === 0) return "no unique key";
  const shown = shape.uniqueKeys.map((key) => {
    const problem = keyProblem(key, shape.columns);
    const columns = key.columns.flatMap((name) => shape.columns.find((column) => column.name === name) ?? []);
    return `${showUniqueKey(key)}${typesOf(columns)}${problem ? `, which ${problem}` : ""}`;
  });
  return shown.join("; ");
}

function showColumns({ key, columns }: TargetKey): string {
  return `${showUniqueKey(key)}${typesOf(columns)}`;
}

function typesOf(columns: TargetKey["columns"]): string {
  const shown = columns.map(
    ({ name, type, collation }) => `${showName(name)} ${type}${collation ? ` ${collation}` : ""}`,
  );
  return ` with ${shown.join(", ")}`;
}

function sameColumns(before: TargetKey, now: TableShape): boolean {
  return before.columns.every((column) => {
    const found = now.columns.find((one) => one.name === column.name);
    return found?.type === column.type && found.collation === column.collation;
  });
}

function keyColumn({ name, type, collation }: ColumnShape): TargetKey["columns"][number] {
  return { name, type, collation };
}

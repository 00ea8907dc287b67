import type { TableDefinition } from "./table-definition";

/** Types as sys.objects shows them: table, keys, foreign key, check, default, trigger. */
export type TableObjectType = "U " | "PK" | "UQ" | "F " | "C " | "D " | "TR";

/** The objects that come and go with a table, itself first: their names are unique within the schema. */
export function tableObjects(definition: TableDefinition): { readonly name: string; readonly type: TableObjectType }[] {
  const { name, primaryKey, uniqueConstraints, foreignKeys, checks = [], columns, triggers } = definition;
  const of = (type: TableObjectType, list: readonly { readonly name: string }[]) =>
    list.map((object) => ({ name: object.name, type }));
  return [
    { name, type: "U " },
    ...of("PK", primaryKey ? [primaryKey] : []),
    ...of("UQ", uniqueConstraints),
    ...of("F ", foreignKeys),
    ...of("C ", checks),
    ...of(
      "D ",
      columns.flatMap(({ defaultConstraint }) => defaultConstraint ?? []),
    ),
    ...of("TR", triggers),
  ];
}

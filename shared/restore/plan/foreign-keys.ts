import type { ForeignKeyShape, TableShape } from "../../cloud/sql-server";
import { addressesByName, addressPath, showAddress, showName } from "../../object-name";

type Address = { readonly database: string; readonly schema: string; readonly name: string };

/** What foreign keys of the tables that rows are added to mean for the write-back, one sentence or two each. */
export function foreignKeyNotes(targets: readonly TableShape[]): string[] {
  return [...targets.flatMap(enforcementNotes), ...circleNotes(targets)];
}

function enforcementNotes(table: TableShape): string[] {
  return table.foreignKeys.flatMap((key) => {
    const name = `${showAddress(table)}: the foreign key ${showName(key.name)} to ${showAddress(parentOf(table, key))}`;
    if (key.disabled)
      return [
        `${name} is disabled on the master: rows are added whether the rows that they refer to are there or not.`,
      ];
    return key.untrusted
      ? [
          `${name} is not trusted: rows that were there before may break it. Rows that are added are checked all the same.`,
        ]
      : [];
  });
}

/** Foreign keys by which tables refer to one another in a circle, or a table to itself: no order of the tables is right for all rows. */
function circleNotes(targets: readonly TableShape[]): string[] {
  const chosen = addressesByName(targets);
  const enforced = (table: TableShape) => table.foreignKeys.filter(({ disabled }) => !disabled);
  const parents = (table: TableShape) =>
    enforced(table).flatMap((key) => {
      const parent = chosen.find(...addressPath(parentOf(table, key)));
      return parent ? [{ key, parent }] : [];
    });
  const itself = targets.flatMap((table) => {
    const keys = parents(table).filter(({ parent }) => parent === table);
    return keys.map(({ key }) => [{ table, key }]);
  });
  const others = (table: TableShape) => parents(table).filter(({ parent }) => parent !== table);
  // Each of its tables finds the same circle.
  const circles = new Map<string, Step[]>();
  for (const table of targets) {
    const circle = circleFrom(table, others);
    const steps = circle?.map((step) => JSON.stringify([showAddress(step.table), step.key.name])).sort();
    if (circle && steps && !circles.has(steps.join())) circles.set(steps.join(), circle);
  }
  return [...itself, ...circles.values()].map(tellCircle);
}

interface Step {
  readonly table: TableShape;
  /** The key by which it refers to the next one. */
  readonly key: ForeignKeyShape;
}

/** The shortest way from the table back to itself. */
function circleFrom(
  start: TableShape,
  parents: (table: TableShape) => readonly { readonly key: ForeignKeyShape; readonly parent: TableShape }[],
): Step[] | null {
  const seen = new Set<TableShape>();
  let ways: { readonly at: TableShape; readonly steps: readonly Step[] }[] = [{ at: start, steps: [] }];
  while (ways.length > 0) {
    const next: typeof ways = [];
    for (const { at, steps } of ways) {
      for (const { key, parent } of parents(at)) {
        const longer = [...steps, { table: at, key }];
        if (parent === start) return longer;
        if (seen.has(parent)) continue;
        seen.add(parent);
        next.push({ at: parent, steps: longer });
      }
    }
    ways = next;
  }
  return null;
}

function tellCircle(circle: readonly Step[]): string {
  const [first] = circle;
  const keys = circle.map(({ key }) => showName(key.name)).join(", ");
  const told =
    circle.length === 1
      ? `${showAddress(first!.table)} refers to itself by the foreign key ${keys}.`
      : `Foreign keys lead in a circle from ${circle.map(({ table }) => showAddress(table)).join(" to ")} and back (${keys}).`;
  return `${told} DTS adds rows in an order of its own: a row that comes before the row that it refers to is refused, and DTS fails. Disable ${circle.length === 1 ? "the key" : "one of the keys"} for the restore, and enable it again WITH CHECK.`;
}

function parentOf({ database }: TableShape, key: ForeignKeyShape): Address {
  return { database, schema: key.referencedSchema, name: key.referencedTable };
}

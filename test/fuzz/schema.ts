import type { Chance } from "../simulation/chance";
import { type Day, decimal, type Kind, literal, type Value } from "./value";

export interface Column {
  readonly name: string;
  readonly kind: Kind;
  readonly declaration: string;
  readonly nullable: boolean;
}

export interface Table {
  readonly name: string;
  /** The first is the primary key, a whole number. */
  readonly columns: readonly Column[];
  /** The table that a second column refers to by its key, if any. */
  readonly parent: Table | undefined;
  rows: Value[][];
}

const declarations: readonly (readonly [Kind, string])[] = [
  ["number", "int"],
  ["number", "bigint"],
  ["number", "tinyint"],
  ["decimal", "decimal(9, 2)"],
  ["decimal", "numeric(12, 4)"],
  ["text", "varchar(8)"],
  ["text", "nvarchar(8)"],
  ["date", "date"],
];

const letters = "abAB xY";

export function randomText(chance: Chance, longest = 5): string {
  return Array.from({ length: chance.whole(0, longest) }, () => letters[chance.whole(0, letters.length - 1)]).join("");
}

/** Small values, so that they meet often. */
export function randomValue(chance: Chance, { kind, declaration, nullable }: Column): Value {
  if (nullable && chance.happens(0.25)) return null;
  switch (kind) {
    case "number":
      return BigInt(declaration === "tinyint" ? chance.whole(0, 6) : chance.whole(-6, 6));
    case "decimal": {
      const scale = declaration.includes("4") ? 4 : 2;
      return decimal(BigInt(chance.whole(-400, 400)) * (chance.happens(0.5) ? 10n ** BigInt(scale - 1) : 1n), scale);
    }
    case "text":
      return randomText(chance);
    case "date":
      return { day: chance.whole(-3, 400) } satisfies Day;
  }
}

export function randomTables(chance: Chance): Table[] {
  const tables: Table[] = [];
  for (let number = 1; number <= 3; number++) {
    const parent = number > 1 && chance.happens(0.7) ? tables[0] : undefined;
    const columns: Column[] = [{ name: "id", kind: "number", declaration: "int", nullable: false }];
    if (parent) columns.push({ name: "pid", kind: "number", declaration: "int", nullable: true });
    const count = chance.whole(3, 5);
    for (let index = 0; index < count; index++) {
      const [kind, declaration] = chance.pick(declarations);
      columns.push({ name: `c${index}`, kind, declaration, nullable: chance.happens(0.8) });
    }
    tables.push({ name: `t${number}`, columns, parent, rows: [] });
  }
  for (const table of tables) table.rows = randomRows(chance, table);
  return tables;
}

function randomRows(chance: Chance, table: Table): Value[][] {
  return Array.from({ length: chance.whole(0, 9) }, (_, index) => randomRow(chance, table, BigInt(index + 1)));
}

export function randomRow(chance: Chance, { columns, parent }: Table, id: bigint): Value[] {
  return columns.map((column, index) => {
    if (index === 0) return id;
    if (parent && index === 1)
      return parent.rows.length === 0 || chance.happens(0.2) ? null : (chance.pick(parent.rows)[0] ?? null);
    return randomValue(chance, column);
  });
}

export function definition({ name, columns, parent }: Table): string {
  const list = columns.map(
    (column, index) =>
      `${column.name} ${column.declaration} ${column.nullable ? "NULL" : "NOT NULL"}${index === 0 ? " PRIMARY KEY" : ""}`,
  );
  const reference = parent ? `, FOREIGN KEY (pid) REFERENCES ${parent.name} (id)` : "";
  return `CREATE TABLE ${name} (${list.join(", ")}${reference});`;
}

export function insertion(table: Table, rows: readonly (readonly Value[])[] = table.rows): string {
  return rows.map((row) => `INSERT ${table.name} VALUES (${row.map(literal).join(", ")});`).join("\n");
}

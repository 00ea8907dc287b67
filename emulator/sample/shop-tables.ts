import type { SqlType, SqlTypeName } from "../data/sql-value";
import type { ColumnDefinition, TableDefinition } from "../data/table-definition";

/** The sample database: a small mail-order shop, with keys, foreign keys, decimals, dates, Unicode text and NULLs. */
function column(
  name: string,
  type: SqlTypeName | SqlType,
  options: Partial<Omit<ColumnDefinition, "name" | "type">> = {},
): ColumnDefinition {
  return { name, type: typeof type === "string" ? { name: type } : type, nullable: false, ...options };
}

function table(
  name: string,
  columns: ColumnDefinition[],
  key: string[],
  foreignKeys: TableDefinition["foreignKeys"] = [],
): TableDefinition {
  return {
    schema: "dbo",
    name,
    columns,
    primaryKey: { name: `PK_${name}`, columns: key },
    uniqueConstraints: [],
    foreignKeys,
    triggers: [],
  };
}

function references(name: string, columnName: string, referencedTable: string, referencedColumn: string) {
  return {
    name,
    columns: [columnName],
    referencedSchema: "dbo",
    referencedTable,
    referencedColumns: [referencedColumn],
  };
}

const money: SqlType = { name: "decimal", precision: 12, scale: 2 };
const text = (length: number): SqlType => ({ name: "nvarchar", length });
const identity = { identity: { seed: 1, increment: 1 } };

export const shopTables: readonly TableDefinition[] = [
  table(
    "Customers",
    [
      column("CustomerId", "int", identity),
      column("Name", text(100)),
      column("City", text(60)),
      column("Email", { name: "varchar", length: 120 }, { nullable: true }),
      column("Birthday", "date", { nullable: true }),
      column("CreatedAt", { name: "datetime2", scale: 3 }),
    ],
    ["CustomerId"],
  ),
  table(
    "Products",
    [
      column("ProductId", "int", identity),
      column("Sku", { name: "varchar", length: 20 }),
      column("Title", text(200)),
      column("Price", money),
      column("WeightKg", "float", { nullable: true }),
      column("Active", "bit"),
    ],
    ["ProductId"],
  ),
  table(
    "Orders",
    [
      column("OrderId", "int", identity),
      column("CustomerId", "int"),
      column("PlacedAt", "datetime"),
      column("Status", { name: "varchar", length: 16 }),
      column("Total", money),
      column("Note", text(200), { nullable: true }),
    ],
    ["OrderId"],
    [references("FK_Orders_Customers", "CustomerId", "Customers", "CustomerId")],
  ),
  table(
    "OrderLines",
    [
      column("OrderId", "int"),
      column("LineNumber", "smallint"),
      column("ProductId", "int"),
      column("Quantity", "int"),
      column("Price", money),
    ],
    ["OrderId", "LineNumber"],
    [references("FK_OrderLines_Products", "ProductId", "Products", "ProductId")],
  ),
  table(
    "Payments",
    [
      column("PaymentId", "bigint"),
      column("OrderId", "int"),
      column("Amount", money),
      column("PaidAt", { name: "datetime2", scale: 7 }),
      column("Reference", "uniqueidentifier"),
      column("Receipt", { name: "varbinary", length: 32 }, { nullable: true }),
    ],
    ["PaymentId"],
  ),
];

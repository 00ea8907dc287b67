import type { TableShape } from "../../../../shared/cloud/sql-server";
import { declaredType, parseColumnType } from "../../../../shared/cloud/sql-server/column-type";
import { tableShapes } from "../../../../shared/cloud/sql-server/shapes";

const collation = "SQL_Latin1_General_CP1_CI_AS";
const orders = { schema_name: "dbo", table_name: "Orders" };

function columnRow(name: string, typeName: string, more: Record<string, unknown> = {}) {
  return {
    ...orders,
    column_name: name,
    type_name: typeName,
    max_length: 4,
    precision: 10,
    scale: 0,
    is_nullable: false,
    is_identity: false,
    is_computed: false,
    has_default: 0,
    collation_name: null,
    ...more,
  };
}

const keyRow = (key: string, kind: "PK" | "UQ" | "IX", column: string, more: Record<string, unknown> = {}) => ({
  ...orders,
  key_name: key,
  is_primary_key: kind === "PK",
  is_unique_constraint: kind === "UQ",
  is_disabled: false,
  has_filter: false,
  column_name: column,
  ...more,
});

function shapeOf(columns: ReturnType<typeof columnRow>[], keys: ReturnType<typeof keyRow>[]): TableShape {
  return tableShapes("shop", { columns, keys, foreignKeys: [], checks: [], constraints: [], triggers: [] })[0]!;
}

function keyOf(columns: ReturnType<typeof columnRow>[], keys: ReturnType<typeof keyRow>[]): readonly string[] {
  return shapeOf(columns, keys).key;
}

describe("declared types", () => {
  it.each([
    [{ name: "nvarchar", maxLength: 100, precision: 0, scale: 0 }, "nvarchar(50)"],
    [{ name: "nvarchar", maxLength: -1, precision: 0, scale: 0 }, "nvarchar(max)"],
    [{ name: "varchar", maxLength: 20, precision: 0, scale: 0 }, "varchar(20)"],
    [{ name: "varbinary", maxLength: -1, precision: 0, scale: 0 }, "varbinary(max)"],
    [{ name: "decimal", maxLength: 9, precision: 12, scale: 2 }, "decimal(12,2)"],
    [{ name: "datetime2", maxLength: 8, precision: 27, scale: 7 }, "datetime2(7)"],
    [{ name: "int", maxLength: 4, precision: 10, scale: 0 }, "int"],
    [{ name: "xml", maxLength: -1, precision: 0, scale: 0 }, "xml"],
  ])("%p is %s", (type, declared) => {
    expect(declaredType(type)).toBe(declared);
    expect(parseColumnType(declared).name).toBe(type.name);
  });

  it("declared types have SQL Server's defaults where a part is left out", () => {
    expect(parseColumnType("DECIMAL")).toEqual({ name: "decimal", length: null, precision: 18, scale: 0 });
    expect(parseColumnType("decimal( 9 , 3 )")).toMatchObject({ precision: 9, scale: 3 });
    expect(parseColumnType("datetime2")).toMatchObject({ scale: 7 });
    expect(parseColumnType("char")).toMatchObject({ length: 1 });
  });
});

describe("table shapes", () => {
  it("table shapes put the catalog's rows together by table", () => {
    const shapes = tableShapes("shop", {
      columns: [
        columnRow("Id", "int", { is_identity: true }),
        columnRow("Note", "nvarchar", {
          max_length: 400,
          is_nullable: true,
          collation_name: collation,
          has_default: 1,
        }),
        { ...columnRow("Id", "int"), table_name: "Lines" },
      ],
      keys: [keyRow("PK_Orders", "PK", "Id")],
      foreignKeys: [
        {
          ...orders,
          constraint_name: "FK",
          referenced_schema: "dbo",
          referenced_table: "Customers",
          is_disabled: false,
          is_not_trusted: true,
        },
      ],
      checks: [{ ...orders, constraint_name: "CK", definition: "([Id]>(0))", is_disabled: true, is_not_trusted: true }],
      constraints: [
        { ...orders, constraint_name: "CK" },
        { ...orders, constraint_name: "PK_Orders" },
      ],
      triggers: [{ ...orders, trigger_name: "Audit" }],
    });
    expect(shapes).toEqual([
      {
        database: "shop",
        schema: "dbo",
        name: "Orders",
        columns: [
          { name: "Id", type: "int", nullable: false, identity: true, computed: false, collation: null },
          {
            name: "Note",
            type: "nvarchar(200)",
            nullable: true,
            identity: false,
            computed: false,
            collation,
            hasDefault: true,
          },
        ],
        uniqueKeys: [{ name: "PK_Orders", kind: "primary-key", columns: ["Id"], enabled: true, filtered: false }],
        key: ["Id"],
        foreignKeys: [{ name: "FK", referencedSchema: "dbo", referencedTable: "Customers", untrusted: true }],
        checks: [{ name: "CK", definition: "([Id]>(0))", disabled: true, untrusted: true }],
        constraintNames: ["CK", "PK_Orders"],
        enabledTriggers: ["Audit"],
      },
      expect.objectContaining({ name: "Lines", key: [], foreignKeys: [], enabledTriggers: [] }),
    ]);
  });
});

describe("the key to page by", () => {
  const a = columnRow("A", "int");
  const b = columnRow("B", "int");

  it("the key to page by is the primary key, in its own column order", () => {
    expect(keyOf([a, b], [keyRow("PK", "PK", "B"), keyRow("PK", "PK", "A"), keyRow("UQ", "UQ", "A")])).toEqual([
      "B",
      "A",
    ]);
  });

  it("the key to page by is else a unique constraint over columns that are not NULL", () => {
    expect(keyOf([a], [keyRow("UQ", "UQ", "A")])).toEqual(["A"]);
    expect(keyOf([columnRow("A", "int", { is_nullable: true })], [keyRow("UQ", "UQ", "A")])).toEqual([]);
    expect(keyOf([a], [])).toEqual([]);
  });

  it.each(["float", "real", "sql_variant", "hierarchyid", "timestamp"])(
    "the key to page by is never one over %s",
    (type) => {
      expect(keyOf([columnRow("A", type), b], [keyRow("PK", "PK", "A"), keyRow("UQ", "UQ", "B")])).toEqual(["B"]);
    },
  );

  it("the key to page by is never one over a computed column", () => {
    expect(keyOf([columnRow("A", "int", { is_computed: true })], [keyRow("PK", "PK", "A")])).toEqual([]);
  });

  it("the key to page by is a unique index where no constraint will do, but none that is disabled or filtered", () => {
    expect(keyOf([a, b], [keyRow("IX", "IX", "A")])).toEqual(["A"]);
    const keys = [
      keyRow("PK", "PK", "A", { is_disabled: true }),
      keyRow("IX_Some", "IX", "A", { has_filter: true, filter_definition: "([A]>(0))" }),
      keyRow("IX_Whole", "IX", "B"),
    ];
    expect(keyOf([a, b], keys)).toEqual(["B"]);
    expect(shapeOf([a, b], keys).uniqueKeys).toMatchObject([
      { name: "PK", kind: "primary-key", enabled: false, filtered: false },
      { name: "IX_Some", kind: "unique-index", enabled: true, filtered: true, condition: "([A]>(0))" },
      { name: "IX_Whole", kind: "unique-index", enabled: true, filtered: false },
    ]);
  });

  it("the key to page by may be a text of any collation", () => {
    const foreign = { collation_name: "Chinese_PRC_CI_AS", max_length: 20 };
    expect(keyOf([columnRow("A", "varchar", foreign)], [keyRow("PK", "PK", "A")])).toEqual(["A"]);
    expect(keyOf([columnRow("A", "nvarchar", foreign)], [keyRow("PK", "PK", "A")])).toEqual(["A"]);
  });
});

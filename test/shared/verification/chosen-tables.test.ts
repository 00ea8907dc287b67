import { freshVerification } from "../../../shared/restore/decide/verifying";
import type { WriteBackMode } from "../../../shared/restore/write-back";
import { runVerificationSlice } from "../../../shared/verification/verify";
import { column, MemorySqlServer, shape } from "./memory-sql-server";

/** Which table a name means: by the collation of the database, and in DTS's list of objects, which knows no schemas. */
let server: MemorySqlServer;

beforeEach(() => {
  server = new MemorySqlServer();
});

const add = (schema: string, name: string, rows: number) =>
  server.add({
    shape: { ...shape("shop", name, [column("Id", "int")], ["Id"]), schema },
    rows: Array.from({ length: rows }, (_, Id) => ({ Id })),
  });

async function verify(
  tables: readonly (readonly [schema: string, name: string])[] | null,
  writeBack: WriteBackMode = "side-by-side",
) {
  const chosen = tables?.map(([schema, name]) => ({ schema, name, restoredName: null })) ?? null;
  return runVerificationSlice(
    server,
    { objects: [{ database: "shop", restoredName: null, tables: chosen }], checks: [], writeBack },
    freshVerification,
    1_000,
    { nowMs: () => 0 },
  );
}

test("tables that differ by case are two under a collation that tells them apart", async () => {
  server.databases.set("shop", { collation: "Chinese_PRC_CS_AS" });
  add("dbo", "Orders", 3);
  add("dbo", "orders", 4);
  const { checks, tables, collations } = await verify([
    ["dbo", "orders"],
    ["dbo", "Orders"],
  ]);
  expect(checks).toEqual([]);
  expect(tables.map(({ name, rows }) => [name, rows])).toEqual([
    ["orders", 4],
    ["Orders", 3],
  ]);
  expect(collations).toEqual([{ database: "shop", collation: "Chinese_PRC_CS_AS" }]);
});

test("under one that does not they are one, which is chosen once", async () => {
  add("dbo", "Orders", 3);
  const { checks, tables } = await verify([
    ["dbo", "Orders"],
    ["DBO", "orders"],
  ]);
  expect(tables).toHaveLength(1);
  expect(checks).toEqual([
    expect.objectContaining({
      passed: false,
      code: "names-not-distinct",
      text: "DBO.orders is dbo.Orders of shop, which is chosen already: its names do not differ by case. Choose it once.",
    }),
  ]);
});

test.each([
  ["Chinese_PRC_CI_AS", "Orders", true],
  ["Chinese_PRC_CI_AS", "ORDERS", true],
  ["Chinese_PRC_CS_AS", "Orders", true],
  ["Chinese_PRC_CS_AS", "ORDERS", false],
  ["Chinese_PRC_CI_AS", "OrdersOf2024", false],
])("under %s, archive.%s hides dbo.Orders from DTS: %s", async (collation, other, hides) => {
  server.databases.set("shop", { collation });
  add("dbo", "Orders", 3);
  add("archive", other, 4);
  const { checks } = await verify([["dbo", "Orders"]]);
  expect(checks).toEqual(
    hides
      ? [
          expect.objectContaining({
            passed: false,
            code: "table-name-in-two-schemas",
            text: `In shop, archive.${other} is there beside dbo.Orders, and DTS names tables without schema. Restore the whole database.`,
          }),
        ]
      : [],
  );
  expect((await verify([["dbo", "Orders"]], "none")).checks).toEqual([]);
  expect((await verify(null)).checks).toEqual([]);
});

test.each([
  ["dbo", "Order", "dbo.Orders"],
  ["crm", "Orders", "dbo.Orders"],
  ["dbo", "Order Lines", "dbo.OrderLines"],
  ["dbo", "ｏｒｄｅｒｓ", "dbo.Orders"],
])("table %s.%s is not there, and the near one is named", async (schema, name, near) => {
  server.databases.set("shop", { collation: "Chinese_PRC_CS_AS" });
  add("dbo", "Orders", 3);
  add("dbo", "OrderLines", 3);
  const { checks } = await verify([[schema, name]]);
  expect(checks[0]!.text).toMatch(/^There is no table .* in shop on the temporary instance/);
  expect(checks[0]!.text).toContain(`Near names: ${near}`);
});

test("a table __proto__ is looked at like any other", async () => {
  add("dbo", "__proto__", 3);
  const { tables, checks } = await verify([["dbo", "__proto__"]]);
  expect([checks, tables[0]!.rows]).toEqual([[], 3]);
});

test("a database that is not there, and the near one is named", async () => {
  server.databases.set("shop2", { collation: "Chinese_PRC_CI_AS" });
  const { checks } = await verify(null);
  expect(checks[0]!.text).toBe("There is no database shop on the temporary instance. Near names: shop2.");
});

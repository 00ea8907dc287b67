import * as fc from "fast-check";
import { isSameName, listedByName, NamedThings, showName, tablesByName } from "../../shared/object-name";

const part = fc.oneof(
  fc.constantFrom("a", "A", "a.b", "b.c", "c", "b", "]", "[a]", "__proto__", "constructor", "toString", "ａ", "a "),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const path = fc.array(part, { minLength: 1, maxLength: 3 });

test("two names are shown alike only if they are one name", () => {
  fc.assert(
    fc.property(path, path, (left, right) => {
      expect(showName(...left) === showName(...right)).toBe(JSON.stringify(left) === JSON.stringify(right));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  [["shop", "dbo", "Orders"], "shop.dbo.Orders"],
  [["a.b", "c"], "[a.b].c"],
  [["a", "b.c"], "a.[b.c]"],
  [["dbo", "order]s "], "dbo.[order]]s ]"],
  [["订单"], "订单"],
  [["shop-eu"], "shop-eu"],
  [["2024 orders"], "[2024 orders]"],
  [[""], "[]"],
])("%j is shown as %s", (parts, shown) => {
  expect(showName(...parts)).toBe(shown);
});

test("whatever is called something is found under exactly that, whatever else is there", () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 8 }), (names) => {
      const things = new NamedThings(names, (name) => name);
      for (const name of names) expect(things.find(...name)).toEqual(name);
    }),
    { numRuns: 2_000 },
  );
});

test.each(["ORDERS", "orders ", "Ｏｒｄｅｒｓ"])("%s is Orders if that is the only one", (wanted) => {
  expect(tablesByName([{ schema: "dbo", name: "Orders" }]).find("DBO", wanted)?.name).toBe("Orders");
  const two = [
    { schema: "dbo", name: "Orders" },
    { schema: "dbo", name: "oRDERS" },
  ];
  expect(tablesByName(two).find("dbo", wanted)).toBeUndefined();
});

test("a dot joins no two parts, and no name is there by itself", () => {
  expect(tablesByName([{ schema: "a", name: "b.c" }]).has("a.b", "c")).toBe(false);
  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(listedByName([]).has(name)).toBe(false);
    expect(listedByName([{ name }]).find(name)).toEqual({ name });
  }
});

test("names near a mistyped one, most alike first", () => {
  const tables = [
    { schema: "dbo", name: "Orders" },
    { schema: "archive", name: "Order" },
    { schema: "dbo", name: "Customers" },
    { schema: "dbo", name: "Order Lines" },
  ];
  expect(tablesByName(tables).near("dbo", "Order")).toEqual(["archive.Order", "dbo.Orders"]);
  expect(tablesByName(tables).near("dbo", "orderlines")).toEqual(["dbo.[Order Lines]"]);
  expect(tablesByName(tables).near("dbo", "Cusotmers")).toEqual(["dbo.Customers"]);
  expect(tablesByName(tables).near("dbo", "Invoices")).toEqual([]);
  expect(listedByName([{ name: "x" }, { name: "y" }]).near("z")).toEqual([]);
});

test.each([
  ["Orders", "Orders", null, true],
  ["Orders", "Order", "Chinese_PRC_CI_AS", false],
  ["Orders", "orders", "Chinese_PRC_CI_AS", true],
  ["Orders", "orders", "Chinese_PRC_CS_AS", false],
  ["Orders", "orders", "Chinese_PRC_BIN", false],
  ["Orders", "orders", "Latin1_General_BIN2", false],
  ["Orders", "orders", null, null],
  ["Orders", "orders", "", null],
] as const)("%s and %s under %s: one name %s", (left, right, collation, same) => {
  expect(isSameName(left, right, collation)).toBe(same);
});

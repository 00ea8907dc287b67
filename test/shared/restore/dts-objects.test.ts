import { dtsObjects } from "../../../shared/restore/plan/dts-objects";
import type { PlannedDatabase } from "../../../shared/restore/plan/plan";

const planned: PlannedDatabase = {
  database: "shop",
  targetDatabase: "shop_copy",
  createsDatabase: true,
  characterSet: "Chinese_PRC_CI_AS",
  whole: false,
  tables: [
    { schema: "dbo", name: "Orders", targetName: "Orders", rows: null },
    { schema: "sales", name: "Order.Lines", targetName: "Lines_1", rows: null },
  ],
};

test("tables are named in the object list as DTS names them there, with their new names in the same form", () => {
  const tablesIn = (text: string) => JSON.parse(text).shop.Table;
  expect(tablesIn(dtsObjects([planned], "bare"))).toEqual({
    Orders: { name: "Orders", all: true },
    "Order.Lines": { name: "Lines_1", all: true },
  });
  expect(tablesIn(dtsObjects([planned], "schema-qualified"))).toEqual({
    "dbo.Orders": { name: "dbo.Orders", all: true },
    "sales.Order.Lines": { name: "sales.Lines_1", all: true },
  });
});

test("a whole database is named alike in both forms", () => {
  const whole = [{ ...planned, whole: true }];
  expect(dtsObjects(whole, "schema-qualified")).toBe(dtsObjects(whole, "bare"));
});

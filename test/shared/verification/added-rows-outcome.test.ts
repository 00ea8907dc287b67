import type { Comparison, TableComparison } from "../../../shared/restore/model/record";
import { outcomeOf } from "../../../shared/verification/outcome";
import { pendingTable } from "../../../shared/verification/start-comparison";

/** What the outcome of missing-rows says: what was added, and what stays. */
function comparison(counts: Partial<TableComparison>): Comparison {
  const pending = pendingTable(
    { database: "shop", targetDatabase: "shop" },
    { schema: "dbo", name: "Orders", targetName: "Orders" },
  );
  const table: TableComparison = { ...pending, sourceRows: 9, targetRows: 9, verdict: "equal", ...counts };
  return { tables: [table], cursor: { index: 1, after: null }, checks: [] };
}

const before = comparison({ missing: 3, verdict: "differs" });
const extent = "No key of the backup is absent on the master: 9 rows of 1 table. 3 rows were added.";

test.each<[number, string]>([
  [0, extent],
  [1, `${extent} 1 row has other values than in the backup and stays as it is.`],
  [2, `${extent} 2 rows have other values than in the backup and stay as they are.`],
])("an outcome counts %i rows of other values, which stay", (different, text) => {
  expect(outcomeOf(comparison({ different }), "missing-rows", before)).toMatchObject({
    outcome: "succeeded",
    reason: { code: "no-row-missing", text },
  });
});

test.each<[number, string]>([
  [2, "1 row was added."],
  [1, "2 rows were added."],
  [3, "0 rows were added."],
])("an outcome counts %i rows that are still missing", (missing, added) => {
  expect(outcomeOf(comparison({ missing, verdict: "differs" }), "missing-rows", before)).toMatchObject({
    outcome: "failed",
    reason: { code: "rows-missing", text: `shop.dbo.Orders: ${missing} missing, 0 different, 0 extra. ${added}` },
  });
});

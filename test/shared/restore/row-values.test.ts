import fc from "fast-check";
import { disclose, RowData } from "../../../shared/api/row-data";
import { CloudError } from "../../../shared/cloud/cloud-error";
import { createLog } from "../../../shared/logging";
import { decideVerifying, freshVerification, type VerifyingFacts } from "../../../shared/restore/decide/verifying";
import { decideWriting } from "../../../shared/restore/decide/writing";
import type { Comparison, TableComparison } from "../../../shared/restore/model/record";
import { rowValue, withoutValues, withValues } from "../../../shared/restore/model/row-value";
import { explainPrecheckItem } from "../../../shared/restore/precheck-remedies";
import { lastingProblem, runCheck } from "../../../shared/verification/check";
import { outcomeOf } from "../../../shared/verification/compare";
import { concludeMissingRows } from "../../../shared/verification/missing-rows";
import { addDifference, addRepeatedKeys, unreadableSample } from "../../../shared/verification/verdict";
import { MemorySqlServer } from "../verification/memory-sql-server";
import { context, instance, job, record } from "./samples";

/** What rows hold is marked where it enters a sentence; for readers and logs what is marked is taken out. */
const secret = "4711-Smith";
const shown = "(shown to data-reader)";

function logged(fields: Record<string, unknown>): string {
  const lines: string[] = [];
  createLog({ level: "info", sink: (line) => lines.push(line) })("info", `said ${rowValue(secret)}`, fields);
  return lines.join();
}

const nobodyIsAdmitted: Omit<VerifyingFacts, "instance"> = {
  addresses: [],
  group: null,
  freeGroup: null,
  copiedGroups: [],
  egress: [],
  slice: null,
  problem: null,
};

test("a log line holds no marked value, in its message, its fields, at any depth, or in an error", () => {
  const text = `it was ${rowValue(secret)}`;
  const line = logged({ text, nested: [{ text }], error: new Error(text), cut: text.slice(0, -3) });
  expect(line).not.toMatch(/4711|Smith|[\uFDD0\uFDD1]/);
  expect(line.split(shown)).toHaveLength(6);
});

test("whatever a value is, also one with the marks themselves, a sentence shows it to data-readers alone", () => {
  const mark = fc.constantFrom("\uFDD0", "\uFDD1", "a", '"', "\n");
  fc.assert(
    fc.property(
      fc.array(mark).map((parts) => parts.join("")),
      (around) => {
        const value = `${around}${secret}${around}`;
        const sentence = `before ${rowValue(value)} after`;
        const answer = { list: [sentence], whole: new RowData({ value }) };
        expect(withoutValues(sentence)).toBe(`before ${shown} after`);
        expect(withValues(sentence)).toContain(secret);
        expect(JSON.stringify(disclose(answer, false))).not.toContain(secret);
        expect(disclose(answer, false).showsValues).toBe(false);
        expect(JSON.stringify(disclose(answer, true)).split(secret)).toHaveLength(3);
        expect(disclose(answer, true).showsValues).toBe(true);
      },
    ),
  );
});

test.each([245, 547, 2601, 2627, 8152])("what SQL Server says with error %i is a row value", (number) => {
  const error = new CloudError("refused", "sql-server", "query", "sql-error", `about '${secret}' (error ${number})`);
  expect(withoutValues(lastingProblem(error)!.text)).toBe(`sql-error: ${shown}`);
});

test("what DTS says of a job that failed is a row value", () => {
  const failed = job("MigrationFailed", { errorMessage: `The duplicate key value is (${secret}).` });
  const facts = { instance: instance(), job: failed, precheckItems: [], others: [] };
  const { reason } = decideWriting(record("writing"), facts as never, context).record;
  expect(reason?.text).toContain(secret);
  expect(withoutValues(reason!.text)).toMatch(/^DTS failed: \(shown to data-reader\) /);
});

test("what DTS says of a precheck item is a row value, but for keys of its texts", () => {
  expect(explainPrecheckItem("CHECK_NEW", "CHECK_ERROR_NEW").cause).toBe("DTS reports CHECK_ERROR_NEW.");
  expect(explainPrecheckItem("CHECK_NEW", "").cause).toBe("DTS reports CHECK_NEW.");
  expect(withoutValues(explainPrecheckItem("CHECK_NEW", `The row ${secret} is odd`).cause)).toBe(
    `DTS reports ${shown}.`,
  );
});

const table: TableComparison = {
  ...{ database: "shop", schema: "dbo", name: "Orders", targetDatabase: "shop", targetName: "Orders" },
  ...{ sourceRows: 9, targetRows: 8, missing: 0, different: 0, extra: 0, verdict: "differs", samples: [] },
};
const key = [secret];
const keyed: [string, TableComparison][] = [
  ["missing", addDifference(table, { missing: [key], different: [], otherTexts: [], extra: [] })],
  ["different", addDifference({ ...table, missing: 1 }, { missing: [], different: [key], otherTexts: [], extra: [] })],
  ["extra", addDifference({ ...table, missing: 1 }, { missing: [], different: [], otherTexts: [], extra: [key] })],
  [
    "of another text",
    addDifference(
      { ...table, missing: 1 },
      { missing: [], different: [], otherTexts: [{ source: key, target: key }], extra: [] },
    ),
  ],
  ["a duplicate", addRepeatedKeys(table, { surplus: 1, keys: [key] }, { surplus: 0, keys: [] })],
  ["colliding", addRepeatedKeys(table, { surplus: 0, keys: [] }, { surplus: 1, keys: [[secret, secret]] })],
  ["unreadable", { ...table, verdict: "unmeasured", samples: [unreadableSample(key)] }],
];

test.each(keyed)("a key that is %s is a row value in the outcome and before the write-back", (_what, found) => {
  const comparison: Comparison = { tables: [found], checks: [], cursor: { index: 1, after: null } };
  for (const mode of ["side-by-side", "same-name", "missing-rows"] as const) {
    const text = outcomeOf(comparison, mode)!.reason.text;
    expect(withoutValues(text)).not.toContain(secret);
    if (mode === "side-by-side") expect(text).toContain(secret);
  }
  for (const databases of [[], [{ database: "shop", tables: [{ schema: "dbo", name: "Orders" }] }]]) {
    const survey = { obstacle: null, notes: [], before: comparison };
    const { obstacle, notes } = concludeMissingRows(survey, databases as never);
    expect(withoutValues(JSON.stringify([obstacle, notes]))).not.toContain(secret);
  }
});

test("a check that fails is told by its name without its value, and what is not there is told in full", async () => {
  const server = new MemorySqlServer();
  server.databases.set("shop", { collation: "Chinese_PRC_CI_AS" });
  server.scalars.set("SELECT Name", secret);
  const check = { name: "smith", database: "shop", sql: "SELECT Name", expect: { equals: "4711-Jones" } };
  const gone = { name: "table dbo.Orders exists", passed: false, text: "There is no table dbo.Orders." };
  const checks = [await runCheck(server, check, "shop"), gone];
  const verification = { ...freshVerification, route: "copy-first" as const, checks };
  const facts = { ...nobodyIsAdmitted, instance: instance() };
  const before = decideVerifying(record("verifying", { verification }), facts, context).record.reason!;
  const comparison: Comparison = {
    tables: [{ ...table, verdict: "equal" }],
    checks,
    cursor: { index: 1, after: null },
  };
  const after = outcomeOf(comparison, "side-by-side")!.reason;
  for (const { text } of [before, after]) {
    expect(text).toContain(secret);
    expect(withoutValues(text)).toContain(
      "smith: is (shown to data-reader), expected (shown to data-reader); There is no table dbo.Orders.",
    );
    expect(withoutValues(text)).not.toContain("4711");
  }
});

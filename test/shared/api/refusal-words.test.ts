import * as fc from "fast-check";
import type * as z from "zod";
import { readAlertRules } from "../../../shared/alerts/rules";
import { commandBodies } from "../../../shared/api/commands";
import { parseBody, parseQuery } from "../../../shared/api/http";
import { objectsQuery } from "../../../shared/api/masters";
import { Problem } from "../../../shared/api/problem";
import { parseRestoreRequest } from "../../../shared/api/restore-request";
import { listQuery } from "../../../shared/api/restores";
import { EnvironmentError, readConfig } from "../../../shared/config";

/** Whatever is wrong with what people send, they read our words: no text of the schema library reaches them. */
const libraryWords =
  /invalid (input|string|option|element|union|key|number)|expected|received|too (small|big)|unrecognized/i;

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 0.5, 48, 1e30, "", "x", "2026-13-01", [], {}, [1], [[]], "y".repeat(10_000)),
  fc.dictionary(
    fc.constantFrom("name", "schema", "database", "equals", "between", "__proto__", "constructor", "a.b"),
    fc.nat(),
  ),
  fc.array(fc.constant({}), { minLength: 1, maxLength: 11 }),
);

const body = {
  masterInstanceId: "rm-shop",
  restoreTime: "2026-11-20T08:15:00+08:00",
  backupId: null,
  whenTooRecent: "wait",
  source: { kind: "auto", allowPublicEndpoint: true },
  objects: [
    { database: "shop", restoredName: "copy", tables: [{ schema: "dbo", name: "Orders", restoredName: null }] },
  ],
  writeBack: "side-by-side",
  checks: [{ name: "c", database: "shop", sql: "SELECT 1", expect: { equals: 1, min: 0, max: 2, between: [0, 2] } }],
  approval: "required",
  secretName: "rewind/rm-shop/dba",
  temporaryInstanceSecret: { name: null, versionId: null },
  keepHours: 24,
  label: "",
  reason: "",
};

/** The value with another one somewhere inside, or with a member more or less. */
function spoiled(whole: unknown): fc.Arbitrary<unknown> {
  if (typeof whole !== "object" || whole === null) return value;
  const members = Object.entries(whole);
  const replaced = members.map(([name, part]) =>
    spoiled(part).map((other) => (Array.isArray(whole) ? [other] : { ...whole, [name]: other })),
  );
  const fewer = members.map(([name]) => fc.constant(Object.fromEntries(members.filter(([other]) => other !== name))));
  return fc.oneof(value, fc.constant({ ...whole, surprise: 1 }), ...fewer, ...replaced);
}

function refusal(parse: () => unknown): Problem | null {
  try {
    parse();
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function judge(problem: Problem | null): boolean {
  if (!problem) return false;
  const told = JSON.stringify([problem.detail, problem.extensions]);
  expect(told).not.toMatch(libraryWords);
  expect(problem.detail).toMatch(/[.!?] Nothing was started\.$/);
  expect(told.length).toBeLessThan(60_000);
  return true;
}

test("requests of a restore", () => {
  let refused = 0;
  fc.assert(
    fc.property(spoiled(body), (wrong) => {
      if (judge(refusal(() => parseRestoreRequest(JSON.stringify(wrong), Date.parse("2026-11-21"))))) refused += 1;
    }),
    { numRuns: 1_500 },
  );
  expect(refused).toBeGreaterThan(700);
});

test.each(Object.entries(commandBodies))("the body of %s", (_kind, schema) => {
  fc.assert(
    fc.property(spoiled({ planHash: "0", keepHours: 1, instanceId: "i", ours: true }), (wrong) => {
      judge(refusal(() => parseBody(schema as z.ZodType, JSON.stringify(wrong))));
    }),
    { numRuns: 200 },
  );
});

test("queries", () => {
  const text = fc.constantFrom("", "0", "1.5", "1e9", "ten", "rw", "rm", "z".repeat(500));
  const names = fc.constantFrom("limit", "before", "masterInstanceId", "secretName", "masterinstanceid", "__proto__");
  fc.assert(
    fc.property(fc.dictionary(names, text), (query) => {
      for (const schema of [listQuery, objectsQuery] as z.ZodType[]) judge(refusal(() => parseQuery(schema, query)));
    }),
    { numRuns: 500 },
  );
});

test("alert rules", () => {
  const { objects, checks, secretName } = body;
  const match = { masterInstanceId: "rm-shop", ruleName: "r", metricName: "m", levels: ["CRITICAL"] };
  const rule = { name: "r", match, minutesBefore: 10, objects, checks, secretName, keepHours: 24, dailyCap: 3 };
  let refused = 0;
  fc.assert(
    fc.property(spoiled([rule]), (wrong) => {
      const { problems } = readAlertRules(JSON.stringify(wrong));
      for (const problem of problems ?? []) expect(problem).not.toMatch(libraryWords);
      if (problems) refused += 1;
    }),
    { numRuns: 1_000 },
  );
  expect(refused).toBeGreaterThan(500);
});

test("the environment of the functions, and the timings in it", () => {
  const setting = fc.constantFrom(
    "",
    "x",
    "true",
    "0",
    "{}",
    '{"pollMs":0}',
    '{"pollMs":"1"}',
    '{"pollMs":{}}',
    "[]",
    "null",
    "7",
  );
  const names = fc.constantFrom(
    "REWIND_REGION",
    "REWIND_PROTOCOL",
    "REWIND_TIMINGS",
    "REWIND_TWO_PERSON_RULE",
    "REWIND_NONE",
  );
  fc.assert(
    fc.property(fc.dictionary(names, setting, { minKeys: 1 }), (environment) => {
      try {
        readConfig(environment);
      } catch (error) {
        if (!(error instanceof EnvironmentError)) throw error;
        for (const problem of error.problems) expect(problem).not.toMatch(libraryWords);
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  [{}, "masterInstanceId: It is missing. Send a text."],
  [{ ...body, writeback: "none" }, 'The request: It has "writeback", which is unknown. Known are masterInstanceId,'],
  [{ ...body, keepHours: 99 }, "keepHours: It is more than 47. Send 47 or less."],
  [{ ...body, objects: [] }, "objects: It has fewer than 1 entry. Send at least that."],
  [{ ...body, writeBack: "all" }, 'writeBack: It is none of the known values. Send "side-by-side", "same-name"'],
  [{ ...body, restoreTime: "now" }, "restoreTime: It is no time with an offset. Send one by ISO 8601, such as"],
])("a refusal names what is wrong and what to send, example %#", (wrong, said) => {
  const problem = refusal(() => parseRestoreRequest(JSON.stringify(wrong), Date.parse("2026-11-21")));
  expect(problem?.detail.slice(0, said.length)).toBe(said);
});

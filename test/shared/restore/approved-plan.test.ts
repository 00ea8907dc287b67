import { takeCommand } from "../../../shared/restore/decide/commands";
import { freezePlan } from "../../../shared/restore/decide/freezing";
import { decideStarting, type StartingFacts } from "../../../shared/restore/decide/starting";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { whyNotAutomatic } from "../../../shared/restore/plan/automatic-approval";
import { hashPlan, type Plan } from "../../../shared/restore/plan/plan";
import { planFacts } from "../../../shared/restore/plan/plan-facts";
import { context, instance, job, master, nowMs, record, request } from "./samples";

/** What is approved is everything that is written: each fact of a plan is in its hash, and none may change until the write. */
const column = { name: "Id", type: "int", collation: null };
const targetKey = {
  database: "shop",
  schema: "dbo",
  name: "Orders",
  key: { name: "PK", kind: "primary-key" as const, columns: ["Id"], enabled: true, filtered: false },
  columns: [column],
};
const shape = {
  ...targetKey,
  columns: [{ ...column, nullable: false, identity: false, computed: false }],
  uniqueKeys: [targetKey.key],
  key: ["Id"],
  foreignKeys: [],
  enabledTriggers: [],
};

const modes = {
  "side-by-side": record("prechecking"),
  "missing-rows": record("prechecking", {
    request: request({ writeBack: "missing-rows" }),
    target: { obstacle: null, notes: ["a note"], before: null, keys: [targetKey] },
  }),
};
type Mode = keyof typeof modes;
const each = Object.keys(modes) as Mode[];

const jobOf = (before: RestoreRecord) => job("PreCheckPass", { objects: planFacts(before, "bare").dtsObjects });

function approved(mode: Mode): RestoreRecord & { plan: Plan } {
  const { record: planned } = freezePlan(modes[mode], jobOf(modes[mode]), context);
  const approval = { planHash: planned.planHash!, by: "bob", atMs: nowMs };
  return { ...planned, plan: planned.plan!, status: "starting", approval };
}

const observed = (mode: Mode, more: Partial<StartingFacts> = {}): StartingFacts => ({
  instance: instance(),
  master: master(),
  job: jobOf(modes[mode]),
  masterDatabases: [{ name: "shop", status: "Running", characterSet: "Chinese_PRC_CI_AS" }],
  masterTables: mode === "missing-rows" ? [shape] : [],
  ...more,
});

/** Every value inside, by its path, and every list, so that one without an entry counts too. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, part]) => leaves(part, [...path, name]));
  return Array.isArray(value) ? [path, ...inner] : inner;
}

function changed(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name !== undefined) {
    const part = changed((value as Record<string, unknown>)[name], rest);
    return Array.isArray(value)
      ? value.map((old, at) => (String(at) === name ? part : old))
      : { ...(value as object), [name]: part };
  }
  if (Array.isArray(value)) return [...value, "more"];
  if (typeof value === "boolean") return !value;
  return typeof value === "number" ? value + 1 : `${value}x`;
}

const withPlan = (before: RestoreRecord & { plan: Plan }, path: readonly string[]): Plan =>
  changed(before.plan, path) as Plan;

describe.each(each)("a plan of %s", (mode) => {
  const before = approved(mode);

  test("the write begins of a plan of %s that was not changed", () => {
    const { call } = decideStarting(before, observed(mode), context);
    expect(call?.kind).toBe(mode === "side-by-side" ? "create-database" : "buy-job");
  });

  test.each(leaves(before.plan).map((path) => [path.join("."), path] as const))("%s", (_name, path) => {
    const plan = withPlan(before, path);
    expect(hashPlan(plan)).not.toBe(before.planHash);
    const stopped = { record: { status: "withdrawing", reason: { code: "plan-changed" } }, call: null };
    expect(decideStarting({ ...before, plan }, observed(mode), context)).toMatchObject(stopped);
    // Whoever writes a plan, its hash and an approval of it into the record changes nothing of what the write follows from.
    const planHash = hashPlan(plan);
    const forged = { ...before, plan, planHash, approval: { ...before.approval!, planHash } };
    if (path[0] !== "notes") expect(decideStarting(forged, observed(mode), context)).toMatchObject(stopped);
  });

  test.each<[string, (record: RestoreRecord) => Partial<RestoreRecord>, string]>([
    ["mode", ({ request: asked }) => ({ request: { ...asked, writeBack: "same-name" } }), "plan-changed"],
    ["secret", ({ request: asked }) => ({ request: { ...asked, secretName: "rewind/rm-shop/x" } }), "plan-changed"],
    ["restore time", () => ({ restoreTimeMs: nowMs - 1 }), "plan-changed"],
    ["job", ({ job: ours }) => ({ job: { ...ours!, jobId: "job2" } }), "plan-changed"],
    ["count of rows", ({ verification }) => ({ verification: { ...verification!, tables: [] } }), "plan-changed"],
    ["master", ({ master: known }) => ({ master: { ...known!, collation: "X" } }), "plan-changed"],
    ["approval", ({ approval }) => ({ approval: { ...approval!, planHash: "x" } }), "plan-changed"],
    ["approval, of none", () => ({ approval: null }), "plan-changed"],
  ])("the write stops if the record has another %s", (_what, change, code) => {
    const decision = decideStarting({ ...before, ...change(before) }, observed(mode), context);
    expect(decision).toMatchObject({ record: { status: "withdrawing", reason: { code } }, call: null });
    expect(decision.record.reason?.text).toMatch(/Nothing was written\.$/);
  });

  const jobNow = jobOf(modes[mode]);
  test.each<[string, Partial<StartingFacts>, string]>([
    ["the job has another name", { job: { ...jobNow, name: "other" } }, "job-edited"],
    ["the job has other objects", { job: { ...jobNow, objects: "{}" } }, "job-edited"],
    ["the job reads elsewhere", { job: { ...jobNow, sourceInstanceId: "rm-x" } }, "job-edited"],
    ["the job writes elsewhere", { job: { ...jobNow, destinationInstanceId: "rm-x" } }, "job-edited"],
    ["the job keeps or adds rows", { job: { ...jobNow, targetTableMode: "1" } }, "job-edited"],
    [
      "the job copies structures or not",
      { job: { ...jobNow, migratesStructure: mode === "missing-rows" } },
      "job-edited",
    ],
    ["the job is another", { job: { ...jobNow, jobId: "job2" } }, "job-deleted"],
    ["the master has another version", { master: master({ engineVersion: "2012" }) }, "master-changed"],
    ["the master has another collation", { master: master({ collation: "X" }) }, "master-changed"],
    ["the instance is a younger one", { instance: instance({ createdAtMs: nowMs }) }, "source-replaced"],
    ["the instance is of another master", { instance: instance({ masterInstanceId: "rm-x" }) }, "source-replaced"],
  ])("the write stops if %s", (_what, facts, code) => {
    const decision = decideStarting(before, observed(mode, facts), context);
    expect(decision).toMatchObject({ record: { status: "withdrawing", reason: { code } }, call: null });
  });
});

test.each<[string, Partial<StartingFacts>, string]>([
  ["the database is gone", { masterDatabases: [] }, "master-changed"],
  [
    "the database has another collation",
    { masterDatabases: [{ name: "shop", status: "Running", characterSet: "Chinese_PRC_CS_AS" }] },
    "master-changed",
  ],
  ["the table is gone", { masterTables: [] }, "target-table-missing"],
  ["the table has a trigger", { masterTables: [{ ...shape, enabledTriggers: ["T"] }] }, "target-has-triggers"],
  ["the table has another key", { masterTables: [{ ...shape, uniqueKeys: [], key: [] }] }, "target-key-changed"],
])("rows are not added if %s", (_what, facts, code) => {
  const decision = decideStarting(approved("missing-rows"), observed("missing-rows", facts), context);
  expect(decision).toMatchObject({ record: { status: "withdrawing", reason: { code } }, call: null });
});

test("a plan that an older version froze, with fewer facts, may still be written", () => {
  const before = approved("side-by-side");
  const { requestHash: _, jobSettings: __, targetKeys: ___, ...older } = before.plan;
  const plan = older as Plan;
  const planHash = hashPlan(plan);
  const old = { ...before, plan, planHash, approval: { ...before.approval!, planHash } };
  expect(decideStarting(old, observed("side-by-side"), context).call?.kind).toBe("create-database");
});

describe("only a person approves", () => {
  const automatic = (more: Partial<RestoreRecord> = {}) =>
    record("awaiting-approval", {
      request: request({ approval: "automatic" }),
      automaticApprovalAllowed: true,
      ...more,
    });

  test.each(["live-writes", "never"] as const)(
    "only a person approves unless it was asked for, is allowed, and nothing speaks against it (%s)",
    (rule) => {
      expect(whyNotAutomatic(automatic(), { ...context, twoPersonRule: rule })).toBeNull();
    },
  );

  test.each<[string, Partial<RestoreRecord>]>([
    ["it was not asked for", { request: request({ approval: "required" }) }],
    ["the requester's role does not allow it", { automaticApprovalAllowed: false }],
    ["an alert asked for it", { origin: "alert" }],
    [
      "the temporary instance was confirmed by hand",
      { temporaryInstance: { ...record("verifying").temporaryInstance!, origin: "confirmed" } },
    ],
    ["the temporary instance was confirmed by hand", { temporaryInstance: null }],
    ["rows are added to live tables", { request: request({ approval: "automatic", writeBack: "missing-rows" }) }],
    [
      "the data could not be looked at",
      { verification: { ...record("verifying").verification!, route: "copy-first" } },
    ],
  ])("only a person approves where %s", (why, more) => {
    expect(whyNotAutomatic(automatic(more), { ...context, twoPersonRule: "never" })).toBe(why);
  });

  test("only a person approves where it takes two people", () => {
    expect(whyNotAutomatic(automatic(), { ...context, twoPersonRule: "always" })).toBe("it takes two people");
  });
});

describe("a person's approval", () => {
  const approve = (by: string, asked: RestoreRecord, rule: typeof context.twoPersonRule, atMs = nowMs) =>
    takeCommand(asked, { ...commandOf(asked), by, atMs }, { ...context, twoPersonRule: rule }).handled.accepted;
  const waiting = (mode: Mode): RestoreRecord => ({ ...approved(mode), status: "awaiting-approval", approval: null });

  test.each([
    ["ann", "side-by-side", "always", false],
    ["ann", "side-by-side", "live-writes", true],
    ["ann", "side-by-side", "never", true],
    ["ann", "missing-rows", "always", false],
    ["ann", "missing-rows", "live-writes", false],
    ["ann", "missing-rows", "never", true],
    ["bob", "side-by-side", "always", true],
    ["bob", "missing-rows", "always", true],
  ] as const)("a person's approval by %s, of %s, under %s: %s", (by, mode, rule, accepted) => {
    expect(approve(by, waiting(mode), rule)).toBe(accepted);
  });

  test("a person's approval is of exactly the plan that the record has, once, and not of long ago", () => {
    const asked = waiting("side-by-side");
    expect(approve("bob", { ...asked, approval: approved("side-by-side").approval }, "never")).toBe(false);
    expect(approve("bob", asked, "never", nowMs - context.durations.approvalMaxAgeMs - 1)).toBe(false);
    const other = { ...asked, planHash: "0".repeat(64) };
    const { handled } = takeCommand(asked, { ...commandOf(other), planHash: other.planHash }, context);
    expect(handled.accepted).toBe(false);
  });
});

function commandOf(asked: RestoreRecord) {
  return {
    restoreId: asked.restoreId,
    commandId: "c2",
    kind: "approve" as const,
    by: "bob",
    atMs: nowMs,
    planHash: asked.planHash,
    keepHours: null,
    instanceId: null,
    ours: null,
    state: "pending" as const,
    text: null,
  };
}

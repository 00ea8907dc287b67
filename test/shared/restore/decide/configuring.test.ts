import {
  type ConfiguringFacts,
  decideConfiguring,
  type Surroundings,
} from "../../../../shared/restore/decide/configuring";
import { dtsObjects, plannedDatabases } from "../../../../shared/restore/plan/dts-objects";
import { at, context, hour, instance, job, record, request, restoreId, temporaryId } from "../samples";

describe("configuring", () => {
  const wanted = ["10.0.0.0/24", "203.0.113.10/32"];
  const surroundings: Surroundings = {
    temporaryGroup: wanted,
    masterGroup: wanted,
    freeTemporaryGroup: null,
    freeMasterGroup: null,
    wantedAddresses: wanted,
    masterDatabases: ["shop"],
    target: null,
    targetProblem: null,
  };
  const observed = (overrides: Partial<ConfiguringFacts> = {}): ConfiguringFacts => ({
    instance: instance(),
    surroundings,
    job: undefined,
    staleJobs: new Map(),
    ...overrides,
  });
  const surroundedBy = (overrides: Partial<Surroundings>) =>
    observed({ surroundings: { ...surroundings, ...overrides } });
  const configuring = (overrides = {}) => record("configuring", { job: null, ...overrides });

  test("configuring opens the temporary instance, then the master, then configures a job that carries our name", () => {
    expect(
      decideConfiguring(configuring(), surroundedBy({ temporaryGroup: null, masterGroup: null }), context).call,
    ).toMatchObject({ kind: "open-addresses", instanceId: temporaryId });
    expect(decideConfiguring(configuring(), surroundedBy({ masterGroup: ["127.0.0.1"] }), context).call).toMatchObject({
      kind: "open-addresses",
      instanceId: "rm-shop",
    });
    expect(decideConfiguring(configuring(), observed(), context).call).toEqual({
      kind: "configure-job",
      jobName: `${restoreId}-1`,
      jobId: null,
    });
  });

  test("configuring ends before anybody approves when a dropped database has a collation that RDS cannot give", () => {
    const { verification, master: known } = record("configuring");
    const dropped = configuring({
      verification: { ...verification!, collations: [{ database: "shop", collation: "French_CI_AS" }] },
      master: { ...known!, databases: [], databasesListed: true },
    });
    expect(decideConfiguring(dropped, surroundedBy({ masterDatabases: [] }), context)).toMatchObject({
      call: null,
      record: { status: "withdrawing", outcome: "failed", reason: { code: "collation-not-creatable" } },
    });
  });

  test("configure-first: starts the precheck of the unbought job; buy-first: buys before it configures", () => {
    const configured = record("configuring", { job: { ...record("configuring").job!, started: false } });
    const started = decideConfiguring(configured, observed({ job: job("NotStarted"), surroundings: null }), context);
    expect(started.call).toEqual({ kind: "start-job", jobId: "job1" });
    expect(decideConfiguring(record("configuring"), observed({ job: job("NotStarted") }), context)).toMatchObject({
      record: { status: "prechecking" },
      checkAfterMs: context.durations.pollMs,
    });
    expect(decideConfiguring(configuring(), observed(), at(0, { dtsOrder: "buy-first" })).call).toEqual({
      kind: "buy-job",
      jobId: null,
      autoStart: false,
    });
  });

  test("buy-first: freezes the plan before anything is started", () => {
    const objects = dtsObjects(plannedDatabases(record("configuring")), "bare");
    const decision = decideConfiguring(
      record("configuring"),
      observed({ job: job("NotStarted", { objects }) }),
      at(0, { dtsOrder: "buy-first" }),
    );
    expect(decision.record).toMatchObject({
      status: "awaiting-approval",
      plan: { jobId: "job1", dtsObjects: objects },
    });
  });

  test("configuring deletes the jobs of earlier attempts first", () => {
    const stale = configuring({ staleJobs: ["old"] });
    expect(
      decideConfiguring(
        stale,
        observed({ staleJobs: new Map([["old", job("NotStarted", { jobId: "old" })]]) }),
        context,
      ).call,
    ).toEqual({ kind: "delete-job", jobId: "old" });
  });

  test("configuring goes on when a job of an earlier attempt is not found, and keeps its id: one read is no proof", () => {
    const decision = decideConfiguring(
      configuring({ staleJobs: ["old"] }),
      observed({ staleJobs: new Map([["old", null]]) }),
      context,
    );
    expect(decision.call?.kind).not.toBe("delete-job");
    expect(decision.record.staleJobs).toEqual(["old"]);
  });

  test("configuring refuses a target name that the master has", () => {
    const taken = configuring({ request: request({ objects: [{ database: "shop", restoredName: "shop2" }] }) });
    expect(decideConfiguring(taken, surroundedBy({ masterDatabases: ["shop", "shop2"] }), context)).toMatchObject({
      call: null,
      record: { status: "withdrawing", reason: { code: "target-exists" } },
    });
  });

  test("configuring withdraws when a job writes that was not started", () => {
    for (const status of ["Migrating", "Finished", "Suspending"]) {
      const decision = decideConfiguring(record("configuring"), observed({ job: job(status) }), context);
      expect(decision).toMatchObject({
        call: null,
        record: { status: "withdrawing", outcome: "failed", reason: { code: "job-started-by-itself" } },
      });
      expect(decision.record.leftOnMaster).toHaveLength(1);
    }
  });

  test("configuring ends at its deadline with the last refusal named", () => {
    const refused = configuring({
      lastRefusal: { call: "open-addresses", code: "IncorrectDBInstanceState", text: "" },
    });
    expect(decideConfiguring(refused, observed(), at(2 * hour)).record.reason?.text).toContain(
      "IncorrectDBInstanceState",
    );
  });
});

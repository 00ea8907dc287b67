import type { Capabilities } from "../../../../emulator/capabilities";
import { canonicalJson } from "../../../../shared/canonical-json";
import type { DtsJobSpecification } from "../../../../shared/cloud/dts";
import { normaliseObjects } from "../../../../shared/cloud/dts/answers";
import { DtsClient } from "../../../../shared/cloud/dts/client";
import { fill, MASTER, notesTable, rowsOf, TEMPORARY, twoInstances } from "../../../emulator/dts/two-instances";
import { closeLocalServices, serveLocally } from "../local-services";
import { ScriptedService } from "../scripted-service";

const services: ScriptedService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
  await closeLocalServices();
});

const login = { userName: "dba", password: "Secret1!" };
const objects = canonicalJson({ shop: { name: "shop_restored", all: true } });
const specification: DtsJobSpecification = {
  name: "rw1-1",
  jobId: null,
  dtsInstanceId: null,
  sourceInstanceId: TEMPORARY,
  sourceCredentials: login,
  destinationInstanceId: MASTER,
  destinationCredentials: login,
  objects,
  migrateStructure: true,
  targetTableMode: "0",
};
const rows = [[1, "one"]] as const;

/** The product's client against the local cloud: a master, its temporary instance with one table, and DTS between them. */
async function start(capabilities: Partial<Capabilities> = {}) {
  const world = twoInstances(capabilities);
  fill(world.source, "shop", notesTable("orders"), rows);
  const { rpc, faults } = await serveLocally(world.dts);
  return { world, faults, dts: new DtsClient(rpc, "cn-hangzhou") };
}

/** The client against answers that a test makes up. */
async function scripted(answer: (action: string, query: URLSearchParams) => Record<string, unknown>) {
  const service = new ScriptedService(({ headers, query }) => ({
    json: answer(String(headers["x-acs-action"]), query),
  }));
  services.push(service);
  return { service, dts: new DtsClient(await service.start(), "cn-hangzhou") };
}

describe("a migration", () => {
  test("configured first: nothing is written before it is bought, and everything afterwards", async () => {
    const { world, dts } = await start();
    const { jobId, dtsInstanceId } = await dts.configureJob(specification);
    expect(dtsInstanceId).toBeNull();
    await dts.startJob(jobId);
    world.advance(60_000);
    expect((await dts.describeJobs([jobId])).get(jobId)).toMatchObject({
      name: "rw1-1",
      status: "PreCheckPass",
      objects: null,
      sourceInstanceId: TEMPORARY,
      destinationInstanceId: MASTER,
    });
    expect(world.master.data.databases()).toEqual([]);

    await dts.buy({ jobId, autoStart: true });
    world.advance(60_000);
    expect((await dts.describeJobs([jobId])).get(jobId)).toMatchObject({
      status: "Finished",
      data: { status: "Finished", percent: 100, progress: 1 },
    });
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(rows);
  });

  test("bought first: configuring it starts nothing", async () => {
    const { world, dts } = await start({ unboughtJobPrechecks: false });
    const bought = await dts.buy({ jobId: null, autoStart: false });
    await dts.configureJob({ ...specification, ...bought });
    world.advance(60_000);
    expect(await dts.describeJob(bought.jobId)).toMatchObject({
      status: "NotStarted",
      dtsInstanceId: bought.dtsInstanceId,
    });
    await dts.startJob(bought.jobId);
    world.advance(60_000);
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(rows);
  });

  test("a migration is read back with the objects that were meant, whatever DTS adds to them", async () => {
    const { world, dts } = await start();
    const { jobId } = await dts.configureJob(specification);
    expect(JSON.stringify(world.dts.call("DescribeDtsJobDetail", { DtsJobId: jobId }))).toContain("state");
    expect((await dts.describeJob(jobId))?.objects).toBe(objects);
  });

  test("a migration names the items that its precheck failed on", async () => {
    const { world, dts } = await start();
    fill(world.master, "shop_restored", notesTable("orders"), []);
    const { jobId } = await dts.configureJob(specification);
    await dts.startJob(jobId);
    world.advance(60_000);
    expect((await dts.describeJob(jobId))?.status).toBe("PrecheckFailed");
    const failed = (await dts.listPrecheckItems(jobId)).filter(({ state }) => state === "Failed");
    expect(failed).toEqual([
      { item: "CHECK_SAME_OBJ", state: "Failed", errorKey: "CHECK__ERROR_SAME_OBJ", canSkip: true },
    ]);
  });

  test("a migration is stopped and deleted, and both may be repeated", async () => {
    const { dts } = await start();
    const { jobId } = await dts.buy({ jobId: null, autoStart: false });
    await dts.configureJob({ ...specification, jobId });
    await dts.startJob(jobId);
    await dts.stopJob(jobId);
    await dts.deleteJob(jobId);
    expect(await dts.describeJob(jobId)).toBeNull();
    await expect(dts.deleteJob(jobId)).resolves.toBeUndefined();
    await expect(dts.stopJob(jobId)).resolves.toBeUndefined();
    await expect(dts.startJob(jobId)).rejects.toMatchObject({ kind: "refused", code: "Forbidden.InstanceNotFound" });
  });

  test("a migration whose answer was lost at its configuration is found by its exact name", async () => {
    const { dts, faults } = await start();
    faults.add({ service: "dts", action: "ConfigureDtsJob", kind: "lost-reply", times: 1 });
    await expect(dts.configureJob(specification)).rejects.toMatchObject({ kind: "unknown-outcome" });
    await dts.configureJob({ ...specification, name: "rw1-10" });
    expect(await dts.findJobsByName("rw1-1")).toMatchObject([{ name: "rw1-1" }]);
    expect(await dts.listJobsByPrefix("rw1-")).toHaveLength(2);
  });

  test("a migration that DTS refuses inside a 200 is refused, with the code without its prefix", async () => {
    const { dts } = await start();
    await expect(dts.configureJob({ ...specification, sourceInstanceId: "rm-nobody" })).rejects.toMatchObject({
      kind: "refused",
      code: "InvalidEndpoint",
      details: { httpStatus: 200 },
    });
  });
});

describe("what is sent", () => {
  test("a configuration has its objects and reservations in the form, three explicit stages, and no start of its own", async () => {
    const { service, dts } = await scripted(() => ({ Success: "true", DtsJobId: "job1" }));
    await dts.configureJob({ ...specification, migrateStructure: false, targetTableMode: "2" });
    const [{ query, body }] = service.requests as [(typeof service.requests)[0]];
    expect(Object.fromEntries(query)).toMatchObject({
      JobType: "MIGRATION",
      SourceEndpointEngineName: "MSSQL",
      DestinationEndpointEngineName: "MSSQL",
      SourceEndpointInstanceID: TEMPORARY,
      DestinationEndpointInstanceID: MASTER,
      StructureInitialization: "false",
      DataInitialization: "true",
      DataSynchronization: "false",
    });
    expect(query.has("DtsJobId")).toBe(false);
    const form = Object.fromEntries(new URLSearchParams(body));
    expect(Object.keys(form).sort()).toEqual(["DbList", "Reserve"]);
    expect(form["DbList"]).toBe(objects);
    expect(JSON.parse(form["Reserve"]!)).toEqual({ targetTableMode: "2", autoStartModulesAfterConfig: "none" });
  });

  test("a purchase of a configured job leaves its regions and engines to the job", async () => {
    const { service, dts } = await scripted(() => ({ Success: true, JobId: "job1", InstanceId: "dtsjob1" }));
    await dts.buy({ jobId: "job1", autoStart: true });
    expect(Object.fromEntries(service.requests[0]!.query)).toEqual({
      RegionId: "cn-hangzhou",
      PayType: "PostPaid",
      InstanceClass: "small",
      JobId: "job1",
      AutoStart: "true",
    });
  });

  test("many jobs are asked for thirty at a time, without their objects", async () => {
    const { service, dts } = await scripted((_, query) => ({
      Success: true,
      DtsJobList: query
        .get("DtsJobId")!
        .split(",")
        .map((DtsJobId) => ({ DtsJobId, Status: "Migrating" })),
    }));
    const ids = Array.from({ length: 61 }, (_, number) => `job${number}`);
    const found = await dts.describeJobs(ids);
    expect([...found.keys()]).toEqual(ids);
    expect(service.requests.map(({ query }) => query.get("DtsJobId")!.split(",").length)).toEqual([30, 30, 1]);
    for (const { query } of service.requests)
      expect([query.get("PageSize"), query.get("WithoutDbList"), query.get("JobType")]).toEqual([
        "30",
        "true",
        "MIGRATION",
      ]);
    expect((await dts.describeJobs([])).size).toBe(0);
    expect(service.requests).toHaveLength(3);
  });
});

describe("what is read", () => {
  test("jobs that were not asked for are not taken, and a missing one is only missing", async () => {
    const { dts } = await scripted(() => ({ Success: true, DtsJobList: [{ DtsJobId: "other", Status: "Migrating" }] }));
    expect((await dts.describeJobs(["job1"])).size).toBe(0);
  });

  test("a search goes on to its last page", async () => {
    const { service, dts } = await scripted((_, query) => {
      const size = query.get("PageNumber") === "3" ? 4 : 30;
      const name = (at: number) => `rw${query.get("PageNumber")}-${at}`;
      return {
        Success: true,
        DtsJobList: Array.from({ length: size }, (_, at) => ({ DtsJobId: name(at), DtsJobName: name(at), Status: "" })),
      };
    });
    expect(await dts.listJobsByPrefix("rw")).toHaveLength(64);
    expect(service.requests[0]!.query.get("Type")).toBe("name");
    expect(await dts.findJobsByName("rw2-7")).toHaveLength(1);
  });

  test("a job that is hardly begun has fields missing, texts for numbers, and no dates", async () => {
    const { dts } = await scripted(() => ({
      Success: "true",
      DtsJobId: "job1",
      Status: "NotConfigured",
      CreateTime: "",
      ErrorMessage: "",
      PrecheckStatus: { Percent: "" },
      StructureInitializationStatus: { Status: "Failed", Percent: "40", Progress: 3, ErrorMessage: "DTS-1020042" },
    }));
    expect(await dts.describeJob("job1")).toEqual({
      jobId: "job1",
      dtsInstanceId: null,
      name: "",
      status: "NotConfigured",
      createdAtMs: null,
      errorMessage: "DTS-1020042",
      precheck: { status: "", percent: 0, progress: 0, errorMessage: "" },
      structure: { status: "Failed", percent: 40, progress: 3, errorMessage: "DTS-1020042" },
      data: null,
      objects: null,
      sourceInstanceId: null,
      destinationInstanceId: null,
      targetTableMode: null,
      migratesStructure: null,
    });
  });

  test.each([
    ['{"targetTableMode":2,"autoStartModulesAfterConfig":"none"}', "2"],
    ["{}", null],
    ["no JSON", null],
    [7, null],
  ])("what happens to tables that exist is read from what was reserved: %s", async (Reserved, targetTableMode) => {
    const MigrationMode = { StructureInitialization: "false", DataInitialization: true };
    const { dts } = await scripted(() => ({ DtsJobId: "job1", Reserved, MigrationMode }));
    expect(await dts.describeJob("job1")).toMatchObject({ targetTableMode, migratesStructure: false });
  });

  test("a job is gone by either code, prefixed or not, thrown or inside a 200", async () => {
    for (const ErrCode of ["InvalidJobId", "DTS.Msg.InvalidJobId", "Forbidden.InstanceNotFound"]) {
      const { dts } = await scripted(() => ({ Success: false, ErrCode }));
      expect(await dts.describeJob("job1")).toBeNull();
    }
  });

  test("an answer of another form proves nothing", async () => {
    const { dts } = await scripted(() => ({ Success: true }));
    await expect(dts.describeJob("job1")).rejects.toMatchObject({ kind: "unavailable", code: "BadAnswer" });
    await expect(dts.buy({ jobId: "job1", autoStart: true })).rejects.toMatchObject({ kind: "unknown-outcome" });
    await expect(dts.configureJob(specification)).rejects.toMatchObject({ kind: "unknown-outcome" });
  });

  test("the servers of DTS come out of DynamicMessage, each once", async () => {
    const { dts } = await scripted(() => ({
      Success: "true",
      DynamicMessage: "10.0.0.0/24, 10.1.0.0/24,10.0.0.0/24,",
    }));
    expect(await dts.listServerAddresses()).toEqual(["10.0.0.0/24", "10.1.0.0/24"]);
    const { dts: local } = await start();
    expect((await local.listServerAddresses()).length).toBeGreaterThan(1);
  });
});

describe("objects are compared as they were meant", () => {
  const meant = { shop: { name: "shop", all: false, Table: { state: { name: "state", all: true } } } };

  test("objects are compared as they were meant without the additions of DTS, in one order of keys, with tables called state kept", () => {
    const stored = {
      shop: {
        state: "normal",
        Table: { state: { state: "normal", all: true, name: "state" } },
        all: false,
        name: "shop",
      },
    };
    expect(normaliseObjects(JSON.stringify(stored))).toBe(canonicalJson(meant));
  });

  test("objects are compared as they were meant lists stay lists", () => {
    expect(normaliseObjects('{"a":[{"state":"normal","b":1}]}')).toBe('{"a":[{"b":1}]}');
  });

  test("a text that is no JSON is itself", () => {
    expect(normaliseObjects("<oss url>")).toBe("<oss url>");
  });
});

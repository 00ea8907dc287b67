import { ServiceError } from "../../../emulator/core/service-error";
import {
  configuration,
  emptyPurchase,
  fill,
  notesTable,
  reserve,
  rowsOf,
  runningJob,
  type TwoInstances,
  twoInstances,
} from "./two-instances";

const wholeShop = { shop: { name: "shop_restored", all: true } };

function configured(world: TwoInstances, name: string): string {
  return String(world.call("ConfigureDtsJob", configuration(wholeShop, { DtsJobName: name }))["DtsJobId"]);
}

/** The ServiceError that a call throws; the test fails when it throws none. */
function refused(run: () => unknown): ServiceError {
  try {
    run();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error("the call was not refused");
}

function listed(world: TwoInstances, parameters: Record<string, string>): Record<string, unknown>[] {
  return world.call("DescribeDtsJobs", parameters)["DtsJobList"] as Record<string, unknown>[];
}

describe("refusals", () => {
  test.each(["StartDtsJob", "SuspendDtsJob", "StopDtsJob", "DeleteDtsJob", "DescribeDtsJobDetail"])(
    "%s of an unknown job is Forbidden.InstanceNotFound",
    (action) => {
      const error = refused(() => twoInstances().call(action, { DtsJobId: "nobody" }));
      expect(error).toMatchObject({ httpStatus: 403, code: "Forbidden.InstanceNotFound" });
    },
  );

  test("the detail call wants DtsInstanceID, and answers the other spelling inside a 200", () => {
    const world = twoInstances();
    const instanceId = String(world.call("CreateDtsInstance", emptyPurchase)["InstanceId"]);
    expect(world.call("DescribeDtsJobDetail", { DtsInstanceID: instanceId })).toMatchObject({
      Status: "NotConfigured",
    });
    expect(world.call("DescribeDtsJobDetail", { DtsInstanceId: instanceId })).toMatchObject({
      Success: "false",
      ErrCode: "InvalidParameter",
    });
  });

  test("an unknown instance is refused inside a 200, under a prefixed code, and makes no job", () => {
    const world = twoInstances();
    const answer = world.call("ConfigureDtsJob", configuration(wholeShop, { SourceEndpointInstanceID: "rm-nobody" }));
    expect(answer).toMatchObject({ Success: "false", ErrCode: "DTS.Msg.InvalidEndpoint", DynamicMessage: "rm-nobody" });
    expect(world.dts.jobs()).toEqual([]);
  });

  test("missing stage booleans are refused by the gateway", () => {
    const parameters: Record<string, string> = { ...configuration(wholeShop) };
    delete parameters["DataSynchronization"];
    expect(refused(() => twoInstances().call("ConfigureDtsJob", parameters))).toMatchObject({
      httpStatus: 403,
      message: "You must specify the parameter MigrationMode.",
    });
  });

  test.each([
    ["a database that is neither whole nor has tables", JSON.stringify({ shop: { name: "shop", all: false } })],
    ["something that is not JSON", "{"],
    ["nothing", "{}"],
  ])("a DbList of %s is invalid", (_, dbList) => {
    const answer = twoInstances().call("ConfigureDtsJob", configuration({}, { DbList: dbList }));
    expect(answer).toMatchObject({ Success: "false", ErrCode: "InvalidParameter", DynamicMessage: "DbList" });
  });

  test("a Reserve without targetTableMode is invalid", () => {
    const answer = twoInstances().call("ConfigureDtsJob", configuration(wholeShop, { Reserve: "{}" }));
    expect(answer).toMatchObject({ Success: "false", DynamicMessage: "Reserve" });
  });

  test.each([
    [
      "a row filter",
      { DbList: '{"shop":{"name":"s","all":false,"Table":{"o":{"name":"o","all":true,"filter":"id>1"}}}}' },
    ],
    ["incremental migration", { DataSynchronization: "true" }],
    ["verification", { DataCheckConfigure: "{}" }],
    ["synchronization jobs", { JobType: "SYNC" }],
  ])("%s is not pretended", (_, changes) => {
    const error = refused(() => twoInstances().call("ConfigureDtsJob", configuration(wholeShop, changes)));
    expect(error).toMatchObject({ httpStatus: 501, code: "EmulatorNotImplemented" });
  });

  test("known operations that are not played say so; unknown ones do not exist", () => {
    const world = twoInstances();
    expect(refused(() => world.call("SkipPreCheck"))).toMatchObject({ code: "EmulatorNotImplemented" });
    expect(refused(() => world.call("ReleaseDtsInstance"))).toMatchObject({ code: "InvalidAction.NotFound" });
  });

  test("a migration job cannot be reset", () => {
    const world = twoInstances();
    const jobId = configured(world, "one");
    expect(refused(() => world.call("ResetDtsJob", { DtsJobId: jobId })).code).toBe("UnSupportedTaskType");
  });

  test("a job is bought once", () => {
    const world = twoInstances();
    const jobId = configured(world, "one");
    world.call("CreateDtsInstance", { JobId: jobId });
    expect(refused(() => world.call("CreateDtsInstance", { JobId: jobId })).code).toBe("OperationDenied.JobStatus");
  });
});

describe("DescribeDtsJobs", () => {
  test("DescribeDtsJobs pages by 10, 20 or 30 in the order of creation, or backwards", () => {
    const world = twoInstances();
    const ids = Array.from({ length: 12 }, (_, index) => {
      world.clock.advance(index % 2);
      return configured(world, `job ${index}`);
    });
    const second = world.call("DescribeDtsJobs", { PageSize: "10", PageNumber: "2", WithoutDbList: "true" });
    expect(second).toMatchObject({ PageNumber: 2, PageRecordCount: 2, TotalRecordCount: 12 });
    expect(listed(world, { PageSize: "30" }).map((job) => job["DtsJobId"])).toEqual(ids);
    const newestFirst = listed(world, { OrderColumn: "CreateTime", OrderDirection: "DESC", PageSize: "30" });
    expect(newestFirst.map((job) => job["DtsJobId"])).toEqual(ids.reverse());
    expect(world.call("DescribeDtsJobs", { PageSize: "50" })).toMatchObject({ Success: "false" });
  });

  test("DescribeDtsJobs filters by ids, fuzzy name, status, job type and region", () => {
    const world = twoInstances();
    const [one, two] = [configured(world, "rewind-one"), configured(world, "other-two")];
    world.call("CreateDtsInstance", { JobId: two, AutoStart: "true" });
    const ids = (parameters: Record<string, string>) => listed(world, parameters).map((job) => job["DtsJobId"]);
    expect(ids({ DtsJobId: `${one},gone,${two}` })).toEqual([one, two]);
    expect(ids({ DtsInstanceId: `dts${two}` })).toEqual([two]);
    expect(ids({ Type: "name", Params: "REWIND" })).toEqual([one]);
    expect(ids({ Status: "Prechecking" })).toEqual([two]);
    expect(ids({ JobType: "SYNC" })).toEqual([]);
    expect(ids({ Region: "cn-beijing" })).toEqual([]);
  });

  test("DescribeDtsJobs answers the stored object list, never a password, and hides what has no value yet", () => {
    const world = twoInstances();
    configured(world, "one");
    const [job] = listed(world, {});
    expect(JSON.parse(String(job?.["DbObject"]))).toEqual({
      shop: { name: "shop_restored", all: true, state: "normal" },
    });
    expect(job).toMatchObject({ JobType: "online", Status: "NotStarted", DtsInstanceID: undefined });
    expect(JSON.stringify(job)).not.toContain("Secret1!");
    expect(listed(world, { WithoutDbList: "true" })[0]).not.toHaveProperty("DbObject", expect.anything());
  });

  test("DescribeDtsJobs shows new jobs late and deleted ones too long, by the list lag; the detail does not", () => {
    const world = twoInstances({}, { listLagMs: 5_000 });
    const jobId = configured(world, "one");
    expect(listed(world, {})).toEqual([]);
    expect(world.call("DescribeDtsJobDetail", { DtsJobId: jobId })).toMatchObject({ DtsJobName: "one" });
    world.advance(5_000);
    expect(listed(world, {})).toHaveLength(1);
    world.call("DeleteDtsJob", { DtsJobId: jobId });
    expect(listed(world, {})).toHaveLength(1);
    expect(refused(() => world.call("DescribeDtsJobDetail", { DtsJobId: jobId })).httpStatus).toBe(403);
    world.advance(5_000);
    expect(listed(world, {})).toEqual([]);
  });
});

describe("the life of a job", () => {
  test("the detail has times and no stages", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), [[1, "one"]]);
    const jobId = runningJob(world, wholeShop);
    world.advance(60_000);
    const detail = world.call("DescribeDtsJobDetail", { DtsJobId: jobId });
    expect(detail).toMatchObject({
      Status: "Finished",
      CreateTime: "2026-11-20T08:00:00Z",
      FinishTime: expect.any(String),
    });
    expect(Object.keys(detail)).not.toContain("DataInitializationStatus");
    expect(world.call("DescribePreCheckStatus", { DtsJobId: jobId, JobCode: "03" })).toMatchObject({
      State: "Finished",
      JobProgress: [{ Names: "orders", DestSchema: "shop_restored.dbo", State: "Success", Current: "1", Total: 1 }],
    });
  });

  test.each([true, false])("a migrating job is deleted directly only where the capability allows it (%s)", (allows) => {
    const world = twoInstances({ deleteMigratingJob: allows }, { rowsPerSecond: 1 });
    fill(world.source, "shop", notesTable("orders"), [[1, "one"]]);
    const jobId = runningJob(world, wholeShop);
    world.advance(2_500);
    expect(world.dts.job(jobId)?.status).toBe("Migrating");
    const remove = () => world.call("DeleteDtsJob", { DtsJobId: jobId });
    if (!allows) {
      expect(refused(remove).code).toBe("OperationDenied.JobStatus");
      world.call("StopDtsJob", { DtsJobId: jobId });
    }
    remove();
    expect(world.dts.job(jobId)).toBeUndefined();
    world.advance(60_000);
    expect(rowsOf(world.master, "shop_restored", "orders")).toEqual([]);
  });

  test("a batch delete deletes all or none", () => {
    const world = twoInstances();
    const [one, two] = [configured(world, "one"), configured(world, "two")];
    expect(refused(() => world.call("DeleteDtsJobs", { DtsJobIds: `${one},nobody` })).code).toBe(
      "Forbidden.InstanceNotFound",
    );
    expect(world.dts.jobs()).toHaveLength(2);
    world.call("DeleteDtsJobs", { DtsJobIds: `${one},${two}` });
    expect(world.dts.jobs()).toEqual([]);
  });

  test("a new password is taken, the old one again is not", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), [[1, "one"]]);
    const jobId = runningJob(world, wholeShop, { SourceEndpointPassword: "old" });
    world.advance(60_000);
    const change = { DtsJobId: jobId, Endpoint: "src", UserName: "dba", Password: "Secret1!" };
    expect(world.call("ModifyDtsJobPassword", change)).toMatchObject({ Success: true });
    expect(world.call("ModifyDtsJobPassword", change)).toMatchObject({ Success: "false" });
    world.call("StartDtsJob", { DtsJobId: jobId });
    world.advance(60_000);
    expect(world.dts.job(jobId)?.status).toBe("Finished");
  });

  test("configuring again before the start replaces everything", () => {
    const world = twoInstances();
    fill(world.source, "shop", notesTable("orders"), [[1, "one"]]);
    const jobId = configured(world, "one");
    const other = configuration(
      { shop: { name: "other", all: true } },
      { DtsJobId: jobId, DtsJobName: "two", Reserve: reserve("2") },
    );
    world.call("ConfigureDtsJob", other);
    world.call("CreateDtsInstance", { JobId: jobId, AutoStart: "true" });
    world.advance(60_000);
    expect(world.dts.job(jobId)?.name).toBe("two");
    expect(world.master.data.databases().map((database) => database.name)).toEqual(["other"]);
  });

  test("DescribeDTSIP answers its networks in DynamicMessage", () => {
    const answer = twoInstances().call("DescribeDTSIP", { SourceEndpointRegion: "cn-hangzhou" });
    expect(answer).toMatchObject({
      Success: "true",
      DynamicMessage: expect.stringMatching(/^\d[\d./]+(,\d[\d./]+)+$/),
    });
  });
});

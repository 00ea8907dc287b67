import { dtsServerNetworks } from "../../../emulator/dts/dts-servers";
import type { Instance } from "../../../emulator/rds/instance";
import {
  fill,
  MASTER,
  notesTable,
  precheckStates,
  runningJob,
  TEMPORARY,
  type TwoInstances,
  twoInstances,
} from "./two-instances";

const wholeShop = { shop: { name: "shop_restored", all: true } };
const table = (key: string, name = key) => ({
  shop: { name: "shop", all: false, Table: { [key]: { name, all: true } } },
});

/** A world whose source holds shop.dbo.orders. */
function shopWorld(...options: Parameters<typeof twoInstances>): TwoInstances {
  const world = twoInstances(...options);
  fill(world.source, "shop", notesTable("orders"), [[1, "one"]]);
  return world;
}

/** Runs the precheck and expects exactly `item` to fail. */
function expectFailure(world: TwoInstances, item: string, dbList: object, changes: Record<string, string> = {}): void {
  const jobId = runningJob(world, dbList, changes);
  world.advance(60_000);
  expect(world.dts.job(jobId)?.status).toBe("PrecheckFailed");
  const failed = Object.entries(precheckStates(world, jobId)).filter(([, state]) => state === "Failed");
  expect(failed.map(([name]) => name)).toEqual([item]);
}

function loginWith(instance: Instance, rights: Record<string, "ReadOnly" | "ReadWrite">): void {
  instance.data.setLogin({ name: "dba", password: "Secret1!", super: false, rights }, instance.createdAtMs);
}

describe("a precheck fails", () => {
  test.each([
    ["CHECK_CONN_SRC", TEMPORARY],
    ["CHECK_CONN_DEST", MASTER],
  ])("%s when the instance is not running", (item, instanceId) => {
    const world = shopWorld();
    world.down.add(instanceId);
    expectFailure(world, item, wholeShop);
  });

  test("CHECK_CONN_SRC when the whitelist admits only some of the DTS servers", () => {
    const world = shopWorld();
    world.source.whitelist.set("dts", dtsServerNetworks.slice(1));
    expectFailure(world, "CHECK_CONN_SRC", wholeShop);
  });

  test("CHECK_CONN_SRC when the whitelist admits one address of each DTS network", () => {
    const world = shopWorld();
    world.source.whitelist.set(
      "dts",
      dtsServerNetworks.map((network) => network.replace(/\/\d+$/, "")),
    );
    expectFailure(world, "CHECK_CONN_SRC", wholeShop);
  });

  test("CHECK_CONN_DEST when the password is wrong", () => {
    expectFailure(shopWorld(), "CHECK_CONN_DEST", wholeShop, { DestinationEndpointPassword: "wrong" });
  });

  test("CHECK_ENGINE when the target is older", () => {
    const world = shopWorld();
    Object.assign(world.source, { engineVersion: "2012_ent_ha" });
    expectFailure(world, "CHECK_ENGINE", wholeShop);
  });

  test("CHECK_AUTH_SRC when the login may not read the database", () => {
    const world = shopWorld();
    loginWith(world.source, { other: "ReadOnly" });
    expectFailure(world, "CHECK_AUTH_SRC", wholeShop);
  });

  test("CHECK_AUTH_SRC when grants on single tables do not cover what is selected", () => {
    const world = shopWorld();
    fill(world.source, "shop", notesTable("customers"), []);
    const grants = [{ database: "shop", schema: "dbo", table: "orders", actions: ["SELECT"] as const }];
    const { data, createdAtMs } = world.source;
    data.setLogin({ name: "dba", password: "Secret1!", super: false, rights: {}, grants }, createdAtMs);
    expectFailure(world, "CHECK_AUTH_SRC", wholeShop);
    expectFailure(world, "CHECK_AUTH_SRC", table("customers"));
    const jobId = runningJob(world, table("orders"));
    world.advance(60_000);
    expect(precheckStates(world, jobId)).toMatchObject({ CHECK_AUTH_SRC: "Success" });
  });

  test("CHECK_AUTH_DEST when the login may only read, or would have to create the database", () => {
    const world = shopWorld();
    loginWith(world.master, { shop: "ReadOnly" });
    world.master.data.createDatabase("shop", "Latin1_General_CI_AS", 0);
    expectFailure(world, "CHECK_AUTH_DEST", table("orders"));
    expectFailure(world, "CHECK_AUTH_DEST", wholeShop);
  });

  test.each(["customers", "dbo.orders"])("CHECK_SRC when the source has no table %s", (key) => {
    expectFailure(shopWorld(), "CHECK_SRC", table(key));
  });

  test("CHECK_SRC when a bare name occurs in two schemas", () => {
    const world = shopWorld();
    fill(world.source, "shop", notesTable("orders", { schema: "sales" }), []);
    expectFailure(world, "CHECK_SRC", table("orders"));
  });

  test("CHECK_DEST_DB when RDS would not allow the name of the new database", () => {
    expectFailure(shopWorld(), "CHECK_DEST_DB", { shop: { name: "Shop Restored", all: true } });
  });

  test("CHECK_DEST_DB when nothing creates the database", () => {
    expectFailure(shopWorld(), "CHECK_DEST_DB", wholeShop, { StructureInitialization: "false" });
  });

  test("CHECK_SAME_OBJ when the target has the table", () => {
    const world = shopWorld();
    fill(world.master, "shop", notesTable("orders_old"), []);
    expectFailure(world, "CHECK_SAME_OBJ", table("orders", "ORDERS_OLD"));
  });

  test("CHECK_SAME_OBJ when two tables would get one name", () => {
    const world = shopWorld();
    fill(world.source, "shop", notesTable("customers"), []);
    const tables = { orders: { name: "same", all: true }, customers: { name: "same", all: true } };
    expectFailure(world, "CHECK_SAME_OBJ", { shop: { name: "shop", all: false, Table: tables } });
  });
});

test("a precheck takes its time, answers keys instead of prose, and names what can be skipped", () => {
  const world = shopWorld({}, { precheckMs: 2_000 });
  fill(world.master, "shop", notesTable("orders"), []);
  const jobId = runningJob(world, table("orders"));
  world.advance(1_000);
  expect(new Set(Object.values(precheckStates(world, jobId)))).toEqual(new Set(["Checking"]));
  expect(world.call("DescribeDtsJobs", { DtsJobId: jobId })["DtsJobList"]).toMatchObject([
    { Status: "Prechecking", PrecheckStatus: { Status: "Checking", Percent: "50" } },
  ]);
  world.advance(1_000);
  const answer = world.call("DescribePreCheckStatus", { DtsJobId: jobId, JobCode: "01", Name: "SAME_OBJ" });
  expect(answer).toMatchObject({
    State: "Failed",
    JobProgress: [
      {
        Item: "CHECK_SAME_OBJ",
        ErrMsg: "CHECK__ERROR_SAME_OBJ",
        RepairMethod: "CHECK__ERROR_SAME_OBJ_REPAIR",
        CanSkip: true,
        Logs: [{ ErrData: "The target already has shop.dbo.orders." }],
      },
    ],
  });
});

test("a whitelist with a wider network admits the DTS servers", () => {
  const world = shopWorld();
  world.source.whitelist.set("dts", ["100.104.0.0/16", "47.96.0.0/12"]);
  world.master.whitelist.set("dts", ["0.0.0.0/0"]);
  const jobId = runningJob(world, wholeShop);
  world.advance(60_000);
  expect(world.dts.job(jobId)?.status).toBe("Finished");
});

test("ConfigureDtsJob opens both whitelists where the capability says so", () => {
  const world = shopWorld({ configureOpensWhitelist: true });
  world.source.whitelist.clear();
  world.master.whitelist.clear();
  const jobId = runningJob(world, wholeShop);
  world.advance(60_000);
  expect(world.dts.job(jobId)?.status).toBe("Finished");
});

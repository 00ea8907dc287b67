import { PassThrough, Readable } from "node:stream";
import { agrees } from "../../deploy/doctor/probe/consent";
import { Broken } from "../../deploy/doctor/probe/facts";
import { type ProbeOptions, probe } from "../../deploy/doctor/probe/probe";
import { createDtsRole } from "../../deploy/local";
import { lookAtTables } from "../../deploy/provision/tables";
import { addSampleMaster, modernEngine, type SampleEngine, type SampleMaster } from "../../deploy/sample";
import type { Stage } from "../../deploy/stage";
import { type Capabilities, defaultCapabilities } from "../../emulator/capabilities";
import { readCapabilitiesFile, writeCapabilitiesFile } from "../../emulator/capabilities-file";
import { ManualClock } from "../../emulator/core/clock";
import { LocalCloud } from "../../emulator/local-cloud";
import { RowsRestoreStore } from "../../shared/store/restore-store-rows";
import { TablestoreRows } from "../../shared/store/tablestore-rows";
import { record, request } from "../shared/restore/samples";
import { localStage } from "./local-stage";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
jest.setTimeout(60_000);

interface Scene {
  readonly cloud: LocalCloud;
  readonly sample: SampleMaster;
  readonly said: string[];
  readonly stage: (settings?: Record<string, unknown>) => Stage;
  readonly advance: (ms: number) => void;
  readonly run: (more?: Partial<ProbeOptions>, settings?: Record<string, unknown>) => ReturnType<typeof probe>;
}

/** An account with one test master, in which hours pass as fast as somebody waits for them. */
async function start(capabilities: Partial<Capabilities> = {}, engine?: SampleEngine): Promise<Scene> {
  const clock = new ManualClock(Date.parse("2026-11-20T10:00:00Z"));
  const timings = { createTemporaryInstanceMs: 600_000, deleteInstanceMs: 60_000, createDatabaseMs: 20_000 };
  const cloud = await LocalCloud.start({ clock, capabilities, timings, tablestoreInstance: null, spareListeners: 4 });
  closing.push(() => cloud.stop());
  const compute = await cloud.deploy({ timerScale: 1 / 1000 });
  createDtsRole(cloud);
  const sample = addSampleMaster(cloud, "rm-test", 60, engine);
  const { rpcEndpoint: rpc } = cloud;
  const endpoints = {
    ...{ rds: rpc, dts: rpc, kms: rpc, ram: rpc, tablestoreManagement: rpc, mns: cloud.mnsEndpoint },
    ...{ tablestore: cloud.tablestoreEndpoint, functions: `127.0.0.1:${compute.managementPort}` },
  };
  const credentials = { accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret };
  const said: string[] = [];
  /** Functions run in processes of their own: they take real time. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const stage: Scene["stage"] = (settings = {}) =>
    localStage({ endpoints, probe: { master: "rm-test", secretName: sample.secretName }, ...settings }, credentials);
  const run: Scene["run"] = (more = {}, settings = {}) =>
    probe({
      stage: stage(settings),
      master: "rm-test",
      id: "0a1b2c3d",
      clock: { nowMs: () => clock.nowMs(), sleep: pass, rest: pass },
      say: (line) => said.push(line),
      agrees: async () => true,
      ...more,
    });
  return { cloud, sample, said, stage, run, advance: (ms) => clock.advance(ms) };
}

const never = ["transactionLogReadable"];

/** What the local cloud has as its answer, for everything that a probe can find out there. */
const measured = [
  "unboughtJobPrechecks",
  "dtsTakesTemporarySource",
  "masterStatusWhileTempIsCreated",
  "tempStatusWhileCreated",
  "tempInheritsWhitelist",
  "emptiedWhitelistGroup",
  "configureOpensWhitelist",
  "tableKeys",
  "stateErrorStatus",
  "tempAcceptsTags",
  "temporaryInstanceRestoresTo",
  "migratesForeignKeys",
  "goneInstanceAnswer",
  "creationTimes",
  "engineNameInAnswers",
  "tempAcceptsPublicConnection",
  "failedHandler",
] as const satisfies readonly (keyof Capabilities)[];

const asPlayed = (capabilities: Partial<Capabilities>, names: readonly (keyof Capabilities)[] = measured) =>
  Object.fromEntries(names.map((name) => [name, { ...defaultCapabilities, ...capabilities }[name]]));

/** Everything on the account that a probe could leave behind. */
const remains = ({ cloud, sample }: Scene) => ({
  instances: cloud.rds.instances().map(({ id }) => id),
  databases: sample.instance.data.databases().map(({ name }) => name),
  groups: [...sample.instance.whitelist].map(([name, entries]) => `${name} ${entries.join()}`),
  jobs: cloud.dts.jobs().map(({ name }) => name),
  queues: cloud.mns.queues().map(({ name }) => name),
  functions: cloud.functions.functionNames,
});
const untouched = {
  instances: ["rm-test"],
  databases: ["shop"],
  groups: ["default 192.168.0.0/16,203.0.113.0/24"],
  jobs: [],
  queues: [],
  functions: [],
};
const closedGroup = "rewind_probe_0a1b2c3d 127.0.0.1";

test("the file says what the account does, why the rest is not known, and nothing is left", async () => {
  const scene = await start();
  const shop = scene.sample.shop.database.table("dbo", "Orders")!.rowCount;
  const found = await scene.run();
  expect(found).toMatchObject({ account: "1234567890123456", region: "cn-hangzhou", master: "rm-test", left: [] });
  expect(found!.facts).toEqual(asPlayed({}));
  expect(Object.keys(found!.unknown).sort()).toEqual(
    [...never, ...Object.keys(defaultCapabilities)].filter((name) => !(name in found!.facts)).sort(),
  );
  expect(found!.unknown).toMatchObject({
    restoreIntoMaster: "rds CopyDatabaseBetweenInstances ended with EngineNotSupported",
    transactionLogReadable: "sql-server fn_dblog ended with error 50501",
  });
  scene.cloud.settle();
  expect(remains(scene)).toEqual({ ...untouched, groups: [...untouched.groups, closedGroup] });
  expect(found!.stays).toEqual([
    "the whitelist group rewind_probe_0a1b2c3d of rm-test: RDS has no call that removes it; it admits 127.0.0.1 alone",
  ]);
  expect(scene.sample.shop.database.table("dbo", "Orders")!.rowCount).toBe(shop);
  expect(readCapabilitiesFile(writeCapabilitiesFile(found!)).facts).toEqual(found!.facts);
});

test("where every switch stands the other way, the file says that, and nothing is left but what no call removes", async () => {
  const other: Partial<Capabilities> = {
    unboughtJobPrechecks: false,
    masterStatusWhileTempIsCreated: "TempDBInstanceCreating",
    tempStatusWhileCreated: "Restoring",
    tempInheritsWhitelist: true,
    emptiedWhitelistGroup: "removed",
    configureOpensWhitelist: true,
    tableKeys: "schema-qualified",
    stateErrorStatus: 400,
    tempAcceptsTags: true,
    migratesForeignKeys: true,
    goneInstanceAnswer: "empty-list",
    creationTimes: "moments-apart",
    engineNameInAnswers: "SQLServer",
    tempAcceptsPublicConnection: false,
    failedHandler: "taken",
  };
  const scene = await start(other);
  const found = await scene.run();
  expect(found!.facts).toEqual(asPlayed(other));
  scene.cloud.settle();
  expect(remains(scene)).toEqual({ ...untouched, groups: [...untouched.groups, expect.stringMatching(/^dts /)] });
  expect(found!.left).toEqual([
    "the whitelist group dts of rm-test (DTS made or changed it, and other jobs may need it; look at it in the console)",
  ]);
});

test.each<Partial<Capabilities>>([
  { restoreIntoMaster: "both", restoredNameLimit: 64 },
  { restoreIntoMaster: "copy", restoredNameLimit: 16 },
  { restoreIntoMaster: "recovery", restoredNameLimit: 16 },
  { restoreIntoMaster: "none" },
])("the file says of a newer master which call restores into it: %j", async (capabilities) => {
  const scene = await start(capabilities, modernEngine);
  const { facts, unknown, left } = (await scene.run())!;
  expect(facts.restoreIntoMaster).toBe(capabilities.restoreIntoMaster);
  if (capabilities.restoreIntoMaster !== "none" && capabilities.restoreIntoMaster !== "recovery")
    expect(facts.restoredNameLimit).toBe(capabilities.restoredNameLimit);
  expect([left, unknown["tableKeys"]]).toEqual([[], "the probe ended before it"]);
  scene.cloud.settle();
  expect(remains(scene).databases).toEqual(["shop"]);
});

test("where DTS takes no temporary instance as the source, what follows from a job is not known", async () => {
  const scene = await start({ dtsTakesTemporarySource: false });
  const { facts, unknown, left } = (await scene.run())!;
  expect([facts.dtsTakesTemporarySource, left]).toEqual([false, []]);
  for (const name of ["unboughtJobPrechecks", "tableKeys", "migratesForeignKeys", "engineNameInAnswers"])
    expect(unknown[name]).toBe("DTS does not take the temporary instance (InvalidEndpoint)");
});

test("where RDS restores to the last backup, the new database is not there, and a job can still show the order of calls", async () => {
  const scene = await start({ temporaryInstanceRestoresTo: "last-backup-before" });
  const { facts, unknown, left } = (await scene.run())!;
  expect(facts).toMatchObject({ temporaryInstanceRestoresTo: "last-backup-before", unboughtJobPrechecks: true });
  expect(unknown["tableKeys"]).toMatch(/^the temporary instance does not have the database/);
  expect(left).toEqual([]);
});

describe("a probe makes nothing", () => {
  const refuses = async (scene: Scene, expected: string | RegExp, ...given: Parameters<Scene["run"]>) => {
    await expect(scene.run(...given)).rejects.toThrow(expected);
    expect(remains(scene)).toMatchObject({ ...untouched, instances: scene.cloud.rds.instances().map(({ id }) => id) });
  };

  test("on a master that the settings do not name as the test master, or with a secret of another", async () => {
    const scene = await start();
    const notNamed = /^rm-test is not named as the test master\./;
    await refuses(scene, notNamed, {}, { probe: null });
    await refuses(scene, notNamed, {}, { probe: { master: "rm-other", secretName: "rewind/rm-other/dba" } });
    await refuses(
      scene,
      "probe.secretName is rewind/rm-other/dba; secrets of rm-test are below rewind/rm-test/.",
      {},
      { probe: { master: "rm-test", secretName: "rewind/rm-other/dba" } },
    );
  });

  test("a probe makes nothing while a restore of the master is open; one of another master, and a closed one, do not matter", async () => {
    const scene = await start();
    const { cloud } = scene;
    cloud.tablestoreInstances.create("rewind-dev", ["INTERNET"]);
    for (const change of await lookAtTables(scene.stage())) await change.apply();
    const { endpoints, tablestoreInstance: instanceName } = scene.stage().names;
    const credentials = () => scene.stage().credentials;
    const rows = new TablestoreRows({ endpoint: endpoints.tablestore, instanceName, credentials });
    const store = new RowsRestoreStore(rows, { random: Math.random, log: () => {} });
    const ofMaster = (masterInstanceId: string) => ({ request: request({ masterInstanceId }) });
    await store.create(record("configuring", { ...ofMaster("rm-other"), restoreId: "rw00000000000001" }));
    await store.create(record("closed", { ...ofMaster("rm-test"), restoreId: "rw00000000000002" }));
    expect(await scene.run({ agrees: async () => false })).toBeNull();
    await store.create(record("configuring", { ...ofMaster("rm-test"), restoreId: "rw00000000000003" }));
    await refuses(scene, "rw00000000000003 of rm-test is open. Wait until no restore of it is.");
  });

  test("a probe makes nothing while the master has a temporary instance, and while it does not run", async () => {
    const scene = await start();
    const { cloud } = scene;
    cloud.rds.forceStatus("rm-test", "Rebooting");
    await refuses(scene, "rm-test is Rebooting; it must be Running. Wait, and run the command again.");
    cloud.rds.forceStatus("rm-test", undefined);
    const temporary = cloud.rds.createTemporaryInstanceByHand("rm-test", cloud.clock.nowMs() - 3_600_000);
    await refuses(scene, `rm-test has the temporary instance ${temporary.id} already`);
  });

  test("a probe makes nothing where the secret is not there or holds no login, and the refusal says what to do", async () => {
    const scene = await start();
    const probe = { master: "rm-test", secretName: "rewind/rm-test/none" };
    await refuses(
      scene,
      /^kms refused GetSecretValue \(Forbidden\.ResourceNotFound.*\)\. Make the secret that probe\.secretName names in KMS/,
      {},
      { probe },
    );
    scene.cloud.kms.createSecret("rewind/rm-test/none", "hush");
    await refuses(scene, /\(SecretNotUsable\)\. Its value must be \{"AccountName"/, {}, { probe });
  });

  test("a probe makes nothing without a yes, after it has told calls, cost and duration", async () => {
    const scene = await start();
    expect(await scene.run({ agrees: async () => false })).toBeNull();
    expect(remains(scene)).toEqual(untouched);
    const said = scene.said.join("\n");
    for (const told of ["CreateTempDBInstance", "What it costs:", "How long it takes:", "rewind_probe_0a1b2c3d_copy"])
      expect(said).toContain(told);
  });
});

describe("a failure in between", () => {
  test("a failure in between of the create leaves nothing, and what was found before is kept", async () => {
    const scene = await start();
    scene.cloud.faults.add({ service: "rds", action: "CreateTempDBInstance", kind: "server-error", times: 1 });
    const { facts, unknown, left } = (await scene.run())!;
    expect([facts.failedHandler, left]).toEqual(["repeated", []]);
    expect(unknown["tableKeys"]).toBe("the probe ended before it");
    expect(remains(scene)).toMatchObject({ databases: ["shop"], instances: ["rm-test"], queues: [], functions: [] });
  });

  test("a failure in between of the create's answer leaves the instance to a person, who is told", async () => {
    const scene = await start();
    scene.cloud.faults.add({ service: "rds", action: "CreateTempDBInstance", kind: "lost-reply", times: 1 });
    const { left } = (await scene.run())!;
    expect(left).toEqual([
      "the temporary instance of rm-test (its creation got no answer; delete it in the console if nobody else made it)",
    ]);
    expect(scene.said.at(-1)).not.toMatch(/^Error/);
  });

  test("a failure in between of a removal is told by what stays", async () => {
    const scene = await start();
    scene.cloud.faults.add({ service: "rds", action: "DeleteDatabase", kind: "throttle", times: 6 });
    expect((await scene.run())!.left).toEqual([
      "the database rewind_probe_0a1b2c3d_copy on rm-test (rds DeleteDatabase ended with Throttling.User)",
    ]);
  });

  test("Ctrl-C removes what was made until then", async () => {
    const scene = await start();
    const clock = {
      nowMs: () => scene.cloud.clock.nowMs(),
      sleep: () => Promise.reject(new Broken("it was broken off")),
      rest: async (ms: number) => scene.advance(ms),
    };
    expect((await scene.run({ clock }))!.left).toEqual([]);
    expect(scene.said).toContain("The probe ended early: it was broken off.");
    scene.cloud.settle();
    expect(remains(scene)).toMatchObject({ databases: ["shop"], queues: [], functions: [] });
  });
});

describe("a yes", () => {
  const piped = (text: string) => agrees(Readable.from(text === "" ? [] : [Buffer.from(text)]), "", new PassThrough());

  test.each(["yes", "yes\n", "yes\r\n"])("a yes that is piped is exactly the word: %j", async (text) => {
    expect(await piped(text)).toBe(true);
  });

  test.each(["", "\n", "y", "y\n", "YES", " yes", "yes\nyes\n", "yes please", "no"])(
    "a yes is not %j",
    async (text) => {
      expect(await piped(text)).toBe(false);
    },
  );

  test.each<[string, boolean]>([
    ["yes\n", true],
    ["\n", false],
    ["y\n", false],
  ])("a yes at a terminal is typed: %j", async (typed, expected) => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const answer = agrees(input, "Sure?", new PassThrough());
    input.write(typed);
    expect(await answer).toBe(expected);
  });
});

import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import FcClient, * as model from "@alicloud/fc20230330";
import { type DeployOptions, deploy, foreseeDeployment } from "../../deploy/deploy";
import { makeKey, revokeKey } from "../../deploy/keys/manage";
import { clientConfig } from "../../deploy/stage";
import { undeploy } from "../../deploy/undeploy";
import { definitionVariables } from "../../deploy/variables";
import { readDefinition } from "../../emulator/fc/definition";
import { LocalCloud, type LocalCloudOptions } from "../../emulator/local-cloud";
import { componentFor } from "./fc-component";
import { localStage } from "./local-stage";

const repository = path.resolve(__dirname, "../..");
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const functionNames = [
  "clean-up",
  "compare-data",
  "create-temp-instance",
  "poll-restores",
  "precheck-migration",
  "restore-api",
  "restore-on-alert",
  "start-migration",
  "verify-data",
];

/** A folder as the repository is, with bundles that only answer, but for those that are named. */
function temporaryRoot(...real: readonly string[]): string {
  const root = mkdtempSync(path.join(tmpdir(), "rewind-deploy-"));
  closing.push(() => rmSync(root, { recursive: true, force: true }));
  cpSync(path.join(repository, "s.yaml"), path.join(root, "s.yaml"));
  for (const name of functionNames) {
    const folder = path.join(root, "dist/functions", name);
    mkdirSync(folder, { recursive: true });
    const built = path.join(repository, "dist/functions", name);
    if (real.includes(name))
      for (const file of readdirSync(built)) {
        if (file !== "settings.json") symlinkSync(path.join(built, file), path.join(folder, file));
      }
    else writeFileSync(`${folder}/index.js`, "exports.handler = async () => 'here';");
  }
  return root;
}

interface Given {
  readonly cloud?: LocalCloudOptions;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly real?: readonly string[];
}

/** A cloud in which nothing of Rewind is, and what deploys to it. */
async function start({ cloud: options, settings = {}, real = [] }: Given = {}) {
  const cloud = await LocalCloud.start({ spareListeners: 0, tablestoreInstance: null, ...options });
  closing.push(() => cloud.stop());
  // An hour of a timer is a minute here: no tick comes by itself.
  const compute = await cloud.deploy({ timerScale: 60 });
  const { rpcEndpoint: rpc } = cloud;
  const endpoints = {
    ...{ rds: rpc, dts: rpc, kms: rpc, ram: rpc, tablestoreManagement: rpc, mns: cloud.mnsEndpoint },
    ...{ tablestore: cloud.tablestoreEndpoint, logs: cloud.logsEndpoint },
    functions: `127.0.0.1:${compute.managementPort}`,
  };
  const identity = { issuer: cloud.issuer.issuer, jwksUrl: cloud.issuer.jwksUrl };
  const credentials = { accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret };
  const stageWith = (more: Readonly<Record<string, unknown>> = {}) =>
    localStage({ endpoints, identity, ...settings, ...more }, credentials);
  const said: string[] = [];
  const root = temporaryRoot(...real);
  const optionsWith = (more: Partial<DeployOptions> = {}): DeployOptions => ({
    stage: stageWith(),
    root,
    send: componentFor(root),
    say: (line) => said.push(line),
    ...more,
  });
  const lines = () => said.splice(0);
  return { cloud, compute, stageWith, optionsWith, lines, root };
}

test("a dry run says what would be made and what costs money, and makes nothing", async () => {
  const { cloud, compute, optionsWith, lines } = await start();
  await foreseeDeployment(optionsWith());
  const said = lines();
  for (const line of [
    "Rewind dev in cn-hangzhou, account 1234567890123456:",
    "  Makes the role rewind-dev-api for the HTTP API: it reads instances and secrets, and records what people ask for.",
    "  Makes the log project rewind-dev-1234567890123456.",
    "  Makes the Tablestore instance rewind-dev, open for INTERNET. Tablestore bills each read and write and the stored rows; no fee for the instance itself.",
    "  Makes the table restores with restores_due and restores_of_master.",
    "  Makes the queue rewind-dev-restore-on-alert-dead.",
    "  Makes the function rewind-dev-restore-api.",
    "\nWhat costs money:",
    "\nNothing was made or changed: --dry-run only looks.",
  ])
    expect(said).toContain(line);
  expect([cloud.ram.roles(), cloud.logs.projects(), cloud.tablestoreInstances.all(), cloud.mns.queues()]).toEqual([
    [],
    [],
    [],
    [],
  ]);
  expect(compute.functionNames).toEqual([]);
});

test("deployed once everything works, under its own role; deployed twice nothing changes", async () => {
  const { cloud, compute, optionsWith, lines } = await start({ real: ["restore-api"] });
  const first = await deploy(optionsWith());
  expect(first.changed).toBeGreaterThan(30);
  expect(compute.functionNames.sort()).toEqual(functionNames.map((name) => `rewind-dev-${name}`));
  expect(lines().slice(-2)).toEqual(["Everything is there; it was looked at.", `The API is at ${first.apiUrl}`]);
  const headers = { authorization: `Bearer ${await cloud.issuer.token("ann", ["reader"])}` };
  const answered = await fetch(`${first.apiUrl}/restores`, { headers });
  expect([answered.status, await answered.json()]).toEqual([200, { restores: [], next: null }]);
  expect(cloud.access.usedBy("rewind-dev-api")).toEqual(["ots:GetRange"]);
  const deployedAt = compute.live("rewind-dev-restore-api")!.deployedAtMs;
  const send = () => Promise.reject(new Error("nothing is to be sent"));
  expect(await deploy(optionsWith({ send }))).toEqual({ changed: 0, apiUrl: first.apiUrl });
  expect(lines()).toEqual([
    "Rewind dev in cn-hangzhou, account 1234567890123456:",
    "Nothing had to change.",
    `The API is at ${first.apiUrl}`,
  ]);
  expect(compute.live("rewind-dev-restore-api")!.deployedAtMs).toBe(deployedAt);
});

test("without an issuer the deployed API serves holders of keys, until they are revoked", async () => {
  const { optionsWith, stageWith, lines } = await start({ real: ["restore-api"], settings: { identity: {} } });
  const { apiUrl } = await deploy(optionsWith());
  expect(lines().at(-1)).toBe(
    "There is no issuer of bearers: it serves holders of API keys alone, which npm run keys makes.",
  );
  const desk = { stage: stageWith(), nowMs: Date.now(), say: () => {} };
  const wanted = { owner: "ann", by: "root", roles: "reader", masters: "*", expires: "1d" };
  const key = await makeKey(desk, wanted, (digits) => randomBytes(digits / 2).toString("hex"));
  const ask = async () => {
    const answered = await fetch(`${apiUrl}/restores`, { headers: { authorization: `Bearer ${key}` } });
    return [answered.status, await answered.json()];
  };
  expect(await ask()).toEqual([200, { restores: [], next: null }]);
  await revokeKey(desk, key.split("_")[2]!);
  expect(await ask()).toEqual([401, expect.objectContaining({ code: "token-invalid" })]);
});

test("over an older version only what differs is changed, and it is named", async () => {
  const { cloud, stageWith, optionsWith, lines } = await start();
  await deploy(optionsWith());
  const client = new FcClient(clientConfig(stageWith(), "functions"));
  const older = new model.UpdateFunctionInput({ timeout: 60, environmentVariables: { REWIND_REGION: "cn-hangzhou" } });
  await client.updateFunction("rewind-dev-clean-up", new model.UpdateFunctionRequest({ body: older }));
  await client.deleteTrigger("rewind-dev-poll-restores", "every-minute");
  cloud.mns.deleteQueue("rewind-dev-verify-data");
  cloud.mns.createQueue("rewind-dev-verify-data", { visibilityTimeout: 30 });
  cloud.tablestoreInstances.find("rewind-dev")!.service.dropIndex("restores", "restores_of_master");
  cloud.tablestoreInstances.find("rewind-dev")!.networks = ["VPC"];
  lines();
  await deploy(optionsWith({ stage: stageWith({ logs: { days: 90 } }) }));
  const said = lines();
  expect(said).toEqual([
    "Rewind dev in cn-hangzhou, account 1234567890123456:",
    "  Keeps lines of the logstore functions for 90 days instead of 30.",
    "  Opens the Tablestore instance rewind-dev for INTERNET: it refuses what does not come from VPC.",
    "  Makes the index restores_of_master of the existing table restores, with the rows that are there.",
    "  Changes the queue rewind-dev-verify-data: VisibilityTimeout from 30 to 300.",
    "  Changes the function rewind-dev-poll-restores: its trigger every-minute is missing.",
    expect.stringMatching(
      /^ {2}Changes the function rewind-dev-clean-up: timeout from 60 to 120; variables REWIND_QUEUE_PREFIX, /,
    ),
    "Everything is there; it was looked at.",
    expect.stringContaining("The API is at"),
  ]);
});

test("a setting that changes reaches every function, also one that travels in the bundle", async () => {
  const { stageWith, optionsWith, lines } = await start();
  await deploy(optionsWith());
  lines();
  await deploy(optionsWith({ stage: stageWith({ timings: { pollMs: 1000 } }) }));
  expect(
    lines().filter((line) => /description from ".* \(build \w{12}\)" to ".* \(build \w{12}\)"/.test(line)),
  ).toHaveLength(9);
});

test("a deployment that sent nothing does not end as a success", async () => {
  const { optionsWith } = await start();
  const sendNothing = () => Promise.resolve();
  await expect(deploy(optionsWith({ send: sendNothing }))).rejects.toThrow(
    /^Not everything arrived in Function Compute:\n {2}Makes the function rewind-dev-restore-api\.\n/,
  );
});

test.each<[string, Given, string]>([
  [
    "a Tablestore name that another account has",
    { cloud: { foreignNames: ["Rewind-Dev"] } },
    "The name rewind-dev is taken: names of instances are unique in a region, across all accounts. Say another one with tablestore.instance.",
  ],
  [
    "a log project that another account has",
    { cloud: { foreignNames: ["rewind-dev-1234567890123456"] } },
    "The name rewind-dev-1234567890123456 is taken: names of log projects are unique in a region, across all accounts. Say another one with logs.project.",
  ],
])("%s is explained; with another name it goes on where it stopped", async (_, given, advice) => {
  const { stageWith, optionsWith } = await start(given);
  await expect(deploy(optionsWith())).rejects.toThrow(advice);
  const others = { tablestore: { instance: "restores" }, logs: { project: "restores-logs" } };
  await expect(deploy(optionsWith({ stage: stageWith(others) }))).resolves.toMatchObject({
    apiUrl: expect.any(String),
  });
});

test("where a new instance opens to everybody by itself, the same is said and set", async () => {
  const { cloud, optionsWith } = await start({
    cloud: { capabilities: { newTablestoreInstanceOpensToInternet: true } },
  });
  await deploy(optionsWith());
  expect(cloud.tablestoreInstances.find("rewind-dev")?.networks).toEqual(["INTERNET"]);
});

describe("undeploying", () => {
  const undeployWith = async ({ stageWith, optionsWith }: Awaited<ReturnType<typeof start>>, withData: boolean) => {
    const said: string[] = [];
    const stage = stageWith();
    const text = readFileSync(path.join(optionsWith().root, "s.yaml"), "utf8");
    const functions = readDefinition(text, definitionVariables(stage.settings));
    await undeploy({ stage, functions, withData, say: (line) => said.push(line) });
    return said;
  };

  test("undeploying removes what works and keeps the data; asked for, the data goes as well", async () => {
    const scene = await start();
    const { cloud, compute, optionsWith } = scene;
    await deploy(optionsWith());
    const said = await undeployWith(scene, false);
    expect(said.at(-1)).toBe(
      "The data stays: the Tablestore instance rewind-dev, the log project rewind-dev-1234567890123456, and the queues of alarms. --with-data removes them too.",
    );
    expect(compute.functionNames).toEqual([]);
    expect(cloud.ram.roles()).toEqual([]);
    expect(cloud.mns.queues().map(({ name }) => name)).toEqual([
      "rewind-dev-restore-on-alert",
      "rewind-dev-restore-on-alert-dead",
    ]);
    expect(cloud.tablestoreInstances.find("rewind-dev")?.service.listTables()).toContain("restores");
    expect(await undeployWith(scene, true)).toContain("  Deletes the table restores with its rows.");
    expect([cloud.mns.queues(), cloud.tablestoreInstances.all(), cloud.logs.projects()]).toEqual([[], [], []]);
    expect(await undeployWith(scene, true)).toEqual(["There was nothing to remove."]);
  });

  test("undeploying is refused while a restore is open, and nothing is removed", async () => {
    const scene = await start();
    await deploy(scene.optionsWith());
    const { service } = scene.cloud.tablestoreInstances.find("rewind-dev")!;
    service.putRow({
      table: "restores",
      primaryKey: { restoreId: "rw7" },
      columns: { phase: "open", nextCheckAtMs: 1n },
    });
    await expect(undeployWith(scene, true)).rejects.toThrow(
      "Nothing was removed: rw7 is open. Cancel or release them (POST /restores/{id}/cancel or /release), wait until they are closed, and run the command again.",
    );
    expect(scene.compute.functionNames).toHaveLength(9);
  });

  test("undeploying leaves an instance and a log project in which others keep something", async () => {
    const scene = await start();
    const { cloud, optionsWith } = scene;
    await deploy(optionsWith());
    const { service } = cloud.tablestoreInstances.find("rewind-dev")!;
    service.createTable({ name: "others", primaryKey: [{ name: "id", type: "STRING" }] });
    cloud.logs.createLogstore("rewind-dev-1234567890123456", { name: "others", ttlDays: 1, shardCount: 1 });
    await undeployWith(scene, true);
    expect(service.listTables()).toEqual(["others"]);
    expect(cloud.logs.projects().map(({ logstores }) => [...logstores.keys()])).toEqual([["others"]]);
  });
});

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FunctionDefinition } from "../emulator/fc/definition";
import type { FunctionLog } from "../emulator/fc/invocation";
import { LocalCloud, type LocalCloudOptions } from "../emulator/local-cloud";
import { peerAddresses } from "../emulator/rds/instance";
import { readConfig } from "../shared/config";
import type { Durations } from "../shared/restore/model/durations";
import { buildFunctions } from "./build";
import { logstore } from "./names";
import { prepareFunctions } from "./prepare";
import { lookAtQueues } from "./provision/queues";
import { lookAtRoles } from "./provision/roles";
import { lookAtTables } from "./provision/tables";
import { parseSettings } from "./settings";
import { type Stage, stageOf } from "./stage";
import { bundledVariables } from "./variables";

const repository = path.resolve(__dirname, "..");

/** Hours become seconds: what the real cloud takes long for, the local one does at once. */
export const localDurations: Partial<Durations> = {
  pollMs: 1_000,
  idlePollMs: 1_000,
  backOffMaxMs: 5_000,
  settleMs: 6_000,
  goneConfirmMs: 1_000,
  leaseMs: 40_000,
  callTimeoutMs: 15_000,
};

export interface LocalOptions {
  readonly cloud?: LocalCloudOptions;
  readonly durations?: Partial<Durations>;
  /** Further settings of the deployment, as in `rewind.yaml`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly redeliver?: boolean;
  readonly log?: FunctionLog;
  /** Bundles that are built already; otherwise they are built first. */
  readonly built?: boolean;
}

/** Rewind deployed to a local cloud: the same s.yaml, bundles, queues and triggers as in the real one. */
export interface LocalRewind {
  readonly cloud: LocalCloud;
  readonly stage: Stage;
  readonly functions: readonly FunctionDefinition[];
  /** Its `rewind.yaml`, for the commands that work on a deployment. */
  readonly settingsFile: string;
  /** The authority of the SQL Servers' certificate (PEM). */
  readonly certificateAuthorityFile: string;
  readonly apiUrl: string;
  /** A bearer of the local issuer. */
  token(subject: string, ...roles: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** @throws EnvironmentError when the functions could not work with the durations or variables; nothing is left running then */
export async function startLocal(options: LocalOptions = {}): Promise<LocalRewind> {
  if (!options.built) await buildFunctions();
  const cloud = await LocalCloud.start(options.cloud);
  const codeRoot = mkdtempSync(path.join(tmpdir(), "rewind-local-"));
  const stop = async (): Promise<void> => {
    await cloud.stop();
    rmSync(codeRoot, { recursive: true, force: true });
  };
  try {
    const caFile = path.join(codeRoot, "sql-ca.pem");
    writeFileSync(caFile, cloud.certificateAuthority);
    const given = {
      ...localSettings(cloud, caFile),
      timings: { ...localDurations, ...options.durations },
      ...options.settings,
    };
    const settings = parseSettings(given);
    layOut(codeRoot);
    const prepared = prepareFunctions(settings, codeRoot);
    // A function that cannot read its settings would answer 502 to every request, and say why only in its log.
    for (const { environmentVariables } of prepared.functions)
      readConfig({ ...bundledVariables(settings), ...environmentVariables });
    const credentials = { accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret };
    await provision(stageOf(settings, credentials), cloud);
    const functions = await cloud.deploy({
      definition: readFileSync(path.join(codeRoot, "s.yaml"), "utf8"),
      codeRoot,
      environment: prepared.variables,
      // A minute of the timer is three seconds here.
      timerScale: 1 / 20,
      redeliver: options.redeliver,
      log: options.log,
    });
    // Function Compute has an address only now.
    const endpoints = { ...given.endpoints, functions: `127.0.0.1:${functions.managementPort}` };
    const settingsFile = path.join(codeRoot, "rewind.yaml");
    writeFileSync(settingsFile, JSON.stringify({ ...given, endpoints }, null, 2));
    return {
      cloud,
      stage: stageOf(parseSettings({ ...given, endpoints }), credentials),
      functions: prepared.functions,
      settingsFile,
      certificateAuthorityFile: caFile,
      apiUrl: functions.httpUrl("restore-api"),
      token: (subject, ...roles) => cloud.issuer.token(subject, roles),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function provision(stage: Stage, cloud: LocalCloud): Promise<void> {
  for (const look of [lookAtRoles, lookAtQueues, lookAtTables])
    for (const change of await look(stage)) await change.apply();
  // The client that makes these takes a second to load, and every test would wait for it.
  const { settings, names } = stage;
  cloud.logs.createProject(names.logProject, "");
  cloud.logs.createLogstore(names.logProject, { name: logstore, ttlDays: settings.logs.days, shardCount: 1 });
  cloud.logs.createIndex(names.logProject, logstore, { line: { token: [" "] } });
  createDtsRole(cloud);
}

/** What people do at their first visit of DTS's console. */
export function createDtsRole({ ram }: LocalCloud): void {
  const Statement = [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: ["dts.aliyuncs.com"] } }];
  ram.createRole("AliyunDTSDefaultRole", JSON.stringify({ Statement, Version: "1" }), "");
}

/** The definition and the bundles, in a folder of this deployment: others run the same bundles with settings of their own. */
function layOut(codeRoot: string): void {
  copyFileSync(path.join(repository, "s.yaml"), path.join(codeRoot, "s.yaml"));
  const built = path.join(repository, "dist", "functions");
  const functions = path.join(codeRoot, "dist", "functions");
  for (const name of readdirSync(built)) {
    mkdirSync(path.join(functions, name), { recursive: true });
    symlinkSync(path.join(built, name, "index.js"), path.join(functions, name, "index.js"));
  }
}

/** What `rewind.yaml` says for the local cloud. */
function localSettings(cloud: LocalCloud, caFile: string) {
  return {
    stage: "local",
    region: cloud.regionId,
    account: cloud.accountId,
    protocol: "http",
    identity: { issuer: cloud.issuer.issuer, audience: cloud.issuer.audience, jwksUrl: cloud.issuer.jwksUrl },
    network: {
      // The network that the local cloud puts its masters in.
      vpc: { vpcId: "vpc-local", vSwitchIds: ["vsw-local"], securityGroupId: "sg-local" },
      egressAddresses: Object.values(peerAddresses),
    },
    sqlServers: { caFile },
    tablestore: { instance: cloud.tablestoreInstance, networks: ["internet"] },
    endpoints: {
      rds: cloud.rpcEndpoint,
      dts: cloud.rpcEndpoint,
      kms: cloud.rpcEndpoint,
      mns: cloud.mnsEndpoint,
      tablestore: cloud.tablestoreEndpoint,
      ram: cloud.rpcEndpoint,
      tablestoreManagement: cloud.rpcEndpoint,
      logs: cloud.logsEndpoint,
    },
  };
}

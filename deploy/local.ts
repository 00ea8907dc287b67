import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readDefinition } from "../emulator/fc/definition";
import type { FunctionLog } from "../emulator/fc/invocation";
import { LocalCloud, type LocalCloudOptions } from "../emulator/local-cloud";
import { peerAddresses } from "../emulator/rds/instance";
import { readConfig } from "../shared/config";
import type { Durations } from "../shared/restore/model/durations";
import { buildFunctions, writeBundledVariables } from "./build";
import { lookAtQueues } from "./provision/queues";
import { lookAtRoles } from "./provision/roles";
import { lookAtTables } from "./provision/tables";
import { parseSettings, type Settings } from "./settings";
import { type Stage, stageOf } from "./stage";
import { bundledVariables, definitionVariables } from "./variables";

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
    const settings = parseSettings({
      ...localSettings(cloud, caFile),
      timings: { ...localDurations, ...options.durations },
      ...options.settings,
    });
    const environment = definitionVariables(settings);
    const definition = readFileSync(path.join(repository, "s.yaml"), "utf8");
    // A function that cannot read its settings would answer 502 to every request, and say why only in its log.
    for (const { environmentVariables } of readDefinition(definition, environment))
      readConfig({ ...bundledVariables(settings), ...environmentVariables });
    const credentials = { accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret };
    await provision(stageOf(settings, credentials));
    layOut(codeRoot, settings);
    const functions = await cloud.deploy({
      definition,
      codeRoot,
      environment,
      // A minute of the timer is three seconds here.
      timerScale: 1 / 20,
      redeliver: options.redeliver,
      log: options.log,
    });
    return {
      cloud,
      apiUrl: functions.httpUrl("restore-api"),
      token: (subject, ...roles) => cloud.issuer.token(subject, roles),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function provision(stage: Stage): Promise<void> {
  for (const look of [lookAtRoles, lookAtQueues, lookAtTables])
    for (const change of await look(stage)) await change.apply();
}

/** The bundles with the settings of this deployment beside them: other deployments run the same bundles with their own. */
function layOut(codeRoot: string, settings: Settings): void {
  const built = path.join(repository, "dist", "functions");
  const functions = path.join(codeRoot, "dist", "functions");
  for (const name of readdirSync(built)) {
    mkdirSync(path.join(functions, name), { recursive: true });
    symlinkSync(path.join(built, name, "index.js"), path.join(functions, name, "index.js"));
  }
  writeBundledVariables(functions, bundledVariables(settings));
}

/** What `rewind.yaml` says for the local cloud. */
function localSettings(cloud: LocalCloud, caFile: string): Record<string, unknown> {
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
    tablestore: { instance: cloud.tablestoreInstance },
    endpoints: {
      rds: cloud.rpcEndpoint,
      dts: cloud.rpcEndpoint,
      kms: cloud.rpcEndpoint,
      mns: cloud.mnsEndpoint,
      tablestore: cloud.tablestoreEndpoint,
      ram: cloud.rpcEndpoint,
    },
  };
}

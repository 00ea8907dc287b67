import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readDefinition } from "../emulator/fc/definition";
import type { FunctionLog } from "../emulator/fc/invocation";
import { LocalCloud, type LocalCloudOptions } from "../emulator/local-cloud";
import { peerAddresses } from "../emulator/rds/instance";
import { readConfig } from "../shared/config";
import type { Durations } from "../shared/restore/durations";
import { buildFunctions } from "./build";
import { provision } from "./provision";

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
  /** Further variables of the deployment (`REWIND_…`). */
  readonly environment?: Readonly<Record<string, string>>;
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
  const folder = mkdtempSync(path.join(tmpdir(), "rewind-"));
  const caFile = path.join(folder, "sql-ca.pem");
  const stop = async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    writeFileSync(caFile, cloud.certificateAuthority);
    const environment = { ...deployment(cloud, options.durations ?? {}, caFile), ...options.environment };
    const definition = readFileSync(path.join(repository, "s.yaml"), "utf8");
    // A function that cannot read its settings would answer 502 to every request, and say why only in its log.
    for (const { environmentVariables } of readDefinition(definition, environment)) readConfig(environmentVariables);
    await provision({
      region: cloud.regionId,
      accountId: cloud.accountId,
      accessKeyId: cloud.accessKey.id,
      accessKeySecret: cloud.accessKey.secret,
      mnsEndpoint: cloud.mnsEndpoint,
      tablestoreEndpoint: cloud.tablestoreEndpoint,
      tablestoreInstance: cloud.tablestoreInstance,
      queuePrefix: "rewind-local-",
    });
    const functions = await cloud.deploy({
      definition,
      codeRoot: repository,
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

/** What whoever deploys to the real cloud has in the environment, for the local one. */
function deployment(cloud: LocalCloud, durations: Partial<Durations>, caFile: string): Record<string, string> {
  return {
    STAGE: "local",
    ALIBABA_CLOUD_ACCOUNT_ID: cloud.accountId,
    REWIND_REGION: cloud.regionId,
    REWIND_PROTOCOL: "http",
    REWIND_RDS_ENDPOINT: cloud.rpcEndpoint,
    REWIND_DTS_ENDPOINT: cloud.rpcEndpoint,
    REWIND_KMS_ENDPOINT: cloud.rpcEndpoint,
    REWIND_MNS_ENDPOINT: cloud.mnsEndpoint,
    REWIND_TABLESTORE_ENDPOINT: cloud.tablestoreEndpoint,
    REWIND_TABLESTORE_INSTANCE: cloud.tablestoreInstance,
    REWIND_AUTH_ISSUER: cloud.issuer.issuer,
    REWIND_AUTH_AUDIENCE: cloud.issuer.audience,
    REWIND_AUTH_JWKS_URL: cloud.issuer.jwksUrl,
    REWIND_EGRESS_ADDRESSES: Object.values(peerAddresses).join(","),
    // The network that the local cloud puts its masters in.
    REWIND_VPC_ID: "vpc-local",
    REWIND_SQL_CA_FILE: caFile,
    REWIND_TIMINGS: JSON.stringify({ ...localDurations, ...durations }),
  };
}

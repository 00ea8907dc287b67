import { readFileSync } from "node:fs";
import path from "node:path";
import type { AlertRule } from "../alerts/rules";
import type { ApiDependencies } from "../api/api-dependencies";
import { bearerIdentity, keysAndBearers } from "../api/identity";
import { keyIdentity } from "../api/key-identity";
import { systemClock } from "../clock";
import type { Dts } from "../cloud/dts";
import type { Secrets } from "../cloud/kms";
import type { Rds } from "../cloud/rds";
import type { SqlServers } from "../cloud/sql-server";
import { type Config, readConfig, readRules } from "../config";
import type { Dependencies, Log } from "../engine/dependencies";
import { loadedCode } from "../loaded-code";
import { createLog } from "../logging";
import type { Queues } from "../messaging/queues";
import { ApiKeys } from "../store/api-keys";
import { RowsRestoreStore } from "../store/restore-store-rows";
import type { Rows } from "../store/rows";
import { readCertificateAuthority } from "./certificate-authority";
import { atFirstUse, openedAtFirstUse } from "./first-use";
import type { FunctionContext } from "./function-context";
import type { OpenSqlServers } from "./sql-servers";

/**
 * The one place where the product is put together from its real parts: once per function instance. Credentials are the function
 * role's, handed over with each call, because they expire.
 */
let wired:
  | {
      readonly config: Config;
      readonly rows: Rows;
      readonly deps: Dependencies;
      readonly setContext: (context: FunctionContext) => void;
    }
  | undefined;
let wiredApi: ApiDependencies | undefined;
let rules: readonly AlertRule[] | undefined;

// The official clients are most of a bundle. A run that ends before it needs one does not load it.
const rpcModule = atFirstUse(() => import("../cloud/rpc/rpc"));
const rdsModule = atFirstUse(() => import("../cloud/rds/client"));
const dtsModule = atFirstUse(() => import("../cloud/dts/client"));
const kmsModule = atFirstUse(() => import("../cloud/kms/secrets"));
const queuesModule = atFirstUse(() => import("../messaging/mns-queues"));
const rowsModule = atFirstUse(() => import("../store/tablestore-rows"));

/** @param openSqlServers how this function speaks SQL; functions that never do leave it out, and do not carry a driver */
export function wire(context: FunctionContext, openSqlServers: OpenSqlServers = () => noSqlServers): Dependencies {
  wired ??= build(context, openSqlServers);
  wired.setContext(context);
  return wired.deps;
}

export function wireApi(context: FunctionContext, openSqlServers: OpenSqlServers): ApiDependencies {
  const deps = wire(context, openSqlServers);
  const { config } = wired!;
  const { auth, automaticApprovalRole, restoresPerCaller, openapiPublic, keysMayApprove } = config;
  wiredApi ??= {
    ...deps,
    identity: keysAndBearers(
      keyIdentity(new ApiKeys(wired!.rows), systemClock, { mayApprove: keysMayApprove }),
      auth && bearerIdentity(auth),
    ),
    automaticApprovalRole,
    restoresPerCaller,
    openapiPublic,
  };
  return wiredApi;
}

export function wireAlerts(context: FunctionContext): {
  readonly deps: Dependencies;
  readonly rules: readonly AlertRule[];
} {
  rules ??= readRules(environment());
  return { deps: wire(context), rules };
}

/**
 * The variables of the function and, from `settings.json` of the bundle, those that are too long to be among them. A bundle without that
 * file was not deployed as a whole.
 */
function environment(): Readonly<Record<string, string | undefined>> {
  const file = path.join(process.env["FC_FUNC_CODE_PATH"] ?? "", "settings.json");
  return { ...JSON.parse(readFileSync(file, "utf8")), ...process.env };
}

/** A step that asks a function without a driver for SQL is wired to the wrong function: a bug of ours. */
const noSqlServers: SqlServers = {
  connect: () => Promise.reject(new Error("this function was wired without a SQL Server driver")),
};

function build(first: FunctionContext, openSqlServers: OpenSqlServers): NonNullable<typeof wired> {
  let current = first;
  const config = readConfig(environment());
  const credentials = () => current.credentials;
  const log: Log = (level, message, fields) =>
    write(level, message, { ...fields, requestId: current.requestId, function: current.function.name });
  const passwords = new Set<string>();
  const write = createLog({
    level: config.logLevel,
    sink: (line) => process.stdout.write(`${line}\n`),
    secrets: () => passwords,
  });
  log("info", "cold start", { ...loadedCode() });
  // A call gives up before the lease that covers it would end.
  const patience = {
    readMs: Math.min(30_000, config.durations.callTimeoutMs / 2),
    changeMs: config.durations.callTimeoutMs * 0.8,
  };
  const { protocol } = config;
  const rpc = async (service: "rds" | "dts" | "kms", version: string, endpoint: string) =>
    (await rpcModule()).openRpc({ service, version, endpoint, protocol, credentials, patience });
  const rows = openedAtFirstUse<Rows>(
    async () =>
      new (await rowsModule()).TablestoreRows({
        endpoint: config.tablestore.endpoint,
        instanceName: config.tablestore.instance,
        credentials,
      }),
  );
  const deps: Dependencies = {
    store: new RowsRestoreStore(rows, { random: Math.random, log }),
    queues: openedAtFirstUse<Queues>(
      async () =>
        new (await queuesModule()).MnsQueues({
          endpoint: config.mnsEndpoint,
          accountId: first.accountId,
          region: config.region,
          queuePrefix: config.queuePrefix,
          credentials,
        }),
    ),
    rds: openedAtFirstUse<Rds>(async () => {
      const { RdsClient } = await rdsModule();
      return new RdsClient(await rpc("rds", "2014-08-15", config.rdsEndpoint), config.region);
    }),
    dts: openedAtFirstUse<Dts>(async () => {
      const { DtsClient } = await dtsModule();
      return new DtsClient(await rpc("dts", "2020-01-01", config.dtsEndpoint), config.region);
    }),
    secrets: openedAtFirstUse<Secrets>(async () => {
      const { KmsSecrets } = await kmsModule();
      const hide = (password: string) => passwords.add(password);
      return new KmsSecrets(await rpc("kms", "2016-01-20", config.kmsEndpoint), systemClock, hide);
    }),
    sqlServers: openSqlServers({
      certificateAuthority: config.sql.caFile && readCertificateAuthority(config.sql.caFile),
      privateAddresses: config.sql.privateTls,
    }),
    clock: systemClock,
    random: Math.random,
    log,
    durations: config.durations,
    settings: {
      dtsOrder: config.dtsOrder,
      tableKeys: config.tableKeys,
      twoPersonRule: config.twoPersonRule,
      acceptsWriteBacks: config.acceptsWriteBacks,
      billedClones: config.billedClones,
      restoredNameMax: config.restoredNameMax,
      sqlTls: { checksIdentity: config.sql.caFile !== null, allowsClear: config.sql.privateTls === "preferred" },
      egressAddresses: config.egressAddresses,
      vpcId: config.vpcId,
    },
  };
  return {
    config,
    rows,
    deps,
    setContext: (context) => {
      current = context;
    },
  };
}

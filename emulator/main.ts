import { parseArgs } from "node:util";
import { adminServer } from "./admin/admin-server";
import { randomText } from "./core/random";
import { LocalCloud, type LocalCloudOptions } from "./local-cloud";
import type { Instance } from "./rds/instance";
import { seedShop } from "./sample/shop";
import { connectionStrings } from "./sql-server/connection-strings";

export interface EmulatorOptions extends LocalCloudOptions {
  /** Port of the admin route. Default 0, a free one. */
  readonly adminPort?: number;
}

/** A running local cloud with its sample master. */
export interface Emulator {
  readonly cloud: LocalCloud;
  /** The sample master `rm-shop` and its logins. */
  readonly master: Instance;
  readonly passwords: { readonly dba: string; readonly report: string };
  /** `http://127.0.0.1:port` of the admin route. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** Starts the local cloud with one sample master and the admin route. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const cloud = await LocalCloud.start(options);
  try {
    // Without functions of its own: the management API makes them.
    await cloud.deploy();
    const passwords = { dba: password(cloud), report: password(cloud) };
    const master = addSampleMaster(cloud, passwords);
    const admin = adminServer(cloud.faults, cloud.random);
    const port = await admin.listen(options.adminPort);
    const stop = async (): Promise<void> => {
      await Promise.all([admin.close(), cloud.stop()]);
    };
    return { cloud, master, passwords, adminUrl: `http://127.0.0.1:${port}`, stop };
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}

/** `rm-shop`: SQL Server 2008 R2 with thirty hours of history in its database `shop`; its whitelist admits the virtual network. */
function addSampleMaster(cloud: LocalCloud, passwords: Emulator["passwords"]): Instance {
  const { data } = seedShop(cloud.clock.nowMs(), cloud.random, passwords);
  const whitelist = { default: ["127.0.0.1"], vpc: ["192.168.0.0/16"] };
  return cloud.rds.addInstance({ id: "rm-shop", description: "The sample shop", data, whitelist });
}

/** Good for the policy of SQL Server: letters of both cases and digits. */
function password(cloud: LocalCloud): string {
  return `Shop${randomText(cloud.random, 16)}7`;
}

/** What somebody needs to point clients here. */
export function describeEmulator({ cloud, master, passwords, adminUrl }: Emulator): string {
  const sql = master.privateAddress!;
  return [
    `RDS, DTS, KMS, RAM http://${cloud.rpcEndpoint}   (clients: endpoint "${cloud.rpcEndpoint}", protocol "HTTP")`,
    `MNS                ${cloud.mnsEndpoint}   (account ${cloud.accountId})`,
    `Tablestore         ${cloud.tablestoreEndpoint}   (instance ${cloud.tablestoreInstance})`,
    `  its instances    http://${cloud.rpcEndpoint}`,
    `Log Service        ${cloud.logsEndpoint}   (client: endpoint "${cloud.logsEndpoint}", protocol "HTTP")`,
    `Function Compute   http://127.0.0.1:${cloud.functions.managementPort}`,
    `Identity provider  ${cloud.issuer.issuer}   (keys ${cloud.issuer.jwksUrl}, audience ${cloud.issuer.audience})`,
    `Admin route        ${adminUrl}/faults`,
    `Region             ${cloud.regionId}`,
    `Access key         ${cloud.accessKey.id}`,
    `Secret             ${cloud.accessKey.secret}`,
    "",
    `Sample master      ${master.id}, SQL Server at ${sql.host},${sql.port}, database shop, in clear or through TLS`,
    `  shop_dba         ${passwords.dba}   (super)`,
    `  shop_report      ${passwords.report}   (reads)`,
    "",
    ...connectionStrings({ ...sql, userName: "shop_dba", password: passwords.dba, database: "shop" }),
  ].join("\n");
}

const usage = `npm run emulator [-- options]
  --port-admin N         port of the admin route (a free one unless given)
  --port-rpc N           port of RDS, DTS and KMS
  --port-mns N           port of MNS
  --port-tablestore N    port of Tablestore
  --region ID            region (cn-hangzhou)
  --account ID           account (1234567890123456)
  --tablestore NAME      Tablestore instance (rewind-local)
  --restore-lag-minutes N  how old a restore time must be (30)
  --print-wire           prints what SQL clients send and get: TDS packets with type, length and statement, never a password`;

/** @throws RangeError TypeError for options that are unknown or unusable */
export function readOptions(argv: readonly string[]): EmulatorOptions | "help" {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: "boolean" },
      "port-admin": { type: "string" },
      "port-rpc": { type: "string" },
      "port-mns": { type: "string" },
      "port-tablestore": { type: "string" },
      region: { type: "string" },
      account: { type: "string" },
      tablestore: { type: "string" },
      "restore-lag-minutes": { type: "string" },
      "print-wire": { type: "boolean" },
    },
  });
  if (values.help) return "help";
  const lagMinutes = wholeNumber("--restore-lag-minutes", values["restore-lag-minutes"]);
  return {
    adminPort: wholeNumber("--port-admin", values["port-admin"]),
    ports: {
      rpc: wholeNumber("--port-rpc", values["port-rpc"]),
      mns: wholeNumber("--port-mns", values["port-mns"]),
      tablestore: wholeNumber("--port-tablestore", values["port-tablestore"]),
    },
    regionId: values.region,
    accountId: values.account,
    tablestoreInstance: values.tablestore,
    traceSql: values["print-wire"] ? (line) => console.log(line) : undefined,
    restoreLagMs: lagMinutes === undefined ? undefined : lagMinutes * 60_000,
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new RangeError(`${name} takes a whole number, not ${text}.`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(usage);
    return;
  }
  const emulator = await startEmulator(options);
  console.log(`${describeEmulator(emulator)}\n\nCtrl-C stops it; everything is in memory.`);
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await emulator.stop();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

import { randomBytes } from "node:crypto";
import { readStage } from "../../../deploy/command";
import { addSampleMaster } from "../../../deploy/sample";
import { type Stage, stageOf } from "../../../deploy/stage";
import { LocalCloud } from "../../../emulator/local-cloud";
import { localStage } from "../../deploy/local-stage";
import { isRemote } from "./is-remote";

/** The account that a contract test runs against: the local cloud, or with REMOTE=1 the one of `rewind.yaml`. */
export interface Account {
  readonly stage: Stage;
  readonly master: string;
  readonly secretName: string;
  /** Eight characters of chance for names of the test's own. */
  readonly id: string;
  close(): Promise<void>;
}

export async function openAccount(): Promise<Account> {
  const id = randomBytes(4).toString("hex");
  if (!isRemote) return { ...(await local()), id };
  const stage = readStage(process.env["REWIND_SETTINGS"] ?? "rewind.yaml");
  const { master, secretName } = stage.settings.probe!;
  return { stage, master, secretName, id, close: () => Promise.resolve() };
}

async function local(): Promise<Omit<Account, "id">> {
  const cloud = await LocalCloud.start({ spareListeners: 2, tablestoreInstance: "rewind-dev" });
  const compute = await cloud.deploy();
  const { instance, secretName } = addSampleMaster(cloud, "rm-test");
  const { rpcEndpoint: rpc } = cloud;
  const endpoints = {
    ...{ rds: rpc, dts: rpc, kms: rpc, mns: cloud.mnsEndpoint, tablestore: cloud.tablestoreEndpoint },
    functions: `127.0.0.1:${compute.managementPort}`,
  };
  const credentials = { accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret };
  const stage = localStage({ endpoints, probe: { master: instance.id, secretName } }, credentials);
  return { stage, master: instance.id, secretName, close: () => cloud.stop() };
}

/** The same account with a key whose secret is wrong. */
export function withWrongSecret({ settings, credentials }: Stage): Stage {
  return stageOf(settings, { ...credentials, accessKeySecret: `${credentials.accessKeySecret.slice(1)}x` });
}

/** Looks until it is so, as long as a cloud takes for its lists and new tables. */
export async function eventually(isSo: () => Promise<boolean>): Promise<boolean> {
  for (const endMs = Date.now() + 60_000; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 200)))
    if (Date.now() > endMs) return false;
  return true;
}

import { type ProvisionSettings, provision, queueNames } from "./provision";

/** `npm run provision`: queues and tables of one deployment, by the environment of whoever deploys. */
function settings(environment: NodeJS.ProcessEnv): ProvisionSettings {
  const missing: string[] = [];
  const need = (name: string): string => {
    const value = environment[name];
    if (!value) missing.push(name);
    return value ?? "";
  };
  const region = environment["REWIND_REGION"] || "cn-hangzhou";
  const stage = environment["STAGE"] || "dev";
  const accountId = need("ALIBABA_CLOUD_ACCOUNT_ID");
  const instance = environment["REWIND_TABLESTORE_INSTANCE"] || `rewind-${stage}`;
  const read: ProvisionSettings = {
    region,
    accountId,
    accessKeyId: need("ALIBABA_CLOUD_ACCESS_KEY_ID"),
    accessKeySecret: need("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    mnsEndpoint: environment["REWIND_MNS_ENDPOINT"] || `https://${accountId}.mns.${region}.aliyuncs.com`,
    tablestoreEndpoint: environment["REWIND_TABLESTORE_ENDPOINT"] || `https://${instance}.${region}.ots.aliyuncs.com`,
    tablestoreInstance: instance,
    queuePrefix: `rewind-${stage}-`,
  };
  if (missing.length > 0) throw new Error(`Set ${missing.join(", ")}. Nothing was made.`);
  return read;
}

async function main(): Promise<void> {
  const wanted = settings(process.env);
  await provision(wanted);
  process.stdout.write(
    `${queueNames.length} queues ${wanted.queuePrefix}… and the tables of ${wanted.tablestoreInstance} are there.\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

import type { FunctionDefinition } from "./definition";
import type { TriggerDefinition } from "./trigger-definition";

/** A function as GetFunction and ListFunctions answer it (`Function` of `@alicloud/fc20230330`); what is not played is left out. */
export function describeFunction(
  given: FunctionDefinition,
  accountId: string,
  deployedAtMs: number,
): Record<string, unknown> {
  const time = new Date(deployedAtMs).toISOString();
  const { functionName, description, runtime, handler, cpu, memorySize, diskSize, timeout, environmentVariables } =
    given;
  const { internetAccess, role, vpcConfig, logConfig } = given;
  return {
    functionName,
    functionArn: functionArn(given, accountId),
    description,
    runtime,
    handler,
    cpu,
    memorySize,
    diskSize,
    timeout,
    instanceConcurrency: 1,
    environmentVariables,
    internetAccess,
    ...(role === null ? {} : { role }),
    ...(vpcConfig === null ? {} : { vpcConfig }),
    ...(logConfig === null ? {} : { logConfig }),
    state: "Active",
    lastUpdateStatus: "Successful",
    createdTime: time,
    lastModifiedTime: time,
  };
}

/** A trigger as GetTrigger and ListTriggers answer it: the configuration is JSON inside a string. */
export function describeTrigger(
  trigger: TriggerDefinition,
  definition: FunctionDefinition,
  accountId: string,
  deployedAtMs: number,
  httpUrl: string | undefined,
): Record<string, unknown> {
  const time = new Date(deployedAtMs).toISOString();
  const { triggerName, triggerType, qualifier, triggerConfig } = trigger;
  return {
    triggerName,
    triggerType,
    qualifier,
    triggerConfig: JSON.stringify(triggerConfig),
    targetArn: functionArn(definition, accountId),
    createdTime: time,
    lastModifiedTime: time,
    ...(triggerType === "http" ? { httpTrigger: { urlInternet: httpUrl, urlIntranet: httpUrl } } : {}),
  };
}

function functionArn({ region, functionName }: FunctionDefinition, accountId: string): string {
  return `acs:fc:${region}:${accountId}:functions/${functionName}`;
}

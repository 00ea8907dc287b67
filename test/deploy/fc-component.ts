import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import FcClient, * as model from "@alicloud/fc20230330";
import { zipSync } from "fflate";
import type { SendFunctions } from "../../deploy/deploy";
import { clientConfig } from "../../deploy/stage";
import type { FunctionDefinition } from "../../emulator/fc/definition";

/**
 * Sends what the component fc3 sends for a deployment of everything: each function with its code, its triggers, its retries and its
 * reserved instances, made where they are missing and changed where they are there.
 */
export function componentFor(root: string): SendFunctions {
  return async (stage, functions) => {
    const client = new FcClient(clientConfig(stage, "functions"));
    for (const definition of functions) await sendFunction(client, definition, path.join(root, definition.code));
  };
}

async function sendFunction(client: FcClient, definition: FunctionDefinition, folder: string): Promise<void> {
  const { functionName, triggers, maxAsyncRetryAttempts, reservedConcurrency } = definition;
  const { description, runtime, handler, cpu, memorySize, diskSize, timeout, internetAccess } = definition;
  const files = Object.fromEntries(
    readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(path.join(folder, name)))]),
  );
  const fields = {
    description,
    runtime,
    handler,
    cpu,
    memorySize,
    diskSize,
    timeout,
    internetAccess,
    role: definition.role?.toLowerCase(),
    environmentVariables: definition.environmentVariables,
    logConfig: new model.LogConfig(definition.logConfig ?? {}),
    vpcConfig: new model.VPCConfig(definition.vpcConfig ?? { vpcId: "", vSwitchIds: [], securityGroupId: "" }),
    code: new model.InputCodeLocation({ zipFile: Buffer.from(zipSync(files, { level: 0 })).toString("base64") }),
  };
  const isThere = await client.getFunction(functionName, new model.GetFunctionRequest({})).then(
    () => true,
    () => false,
  );
  if (isThere) {
    const body = new model.UpdateFunctionInput(fields);
    await client.updateFunction(functionName, new model.UpdateFunctionRequest({ body }));
  } else {
    const body = new model.CreateFunctionInput({ functionName, ...fields });
    await client.createFunction(new model.CreateFunctionRequest({ body }));
  }
  const { body } = await client.listTriggers(functionName, new model.ListTriggersRequest({}));
  const present = new Set((body?.triggers ?? []).map(({ triggerName }) => triggerName));
  for (const { triggerName, triggerType, qualifier, triggerConfig } of triggers) {
    const text = JSON.stringify(triggerConfig);
    if (present.has(triggerName)) {
      const change = new model.UpdateTriggerInput({ qualifier, triggerConfig: text });
      await client.updateTrigger(functionName, triggerName, new model.UpdateTriggerRequest({ body: change }));
    } else {
      const input = new model.CreateTriggerInput({ triggerName, triggerType, qualifier, triggerConfig: text });
      await client.createTrigger(functionName, new model.CreateTriggerRequest({ body: input }));
    }
  }
  const retries = new model.PutAsyncInvokeConfigInput({ maxAsyncRetryAttempts });
  await client.putAsyncInvokeConfig(functionName, new model.PutAsyncInvokeConfigRequest({ body: retries }));
  if (reservedConcurrency === null) return;
  const reserved = new model.PutConcurrencyInput({ reservedConcurrency });
  await client.putConcurrencyConfig(functionName, new model.PutConcurrencyConfigRequest({ body: reserved }));
}

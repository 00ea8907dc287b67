import { isDeepStrictEqual } from "node:util";
import FcClient, { GetAsyncInvokeConfigRequest, GetFunctionRequest, ListTriggersRequest } from "@alicloud/fc20230330";
import type { FunctionDefinition } from "../../emulator/fc/definition";
import { ask, orAbsent } from "../refusal";
import { clientConfig, type Stage } from "../stage";
import type { Change } from "./change";

/** What is otherwise in Function Compute than `s.yaml` says. They are deployed together, so these have no `apply` of their own. */
export interface LookedAtFunctions {
  readonly differences: readonly string[];
  /** Address of the API; undefined while it has none. */
  readonly apiUrl: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Compares every function, its triggers, its retries and its reserved instances with the definition. @throws Refusal */
export async function lookAtFunctions(
  stage: Stage,
  functions: readonly FunctionDefinition[],
): Promise<LookedAtFunctions> {
  const client = new FcClient(clientConfig(stage, "functions"));
  const looked = await Promise.all(functions.map((definition) => lookAt(client, definition)));
  return {
    differences: looked.flatMap(({ differences }) => differences),
    apiUrl: looked.find(({ url }) => url !== undefined)?.url,
  };
}

async function lookAt(client: FcClient, definition: FunctionDefinition) {
  const { functionName } = definition;
  const found = await orAbsent(/^FunctionNotFound$/, () =>
    ask("fc", "GetFunction", () => client.getFunction(functionName, new GetFunctionRequest({}))),
  );
  if (!found) return { differences: [`Makes the function ${functionName}.`], url: undefined };
  const triggers = await ask("fc", "ListTriggers", () =>
    client.listTriggers(functionName, new ListTriggersRequest({})),
  );
  const present = triggers.body?.triggers ?? [];
  const differences = [
    ...differing(wantedFields(definition), found.body?.toMap() ?? {}),
    ...triggerDifferences(definition, present),
    ...(await limits(client, definition)),
  ];
  return {
    differences: differences.length > 0 ? [`Changes the function ${functionName}: ${differences.join("; ")}.`] : [],
    url: present.find(({ triggerType }) => triggerType === "http")?.httpTrigger?.urlInternet,
  };
}

const noVpc = { vpcId: "", vSwitchIds: [], securityGroupId: "" };

/** As GetFunction answers them. The component writes a role in lower case. */
function wantedFields(definition: FunctionDefinition): Fields {
  const { description, runtime, handler, cpu, memorySize, diskSize, timeout, internetAccess } = definition;
  const { environmentVariables, role, vpcConfig, logConfig } = definition;
  const plain = { description, runtime, handler, cpu, memorySize, diskSize, timeout, internetAccess };
  const placed = { role: role?.toLowerCase(), vpcConfig: vpcConfig ?? noVpc, logConfig };
  return { ...plain, ...placed, environmentVariables };
}

/** Values of variables are not shown: some say where things are. */
function differing(wanted: Fields, found: Fields): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const present = name === "vpcConfig" ? { ...noVpc, ...(found[name] as Fields | undefined) } : found[name];
    if (name === "environmentVariables") return variableDifferences(value as Fields, (present ?? {}) as Fields);
    if (isPart(value, name === "role" ? String(present).toLowerCase() : present)) return [];
    return [`${name} from ${JSON.stringify(present) ?? "nothing"} to ${JSON.stringify(value)}`];
  });
}

/** Everything that is wanted is there; the platform may add more. */
function isPart(wanted: unknown, found: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) return isDeepStrictEqual(wanted, found);
  const present = (found ?? {}) as Fields;
  return Object.entries(wanted).every(([name, value]) => isPart(value, present[name]));
}

function variableDifferences(wanted: Fields, found: Fields): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  const other = names.filter((name) => wanted[name] !== found[name]);
  return other.length > 0 ? [`variables ${other.join(", ")}`] : [];
}

function triggerDifferences(
  { triggers }: FunctionDefinition,
  present: readonly { readonly triggerName?: string; readonly triggerConfig?: string }[],
): string[] {
  return triggers.flatMap(({ triggerName, triggerConfig }) => {
    const found = present.find((one) => one.triggerName === triggerName);
    if (!found) return [`its trigger ${triggerName} is missing`];
    const other = differingPaths(triggerConfig, JSON.parse(found.triggerConfig ?? "{}"));
    return other.length > 0 ? [`its trigger ${triggerName} has another ${other.join(", ")}`] : [];
  });
}

/** Where in what is found something else stands than is wanted; the platform may add more. */
function differingPaths(wanted: unknown, found: unknown, path = ""): string[] {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted))
    return isPart(wanted, found) ? [] : [path];
  const present = (found ?? {}) as Fields;
  return Object.entries(wanted).flatMap(([name, value]) =>
    differingPaths(value, present[name], path === "" ? name : `${path}.${name}`),
  );
}

/** Retries of asynchronous calls, and instances kept for the function. */
async function limits(client: FcClient, definition: FunctionDefinition): Promise<string[]> {
  const { functionName, maxAsyncRetryAttempts, reservedConcurrency } = definition;
  const problems: string[] = [];
  if (definition.triggers.some(({ triggerType }) => triggerType === "timer")) {
    const request = new GetAsyncInvokeConfigRequest({});
    const found = await orAbsent(/NotFound|NotExist/, () =>
      ask("fc", "GetAsyncInvokeConfig", () => client.getAsyncInvokeConfig(functionName, request)),
    );
    if (found?.body?.maxAsyncRetryAttempts !== maxAsyncRetryAttempts)
      problems.push(`retries of failed ticks to ${maxAsyncRetryAttempts}`);
  }
  if (reservedConcurrency !== null) {
    const found = await orAbsent(/NotFound|NotExist/, () =>
      ask("fc", "GetConcurrencyConfig", () => client.getConcurrencyConfig(functionName)),
    );
    if (found?.body?.reservedConcurrency !== reservedConcurrency)
      problems.push(`reserved instances to ${reservedConcurrency}`);
  }
  return problems;
}

/** Deletes the functions that are there, each after its triggers. The component would end with success where a deletion was refused. */
export async function lookAtFunctionsToRemove(
  stage: Stage,
  functions: readonly FunctionDefinition[],
): Promise<Change[]> {
  const client = new FcClient(clientConfig(stage, "functions"));
  const changes: Change[] = [];
  for (const { functionName } of functions) {
    const found = await orAbsent(/^FunctionNotFound$/, () =>
      ask("fc", "ListTriggers", () => client.listTriggers(functionName, new ListTriggersRequest({}))),
    );
    if (!found) continue;
    const triggers = (found.body?.triggers ?? []).flatMap(({ triggerName }) => triggerName ?? []);
    changes.push({
      text: `Deletes the function ${functionName} and what wakes it.`,
      apply: async () => {
        for (const name of triggers) await ask("fc", "DeleteTrigger", () => client.deleteTrigger(functionName, name));
        await ask("fc", "DeleteFunction", () => client.deleteFunction(functionName));
      },
    });
  }
  return changes;
}

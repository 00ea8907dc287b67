import { parse } from "yaml";
import { z } from "zod";
import { substitute } from "./substitution";
import { type StreamTrigger, type TriggerDefinition, triggerDefinition } from "./trigger-definition";

/** One function of `s.yaml`, checked. Sizes as the platform counts them: memory in MB, timeout in seconds. */
export interface FunctionDefinition {
  /** Key under `resources`; the step's name. */
  readonly resource: string;
  readonly functionName: string;
  readonly description: string;
  readonly region: string;
  readonly runtime: string;
  readonly handler: string;
  /** Folder of the code, relative to the `s.yaml`. */
  readonly code: string;
  readonly cpu: number;
  readonly memorySize: number;
  readonly diskSize: number;
  readonly timeout: number;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Name or ARN of the role whose credentials the function is handed; null: none. */
  readonly role: string | null;
  readonly internetAccess: boolean;
  /** The VPC that the function is deployed into; on a laptop without effect. */
  readonly vpcConfig: z.infer<typeof vpcConfig> | null;
  /** Where output goes; on a laptop without effect. */
  readonly logConfig: z.infer<typeof logConfig> | null;
  readonly maxAsyncRetryAttempts: number;
  /** Instances that are kept for this function, and the most that it gets; null: it shares the account's. */
  readonly reservedConcurrency: number | null;
  readonly triggers: readonly TriggerDefinition[];
}

/** Own variables, names and values together (Function Compute, "Environment variables"). */
const environmentBytesMax = 4096;
/** Trigger-driven invocations of EventBridge end after 5 minutes whatever the function's timeout says. */
const streamTimeoutSeconds = 300;

const vpcConfig = z.strictObject({
  vpcId: z.string(),
  vSwitchIds: z.array(z.string().min(1)),
  securityGroupId: z.string(),
});

const logConfig = z.strictObject({
  project: z.string().min(1),
  logstore: z.string().min(1),
  enableRequestMetrics: z.boolean().default(false),
  enableInstanceMetrics: z.boolean().default(false),
  logBeginRule: z.enum(["DefaultRegex", "None"]).default("None"),
});

const props = z.strictObject({
  region: z.string().regex(/^[a-z0-9-]+$/),
  functionName: z.string().regex(/^[A-Za-z_][\w-]{0,63}$/),
  description: z.string().max(256).default(""),
  runtime: z.enum(["nodejs20", "nodejs18"], { error: "the local cloud plays nodejs20 and nodejs18" }),
  handler: z.string().regex(/^[\w-]+\.[A-Za-z_$][\w$]*$/),
  code: z.string().min(1),
  // The component's defaults.
  cpu: z.number().min(0.05).max(16).default(0.35),
  memorySize: z.int().min(128).max(32_768).multipleOf(64).default(512),
  diskSize: z.union([z.literal(512), z.literal(10_240)]).default(512),
  timeout: z.int().min(1).max(86_400).default(3),
  environmentVariables: z.record(z.string().regex(/^[A-Za-z]\w*$/), z.string()).default({}),
  asyncInvokeConfig: z
    .strictObject({ maxAsyncRetryAttempts: z.int().min(0).max(8) })
    .default({ maxAsyncRetryAttempts: 3 }),
  concurrencyConfig: z.strictObject({ reservedConcurrency: z.int().min(0) }).optional(),
  role: z.string().min(1).optional(),
  // Known and without effect on a laptop.
  internetAccess: z.boolean().default(true),
  logConfig: z.union([z.literal("auto"), logConfig]).optional(),
  // With all three empty the function is in no VPC: what the component itself sends where the key is left out.
  vpcConfig: vpcConfig
    .refine(isWhole, { error: "wants a VPC, its vSwitches and a security group, or none of the three" })
    .optional(),
  triggers: z.array(triggerDefinition).max(50).default([]),
});

const document = z.object({
  edition: z.literal("3.0.0"),
  resources: z.record(
    z.string(),
    z.strictObject({ component: z.string().regex(/^fc3(@[\d.]+)?$/), actions: z.unknown().optional(), props }),
  ),
});

/** Everything that is wrong with a definition, each with its path. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";

  constructor(readonly problems: readonly string[]) {
    super(`The function definition is not usable:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
}

/**
 * Reads the text of an `s.yaml` strictly: what the component would deploy without a word but the platform would refuse, ignore or
 * break on is a problem here.
 * @param environment stands for the environment of the person who deploys: what `${env(…)}` sees
 * @throws DefinitionError
 */
export function readDefinition(text: string, environment: Readonly<Record<string, string>>): FunctionDefinition[] {
  const checked = document.safeParse(substituted(text, environment));
  if (!checked.success) throw new DefinitionError(checked.error.issues.flatMap((issue) => describe(issue)));
  const functions = Object.entries(checked.data.resources).map(([resource, { props: given }]) =>
    functionOf(resource, given),
  );
  const problems = [...functions.flatMap(platformProblems), ...nameProblems(functions)];
  if (problems.length > 0) throw new DefinitionError(problems);
  return functions;
}

/**
 * Reads one function as `props` of an `s.yaml` has it.
 * @throws DefinitionError
 */
export function readFunction(resource: string, given: unknown): FunctionDefinition {
  const checked = props.safeParse(given);
  if (!checked.success) throw new DefinitionError(checked.error.issues.flatMap((issue) => describe(issue)));
  const definition = functionOf(resource, checked.data);
  const problems = platformProblems(definition);
  if (problems.length > 0) throw new DefinitionError(problems);
  return definition;
}

function functionOf(resource: string, given: z.infer<typeof props>): FunctionDefinition {
  const { role, logConfig, vpcConfig, asyncInvokeConfig, concurrencyConfig, ...rest } = given;
  return {
    resource,
    ...rest,
    role: role ?? null,
    vpcConfig: vpcConfig?.vpcId ? vpcConfig : null,
    logConfig: logConfig && logConfig !== "auto" ? logConfig : null,
    maxAsyncRetryAttempts: asyncInvokeConfig.maxAsyncRetryAttempts,
    reservedConcurrency: concurrencyConfig?.reservedConcurrency ?? null,
  };
}

function substituted(text: string, environment: Readonly<Record<string, string>>): unknown {
  try {
    return substitute(parse(text, { merge: true }), environment);
  } catch (error) {
    throw new DefinitionError([error instanceof Error ? error.message : String(error)]);
  }
}

function describe(issue: z.core.$ZodIssue): string[] {
  const at = (path: readonly PropertyKey[]) =>
    path
      .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
      .join("")
      .slice(1);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(
      (key) =>
        `${at([...issue.path, key])}: this key is not known here; a misspelt one would be ignored without a word.`,
    );
  }
  return [`${at(issue.path)}: ${issue.message}`];
}

function isWhole(vpc: z.infer<typeof vpcConfig>): boolean {
  const given = [vpc.vpcId, vpc.vSwitchIds[0], vpc.securityGroupId].filter(Boolean).length;
  return given === 0 || given === 3;
}

/** The platform's rules that no schema states. */
function platformProblems(given: FunctionDefinition): string[] {
  const at = `resources.${given.resource}.props`;
  const problems: string[] = [];
  const ratio = given.memorySize / 1024 / given.cpu;
  if (ratio < 1 || ratio > 4)
    problems.push(`${at}.cpu: vCPU to GB of memory must lie between 1:1 and 1:4, is 1:${ratio}.`);
  if (Math.abs(Math.round(given.cpu * 20) - given.cpu * 20) > 1e-9) problems.push(`${at}.cpu: comes in steps of 0.05.`);
  const bytes = Object.entries(given.environmentVariables).reduce(
    (sum, pair) => sum + Buffer.byteLength(pair.join("")),
    0,
  );
  if (bytes >= environmentBytesMax) problems.push(`${at}.environmentVariables: ${bytes} bytes do not fit into 4 KB.`);
  for (const name of Object.keys(given.environmentVariables)) {
    if (name.startsWith("FC_")) problems.push(`${at}.environmentVariables.${name}: the prefix FC_ is reserved.`);
  }
  const names = given.triggers.map(({ triggerName }) => triggerName);
  if (new Set(names).size < names.length) problems.push(`${at}.triggers: two triggers have the same name.`);
  return [...problems, ...streamProblems(given, at)];
}

function streamProblems(given: FunctionDefinition, at: string): string[] {
  const streams = given.triggers.filter((trigger): trigger is StreamTrigger => trigger.triggerType === "eventbridge");
  const [stream] = streams;
  if (!stream) return [];
  const problems: string[] = [];
  if (streams.length > 1 || given.triggers.at(-1) !== stream) {
    // The component's deploy returns early when it finds one unchanged.
    problems.push(`${at}.triggers: at most one eventbridge trigger, and it must be the last.`);
  }
  if (given.timeout >= streamTimeoutSeconds) {
    problems.push(`${at}.timeout: must be under 300 s where EventBridge calls the function, is ${given.timeout}.`);
  }
  const source = stream.triggerConfig.eventSourceConfig.eventSourceParameters.sourceMNSParameters;
  if (source.RegionId !== given.region) problems.push(`${at}.triggers: the queue must be in the function's region.`);
  const dead = stream.triggerConfig.runOptions.deadLetterQueue;
  if (dead?.Arn.endsWith(`/queues/${source.QueueName}`))
    problems.push(`${at}.triggers: a queue cannot be its own dead-letter queue.`);
  return problems;
}

function nameProblems(functions: readonly FunctionDefinition[]): string[] {
  const names = functions.map(({ functionName }) => functionName);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return repeated.map((name) => `resources: the function name ${name} is given twice.`);
}

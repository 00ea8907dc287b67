import type { FunctionDefinition } from "../emulator/fc/definition";
import { type Config, variableNames } from "../shared/config";
import { logstore } from "./names";
import { queueNames, visibilitySeconds } from "./provision/queues";
import { triggerProblems } from "./trigger-rules";
import { bundledVariableNames } from "./variables";

/** What `s.yaml` has to say for one deployment, as its settings want it. */
export interface Wanted {
  readonly config: Config;
  readonly account: string;
  readonly logProject: string;
  /** What each variable of the functions is set to, by its name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** One queue, one folder, one function; the API has no queue. */
const resources: readonly string[] = [...queueNames.filter((name) => !name.endsWith("-dead")), "restore-api"];

/** Functions that are missing, and those that no folder has. */
export function resourceProblems(functions: readonly Pick<FunctionDefinition, "resource">[]): string[] {
  const given = functions.map(({ resource }) => resource);
  return [
    ...resources.filter((name) => !given.includes(name)).map((name) => `s.yaml: resources lacks ${name}.`),
    ...given
      .filter((name) => !resources.includes(name))
      .map((name) => `s.yaml: resources has ${name}, which is no function of Rewind.`),
  ];
}

/**
 * What this product needs of its functions beyond what the platform accepts. The component reports none of it: a wrong definition is
 * deployed, and found when something does not happen.
 */
export function definitionProblems(given: FunctionDefinition, wanted: Wanted): string[] {
  return [
    ...codeProblems(given, wanted.config),
    ...variableProblems(given, wanted),
    ...timeProblems(given, wanted.config),
    ...triggerProblems(given, wanted),
    ...roleProblems(given, wanted),
    ...capacityProblems(given),
  ].map((problem) => `s.yaml: ${problem}`);
}

/** The bundles are made for this Node version and export this name. */
const runtime = "nodejs20";
const handler = "index.handler";

function codeProblems(given: FunctionDefinition, { queuePrefix }: Config): string[] {
  const folder = `./dist/functions/${given.resource}`;
  const name = `${queuePrefix}${given.resource}`;
  const problems: string[] = [];
  if (given.functionName !== name) problems.push(`functionName is ${given.functionName}; it must be ${name}.`);
  if (given.code.replace(/^(\.\/)?/, "./") !== folder) problems.push(`code is ${given.code}; it must be ${folder}.`);
  if (given.handler !== handler) problems.push(`handler is ${given.handler}; the bundles have ${handler}.`);
  if (given.runtime !== runtime) problems.push(`runtime is ${given.runtime}; the bundles are made for ${runtime}.`);
  if (!/\(build \w+\)$/.test(given.description))
    problems.push("description must end with the build (vars.build): it tells which code is deployed.");
  return problems;
}

/** Every variable that the code reads, and no other, each as the settings want it. */
function variableProblems({ environmentVariables }: FunctionDefinition, { variables }: Wanted): string[] {
  const wanted = variableNames.filter((name) => !bundledVariableNames.includes(name));
  const given = Object.keys(environmentVariables);
  const inBundle = given.filter((name) => bundledVariableNames.includes(name));
  return [
    ...wanted.filter((name) => !given.includes(name)).map((name) => `environmentVariables lacks ${name}.`),
    ...inBundle.map((name) => `environmentVariables has ${name}, which travels in settings.json of the bundle.`),
    ...given
      .filter((name) => !variableNames.includes(name))
      .map((name) => `environmentVariables has ${name}, which no function reads.`),
    ...given
      .filter((name) => name in variables && variables[name] !== environmentVariables[name])
      .map((name) => `environmentVariables has another value for ${name} than rewind.yaml.`),
  ];
}

function timeProblems({ timeout, resource }: FunctionDefinition, { durations }: Config): string[] {
  const timeoutMs = timeout * 1000;
  const problems: string[] = [];
  if (timeoutMs >= durations.leaseMs)
    problems.push(
      `timeout is ${timeout} s, but a claim ends after ${durations.leaseMs / 1000} s (leaseMs): two runs could work on one restore.`,
    );
  if (movesRestores(resource) && timeoutMs <= durations.sliceMs + durations.callTimeoutMs)
    problems.push(
      `timeout is ${timeout} s, which does not cover a slice of reading and a call after it (sliceMs + callTimeoutMs): calls would be cut off.`,
    );
  if (!movesRestores(resource) && timeoutMs < durations.callTimeoutMs)
    problems.push(`timeout is ${timeout} s, which does not cover one call (callTimeoutMs): it would be cut off.`);
  if (timeout >= visibilitySeconds)
    problems.push(`timeout is ${timeout} s, but a message comes again after ${visibilitySeconds} s.`);
  return problems;
}

/** Functions that the Internet or an alarm can reach must not have the role that deletes, opens and buys. */
function roleProblems({ resource, role, logConfig }: FunctionDefinition, wanted: Wanted): string[] {
  const name = resource === "restore-api" ? "api" : resource === "restore-on-alert" ? "alarm" : "engine";
  const roleName = `${wanted.config.queuePrefix}${name}`;
  const problems: string[] = [];
  if (role !== `acs:ram::${wanted.account}:role/${roleName}`)
    problems.push(`role is ${role ?? "not set"}; it must be the ARN of ${roleName} in the account ${wanted.account}.`);
  if (!logConfig)
    problems.push("logConfig must name a project and a logstore: with auto the component makes one of its own.");
  else if (logConfig.project !== wanted.logProject || logConfig.logstore !== logstore)
    problems.push(
      `logConfig names ${logConfig.project} and ${logConfig.logstore}; the roles may write to ${wanted.logProject} and ${logstore}.`,
    );
  return problems;
}

/** In MB: several times what a function was seen to use while it served. */
const leastMemory = 512;

function capacityProblems({ resource, reservedConcurrency, memorySize }: FunctionDefinition): string[] {
  const problems = reservationProblems(resource, reservedConcurrency);
  if (memorySize >= leastMemory) return problems;
  return [...problems, `memorySize is ${memorySize} MB; a function needs ${leastMemory} MB while it compares rows.`];
}

function reservationProblems(resource: string, reservedConcurrency: number | null): string[] {
  if (resource !== "restore-api")
    return reservedConcurrency === null
      ? []
      : ["concurrencyConfig.reservedConcurrency must not be set: restores would wait for instances, with 0 for ever."];
  if (reservedConcurrency === null)
    return [
      "concurrencyConfig.reservedConcurrency is not set: a flood of requests could take every instance of the account.",
    ];
  return reservedConcurrency === 0
    ? ["concurrencyConfig.reservedConcurrency is 0: the API would be switched off."]
    : [];
}

function movesRestores(resource: string): boolean {
  return resource !== "restore-api" && resource !== "restore-on-alert";
}

import type { FunctionDefinition } from "../emulator/fc/definition";
import type { StreamTrigger } from "../emulator/fc/trigger-definition";
import { deadAlarms } from "../shared/alerts/take";
import { type Config, variableNames } from "../shared/config";
import { visibilitySeconds } from "./provision/queues";
import { bundledVariableNames } from "./variables";

/**
 * What this product needs of its functions beyond what the platform accepts. The component reports none of it: a wrong definition is
 * deployed, and found when something does not happen.
 */
export function definitionProblems(given: FunctionDefinition, config: Config): string[] {
  return [
    ...variableProblems(given),
    ...timeProblems(given, config),
    ...triggerProblems(given, config),
    ...roleProblems(given, config),
  ].map((problem) => `s.yaml: ${problem}`);
}

/** Every variable that the code reads, and no other. */
function variableProblems({ environmentVariables }: FunctionDefinition): string[] {
  const wanted = variableNames.filter((name) => !bundledVariableNames.includes(name));
  const given = Object.keys(environmentVariables);
  const inBundle = given.filter((name) => bundledVariableNames.includes(name));
  return [
    ...wanted.filter((name) => !given.includes(name)).map((name) => `environmentVariables lacks ${name}.`),
    ...inBundle.map((name) => `environmentVariables has ${name}, which travels in settings.json of the bundle.`),
    ...given
      .filter((name) => !variableNames.includes(name))
      .map((name) => `environmentVariables has ${name}, which no function reads.`),
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
  if (timeout >= visibilitySeconds)
    problems.push(`timeout is ${timeout} s, but a message comes again after ${visibilitySeconds} s.`);
  return problems;
}

function triggerProblems(given: FunctionDefinition, config: Config): string[] {
  const problems: string[] = [];
  for (const trigger of given.triggers) {
    if (trigger.triggerType === "timer") {
      if (!trigger.triggerConfig.enable) problems.push("its timer is switched off: no restore would go on.");
      if (given.maxAsyncRetryAttempts !== 0)
        problems.push(
          "asyncInvokeConfig.maxAsyncRetryAttempts must be 0: the next minute is the retry of a failed tick.",
        );
    }
    if (trigger.triggerType === "eventbridge") problems.push(...streamProblems(given.resource, trigger, config));
  }
  const kinds = given.triggers.map(({ triggerType }) => triggerType);
  if (given.resource === "restore-api" ? !kinds.includes("http") : !kinds.includes("eventbridge"))
    problems.push("it has no trigger that wakes it.");
  return problems;
}

function streamProblems(resource: string, { triggerConfig }: StreamTrigger, { region, queuePrefix }: Config): string[] {
  const { eventSourceConfig, runOptions, triggerEnable } = triggerConfig;
  const problems: string[] = [];
  const queue = eventSourceConfig.eventSourceParameters.sourceMNSParameters.QueueName;
  if (!triggerEnable) problems.push("its event stream is switched off.");
  if (queue !== `${queuePrefix}${resource}`)
    problems.push(`its event stream reads ${queue}; its queue is ${queuePrefix}${resource}.`);
  if (runOptions.errorsTolerance !== "ALL")
    problems.push(
      "errorsTolerance must be ALL: with NONE one message that fails stops the stream until a person starts it.",
    );
  const dead = runOptions.deadLetterQueue?.Arn;
  if (resource !== "restore-on-alert") return problems;
  if (!dead?.startsWith(`acs:mns:${region}:`) || !dead.endsWith(`:/queues/${queuePrefix}${deadAlarms}`))
    problems.push(
      `its dead letters must go to ${queuePrefix}${deadAlarms} in ${region}: an alarm that cannot be delivered is kept.`,
    );
  return problems;
}

/** Functions that the Internet or an alarm can reach must not have the role that deletes, opens and buys. */
function roleProblems(
  { resource, role, reservedConcurrency, logConfig }: FunctionDefinition,
  config: Config,
): string[] {
  const name = resource === "restore-api" ? "api" : resource === "restore-on-alert" ? "alarm" : "engine";
  const expected = new RegExp(`^acs:ram::\\d+:role/${config.queuePrefix}${name}$`);
  const problems: string[] = [];
  if (!expected.test(role ?? ""))
    problems.push(`role is ${role ?? "not set"}; it must be the ARN of ${config.queuePrefix}${name}.`);
  if (resource === "restore-api" && reservedConcurrency === null)
    problems.push(
      "concurrencyConfig.reservedConcurrency is not set: a flood of requests could take every instance of the account.",
    );
  if (!logConfig)
    problems.push("logConfig must name a project and a logstore: with auto the component makes one of its own.");
  return problems;
}

function movesRestores(resource: string): boolean {
  return resource !== "restore-api" && resource !== "restore-on-alert";
}

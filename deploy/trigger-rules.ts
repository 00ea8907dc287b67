import type { FunctionDefinition } from "../emulator/fc/definition";
import type { HttpTriggerDefinition, StreamTrigger, TimerTrigger } from "../emulator/fc/trigger-definition";
import { deadAlarms } from "../shared/alerts/take";
import { routes } from "../shared/api/router";
import type { Wanted } from "./definition-rules";

/** One batch is worked on side by side, within the function's time; MNS hands out as many at once. */
const batchMax = 16;
/** A nudge that waits for others makes a restore wait. */
const windowMaxSeconds = 1;

/** What wakes a function, and nothing else: a trigger too many is as wrong as one that is missing. */
export function triggerProblems(given: FunctionDefinition, wanted: Wanted): string[] {
  const { resource, triggers } = given;
  const kinds = triggers.map(({ triggerType }) => triggerType).sort();
  const expected =
    resource === "restore-api" ? ["http"] : resource === "poll-restores" ? ["eventbridge", "timer"] : ["eventbridge"];
  const problems = triggers.flatMap((trigger) => {
    if (trigger.triggerType === "timer") return timerProblems(trigger, given);
    return trigger.triggerType === "http" ? methodProblems(trigger) : streamProblems(trigger, resource, wanted);
  });
  if (kinds.length === 0) return ["it has no trigger that wakes it.", ...problems];
  if (kinds.join() !== expected.join())
    problems.push(`its triggers are ${kinds.join(" and ")}; they must be ${expected.join(" and ")}.`);
  return problems;
}

function timerProblems({ triggerConfig }: TimerTrigger, { maxAsyncRetryAttempts }: FunctionDefinition): string[] {
  const problems: string[] = [];
  if (!triggerConfig.enable) problems.push("its timer is switched off: no restore would go on.");
  if (triggerConfig.cronExpression !== "@every 1m")
    problems.push(
      `its timer rings at ${triggerConfig.cronExpression}; it must be @every 1m: deadlines and commands wait for it.`,
    );
  if (maxAsyncRetryAttempts !== 0)
    problems.push("asyncInvokeConfig.maxAsyncRetryAttempts must be 0: the next minute is the retry of a failed tick.");
  return problems;
}

/** Other methods are let through as well, so that they get an answer of the API; those of its routes must be. */
function methodProblems({ triggerConfig }: HttpTriggerDefinition): string[] {
  const lacking = [...new Set(routes.map(({ method }) => method))].filter(
    (method) => !triggerConfig.methods.includes(method),
  );
  return lacking.map((method) => `its HTTP trigger lets no ${method} through, which routes of the API have.`);
}

function streamProblems({ triggerConfig }: StreamTrigger, resource: string, { config, account }: Wanted): string[] {
  const { eventSourceConfig, eventSinkConfig, runOptions, triggerEnable } = triggerConfig;
  const { region, queuePrefix } = config;
  const { QueueName: queue, IsBase64Decode: decodes } = eventSourceConfig.eventSourceParameters.sourceMNSParameters;
  const { CountBasedWindow: count, TimeBasedWindow: seconds } = runOptions.batchWindow;
  const isAlarm = resource === "restore-on-alert";
  const problems: string[] = [];
  if (!triggerEnable) problems.push("its event stream is switched off.");
  if (queue !== `${queuePrefix}${resource}`)
    problems.push(`its event stream reads ${queue}; its queue is ${queuePrefix}${resource}.`);
  if (decodes === isAlarm)
    problems.push(
      isAlarm
        ? "IsBase64Decode must be false: CloudMonitor may send raw JSON, which a decoding stream would spoil."
        : "IsBase64Decode must be true: nudges are sent in Base64.",
    );
  if (eventSinkConfig.deliveryOption.eventSchema !== "CloudEvents")
    problems.push("eventSchema must be CloudEvents, which the functions read.");
  if (runOptions.errorsTolerance !== "ALL")
    problems.push(
      "errorsTolerance must be ALL: with NONE one message that fails stops the stream until a person starts it.",
    );
  if (runOptions.retryStrategy.PushRetryStrategy !== "BACKOFF_RETRY")
    problems.push(
      "PushRetryStrategy must be BACKOFF_RETRY: with another one, a message that fails holds all others up for a day.",
    );
  if (count > batchMax) problems.push(`CountBasedWindow is ${count}; a run works on at most ${batchMax} side by side.`);
  if (seconds > windowMaxSeconds)
    problems.push(
      `TimeBasedWindow is ${seconds} s; each step would wait so long, so it is at most ${windowMaxSeconds} s.`,
    );
  const dead = `acs:mns:${region}:${account}:/queues/${queuePrefix}${deadAlarms}`;
  if (isAlarm && runOptions.deadLetterQueue?.Arn !== dead)
    problems.push(`its dead letters must go to ${dead}: an alarm that cannot be delivered is kept.`);
  return problems;
}

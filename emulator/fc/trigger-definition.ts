import { z } from "zod";
import { parseSchedule } from "./schedule";

/**
 * The triggers that the local cloud plays, with closed key sets: the component's own schema lets a misspelt key pass, and a trigger
 * that silently does nothing is found in production (fc3 `schema.json`, component 0.1.22; API structs of 2023-03-30).
 */
const common = { triggerName: z.string().regex(/^[A-Za-z_][\w-]{0,127}$/), qualifier: z.literal("LATEST") };

const timerTrigger = z.strictObject({
  ...common,
  triggerType: z.literal("timer"),
  triggerConfig: z.strictObject({
    cronExpression: z.string().refine(isSchedule, { error: "is neither '@every Nm' nor six cron fields" }),
    enable: z.boolean(),
    payload: z.string().optional(),
  }),
});

const httpTrigger = z.strictObject({
  ...common,
  triggerType: z.literal("http"),
  triggerConfig: z.strictObject({
    authType: z.literal("anonymous", { error: "the local cloud plays only authType anonymous" }),
    methods: z.array(z.enum(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])).min(1),
    disableURLInternet: z.literal(false).optional(),
  }),
});

/** `acs:mns:{region}:{account}:/queues/{queue}` */
const queueArn = /^acs:mns:[a-z0-9-]+:\d+:\/queues\/([A-Za-z0-9][A-Za-z0-9-]{0,119})$/;

const streamTrigger = z.strictObject({
  ...common,
  triggerType: z.literal("eventbridge"),
  triggerConfig: z.strictObject({
    triggerEnable: z.boolean(),
    asyncInvocationType: z.literal(false, { error: "the local cloud plays only synchronous delivery" }),
    eventRuleFilterPattern: z.literal("{}", { error: "the local cloud plays no filter" }),
    eventSinkConfig: z.strictObject({
      deliveryOption: z.strictObject({ eventSchema: z.enum(["CloudEvents", "RawData"]) }),
    }),
    eventSourceConfig: z.strictObject({
      eventSourceType: z.literal("MNS", { error: "the local cloud plays only the source MNS" }),
      eventSourceParameters: z.strictObject({
        sourceMNSParameters: z.strictObject({
          RegionId: z.string(),
          QueueName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,119}$/),
          IsBase64Decode: z.boolean().default(true),
        }),
      }),
    }),
    runOptions: z.strictObject({
      mode: z.literal("event-streaming", { error: "the local cloud plays only event-streaming" }),
      errorsTolerance: z.enum(["ALL", "NONE"]),
      retryStrategy: z.strictObject({ PushRetryStrategy: z.enum(["BACKOFF_RETRY", "EXPONENTIAL_DECAY_RETRY"]) }),
      deadLetterQueue: z
        .strictObject({ Arn: z.string().regex(queueArn, { error: "is no ARN of a queue" }) })
        .optional(),
      batchWindow: z.strictObject({
        CountBasedWindow: z.int().min(1).max(10_000),
        TimeBasedWindow: z.int().min(0).max(15),
      }),
    }),
  }),
});

export const triggerDefinition = z.discriminatedUnion("triggerType", [timerTrigger, httpTrigger, streamTrigger], {
  error: (issue) =>
    issue.code === "invalid_union" ? "the local cloud plays the types timer, http and eventbridge" : undefined,
});

export type TimerTrigger = z.infer<typeof timerTrigger>;
export type HttpTriggerDefinition = z.infer<typeof httpTrigger>;
export type StreamTrigger = z.infer<typeof streamTrigger>;
export type TriggerDefinition = z.infer<typeof triggerDefinition>;

/** The queues that a trigger reads and writes. */
export function queuesOf(trigger: TriggerDefinition): string[] {
  if (trigger.triggerType !== "eventbridge") return [];
  const { eventSourceConfig, runOptions } = trigger.triggerConfig;
  const dead = runOptions.deadLetterQueue && deadLetterQueueName(runOptions.deadLetterQueue.Arn);
  return [eventSourceConfig.eventSourceParameters.sourceMNSParameters.QueueName, ...(dead ? [dead] : [])];
}

export function deadLetterQueueName(arn: string): string | undefined {
  return queueArn.exec(arn)?.[1];
}

function isSchedule(text: string): boolean {
  try {
    parseSchedule(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

import type { Readable } from "node:stream";
import FcClient, * as model from "@alicloud/fc20230330";
import { BytesReadable, RuntimeOptions } from "@darabonba/typescript";
import { zipSync } from "fflate";
import { callQueues, openQueues } from "../../queue-client";
import { ask, orAbsent } from "../../refusal";
import { clientConfig } from "../../stage";
import { type Bench, until } from "./bench";

const minuteMs = 60_000;

/** Fails on every message, and says how often when it is asked by hand. */
const code = `let failed = 0;
exports.handler = async (event) => {
  if (event.toString() === "how often") return String(failed);
  failed++;
  throw new Error("Fails on purpose: npm run doctor -- --probe looks what happens then.");
};`;

/** What an event stream does with a message on which its function fails, found out with a queue and a function of the probe's own. */
export async function measureFailedHandler(bench: Bench): Promise<void> {
  await bench.facts.measure(["failedHandler"], async () => {
    const queues = openQueues(bench.stage);
    const client = new FcClient(clientConfig(bench.stage, "functions"));
    const name = `${bench.stage.names.prefix}-probe`;
    await makeQueues(bench, name);
    await makeFunction(bench, client, name);
    await callQueues("SendMessage", () =>
      queues.sendMessage(name, { MessageBody: Buffer.from("{}").toString("base64") }),
    );
    const seen = { failures: 0, deadLetters: 0 };
    const isRepeated = async () => {
      const dead = await callQueues("GetQueueAttributes", () => queues.getQueueAttributes(`${name}-dead`));
      seen.deadLetters = Number(dead["ActiveMessages"] ?? 0);
      seen.failures = await howOften(client, name);
      return seen.failures > 1 || seen.deadLetters > 0;
    };
    // Three repetitions within a minute, and time for the stream to begin.
    const repeats = await until(bench, isRepeated, { everyMs: 10_000, atMostMs: 5 * minuteMs });
    if (repeats) bench.facts.know("failedHandler", "repeated");
    else if (seen.failures === 1) bench.facts.know("failedHandler", "taken");
    else bench.facts.miss("failedHandler", "the event stream delivered nothing within five minutes");
  });
}

async function makeQueues({ stage, ledger, say }: Bench, name: string): Promise<void> {
  const queues = openQueues(stage);
  for (const queue of [name, `${name}-dead`]) {
    ledger.add(
      `the queue ${queue}`,
      async () => void (await callQueues("DeleteQueue", () => queues.deleteQueue(queue))),
    );
    await callQueues("CreateQueue", () =>
      queues.createQueue(queue, { MessageRetentionPeriod: 3_600, VisibilityTimeout: 300, PollingWaitSeconds: 0 }),
    );
  }
  say(`  Made: the queues ${name} and ${name}-dead.`);
}

/** One instance at most: it counts in its memory. */
async function makeFunction({ stage, ledger, say }: Bench, client: FcClient, functionName: string): Promise<void> {
  ledger.add(`the function ${functionName}`, () => removeFunction(client, functionName));
  const zipFile = Buffer.from(zipSync({ "index.js": new TextEncoder().encode(code) })).toString("base64");
  const body = new model.CreateFunctionInput({
    functionName,
    description: "Made by npm run doctor -- --probe; may be deleted",
    runtime: "nodejs20",
    handler: "index.handler",
    cpu: 0.05,
    memorySize: 128,
    diskSize: 512,
    timeout: 10,
    code: new model.InputCodeLocation({ zipFile }),
  });
  await ask("fc", "CreateFunction", () => client.createFunction(new model.CreateFunctionRequest({ body })));
  const one = new model.PutConcurrencyConfigRequest({
    body: new model.PutConcurrencyInput({ reservedConcurrency: 1 }),
  });
  await ask("fc", "PutConcurrencyConfig", () => client.putConcurrencyConfig(functionName, one));
  const trigger = new model.CreateTriggerInput({
    triggerName: "queue",
    triggerType: "eventbridge",
    qualifier: "LATEST",
    triggerConfig: JSON.stringify(streamOf(stage.settings, functionName)),
  });
  await ask("fc", "CreateTrigger", () =>
    client.createTrigger(functionName, new model.CreateTriggerRequest({ body: trigger })),
  );
  say(`  Made: the function ${functionName}, which fails on every message.`);
}

/** As `s.yaml` has the stream of alarms. */
function streamOf({ region, account }: Bench["stage"]["settings"], queue: string) {
  return {
    triggerEnable: true,
    asyncInvocationType: false,
    eventRuleFilterPattern: "{}",
    eventSinkConfig: { deliveryOption: { eventSchema: "CloudEvents" } },
    eventSourceConfig: {
      eventSourceType: "MNS",
      eventSourceParameters: {
        sourceMNSParameters: { RegionId: region, QueueName: queue, IsBase64Decode: true },
      },
    },
    runOptions: {
      mode: "event-streaming",
      errorsTolerance: "ALL",
      retryStrategy: { PushRetryStrategy: "BACKOFF_RETRY" },
      batchWindow: { CountBasedWindow: 16, TimeBasedWindow: 0 },
      deadLetterQueue: { Arn: `acs:mns:${region}:${account}:/queues/${queue}-dead` },
    },
  };
}

async function removeFunction(client: FcClient, functionName: string): Promise<void> {
  await orAbsent(/NotFound/, () => ask("fc", "DeleteTrigger", () => client.deleteTrigger(functionName, "queue")));
  await orAbsent(/NotFound/, () => ask("fc", "DeleteFunction", () => client.deleteFunction(functionName)));
}

async function howOften(client: FcClient, functionName: string): Promise<number> {
  const request = new model.InvokeFunctionRequest({ body: new BytesReadable("how often") });
  const runtime = new RuntimeOptions({ connectTimeout: 30_000, readTimeout: 30_000 });
  const { body } = await ask("fc", "InvokeFunction", () =>
    client.invokeFunctionWithOptions(functionName, request, new model.InvokeFunctionHeaders({}), runtime),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of (body ?? []) as Readable) chunks.push(Buffer.from(chunk));
  return Number(Buffer.concat(chunks).toString("utf8"));
}

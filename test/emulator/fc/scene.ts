import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { type Clock, ManualClock } from "../../../emulator/core/clock";
import { SeededRandom } from "../../../emulator/core/random";
import { FunctionCompute, type FunctionComputeOptions } from "../../../emulator/fc/function-compute";
import { MnsService } from "../../../emulator/mns/mns-service";
import { LogBook } from "./log-book";

export const startMs = Date.parse("2026-11-20T08:00:00Z");
export const credentials = {
  accessKeyId: "STS.function",
  accessKeySecret: "function-secret",
  securityToken: "function-token",
};

/** A function of a test: the source of its `index.js` and what its definition says beside the usual. */
export interface SceneFunction {
  readonly source: string;
  readonly props?: Record<string, unknown>;
}

export interface Scene {
  readonly compute: FunctionCompute;
  readonly clock: ManualClock;
  readonly mns: MnsService;
  readonly book: LogBook;
}

const closing: (() => Promise<void> | void)[] = [];

export interface SceneOptions extends Partial<Omit<FunctionComputeOptions, "queues" | "clock">> {
  /** Queues that are there before the deployment. */
  readonly queues?: readonly string[];
  /** Real time instead of a clock that only the test moves. */
  readonly clock?: Clock;
}

/** Deploys functions from a folder of their own on a clock that only the test moves. */
export async function deploy(
  functions: Record<string, SceneFunction>,
  { queues = [], clock: realClock, ...options }: SceneOptions = {},
): Promise<Scene> {
  const codeRoot = temporaryFolder();
  for (const [name, { source }] of Object.entries(functions)) {
    mkdirSync(path.join(codeRoot, name));
    writeFileSync(path.join(codeRoot, name, "index.js"), source);
  }
  const clock = new ManualClock(startMs);
  const random = new SeededRandom(7);
  const accountId = "1234567890123456";
  const mns = new MnsService({ clock: realClock ?? clock, random, regionId: "cn-hangzhou", accountId });
  for (const name of queues) mns.createQueue(name, { visibilityTimeout: 300 });
  const book = new LogBook();
  const compute = await FunctionCompute.start({
    definition: sceneDefinition(functions),
    codeRoot,
    accountId,
    credentialsOf: () => credentials,
    accessKeys: new Map(),
    queues: mns,
    clock: realClock ?? clock,
    random,
    log: book.log,
    realTime: realClock !== undefined,
    ...options,
  });
  closing.push(() => compute.stop());
  return { compute, clock, mns, book };
}

/** Stops everything that `deploy` started and removes its folders. For afterEach. */
export async function closeScenes(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export function temporaryFolder(parent = tmpdir()): string {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "fc-test-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function sceneDefinition(functions: Record<string, { props?: Record<string, unknown> }>): string {
  const resources = Object.entries(functions).map(([name, { props }]) => [
    name,
    {
      component: "fc3",
      props: {
        region: "cn-hangzhou",
        functionName: `test-${name}`,
        runtime: "nodejs20",
        handler: "index.handler",
        code: `./${name}`,
        cpu: 0.5,
        memorySize: 512,
        timeout: 20,
        ...props,
      },
    },
  ]);
  return stringify({ edition: "3.0.0", name: "test", access: "default", resources: Object.fromEntries(resources) });
}

/** An eventbridge trigger on `queueName`; `runOptions` changes the usual ones. */
export function streamTrigger(queueName: string, runOptions: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    triggerName: "queue",
    triggerType: "eventbridge",
    qualifier: "LATEST",
    triggerConfig: {
      triggerEnable: true,
      asyncInvocationType: false,
      eventRuleFilterPattern: "{}",
      eventSinkConfig: { deliveryOption: { eventSchema: "CloudEvents" } },
      eventSourceConfig: {
        eventSourceType: "MNS",
        eventSourceParameters: {
          sourceMNSParameters: { RegionId: "cn-hangzhou", QueueName: queueName, IsBase64Decode: true },
        },
      },
      runOptions: {
        mode: "event-streaming",
        errorsTolerance: "ALL",
        retryStrategy: { PushRetryStrategy: "BACKOFF_RETRY" },
        batchWindow: { CountBasedWindow: 2, TimeBasedWindow: 0 },
        ...runOptions,
      },
    },
  };
}

export function timerTrigger(cronExpression: string, payload?: string): Record<string, unknown> {
  const triggerConfig = { cronExpression, enable: true, ...(payload === undefined ? {} : { payload }) };
  return { triggerName: "clock", triggerType: "timer", qualifier: "LATEST", triggerConfig };
}

export function httpTrigger(methods = ["GET", "POST"]): Record<string, unknown> {
  const triggerConfig = { authType: "anonymous", methods };
  return { triggerName: "http", triggerType: "http", qualifier: "LATEST", triggerConfig };
}

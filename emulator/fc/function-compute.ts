import { existsSync } from "node:fs";
import path from "node:path";
import { type Clock, SystemClock } from "../core/clock";
import { CloudError } from "../core/cloud-error";
import type { Faults } from "../core/faults";
import type { Random } from "../core/random";
import type { LoopbackServer } from "../http/loopback-server";
import { AlarmClock } from "./alarm-clock";
import { AsyncInvocations } from "./async-invocations";
import { DefinitionError, type FunctionDefinition, readDefinition } from "./definition";
import { DeployedFunction } from "./deployed-function";
import { httpTrigger } from "./http-trigger";
import type { FunctionCredentials, FunctionLog, InvocationResult } from "./invocation";
import { managementApi } from "./management-api";
import { QueueStream } from "./queue-stream";
import { fcRequestId } from "./request-id";
import type { StreamQueues } from "./stream-queues";
import { startTimer } from "./timer-trigger";
import { type HttpTriggerDefinition, queuesOf } from "./trigger-definition";

export interface FunctionComputeOptions {
  /** Text of the `s.yaml`. */
  readonly definition: string;
  /** Folder that the definition's `code` paths start from: where the `s.yaml` lies. */
  readonly codeRoot: string;
  /** Stands for the environment of whoever deploys: what `${env(…)}` in the definition sees. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly accountId: string;
  /** The keys of a function's role: handed to it in context and environment. @throws CloudError when the role cannot be taken */
  readonly credentialsOf: (definition: FunctionDefinition) => FunctionCredentials;
  /** Access key id to secret: who may call the management API. */
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly queues: StreamQueues;
  readonly clock: Clock;
  /** The clock that dates of signed requests are held against; real time unless given. */
  readonly signatureClock?: Clock;
  readonly random: Random;
  readonly log?: FunctionLog;
  /** Strikes invocations as service `fc`, the function's full name as the action. */
  readonly faults?: Faults;
  /** Instances per function; further requests wait. Default 4. */
  readonly instancesMax?: number;
  /** Length of the platform's waits as a part of the real one. Default 1; 1/30 makes the minute of a timer 2 s. */
  readonly timerScale?: number;
  /** Timers, windows and retries follow real time (default); otherwise they move only with `tick`. */
  readonly realTime?: boolean;
  /** Every queue batch is pushed twice. Default false. */
  readonly redeliver?: boolean;
  /** Port of the management API. Default 0, a free one. */
  readonly managementPort?: number;
  /** Ports of HTTP triggers by resource name; free ones for those not named. */
  readonly httpPorts?: Readonly<Record<string, number>>;
}

/** Function Compute of the local cloud: the functions of one `s.yaml` with their triggers and the management API. */
export class FunctionCompute {
  readonly #functions: readonly DeployedFunction[];
  readonly #alarms: AlarmClock;
  readonly #asyncInvocations: AsyncInvocations;
  readonly #streams: QueueStream[] = [];
  readonly #servers: LoopbackServer[] = [];
  readonly #httpPorts = new Map<string, number>();
  #managementPort = 0;

  private constructor(options: FunctionComputeOptions) {
    const { clock, timerScale = 1, realTime = true, log = () => {}, accountId } = options;
    const environment = { ALIBABA_CLOUD_ACCOUNT_ID: accountId, ...options.environment };
    const definitions = readDefinition(options.definition, environment);
    requireCode(definitions, options.codeRoot);
    requireQueues(definitions, options.queues);
    this.#functions = definitions.map(
      (definition) =>
        new DeployedFunction({
          definition,
          codePath: path.resolve(options.codeRoot, definition.code),
          accountId,
          credentials: options.credentialsOf(definition),
          instancesMax: Math.min(options.instancesMax ?? 4, definition.reservedConcurrency ?? Number.POSITIVE_INFINITY),
          clock,
          random: options.random,
          log,
          faults: options.faults,
        }),
    );
    this.#alarms = new AlarmClock({ clock, scale: timerScale, realTime });
    this.#asyncInvocations = new AsyncInvocations(this.#alarms, log);
  }

  /** @throws DefinitionError when the definition cannot be used, or when code or a queue that it names is missing */
  static async start(options: FunctionComputeOptions): Promise<FunctionCompute> {
    const started = new FunctionCompute(options);
    try {
      started.#startTriggers(options);
      await started.#startServers(options);
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /** Port of the management API on 127.0.0.1. */
  get managementPort(): number {
    return this.#managementPort;
  }

  /** Full names of the functions. */
  get functionNames(): string[] {
    return this.#functions.map(({ definition }) => definition.functionName);
  }

  /** Calls a function and waits for it. @param name its full name or its name in the definition */
  invoke(name: string, event: Buffer | string): Promise<InvocationResult> {
    return this.#find(name).invoke(Buffer.from(event));
  }

  /** `http://127.0.0.1:port` of a function's HTTP trigger. @param name as in `invoke` */
  httpUrl(name: string): string {
    const { functionName } = this.#find(name).definition;
    const port = this.#httpPorts.get(functionName);
    if (port === undefined) throw new Error(`${functionName} has no HTTP trigger.`);
    return `http://127.0.0.1:${port}`;
  }

  /** How many instances of a function there are, busy or idle. */
  instances(name: string): number {
    return this.#find(name).instances;
  }

  /** Does what became due while the clock was moved by hand: timers, batch windows, delayed messages, retries. */
  tick(): void {
    this.#alarms.ring();
  }

  /** Takes nothing any more, kills every instance, and resolves when threads and servers are gone. */
  async stop(): Promise<void> {
    this.#alarms.stop();
    const ending = [...this.#streams.map((stream) => stream.stop()), this.#asyncInvocations.stop()];
    await Promise.all(this.#functions.map((deployed) => deployed.stop()));
    await Promise.all([...ending, ...this.#servers.map((server) => server.close())]);
  }

  async #startServers(options: FunctionComputeOptions): Promise<void> {
    const { accountId, clock, random, httpPorts = {} } = options;
    for (const target of this.#functions) {
      const { resource, functionName, triggers } = target.definition;
      const trigger = triggers.find((given): given is HttpTriggerDefinition => given.triggerType === "http");
      if (!trigger) continue;
      const server = httpTrigger({ trigger, target, accountId, clock, random });
      this.#httpPorts.set(functionName, await this.#listen(server, httpPorts[resource]));
    }
    const management = managementApi({
      functions: this.#functions,
      asyncInvocations: this.#asyncInvocations,
      httpUrl: (functionName) => (this.#httpPorts.has(functionName) ? this.httpUrl(functionName) : undefined),
      deployedAtMs: clock.nowMs(),
      accountId,
      signatureClock: options.signatureClock ?? new SystemClock(),
      accessKeys: options.accessKeys,
      newRequestId: () => fcRequestId(clock.nowMs(), random),
    });
    this.#managementPort = await this.#listen(management, options.managementPort);
  }

  async #listen(server: LoopbackServer, port = 0): Promise<number> {
    const bound = await server.listen(port);
    this.#servers.push(server);
    return bound;
  }

  #startTriggers(options: FunctionComputeOptions): void {
    const { accountId, queues, random, log = () => {}, redeliver = false } = options;
    for (const target of this.#functions) {
      for (const trigger of target.definition.triggers) {
        if (trigger.triggerType === "timer") {
          startTimer(trigger, this.#alarms, (event) => this.#asyncInvocations.accept(target, event));
        } else if (trigger.triggerType === "eventbridge") {
          const alarms = this.#alarms;
          const stream = new QueueStream({ trigger, target, accountId, queues, alarms, random, log, redeliver });
          this.#streams.push(stream);
          stream.start();
        }
      }
    }
  }

  #find(name: string): DeployedFunction {
    const found = this.#functions.find(
      ({ definition }) => definition.functionName === name || definition.resource === name,
    );
    if (!found) throw new Error(`There is no function ${name}.`);
    return found;
  }
}

function requireCode(definitions: readonly FunctionDefinition[], codeRoot: string): void {
  const problems = definitions
    .map(({ resource, code }) => ({ resource, folder: path.resolve(codeRoot, code) }))
    .filter(({ folder }) => !existsSync(folder))
    .map(
      ({ resource, folder }) =>
        `resources.${resource}.props.code: ${folder} does not exist; build the functions first.`,
    );
  if (problems.length > 0) throw new DefinitionError(problems);
}

/** The component creates triggers, never the queues that they read. */
function requireQueues(definitions: readonly FunctionDefinition[], queues: StreamQueues): void {
  const problems: string[] = [];
  for (const { resource, triggers } of definitions) {
    for (const queueName of triggers.flatMap(queuesOf)) {
      try {
        queues.nextVisibleAtMs(queueName);
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        problems.push(`resources.${resource}.props.triggers: the queue ${queueName} is not there (${error.code}).`);
      }
    }
  }
  if (problems.length > 0) throw new DefinitionError(problems);
}

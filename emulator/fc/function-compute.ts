import { existsSync } from "node:fs";
import path from "node:path";
import { type Clock, SystemClock } from "../core/clock";
import type { Faults } from "../core/faults";
import type { Random } from "../core/random";
import { ServiceError } from "../core/service-error";
import type { LoopbackServer } from "../http/loopback-server";
import { AlarmClock } from "./alarm-clock";
import { AsyncInvocations } from "./async-invocations";
import { DefinitionError, type FunctionDefinition, readDefinition } from "./definition";
import { DeployedFunction } from "./deployed-function";
import { httpTrigger } from "./http-trigger";
import type { FunctionCredentials, FunctionLog, InvocationResult } from "./invocation";
import { LiveFunction, listening, type RunningTrigger } from "./live-function";
import { managementApi } from "./management-api";
import { FunctionChanges } from "./management-changes";
import { QueueStream } from "./queue-stream";
import { fcRequestId } from "./request-id";
import type { StreamQueues } from "./stream-queues";
import { startTimer } from "./timer-trigger";
import { queuesOf, type TriggerDefinition } from "./trigger-definition";

export interface FunctionComputeOptions {
  /** Text of an `s.yaml`; left out, there are no functions until the management API is told to make some. */
  readonly definition?: string;
  /** Folder that the definition's `code` paths start from: where the `s.yaml` lies. */
  readonly codeRoot?: string;
  /** For functions that the management API makes. */
  readonly regionId?: string;
  /** Stands for the environment of the person who deploys: what `${env(…)}` in the definition sees. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly accountId: string;
  /** The keys of a function's role: handed to it in context and environment. @throws ServiceError when the role cannot be taken */
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
  /** Do event streams push again what a handler failed on? Default true. */
  readonly repeatsFailedHandlers?: boolean;
  /** Port of the management API. Default 0, a free one. */
  readonly managementPort?: number;
  /** Ports of HTTP triggers by resource name; free ones for those not named. */
  readonly httpPorts?: Readonly<Record<string, number>>;
}

/** Function Compute of the local cloud: the functions of one `s.yaml` with their triggers and the management API. */
export class FunctionCompute {
  readonly #options: FunctionComputeOptions;
  /** By their full names. */
  readonly #functions = new Map<string, LiveFunction>();
  readonly #alarms: AlarmClock;
  readonly #asyncInvocations: AsyncInvocations;
  #changes: FunctionChanges | undefined;
  #management: LoopbackServer | undefined;
  #managementPort = 0;

  private constructor(options: FunctionComputeOptions) {
    const { clock, timerScale = 1, realTime = true, log = () => {} } = options;
    this.#options = options;
    this.#alarms = new AlarmClock({ clock, scale: timerScale, realTime });
    this.#asyncInvocations = new AsyncInvocations(this.#alarms, log);
  }

  /** @throws DefinitionError when the definition cannot be used, or when code or a queue that it names is missing */
  static async start(options: FunctionComputeOptions): Promise<FunctionCompute> {
    const started = new FunctionCompute(options);
    try {
      const environment = { ALIBABA_CLOUD_ACCOUNT_ID: options.accountId, ...options.environment };
      const definitions = options.definition === undefined ? [] : readDefinition(options.definition, environment);
      const { codeRoot = "." } = options;
      requireCode(definitions, codeRoot);
      requireQueues(definitions, options.queues);
      for (const definition of definitions) await started.put(definition, path.resolve(codeRoot, definition.code));
      await started.#startManagement();
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
    return [...this.#functions.keys()];
  }

  /** Calls a function and waits for it. @param name its full name or its name in the definition */
  invoke(name: string, event: Buffer | string): Promise<InvocationResult> {
    return this.#find(name).target.invoke(Buffer.from(event));
  }

  /** `http://127.0.0.1:port` of a function's HTTP trigger. @param name as in `invoke` */
  httpUrl(name: string): string {
    const { httpPort, target } = this.#find(name);
    if (httpPort === undefined) throw new Error(`${target.definition.functionName} has no HTTP trigger.`);
    return `http://127.0.0.1:${httpPort}`;
  }

  /** How many instances of a function there are, busy or idle. */
  instances(name: string): number {
    return this.#find(name).target.instances;
  }

  /** Does what became due while the clock was moved by hand: timers, batch windows, delayed messages, retries. */
  tick(): void {
    this.#alarms.ring();
  }

  /** Takes nothing any more, kills every instance, and resolves when threads and servers are gone. */
  async stop(): Promise<void> {
    this.#alarms.stop();
    const ending = [this.#asyncInvocations.stop(), this.#management?.close()];
    await Promise.all([...this.#functions.values()].map((live) => live.stop()));
    await Promise.all(ending);
    this.#changes?.clear();
  }

  /**
   * Makes a function, or puts it in the place of the one of its name, whose instances are killed.
   * @throws ServiceError when its role cannot be taken; DefinitionError when a queue is missing
   */
  async put(definition: FunctionDefinition, codePath: string): Promise<void> {
    const { accountId, credentialsOf, instancesMax = 4, clock, random, log = () => {}, faults, queues } = this.#options;
    requireQueues([definition], queues);
    const target = new DeployedFunction({
      definition,
      codePath,
      accountId,
      credentials: credentialsOf(definition),
      instancesMax: Math.min(instancesMax, definition.reservedConcurrency ?? Number.POSITIVE_INFINITY),
      clock,
      random,
      log,
      faults,
    });
    await this.remove(definition.functionName);
    const live = new LiveFunction(target, codePath, clock.nowMs());
    this.#functions.set(definition.functionName, live);
    await live.start((trigger) => this.#startTrigger(trigger, target));
  }

  /** Ends a function with what wakes it; nothing happens where there is none of that name. */
  async remove(functionName: string): Promise<void> {
    const live = this.#functions.get(functionName);
    this.#functions.delete(functionName);
    await live?.stop();
  }

  /** The function of that full name. */
  live(functionName: string): LiveFunction | undefined {
    return this.#functions.get(functionName);
  }

  all(): LiveFunction[] {
    return [...this.#functions.values()];
  }

  async #startManagement(): Promise<void> {
    const {
      accountId,
      clock,
      random,
      accessKeys,
      signatureClock = new SystemClock(),
      managementPort,
      regionId,
    } = this.#options;
    this.#changes = new FunctionChanges(this, regionId ?? "");
    this.#management = managementApi({
      compute: this,
      changes: this.#changes,
      asyncInvocations: this.#asyncInvocations,
      accountId,
      signatureClock,
      accessKeys,
      newRequestId: () => fcRequestId(clock.nowMs(), random),
    });
    this.#managementPort = await this.#management.listen(managementPort);
  }

  async #startTrigger(trigger: TriggerDefinition, target: DeployedFunction): Promise<RunningTrigger> {
    const { accountId, queues, clock, random, log = () => {}, redeliver = false, httpPorts = {} } = this.#options;
    const { repeatsFailedHandlers = true } = this.#options;
    if (trigger.triggerType === "timer")
      return { stop: startTimer(trigger, this.#alarms, (event) => void this.#asyncInvocations.accept(target, event)) };
    if (trigger.triggerType === "http") {
      const server = httpTrigger({ trigger, target, accountId, clock, random });
      return listening(server, await server.listen(httpPorts[target.definition.resource] ?? 0));
    }
    const alarms = this.#alarms;
    const stream = new QueueStream({
      ...{ trigger, target, accountId, queues, alarms, random, log, redeliver },
      repeatsFailedHandlers,
    });
    stream.start();
    return stream;
  }

  #find(name: string): LiveFunction {
    const found = this.all().find(
      ({ target: { definition } }) => definition.functionName === name || definition.resource === name,
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
        if (!(error instanceof ServiceError)) throw error;
        problems.push(`resources.${resource}.props.triggers: the queue ${queueName} is not there (${error.code}).`);
      }
    }
  }
  if (problems.length > 0) throw new DefinitionError(problems);
}

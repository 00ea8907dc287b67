import type { Clock } from "../core/clock";
import type { Faults } from "../core/faults";
import type { Random } from "../core/random";
import { randomText } from "../core/random";
import { ServiceError } from "../core/service-error";
import type { FunctionDefinition } from "./definition";
import { FunctionInstance, type RunEnd } from "./function-instance";
import type { FunctionCredentials, FunctionLog, InvocationResult } from "./invocation";
import { invokeUnder } from "./invocation-fault";
import { fcRequestId } from "./request-id";

export interface DeploymentSetting {
  readonly definition: FunctionDefinition;
  /** Absolute folder of the code. */
  readonly codePath: string;
  readonly accountId: string;
  readonly credentials: FunctionCredentials;
  /** Instances beyond this wait in line: a laptop's limit, not the platform's, which would start another. */
  readonly instancesMax: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: FunctionLog;
  /** Asked about each invocation as service `fc`, the function's full name as the action. */
  readonly faults?: Faults;
}

/** One function and its instances: idle ones are used again, more are started when all are busy. */
export class DeployedFunction {
  readonly definition: FunctionDefinition;
  readonly #setting: DeploymentSetting;
  readonly #instances = new Set<FunctionInstance>();
  readonly #idle: FunctionInstance[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #delayed = new Set<() => void>();
  readonly #outputs = new Map<string, string>();
  #stopped = false;

  constructor(setting: DeploymentSetting) {
    this.#setting = setting;
    this.definition = setting.definition;
  }

  get instances(): number {
    return this.#instances.size;
  }

  newRequestId(): string {
    return fcRequestId(this.#setting.clock.nowMs(), this.#setting.random);
  }

  /**
   * Runs the handler once. Its failure is a result.
   * @throws ServiceError 503 when the function is stopped before an instance was free; ServiceError or HangUp of an injected fault
   */
  invoke(event: Buffer, requestId = this.newRequestId()): Promise<InvocationResult> {
    const fault = this.#setting.faults?.strike("fc", this.definition.functionName);
    return invokeUnder(
      fault,
      requestId,
      () => this.#run(event, requestId),
      (delayMs) => this.#delay(delayMs),
    );
  }

  async #run(event: Buffer, requestId: string): Promise<InvocationResult> {
    const instance = await this.#take();
    const startedAtMs = this.#setting.clock.nowMs();
    this.#outputs.set(requestId, "");
    this.#platformLine(requestId, `FC Invoke Start RequestId: ${requestId}`);
    const end = await instance.run(requestId, event);
    const durationMs = this.#setting.clock.nowMs() - startedAtMs;
    if (end.kind === "died") this.#platformLine(requestId, end.error.errorMessage);
    this.#platformLine(requestId, `FC Invoke End RequestId: ${requestId}`);
    const output = this.#outputs.get(requestId) ?? "";
    this.#outputs.delete(requestId);
    await this.#giveBack(instance);
    return { requestId, durationMs, output, ...answer(end) };
  }

  /** Kills every instance and waits for their threads to end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const wake of this.#waiting.splice(0)) wake();
    for (const end of this.#delayed) end();
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
    this.#instances.clear();
  }

  #delay(delayMs: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#delayed.delete(end);
        resolve();
      };
      const timer = setTimeout(end, delayMs);
      this.#delayed.add(end);
    });
  }

  async #take(): Promise<FunctionInstance> {
    for (;;) {
      if (this.#stopped) throw stoppedError(this.definition.functionName);
      const idle = this.#idle.pop();
      if (idle?.alive) return idle;
      if (idle) this.#instances.delete(idle);
      else if (this.#instances.size < this.#setting.instancesMax) return this.#startInstance();
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #startInstance(): FunctionInstance {
    const { definition, codePath, accountId, credentials, random } = this.#setting;
    const instance = new FunctionInstance({
      definition,
      codePath,
      accountId,
      credentials,
      instanceId: `c-${randomText(random, 8)}-${randomText(random, 8)}-${randomText(random, 12)}`,
      output: ({ requestId, stream, text }) => this.#write(requestId, stream, text),
    });
    this.#instances.add(instance);
    return instance;
  }

  async #giveBack(instance: FunctionInstance): Promise<void> {
    if (instance.alive) {
      this.#idle.push(instance);
    } else {
      await instance.stop();
      this.#instances.delete(instance);
    }
    this.#waiting.shift()?.();
  }

  #platformLine(requestId: string, line: string): void {
    this.#write(requestId, "platform", `${line}\n`);
  }

  #write(requestId: string, stream: "stdout" | "stderr" | "platform", text: string): void {
    const collected = this.#outputs.get(requestId);
    // What an instance writes after its answer belongs to no invocation any more; the platform would have frozen it.
    if (collected !== undefined) this.#outputs.set(requestId, collected + text);
    for (const line of text.replace(/\n$/, "").split("\n")) {
      this.#setting.log({ functionName: this.definition.functionName, requestId, stream, line });
    }
  }
}

function answer(end: RunEnd): Pick<InvocationResult, "payload" | "errorType"> {
  if (end.kind === "returned") return { payload: end.payload };
  const errorType = end.kind === "threw" ? "HandledInvocationError" : "UnhandledInvocationError";
  return { payload: Buffer.from(JSON.stringify(end.error)), errorType };
}

function stoppedError(functionName: string): ServiceError {
  return new ServiceError(503, "ServiceUnavailable", `${functionName} is stopped.`);
}

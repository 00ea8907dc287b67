import type { LoopbackServer } from "../http/loopback-server";
import type { DeployedFunction } from "./deployed-function";
import type { TriggerDefinition } from "./trigger-definition";

/** What runs for a trigger: how to end it, and the port it listens at, if it does. */
export interface RunningTrigger {
  readonly port?: number;
  stop(): Promise<void> | void;
}

/** A server of an HTTP trigger as a running trigger. */
export function listening(server: LoopbackServer, port: number): RunningTrigger {
  return { port, stop: () => server.close() };
}

/** A function with what wakes it. */
export class LiveFunction {
  readonly target: DeployedFunction;
  readonly codePath: string;
  readonly deployedAtMs: number;
  readonly #triggers: RunningTrigger[] = [];

  constructor(target: DeployedFunction, codePath: string, deployedAtMs: number) {
    this.target = target;
    this.codePath = codePath;
    this.deployedAtMs = deployedAtMs;
  }

  /** Port of its HTTP trigger. */
  get httpPort(): number | undefined {
    return this.#triggers.find(({ port }) => port !== undefined)?.port;
  }

  async start(startTrigger: (trigger: TriggerDefinition) => Promise<RunningTrigger>): Promise<void> {
    for (const trigger of this.target.definition.triggers) this.#triggers.push(await startTrigger(trigger));
  }

  /** Ends its triggers and kills its instances; what runs ends as a failure. */
  async stop(): Promise<void> {
    const ending = this.#triggers.splice(0).map((trigger) => trigger.stop());
    await this.target.stop();
    await Promise.all(ending);
  }
}

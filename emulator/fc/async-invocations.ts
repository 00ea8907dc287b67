import type { AlarmClock } from "./alarm-clock";
import type { DeployedFunction } from "./deployed-function";
import type { FunctionLog } from "./invocation";
import { isPlatformFailure } from "./invocation-fault";

/** Wait before the first repetition, doubled each time; the platform's own intervals after function errors are not published. */
const firstRetryMs = 1_000;
/** Wait after the platform's own failure, which does not count as a repetition; the real one doubles, for up to 5 hours. */
const platformRetryMs = 500;

/** Invocations without a waiting caller: accepted at once, repeated after a function error as often as the function allows, then lost. */
export class AsyncInvocations {
  readonly #alarms: AlarmClock;
  readonly #log: FunctionLog;
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(alarms: AlarmClock, log: FunctionLog) {
    this.#alarms = alarms;
    this.#log = log;
  }

  /** Answers the request id, which all repetitions share. */
  accept(target: DeployedFunction, event: Buffer): string {
    const requestId = target.newRequestId();
    this.#attempt(target, event, requestId, 0);
    return requestId;
  }

  /** Starts nothing any more and waits for what is running, which ends when its functions are stopped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  #attempt(target: DeployedFunction, event: Buffer, requestId: string, retries: number): void {
    if (this.#stopped) return;
    const run = this.#run(target, event, requestId, retries).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(target: DeployedFunction, event: Buffer, requestId: string, retries: number): Promise<void> {
    const { functionName, maxAsyncRetryAttempts } = target.definition;
    try {
      const result = await target.invoke(event, requestId);
      if (result.errorType === undefined || this.#stopped) return;
    } catch (error) {
      if (this.#stopped) return;
      if (!isPlatformFailure(error)) throw error;
      this.#alarms.after(platformRetryMs, () => this.#attempt(target, event, requestId, retries));
      return;
    }
    if (retries < maxAsyncRetryAttempts) {
      this.#alarms.after(firstRetryMs * 2 ** retries, () => this.#attempt(target, event, requestId, retries + 1));
      return;
    }
    const line = `The asynchronous event is lost after ${retries} retries.`;
    this.#log({ functionName, requestId, stream: "platform", line });
  }
}

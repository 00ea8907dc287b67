import type { Scheduler } from "./scheduler";

/** What strikes one call of a process. */
export type Strike =
  | "none"
  | "kill-before"
  | "kill-after"
  | "lost-request"
  | "lost-reply"
  | "throttle"
  | "server-error"
  /** The caller's patience ends first; the request takes effect later, when nobody waits for it any more. */
  | "lands-late";

/** Decides what strikes a call. `changing` calls have an effect; `label` names the call for traces. */
export interface FaultPlan {
  strike(call: { readonly label: string; readonly changing: boolean }): Strike;
  /** How long a call takes on its way, milliseconds, each direction. */
  latencyMs(): number;
  /** How much later a late request takes effect. */
  landsAfterMs?(): number;
  /** Does the connection to a SQL Server break at this read? */
  breaksSql?(): boolean;
}

/** A call that was lost on its way; each port turns it into its own kind of error. */
export class CallLost extends Error {
  override readonly name = "CallLost";

  constructor(readonly strike: Exclude<Strike, "none" | "kill-before" | "kill-after">) {
    super(strike);
  }
}

/** One invocation of a function: it can be killed between any two of its calls, and is at its timeout. */
export class Process {
  #alive = true;
  readonly #scheduler: Scheduler;
  readonly #plan: FaultPlan;
  readonly #trace: (line: string) => void;

  constructor(scheduler: Scheduler, plan: FaultPlan, trace: (line: string) => void) {
    this.#scheduler = scheduler;
    this.#plan = plan;
    this.#trace = trace;
  }

  get alive(): boolean {
    return this.#alive;
  }

  kill(why: string): void {
    if (this.#alive) this.#trace(`killed: ${why}`);
    this.#alive = false;
  }

  /** Sends a call through the faults. The effect happens once, or not at all; a killed process never hears of it. */
  async call<T>(label: string, changing: boolean, work: () => T): Promise<T> {
    const strike = this.#plan.strike({ label, changing });
    if (strike === "kill-before") this.kill(`before ${label}`);
    await this.#travel();
    if (strike === "lands-late") {
      this.#scheduler.after(this.#plan.landsAfterMs?.() ?? 60_000, () => this.#land(label, work));
      return this.#lose(strike, 30_000);
    }
    if (strike === "lost-request" || strike === "throttle" || strike === "server-error") {
      this.#trace(`${label}: ${strike}`);
      return this.#lose(strike, strike === "lost-request" ? 30_000 : 0);
    }
    // The request is under way: it takes effect even if its sender dies now.
    const result = work();
    this.#trace(strike === "none" ? label : `${label}: ${strike}`);
    if (strike === "kill-after") this.kill(`after ${label}`);
    await this.#travel();
    return strike === "lost-reply" ? this.#lose(strike, 30_000) : result;
  }

  /** The caller hears of the loss after `patienceMs`. */
  async #lose(strike: CallLost["strike"], patienceMs: number): Promise<never> {
    if (patienceMs > 0) await this.#scheduler.sleep(patienceMs);
    await this.#travel();
    throw new CallLost(strike);
  }

  #land(label: string, work: () => unknown): void {
    try {
      work();
      this.#trace(`${label}: landed late`);
    } catch (error) {
      this.#trace(`${label}: landed late and was refused: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** One way of a call. A process that is dead by then stops here. */
  async #travel(): Promise<void> {
    const latencyMs = this.#plan.latencyMs();
    if (!this.#scheduler.passes(latencyMs)) await this.#scheduler.sleep(latencyMs);
    if (!this.#alive) await new Promise<never>(() => {});
  }
}

/** What the process answers; null when its function's timeout came first. */
export async function inTime<T>(
  scheduler: Scheduler,
  process: Process,
  timeoutMs: number,
  answering: Promise<T>,
): Promise<T | null> {
  let isOver = false;
  const timeout = scheduler.sleep(timeoutMs).then(() => {
    if (!isOver) process.kill("the function's timeout");
    return null;
  });
  const answer = await Promise.race([answering, timeout]);
  isOver = true;
  return answer;
}

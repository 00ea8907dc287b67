import type { AlertRule } from "../../shared/alerts/rules";
import { takeAlarms } from "../../shared/alerts/take";
import { CloudError } from "../../shared/cloud/cloud-error";
import type { Chance } from "./chance";
import { inTime } from "./process";
import type { World } from "./world";

const secondMs = 1_000;
/** The timeout of the function restore-on-alert in s.yaml. */
const timeoutMs = 60 * secondMs;
/** For how long a batch gathers (s.yaml: one second). */
const windowMs = secondMs;
/** EventBridge backs off up to this, for a day. */
const pauseMaxMs = 512 * secondMs;

/** What the function said of one message, once its batch went through. */
export interface HandledAlarm {
  readonly body: string;
  /** When any copy of it was delivered first; batches that fail come again, for a day. */
  readonly firstMs: number;
  readonly atMs: number;
  readonly kind: string;
  readonly why: string | null;
  readonly restoreId: string | null;
}

/**
 * The alarm queue and its function: one batch at a time, delivered again as a whole until it goes through, and at times once more
 * after that.
 */
export class AlarmQueue {
  readonly handled: HandledAlarm[] = [];
  readonly #world: World;
  readonly #rules: readonly AlertRule[];
  readonly #chance: Chance;
  readonly #messages: string[] = [];
  readonly #firstMs = new Map<string, number>();
  #serial = 0;
  #busy = false;

  constructor(world: World, rules: readonly AlertRule[], chance: Chance) {
    this.#world = world;
    this.#rules = rules;
    this.#chance = chance;
  }

  get isEmpty(): boolean {
    return !this.#busy && this.#messages.length === 0;
  }

  put(body: string): void {
    this.#messages.push(body);
    if (this.#busy) return;
    this.#busy = true;
    this.#drain().catch((error: unknown) => this.#world.scheduler.fail(error));
  }

  async #drain(): Promise<void> {
    await this.#world.scheduler.sleep(windowMs);
    while (this.#messages.length > 0) {
      const batch = this.#messages.splice(0, 16);
      for (const body of batch) if (!this.#firstMs.has(body)) this.#firstMs.set(body, this.#world.scheduler.nowMs());
      await this.#untilTaken(batch);
      if (this.#chance.happens(0.1)) await this.#untilTaken(batch);
    }
    this.#busy = false;
  }

  async #untilTaken(batch: readonly string[]): Promise<void> {
    for (let pauseMs = secondMs; !(await this.#deliver(batch)); pauseMs = Math.min(pauseMaxMs, pauseMs * 2))
      await this.#world.scheduler.sleep(pauseMs);
  }

  /** @returns whether the function answered and did not fail */
  async #deliver(batch: readonly string[]): Promise<boolean> {
    const { scheduler } = this.#world;
    const process = this.#world.process("restore-on-alert");
    this.#world.note(`restore-on-alert ${batch.length} messages`);
    const taking = takeAlarms(this.#world.dependencies(process), this.#rules, this.#event(batch)).catch(
      (error: unknown) => {
        if (!(error instanceof CloudError)) throw error;
        return null;
      },
    );
    const answer = await inTime(scheduler, process, timeoutMs, taking);
    if (!answer) return false;
    const atMs = scheduler.nowMs();
    for (const [index, body] of batch.entries()) {
      const { kind, why = null, restoreId = null } = answer.results[index] as Partial<HandledAlarm>;
      this.handled.push({ body, firstMs: this.#firstMs.get(body)!, atMs, kind: kind ?? "", why, restoreId });
    }
    return true;
  }

  /** EventBridge's streaming shape; bodies are base64 or plain, depending on who sent them. */
  #event(batch: readonly string[]): Uint8Array {
    const elements = batch.map((body) => ({
      data: {
        messageId: `m${this.#serial++}`,
        messageBody: this.#chance.happens(0.5) ? Buffer.from(body).toString("base64") : body,
      },
    }));
    return Buffer.from(JSON.stringify(elements));
  }
}

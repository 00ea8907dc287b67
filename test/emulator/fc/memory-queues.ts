import type { Clock } from "../../../emulator/core/clock";
import { CloudError } from "../../../emulator/core/cloud-error";
import type { ReceivedMessage, StreamQueues } from "../../../emulator/fc/stream-queues";

interface Held {
  readonly messageId: string;
  readonly body: string;
  readonly enqueueTimeMs: number;
  visibleAtMs: number;
  receiptHandle: string;
}

/** Queues with just the rules that an event stream meets: delay, invisibility after a receive, handles that go stale. */
export class MemoryQueues implements StreamQueues {
  readonly #queues = new Map<string, Held[]>();
  readonly #listeners = new Set<(queueName: string) => void>();
  readonly #clock: Clock;
  #serial = 0;
  visibilityMs = 300_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  send(queueName: string, body: string, delayMs = 0): string {
    const nowMs = this.#clock.nowMs();
    const messageId = `M${++this.#serial}`;
    this.#held(queueName).push({
      messageId,
      body,
      enqueueTimeMs: nowMs,
      visibleAtMs: nowMs + delayMs,
      receiptHandle: "",
    });
    for (const listener of this.#listeners) listener(queueName);
    return messageId;
  }

  receive(queueName: string, max: number): ReceivedMessage[] {
    const nowMs = this.#clock.nowMs();
    const visible = this.#held(queueName).filter((message) => message.visibleAtMs <= nowMs);
    return visible.slice(0, max).map((message) => {
      message.visibleAtMs = nowMs + this.visibilityMs;
      message.receiptHandle = `R${++this.#serial}`;
      return { ...message };
    });
  }

  delete(queueName: string, receiptHandle: string): void {
    const held = this.#held(queueName);
    const index = held.findIndex((message) => message.receiptHandle === receiptHandle);
    if (index < 0) throw new CloudError(404, "MessageNotExist", "Message not exist.");
    held.splice(index, 1);
  }

  nextVisibleAtMs(queueName: string): number | undefined {
    const times = this.#held(queueName).map(({ visibleAtMs }) => visibleAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  onSend(listener: (queueName: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  bodies(queueName: string): string[] {
    return this.#held(queueName).map(({ body }) => body);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #held(queueName: string): Held[] {
    const held = this.#queues.get(queueName) ?? [];
    this.#queues.set(queueName, held);
    return held;
  }
}

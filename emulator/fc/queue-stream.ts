import { type Random, randomText } from "../core/random";
import { ServiceError } from "../core/service-error";
import type { AlarmClock } from "./alarm-clock";
import type { DeployedFunction } from "./deployed-function";
import { type ElementIds, queueEvent, type StreamOrigin } from "./events";
import type { FunctionLog } from "./invocation";
import { isPlatformFailure } from "./invocation-fault";
import { pushRetryDelayMs } from "./push-retry";
import type { ReceivedMessage, StreamQueues } from "./stream-queues";
import { deadLetterQueueName, type StreamTrigger } from "./trigger-definition";

export interface QueueStreamOptions {
  readonly trigger: StreamTrigger;
  readonly target: DeployedFunction;
  readonly accountId: string;
  readonly queues: StreamQueues;
  readonly alarms: AlarmClock;
  readonly random: Random;
  readonly log: FunctionLog;
  /** Push every batch a second time after it succeeded: delivery is at least once, and functions must bear it. */
  readonly redeliver: boolean;
  /** Does a push count as failed when the handler failed? A capability. */
  readonly repeatsFailedHandlers: boolean;
}

/** At most this many messages per receive (MNS). */
const receiveMax = 16;

/**
 * EventBridge's event stream from one queue to one function: takes a batch, pushes it, deletes it, and only then takes the next.
 * A failed push is repeated by the trigger's strategy; after that the messages go to the dead-letter queue or are lost, or the
 * stream stops (errorsTolerance NONE). Messages are deleted after the push: the real moment is unverified.
 */
export class QueueStream {
  readonly #options: QueueStreamOptions;
  readonly #origin: StreamOrigin;
  #stopped = false;
  #wake = () => {};
  #unsubscribe = () => {};
  #ended: Promise<void> = Promise.resolve();

  constructor(options: QueueStreamOptions) {
    this.#options = options;
    const { triggerName, triggerConfig } = options.trigger;
    const source = triggerConfig.eventSourceConfig.eventSourceParameters.sourceMNSParameters;
    this.#origin = {
      functionName: options.target.definition.functionName,
      triggerName,
      region: source.RegionId,
      accountId: options.accountId,
      queueName: source.QueueName,
      decodeBase64: source.IsBase64Decode,
      schema: triggerConfig.eventSinkConfig.deliveryOption.eventSchema,
    };
  }

  start(): void {
    if (!this.#options.trigger.triggerConfig.triggerEnable) return;
    this.#unsubscribe = this.#options.queues.onSend((queueName) => {
      if (queueName === this.#origin.queueName) this.#wake();
    });
    this.#ended = this.#stream().catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw error;
      this.#line(`The event stream of ${this.#origin.queueName} has failed: ${error.code} ${error.message}`);
    });
  }

  /** Takes nothing any more; resolves when the push under way, if any, has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#wake();
    await this.#ended;
  }

  async #stream(): Promise<void> {
    while (!this.#stopped) {
      const batch = await this.#collect();
      if (this.#stopped) return;
      const delivered = await this.#push(batch);
      if (this.#stopped) return;
      if (!delivered && !this.#tolerate(batch)) return;
      for (const message of batch) this.#delete(message);
    }
  }

  /** Waits for the first message, then for more until the batch is full or the window is over. */
  async #collect(): Promise<ReceivedMessage[]> {
    const { queues, alarms, trigger } = this.#options;
    const { CountBasedWindow: count, TimeBasedWindow: seconds } = trigger.triggerConfig.runOptions.batchWindow;
    const { queueName } = this.#origin;
    const batch: ReceivedMessage[] = [];
    let windowEndMs: number | undefined;
    while (!this.#stopped) {
      const received = queues.receive(queueName, Math.min(receiveMax, count - batch.length));
      batch.push(...received);
      if (batch.length >= count) break;
      if (received.length > 0) {
        windowEndMs ??= alarms.nowMs() + seconds * 1000 * alarms.scale;
        continue;
      }
      if (windowEndMs !== undefined && alarms.nowMs() >= windowEndMs) break;
      await this.#wait(Math.min(windowEndMs ?? Infinity, queues.nextVisibleAtMs(queueName) ?? Infinity));
    }
    return batch;
  }

  /** Whether the function took the batch, at the latest after all repetitions. */
  async #push(batch: readonly ReceivedMessage[]): Promise<boolean> {
    const { alarms, random, target, trigger, redeliver } = this.#options;
    const { PushRetryStrategy: strategy } = trigger.triggerConfig.runOptions.retryStrategy;
    const elements = batch.map((message) => ({ ...message, enqueuedAtMs: message.enqueueTimeMs, ...this.#ids() }));
    const event = queueEvent(this.#origin, elements, alarms.nowMs());
    for (let failures = 0; ; ) {
      if (await this.#invoke(target, event)) {
        if (redeliver) await this.#invoke(target, event);
        return true;
      }
      const delayMs = pushRetryDelayMs(strategy, ++failures, random);
      if (delayMs === undefined) return false;
      const untilMs = alarms.nowMs() + delayMs * alarms.scale;
      // Woken by every message that is sent, too.
      while (!this.#stopped && alarms.nowMs() < untilMs) await this.#wait(untilMs);
      if (this.#stopped) return false;
    }
  }

  async #invoke(target: DeployedFunction, event: Buffer): Promise<boolean> {
    try {
      const { errorType } = await target.invoke(event);
      return errorType === undefined || !this.#options.repeatsFailedHandlers;
    } catch (error) {
      if (this.#stopped || isPlatformFailure(error)) return false;
      throw error;
    }
  }

  /** What happens to a batch that could not be delivered; false when the stream ends with it. */
  #tolerate(batch: readonly ReceivedMessage[]): boolean {
    const { errorsTolerance, deadLetterQueue } = this.#options.trigger.triggerConfig.runOptions;
    const { queueName } = this.#origin;
    if (errorsTolerance === "NONE") {
      this.#line(`The event stream of ${queueName} has stopped: a batch could not be delivered.`);
      return false;
    }
    const deadLetters = deadLetterQueue && deadLetterQueueName(deadLetterQueue.Arn);
    if (deadLetters) {
      for (const { body } of batch) this.#options.queues.send(deadLetters, body);
    }
    const fate = deadLetters ? `moved to ${deadLetters}` : "dropped";
    this.#line(`${batch.length} message(s) of ${queueName} could not be delivered and were ${fate}.`);
    return true;
  }

  #delete(message: ReceivedMessage): void {
    try {
      this.#options.queues.delete(this.#origin.queueName, message.receiptHandle);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // The retries took longer than the queue's visibility timeout: the message comes again.
      this.#line(`Message ${message.messageId} of ${this.#origin.queueName} could not be deleted: ${error.code}`);
    }
  }

  /** Returns at `dueMs`, when something is sent to the queue, or when the stream is stopped. */
  async #wait(dueMs: number): Promise<void> {
    const { alarms } = this.#options;
    if (dueMs <= alarms.nowMs()) return;
    await new Promise<void>((resolve) => {
      const cancel = Number.isFinite(dueMs) ? alarms.at(dueMs, () => this.#wake()) : () => {};
      this.#wake = () => {
        this.#wake = () => {};
        cancel();
        resolve();
      };
    });
  }

  #ids(): ElementIds {
    const { random } = this.#options;
    const eventId = [8, 4, 4, 4, 12].map((length) => randomText(random, length, "0123456789abcdef")).join("-");
    return { eventId, requestId: randomText(random, 24, "0123456789ABCDEF") };
  }

  #line(line: string): void {
    this.#options.log({ functionName: this.#origin.functionName, requestId: "", stream: "platform", line });
  }
}

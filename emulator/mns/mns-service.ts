import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../core/clock";
import { type Random, randomText } from "../core/random";
import { requireQueueName } from "./limits";
import { bodyMd5, type Message, type MessageState, receiptHandle } from "./message";
import { Queue, type SendOptions } from "./queue";
import { defaultQueueAttributes, type QueueAttributes } from "./queue-attributes";
import { refusal } from "./refusals";

export interface MnsServiceOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly regionId: string;
  readonly accountId: string;
}

export interface SentMessage {
  readonly messageId: string;
  readonly messageBodyMd5: string;
  /** Of delayed messages only: they can be taken back. */
  readonly receiptHandle?: string;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly messageBodyMd5: string;
  readonly enqueueTimeMs: number;
  readonly nextVisibleTimeMs: number;
  readonly firstDequeueTimeMs: number;
  readonly dequeueCount: number;
  readonly priority: number;
}

/** Told the name of the queue that a message has just arrived in. */
export type SendListener = (queueName: string) => void;

/** MNS without HTTP: the queues of one account in one region. Synchronous, no I/O, the time read from the world's clock. */
export class MnsService {
  readonly regionId: string;
  readonly accountId: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #queues = new Map<string, Queue>();
  readonly #listeners = new Set<SendListener>();

  constructor({ clock, random, regionId, accountId }: MnsServiceOptions) {
    this.#clock = clock;
    this.#random = random;
    this.regionId = regionId;
    this.accountId = accountId;
  }

  /**
   * Creates a queue; `existed` when there is one of that name with just these attributes.
   * @throws ServiceError QueueNameLengthError 400, InvalidQueueName 400, InvalidArgument 400, QueueAlreadyExist 409
   */
  createQueue(name: string, attributes: Partial<QueueAttributes> = {}): "created" | "existed" {
    requireQueueName(name);
    const queue = new Queue(name, { ...defaultQueueAttributes, ...attributes }, this.#clock.nowMs());
    const existing = this.#queues.get(name);
    if (!existing) {
      this.#queues.set(name, queue);
      return "created";
    }
    if (isDeepStrictEqual(existing.attributes, queue.attributes)) return "existed";
    throw refusal("QueueAlreadyExist");
  }

  /** Changes the listed attributes; the only way to a dead-letter policy. @throws ServiceError QueueNotExist 404, InvalidArgument 400 */
  setQueueAttributes(name: string, changes: Partial<QueueAttributes>): void {
    this.queue(name).setAttributes(changes, this.#clock.nowMs());
  }

  /** Deletes the queue with its messages. That one that is absent is deleted too is unverified. */
  deleteQueue(name: string): void {
    this.#queues.delete(name);
  }

  /** The queue, with its dead letters already moved. @throws ServiceError QueueNotExist 404 */
  queue(name: string): Queue {
    this.#moveDeadLetters();
    const queue = this.#queues.get(name);
    if (queue) return queue;
    throw refusal("QueueNotExist");
  }

  /** All queues by name. */
  queues(): Queue[] {
    this.#moveDeadLetters();
    return [...this.#queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws ServiceError QueueNotExist 404, InvalidArgument 400 */
  send(queueName: string, body: string, options: SendOptions = {}): SentMessage {
    const message = this.queue(queueName).send(this.#newMessageId(), body, options, this.#clock.nowMs());
    this.#announce(queueName);
    const handle = message.receipts === 0 ? {} : { receiptHandle: receiptHandle(message) };
    return { messageId: message.id, messageBodyMd5: bodyMd5(message), ...handle };
  }

  /** Up to `max` (1 to 16) messages, hidden for the queue's visibility timeout; none when there are none. @throws ServiceError QueueNotExist 404, InvalidArgument 400 */
  receive(queueName: string, max = 1): ReceivedMessage[] {
    return this.queue(queueName).receive(max, this.#clock.nowMs()).map(describe);
  }

  /** Looks without taking; what would be received next. @throws ServiceError QueueNotExist 404, InvalidArgument 400 */
  peek(queueName: string, max = 1): Message[] {
    return this.queue(queueName).peek(max, this.#clock.nowMs());
  }

  /** How many of the queue's messages are in that state. @throws ServiceError QueueNotExist 404 */
  count(queueName: string, state: MessageState): number {
    return this.queue(queueName).count(state, this.#clock.nowMs());
  }

  /** @throws ServiceError QueueNotExist 404, ReceiptHandleError 400, MessageNotExist 404 */
  delete(queueName: string, handle: string): void {
    this.queue(queueName).delete(handle, this.#clock.nowMs());
  }

  /** @throws ServiceError QueueNotExist 404, ReceiptHandleError 400, MessageNotExist 404, InvalidArgument 400 */
  changeVisibility(
    queueName: string,
    handle: string,
    seconds: number,
  ): { receiptHandle: string; nextVisibleTimeMs: number } {
    const message = this.queue(queueName).changeVisibility(handle, seconds, this.#clock.nowMs());
    return { receiptHandle: receiptHandle(message), nextVisibleTimeMs: message.nextVisibleMs };
  }

  /**
   * When the next message of the queue turns visible, its future dead letters included; not after now if one is, undefined if none will.
   * @throws ServiceError QueueNotExist 404
   */
  nextVisibleAtMs(queueName: string): number | undefined {
    const nowMs = this.#clock.nowMs();
    const own = this.queue(queueName).nextVisibleAtMs(nowMs);
    const arriving = [...this.#queues.values()]
      .filter((queue) => queue.attributes.dlqPolicy?.deadLetterTargetQueue === queueName)
      .map((queue) => queue.nextDeadLetterAtMs(nowMs));
    const times = [own, ...arriving].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /**
   * Calls the listener, synchronously, for each message that enters a queue, delayed ones and dead letters too. The call that brought
   * the message has not returned yet: a listener takes note and calls the service later.
   * @returns ends the subscription
   */
  onSend(listener: SendListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Messages that were received too often go where their queue's policy says; while that queue is missing they stay and are delivered. */
  #moveDeadLetters(): void {
    const nowMs = this.#clock.nowMs();
    for (const source of this.#queues.values()) {
      const target = this.#queues.get(source.attributes.dlqPolicy?.deadLetterTargetQueue ?? "");
      if (!target) continue;
      for (const dead of source.takeDeadLetters(nowMs)) {
        target.accept(this.#newMessageId(), dead, nowMs);
        this.#announce(target.name);
      }
    }
  }

  #announce(queueName: string): void {
    for (const listener of this.#listeners) listener(queueName);
  }

  #newMessageId(): string {
    return randomText(this.#random, 32, "0123456789ABCDEF");
  }
}

function describe(message: Message): ReceivedMessage {
  return {
    messageId: message.id,
    receiptHandle: receiptHandle(message),
    body: message.body,
    messageBodyMd5: bodyMd5(message),
    enqueueTimeMs: message.enqueueTimeMs,
    nextVisibleTimeMs: message.nextVisibleMs,
    firstDequeueTimeMs: message.firstDequeueMs ?? message.enqueueTimeMs,
    dequeueCount: message.dequeueCount,
    priority: message.priority,
  };
}

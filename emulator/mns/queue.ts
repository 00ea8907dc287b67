import { requireWithin } from "./limits";
import {
  expiresAtMs,
  hidden,
  type Message,
  type MessageState,
  messageState,
  readReceiptHandle,
  received,
} from "./message";
import { type QueueAttributes, requireValidAttributes } from "./queue-attributes";
import { refusal } from "./refusals";

export interface SendOptions {
  /** Replaces the queue's own delay. */
  readonly delaySeconds?: number;
  /** 1 first, 16 last; 8 unless given. */
  readonly priority?: number;
}

const defaultPriority = 8;

/**
 * One queue: Delayed, then Active, then Inactive with each receive until NextVisibleTime, and Active again unless deleted. It has
 * no timers; every call computes from the messages and `nowMs` (epoch milliseconds).
 */
export class Queue {
  readonly #messages = new Map<string, Message>();
  #attributes: QueueAttributes;
  #modifiedAtMs: number;

  /** @throws ServiceError InvalidArgument 400 */
  constructor(
    readonly name: string,
    attributes: QueueAttributes,
    readonly createdAtMs: number,
  ) {
    requireValidAttributes(name, attributes);
    this.#attributes = attributes;
    this.#modifiedAtMs = createdAtMs;
  }

  get attributes(): QueueAttributes {
    return this.#attributes;
  }

  get modifiedAtMs(): number {
    return this.#modifiedAtMs;
  }

  /** Changes what is listed and keeps the rest. @throws ServiceError InvalidArgument 400 */
  setAttributes(changes: Partial<QueueAttributes>, nowMs: number): void {
    const attributes = { ...this.#attributes, ...changes };
    requireValidAttributes(this.name, attributes);
    this.#attributes = attributes;
    this.#modifiedAtMs = nowMs;
  }

  /** @throws ServiceError InvalidArgument 400 (which code an oversized body gets is unverified) */
  send(id: string, body: string, options: SendOptions, nowMs: number): Message {
    const bytes = Buffer.byteLength(body);
    const { maximumMessageSize } = this.#attributes;
    if (bytes === 0 || bytes > maximumMessageSize) {
      throw refusal("InvalidArgument", `The value of MessageBody should between 1 and ${maximumMessageSize} bytes.`);
    }
    const delaySeconds = requireWithin("DelaySeconds", options.delaySeconds ?? this.#attributes.delaySeconds);
    const priority = requireWithin("Priority", options.priority ?? defaultPriority);
    const sent = { id, body, priority, enqueueTimeMs: nowMs, nextVisibleMs: nowMs, dequeueCount: 0, receipts: 0 };
    return this.#keep(delaySeconds === 0 ? sent : hidden(sent, delaySeconds, nowMs));
  }

  /** Takes in a message of another queue under a new id; it keeps its age. */
  accept(id: string, { body, priority, enqueueTimeMs }: Message, nowMs: number): Message {
    return this.#keep({ id, body, priority, enqueueTimeMs, nextVisibleMs: nowMs, dequeueCount: 0, receipts: 0 });
  }

  /**
   * The receivable messages, at most `max`, unchanged: by priority, then the one that waits longest (the service promises no order).
   * @throws ServiceError InvalidArgument 400
   */
  peek(max: number, nowMs: number): Message[] {
    requireWithin("numOfMessages", max);
    const active = this.#living(nowMs).filter((message) => messageState(message, nowMs) === "Active");
    return active.sort((a, b) => a.priority - b.priority || a.nextVisibleMs - b.nextVisibleMs).slice(0, max);
  }

  /** The same messages, now Inactive and each with a new receipt. @throws ServiceError InvalidArgument 400 */
  receive(max: number, nowMs: number): Message[] {
    const { visibilityTimeout } = this.#attributes;
    return this.peek(max, nowMs).map((message) => this.#keep(received(message, visibilityTimeout, nowMs)));
  }

  /** @throws ServiceError ReceiptHandleError 400; MessageNotExist 404 when the handle is not the last, has run out, or its message is gone */
  delete(handle: string, nowMs: number): void {
    this.#messages.delete(this.#held(handle, nowMs).id);
  }

  /** Hides the message for `seconds` from now, under a new receipt. @throws ServiceError as `delete`, and InvalidArgument 400 */
  changeVisibility(handle: string, seconds: number, nowMs: number): Message {
    requireWithin("VisibilityTimeout", seconds);
    return this.#keep(hidden(this.#held(handle, nowMs), seconds, nowMs));
  }

  count(state: MessageState, nowMs: number): number {
    return this.#living(nowMs).filter((message) => messageState(message, nowMs) === state).length;
  }

  /** When the next message becomes visible; in the past if one is already, undefined if none will be. */
  nextVisibleAtMs(nowMs: number): number | undefined {
    return soonest(this.#living(nowMs).filter((message) => message.nextVisibleMs < this.#expiresAtMs(message)));
  }

  /** When the next of its messages turns visible that has used up its receives; undefined if none. */
  nextDeadLetterAtMs(nowMs: number): number | undefined {
    return soonest(this.#living(nowMs).filter((message) => this.#isUsedUp(message)));
  }

  /** Gives away the visible messages that have used up their receives. */
  takeDeadLetters(nowMs: number): Message[] {
    const dead = this.#living(nowMs).filter(
      (message) => this.#isUsedUp(message) && messageState(message, nowMs) === "Active",
    );
    for (const { id } of dead) this.#messages.delete(id);
    return dead;
  }

  #isUsedUp(message: Message): boolean {
    const policy = this.#attributes.dlqPolicy;
    return policy?.enabled === true && message.dequeueCount >= policy.maxReceiveCount;
  }

  #held(handle: string, nowMs: number): Message {
    const { id, receipt } = readReceiptHandle(handle);
    const message = this.#living(nowMs).find((candidate) => candidate.id === id);
    if (message && message.receipts === receipt && messageState(message, nowMs) !== "Active") return message;
    throw refusal("MessageNotExist");
  }

  #living(nowMs: number): Message[] {
    for (const message of this.#messages.values()) {
      if (nowMs >= this.#expiresAtMs(message)) this.#messages.delete(message.id);
    }
    return [...this.#messages.values()];
  }

  #expiresAtMs(message: Message): number {
    return expiresAtMs(message, this.#attributes.messageRetentionPeriod);
  }

  #keep(message: Message): Message {
    this.#messages.set(message.id, message);
    return message;
  }
}

function soonest(messages: readonly Message[]): number | undefined {
  return messages.length === 0 ? undefined : Math.min(...messages.map(({ nextVisibleMs }) => nextVisibleMs));
}

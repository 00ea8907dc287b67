import { createHash } from "node:crypto";
import { refusal } from "./refusals";

/** One message, whole: everything that a queue knows of it. Times are epoch milliseconds. */
export interface Message {
  /** 32 upper-case hex digits. */
  readonly id: string;
  readonly body: string;
  /** 1 first, 16 last. */
  readonly priority: number;
  /** When it was sent; retention counts from here, through dead-letter queues too. */
  readonly enqueueTimeMs: number;
  /** From here on it may be received. */
  readonly nextVisibleMs: number;
  readonly firstDequeueMs?: number;
  readonly dequeueCount: number;
  /** Receipts given out so far. Only the last is honoured, and only until the message is visible again. */
  readonly receipts: number;
}

export type MessageState = "Delayed" | "Active" | "Inactive";

export function messageState(message: Message, nowMs: number): MessageState {
  if (nowMs >= message.nextVisibleMs) return "Active";
  return message.dequeueCount === 0 ? "Delayed" : "Inactive";
}

/** When it is dropped whatever its state. */
export function expiresAtMs(message: Message, retentionSeconds: number): number {
  return message.enqueueTimeMs + retentionSeconds * 1000;
}

/** MD5 of the body as it was sent, in upper-case hex. */
export function bodyMd5(message: Message): string {
  return createHash("md5").update(message.body).digest("hex").toUpperCase();
}

/** Hidden for `seconds` from now on, under a new receipt. */
export function hidden(message: Message, seconds: number, nowMs: number): Message {
  return { ...message, nextVisibleMs: nowMs + seconds * 1000, receipts: message.receipts + 1 };
}

/** Handed to a consumer, who has `visibilitySeconds` to delete it. */
export function received(message: Message, visibilitySeconds: number, nowMs: number): Message {
  return {
    ...hidden(message, visibilitySeconds, nowMs),
    firstDequeueMs: message.firstDequeueMs ?? nowMs,
    dequeueCount: message.dequeueCount + 1,
  };
}

/** The handle of the message's last receipt. Like the service's it is base64 and ends in `=`, with `+` and `/` within. */
export function receiptHandle({ id, receipts }: Message): string {
  const content = Buffer.alloc(20);
  content.write(id, "hex");
  content.writeUInt32BE(receipts, 16);
  return `1-${content.toString("base64")}`;
}

/** The message and the receipt that a handle names. @throws ServiceError ReceiptHandleError 400 for what is no handle */
export function readReceiptHandle(handle: string): { id: string; receipt: number } {
  if (!/^1-[A-Za-z0-9+/]{27}=$/.test(handle)) throw refusal("ReceiptHandleError");
  const content = Buffer.from(handle.slice(2), "base64");
  return { id: content.toString("hex", 0, 16).toUpperCase(), receipt: content.readUInt32BE(16) };
}

import { refusal } from "./refusals";

/** The service's bounds, under the names that the wire gives the values ("Limits", help page 128343). */
export const limits = {
  DelaySeconds: { low: 0, high: 604_800, unit: "seconds" },
  MaximumMessageSize: { low: 1024, high: 65_536, unit: "bytes" },
  MessageRetentionPeriod: { low: 60, high: 604_800, unit: "seconds" },
  VisibilityTimeout: { low: 1, high: 43_200, unit: "seconds" },
  PollingWaitSeconds: { low: 0, high: 30, unit: "seconds" },
  waitseconds: { low: 0, high: 30, unit: "seconds" },
  Priority: { low: 1, high: 16, unit: "steps" },
  numOfMessages: { low: 1, high: 16, unit: "messages" },
  "x-mns-ret-number": { low: 1, high: 1000, unit: "queues" },
  // The range is undocumented; the lower bound is what the words allow.
  MaxReceiveCount: { low: 1, high: 1000, unit: "receives" },
} as const;

/** All bodies of one batch together, in bytes (BatchSendMessage, 2026-03). */
export const batchBytesMax = 65_536;

const queueNameMax = 120;

/** Gives the value back. @throws ServiceError InvalidArgument 400 outside the bounds, or when it is not a whole number */
export function requireWithin(name: keyof typeof limits, value: number): number {
  const { low, high, unit } = limits[name];
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw refusal("InvalidArgument", `The value of ${name} should between ${low} and ${high} ${unit}.`);
}

/** @throws ServiceError QueueNameLengthError 400, InvalidQueueName 400 */
export function requireQueueName(name: string): void {
  if (name.length === 0 || name.length > queueNameMax) throw refusal("QueueNameLengthError");
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name)) throw refusal("InvalidQueueName");
}

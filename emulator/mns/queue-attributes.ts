import { requireWithin } from "./limits";
import { refusal } from "./refusals";

/** After `maxReceiveCount` receives without a delete a message moves to the other queue (queue page, "Dead-letter queue"). */
export interface DlqPolicy {
  readonly enabled: boolean;
  /** Name of a queue of the same account; not the queue itself. */
  readonly deadLetterTargetQueue: string;
  readonly maxReceiveCount: number;
}

/** What an owner sets on a queue. Times in seconds, sizes in bytes, as on the wire. */
export interface QueueAttributes {
  readonly delaySeconds: number;
  /** Of one body as it is sent, so of its base64 text. */
  readonly maximumMessageSize: number;
  readonly messageRetentionPeriod: number;
  readonly visibilityTimeout: number;
  /** The patience of a receive that names none. */
  readonly pollingWaitSeconds: number;
  readonly loggingEnabled: boolean;
  readonly dlqPolicy?: DlqPolicy;
}

export const defaultQueueAttributes: QueueAttributes = {
  delaySeconds: 0,
  maximumMessageSize: 65_536,
  messageRetentionPeriod: 345_600,
  visibilityTimeout: 30,
  pollingWaitSeconds: 0,
  loggingEnabled: false,
};

/** @throws ServiceError InvalidArgument 400 */
export function requireValidAttributes(queueName: string, attributes: QueueAttributes): void {
  requireWithin("DelaySeconds", attributes.delaySeconds);
  requireWithin("MaximumMessageSize", attributes.maximumMessageSize);
  requireWithin("MessageRetentionPeriod", attributes.messageRetentionPeriod);
  requireWithin("VisibilityTimeout", attributes.visibilityTimeout);
  requireWithin("PollingWaitSeconds", attributes.pollingWaitSeconds);
  const policy = attributes.dlqPolicy;
  if (!policy) return;
  requireWithin("MaxReceiveCount", policy.maxReceiveCount);
  if (policy.deadLetterTargetQueue === queueName) {
    throw refusal("InvalidArgument", "A queue cannot be its own dead-letter queue.");
  }
}

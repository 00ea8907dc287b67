/** What an event stream needs of the queue service, in process. `emulator/mns` has these members. */
export interface StreamQueues {
  /** Takes up to `max` (1-16) messages that are receivable now. */
  receive(queueName: string, max: number): readonly ReceivedMessage[];
  /** @throws ServiceError when the handle is no longer the message's last one */
  delete(queueName: string, receiptHandle: string): void;
  send(queueName: string, body: string): unknown;
  /** When the next message becomes receivable, in epoch milliseconds; undefined while the queue is empty. */
  nextVisibleAtMs(queueName: string): number | undefined;
  /** Tells of every message that is sent. Answers how to unsubscribe. */
  onSend(listener: (queueName: string) => void): () => void;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly enqueueTimeMs: number;
}

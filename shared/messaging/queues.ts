/** Sends to the queues of the pipeline. A queue has the name of the function that it wakes; the dead-letter queue has no consumer. */
export interface Queues {
  /** @throws CloudError `unavailable`; a lost nudge costs a delay and nothing else. */
  send(queue: string, body: string, delaySeconds?: number): Promise<void>;
}

/** A message only nudges: the store knows the state. */
export interface Nudge {
  readonly restoreId: string;
}

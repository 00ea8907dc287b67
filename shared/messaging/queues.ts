/** Sends to the queues of the pipeline. A queue has the name of the function that it wakes; the dead-letter queue has no consumer. */
export interface Queues {
  /** @throws CloudError `unavailable`; a lost nudge costs a delay and nothing else. */
  send(queue: string, body: string, delaySeconds?: number): Promise<void>;
}

/** A message only nudges: the store knows the state. */
export interface Nudge {
  readonly restoreId: string;
  /** The work that sent it, for the log (W3C Trace Context). Left out: an older version sent it, or none was given. */
  readonly traceparent?: string | undefined;
}

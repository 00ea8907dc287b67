/** One thing that is otherwise in the cloud than the settings want it. */
export interface Change {
  /** What is done, in words: `Makes the queue rewind-dev-clean-up.` */
  readonly text: string;
  /** What it costs, where it costs anything. */
  readonly cost?: string;
  /** @throws Refusal */
  apply(): Promise<void>;
}

/** Reads how things are and answers what has to change; nothing, if they are as they should be. @throws Refusal */
export type Look = () => Promise<readonly Change[]>;

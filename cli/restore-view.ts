/** What the command line reads from a restore; see shared/api/presentation. */
export interface RestoreView {
  readonly restoreId: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly reason: { readonly code: string; readonly text: string } | null;
  readonly instanceInDoubt: { readonly instanceId: string } | null;
  readonly planHash: string | null;
  readonly plan: {
    readonly databases: readonly {
      readonly database: string;
      readonly targetDatabase: string;
      readonly tables: readonly { readonly name: string; readonly rows: number | null }[];
    }[];
    readonly notes: readonly string[];
  } | null;
  readonly precheckItems: readonly { readonly item: string; readonly cause: string; readonly remedy: string }[];
  readonly verification: {
    readonly route: string;
    readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly text: string }[];
  } | null;
  readonly comparison: {
    readonly tables: readonly {
      readonly name: string;
      readonly sourceRows: number | null;
      readonly targetRows: number | null;
      readonly verdict: string;
    }[];
  } | null;
  readonly leftOnMaster: readonly { readonly name: string; readonly sizeBytes: number | null; readonly sql: string }[];
}

export interface EventView {
  readonly at: string;
  readonly status: string;
  readonly text: string;
}

/** Prints a timeline as it grows: time, state, what happened; each line once. */
export class TimelinePrinter {
  readonly #startedMs: number;
  readonly #write: (line: string) => void;
  #shown = 0;

  constructor(startedMs: number, write: (line: string) => void) {
    this.#startedMs = startedMs;
    this.#write = write;
  }

  show(events: readonly EventView[]): void {
    for (const event of events.slice(this.#shown)) {
      const seconds = Math.max(0, (Date.parse(event.at) - this.#startedMs) / 1000);
      this.#write(`  ${seconds.toFixed(1).padStart(6)} s  ${event.status.padEnd(22)} ${event.text}`);
    }
    this.#shown = Math.max(this.#shown, events.length);
  }
}

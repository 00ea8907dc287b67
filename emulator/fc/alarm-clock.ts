import type { Clock } from "../core/clock";

interface Alarm {
  readonly dueMs: number;
  readonly run: () => void;
}

export interface AlarmClockOptions {
  readonly clock: Clock;
  /** Length of the platform's own waits (timer intervals, batch windows, retries) as a part of the real one: 1/30 makes a minute 2 s. */
  readonly scale: number;
  /** Ring by itself as real time passes; otherwise only `ring` does, after the clock was moved by hand. */
  readonly realTime: boolean;
}

/** Node's timers overflow beyond 24 days; an alarm further away is looked at again after this time. */
const longestTimerMs = 60 * 60_000;

/** The only waiting in this folder besides a function's timeout: everything that happens later is an alarm here. */
export class AlarmClock {
  readonly scale: number;
  readonly #clock: Clock;
  readonly #realTime: boolean;
  readonly #alarms = new Set<Alarm>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ clock, scale, realTime }: AlarmClockOptions) {
    if (!(scale > 0)) throw new RangeError("The scale of time must be above 0.");
    this.#clock = clock;
    this.scale = scale;
    this.#realTime = realTime;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Runs once at `dueMs`, at the next ring if that is past. Answers how to call it off. */
  at(dueMs: number, run: () => void): () => void {
    const alarm = { dueMs, run };
    this.#alarms.add(alarm);
    this.#arm();
    return () => {
      this.#alarms.delete(alarm);
      this.#arm();
    };
  }

  /** As `at`, `platformMs` of the platform's time from now. */
  after(platformMs: number, run: () => void): () => void {
    return this.at(this.nowMs() + platformMs * this.scale, run);
  }

  /** Runs everything that is due by now, the earliest first. What that adds waits for the next ring. */
  ring(): void {
    const nowMs = this.nowMs();
    const due = [...this.#alarms].filter((alarm) => alarm.dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
    for (const alarm of due) {
      // An earlier one may have called this one off.
      if (this.#alarms.delete(alarm)) alarm.run();
    }
    this.#arm();
  }

  /** Calls everything off. */
  stop(): void {
    this.#alarms.clear();
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#realTime || this.#alarms.size === 0) return;
    const earliestMs = Math.min(...[...this.#alarms].map(({ dueMs }) => dueMs));
    const waitMs = Math.min(Math.max(earliestMs - this.nowMs(), 0), longestTimerMs);
    this.#timer = setTimeout(() => this.ring(), Math.ceil(waitMs));
  }
}

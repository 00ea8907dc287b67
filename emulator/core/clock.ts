/** The local cloud's only source of time. Tests and the simulation move a ManualClock; the command line uses SystemClock. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
}

export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }
}

export class ManualClock implements Clock {
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }

  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }
}

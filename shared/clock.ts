/** The product's only source of time. Decisions never read it: they take `now` as an argument. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

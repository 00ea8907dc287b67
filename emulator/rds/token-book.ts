const lifeMs = { "ten-minutes": 10 * 60_000, day: 24 * 3_600_000 } as const;

interface Entry {
  readonly parameters: string;
  readonly answer: Record<string, unknown>;
  readonly atMs: number;
}

/** ClientTokens that a call has come with, each with what it asked for and what it was answered. */
export class TokenBook {
  readonly #entries = new Map<string, Entry>();

  constructor(readonly life: keyof typeof lifeMs) {}

  /** The answer that a call of this token had before; undefined: the token is new, or forgotten. */
  find(token: string, nowMs: number): Entry | undefined {
    const entry = this.#entries.get(token);
    return entry && nowMs - entry.atMs < lifeMs[this.life] ? entry : undefined;
  }

  note(token: string, parameters: string, answer: Record<string, unknown>, atMs: number): void {
    this.#entries.set(token, { parameters, answer, atMs });
  }
}

import type { FunctionLogEntry } from "../../../emulator/fc/invocation";

/** Every line of the functions' logs; tests wait for lines instead of sleeping. */
export class LogBook {
  readonly entries: FunctionLogEntry[] = [];
  readonly #waiting = new Set<() => void>();

  readonly log = (entry: FunctionLogEntry): void => {
    this.entries.push(entry);
    for (const look of this.#waiting) look();
  };

  /** Resolves with the first `count` lines that match, as soon as there are so many. */
  lines(pattern: RegExp, count = 1): Promise<string[]> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.entries.map(({ line }) => line).filter((line) => pattern.test(line));
        if (found.length < count) return;
        this.#waiting.delete(look);
        resolve(found.slice(0, count));
      };
      this.#waiting.add(look);
      look();
    });
  }
}

import { reasonOf } from "./facts";

interface Made {
  readonly what: string;
  readonly remove: Remove;
}

/** Succeeds where the thing is not there. A text that it answers says why something stays that does no harm. @throws where it could not be removed */
export type Remove = () => Promise<unknown>;

/** What is still there, a sentence each. */
export interface Remains {
  /** To be removed by hand. */
  readonly left: string[];
  /** Does no harm. */
  readonly stays: string[];
}

/** What a probe makes. Each thing is written down before it is made, so that one whose call got no answer is removed as well. */
export class Ledger {
  readonly #made: Made[] = [];

  add(what: string, remove: Remove): void {
    this.#made.push({ what, remove });
  }

  /** Removes the last first; what is refused now is tried again, because a database that is being made cannot be deleted yet. */
  async clear(say: (line: string) => void, rest: (ms: number) => Promise<void>): Promise<Remains> {
    const left: string[] = [];
    const stays: string[] = [];
    for (const { what, remove } of this.#made.splice(0).reverse()) {
      try {
        const why = await persistently(remove, rest);
        if (typeof why === "string") stays.push(`${what}: ${why}`);
        say(typeof why === "string" ? `  Stays: ${what}: ${why}.` : `  Removed: ${what}.`);
      } catch (error) {
        left.push(`${what} (${reasonOf(error)})`);
        say(`  Left: ${what} (${reasonOf(error)}). Remove it by hand.`);
      }
    }
    return { left, stays };
  }
}

const tries = 6;
const triesApartMs = 20_000;

async function persistently(remove: Remove, rest: (ms: number) => Promise<void>): Promise<unknown> {
  for (let tried = 1; ; tried++) {
    try {
      return await remove();
    } catch (error) {
      if (tried === tries || error instanceof ForAPerson) throw error;
      await rest(triesApartMs);
    }
  }
}

/** Only a person can tell whether it may be removed: trying again does not help. */
export class ForAPerson extends Error {
  override readonly name = "ForAPerson";
}

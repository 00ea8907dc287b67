import { SeededRandom } from "../../emulator/core/random";

/** Every password of a simulated world contains this, so that it is found wherever it should not be. */
export const secretMark = "Hidden7Word";

/** Choices drawn from one seed. Each part of a scenario has its own, so that a change to one leaves the others' choices alone. */
export class Chance {
  readonly #random: SeededRandom;

  constructor(seed: number, part: number) {
    this.#random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b));
  }

  next(): number {
    return this.#random.next();
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(options: readonly T[]): T {
    return options[Math.floor(this.next() * options.length)]!;
  }
}

import { randomBytes } from "node:crypto";

/** The local cloud's only source of chance, so that one seed replays one history. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

export class SystemRandom implements Random {
  next(): number {
    return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
  }
}

/** mulberry32: small, fast, and the same on every machine. */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** A string of `length` characters drawn from `alphabet`. */
export function randomText(random: Random, length: number, alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"): string {
  let text = "";
  for (let index = 0; index < length; index++) text += alphabet[Math.floor(random.next() * alphabet.length)];
  return text;
}

/** A request id of the form the services answer: an upper-case UUID. */
export function randomRequestId(random: Random): string {
  const hex = randomText(random, 32, "0123456789ABCDEF");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

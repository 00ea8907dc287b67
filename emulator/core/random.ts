import { randomBytes } from "node:crypto";

/** The local cloud's only source of chance, so that one seed replays one history. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** Bytes that one number takes. */
const numberBytes = 6;

export class SystemRandom implements Random {
  /** Drawn in one go: a call of the system for each number costs more than all else that a request id takes. */
  #drawn = Buffer.alloc(0);
  #used = 0;

  next(): number {
    if (this.#used === this.#drawn.length) {
      this.#drawn = randomBytes(512 * numberBytes);
      this.#used = 0;
    }
    this.#used += numberBytes;
    return this.#drawn.readUIntBE(this.#used - numberBytes, numberBytes) / 2 ** 48;
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

import { type Random, randomText } from "../core/random";

/** A request id of Function Compute 3.0: `1-64f6cd87-15c2a9b1-3f0c8ab9d4e2`, the second part being the time in seconds. */
export function fcRequestId(nowMs: number, random: Random): string {
  const hex = "0123456789abcdef";
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, "0");
  return `1-${seconds}-${randomText(random, 8, hex)}-${randomText(random, 12, hex)}`;
}

import { sha256Hex } from "../canonical-json";

/**
 * The text of an API key: `rewind_key_`, twelve hexadecimal digits that find its row, and 256 random bits. Secret scanners and the log know
 * it by this form.
 */
const form = /^rewind_key_([0-9a-f]{12})_[0-9a-f]{64}$/;

export interface NewKey {
  readonly keyId: string;
  /** Shown once and kept nowhere. */
  readonly text: string;
  readonly hash: string;
}

/** @param randomHex answers that many hexadecimal digits from a secure random source */
export function newKey(randomHex: (digits: number) => string): NewKey {
  const keyId = randomHex(12);
  const text = `rewind_key_${keyId}_${randomHex(64)}`;
  return { keyId, text, hash: hashOfKey(text) };
}

/** A hash without salt and stretching is enough, because 2^256 texts cannot be tried. */
export function hashOfKey(text: string): string {
  return sha256Hex(text);
}

/** Bearers of an issuer never begin so: they are JSON in base64url, three parts with dots between them. */
export function looksLikeKey(token: string): boolean {
  return token.startsWith("rewind_key_");
}

/** The id in the text of a key; null: it is no key as a whole. */
export function keyIdIn(text: string): string | null {
  return form.exec(text)?.[1] ?? null;
}

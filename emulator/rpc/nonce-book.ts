/** How far a request's date may be from the server's clock; requests are refused beyond it (window undocumented for RDS, 15 minutes elsewhere). */
export const signatureWindowMs = 15 * 60_000;

/** The nonces of recent requests. One that is older than the signature window needs no memory: its date alone is refused. */
export class NonceBook {
  readonly #seenAtMs = new Map<string, number>();

  /** Remembers the nonce; false when it was used inside the window before. */
  use(nonce: string, nowMs: number): boolean {
    for (const [old, seenAtMs] of this.#seenAtMs) {
      if (nowMs - seenAtMs <= 2 * signatureWindowMs) break;
      this.#seenAtMs.delete(old);
    }
    if (this.#seenAtMs.has(nonce)) return false;
    this.#seenAtMs.set(nonce, nowMs);
    return true;
  }
}

/**
 * How many keys to ask for at once: begins small, so that a table which cannot be read even then is known at once; doubles while a
 * page takes little of the slice and halves when it takes much.
 */
export class PageSize {
  #rows: number;
  readonly #most: number;

  /** @param long rows carry long values, which are read in full */
  constructor(long: boolean) {
    this.#rows = long ? 20 : 250;
    this.#most = long ? 200 : 2000;
  }

  get rows(): number {
    return this.#rows;
  }

  took(elapsedMs: number, sliceMs: number): void {
    if (elapsedMs > sliceMs / 4) this.#rows = Math.max(1, Math.floor(this.#rows / 2));
    else if (elapsedMs < sliceMs / 10) this.#rows = Math.min(this.#most, this.#rows * 2);
  }
}

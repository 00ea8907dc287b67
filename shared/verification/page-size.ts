/**
 * How many keys to ask for at once: begins small, so that a table which cannot be read even then is known at once; doubles while a
 * page takes little of the slice and halves when it takes much. A page that was too large is never asked for again.
 */
export class PageSize {
  #rows: number;
  #most: number;

  /**
   * @param long rows carry long values, which are read in full
   * @param most learned in an earlier slice of the same table
   */
  constructor(long: boolean, most = Number.POSITIVE_INFINITY) {
    this.#most = Math.min(most, long ? 200 : 2000);
    this.#rows = Math.min(this.#most, long ? 20 : 250);
  }

  get rows(): number {
    return this.#rows;
  }

  took(elapsedMs: number, sliceMs: number): void {
    if (elapsedMs > sliceMs / 4) this.#rows = Math.max(1, Math.floor(this.#rows / 2));
    else if (elapsedMs < sliceMs / 10) this.#rows = Math.min(this.#most, this.#rows * 2);
  }

  /** A page had more bytes than fit. @returns the rows that one may have from now on */
  tooLarge(): number {
    this.#most = Math.max(1, Math.floor(this.#rows / 2));
    this.#rows = this.#most;
    return this.#most;
  }
}

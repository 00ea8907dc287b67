import type { Row } from "./row";
import { compareKeys, type KeyBound } from "./value";

export type Direction = "FORWARD" | "BACKWARD";

/** Rows in the order of their keys. */
export class SortedRows {
  readonly #rows: Row[] = [];

  get(key: readonly KeyBound[]): Row | undefined {
    const row = this.#rows[this.#firstFrom(key)];
    return row && compareKeys(row.key, key) === 0 ? row : undefined;
  }

  /** Adds the row or replaces the one with its key. */
  put(row: Row): void {
    const position = this.#firstFrom(row.key);
    const present = this.#rows[position];
    this.#rows.splice(position, present && compareKeys(present.key, row.key) === 0 ? 1 : 0, row);
  }

  delete(key: readonly KeyBound[]): void {
    if (this.get(key)) this.#rows.splice(this.#firstFrom(key), 1);
  }

  /** From `start` (inclusive) to the last row, or downwards to the first. */
  *scan(start: readonly KeyBound[], direction: Direction): Generator<Row> {
    const step = direction === "FORWARD" ? 1 : -1;
    let position = this.#firstFrom(start);
    const first = this.#rows[position];
    if (direction === "BACKWARD" && !(first && compareKeys(first.key, start) === 0)) position--;
    for (let row = this.#rows[position]; row; row = this.#rows[position]) {
      yield row;
      position += step;
    }
  }

  /** Position of the first row whose key is not below `key`. */
  #firstFrom(key: readonly KeyBound[]): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys((this.#rows[middle] as Row).key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

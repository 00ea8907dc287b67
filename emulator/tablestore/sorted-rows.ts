import type { Row } from "./row";
import { compareKeys, type KeyBound } from "./value";

export type Direction = "FORWARD" | "BACKWARD";

/** Rows in the order of their keys. */
export class SortedRows {
  readonly #rows: Row[] = [];

  get(key: readonly KeyBound[]): Row | undefined {
    return this.#at(this.#firstFrom(key), key);
  }

  /** Adds the row or replaces the one with its key. @returns the one that was replaced */
  put(row: Row): Row | undefined {
    const position = this.#firstFrom(row.key);
    const present = this.#at(position, row.key);
    if (present) this.#rows[position] = row;
    else this.#rows.splice(position, 0, row);
    return present;
  }

  /** @returns the row that is gone now */
  delete(key: readonly KeyBound[]): Row | undefined {
    const position = this.#firstFrom(key);
    const present = this.#at(position, key);
    if (present) this.#rows.splice(position, 1);
    return present;
  }

  /** From `start` (inclusive) to the last row, or downwards to the first. */
  *scan(start: readonly KeyBound[], direction: Direction): Generator<Row> {
    const step = direction === "FORWARD" ? 1 : -1;
    let position = this.#firstFrom(start);
    if (direction === "BACKWARD" && !this.#at(position, start)) position--;
    for (let row = this.#rows[position]; row; row = this.#rows[position]) {
      yield row;
      position += step;
    }
  }

  /** The row at the position, if it has this key. */
  #at(position: number, key: readonly KeyBound[]): Row | undefined {
    const row = this.#rows[position];
    return row && compareKeys(row.key, key) === 0 ? row : undefined;
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

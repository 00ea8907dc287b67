import type { Clock } from "../../emulator/core/clock";

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => Promise<void> | void;
}

/** Virtual time: a heap of things to happen. Nothing waits; time jumps from one entry to the next. */
export class Scheduler implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #heap: Entry[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `run` at `atMs`, or now if that is past; equal times run in the order they were asked for. */
  at(atMs: number, run: Entry["run"]): void {
    this.#push({ atMs: Math.max(atMs, this.#nowMs), order: this.#order++, run });
  }

  after(delayMs: number, run: Entry["run"]): void {
    this.at(this.#nowMs + delayMs, run);
  }

  /** Time that passes inside a call (a slow request, a sleeping process). Entries in between run later, at their own turn. */
  elapse(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }

  get pending(): number {
    return this.#heap.length;
  }

  /** Runs entries until `untilMs` or until `isDone`; false when time ran out first. */
  async run(untilMs: number, isDone: () => boolean): Promise<boolean> {
    while (!isDone()) {
      const next = this.#heap[0];
      if (!next || next.atMs > untilMs) return false;
      this.#pop();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      await next.run();
    }
    return true;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index]!, heap[parent]!)) break;
      [heap[index], heap[parent]] = [heap[parent]!, heap[index]!];
      index = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let first = index;
      if (left < heap.length && isBefore(heap[left]!, heap[first]!)) first = left;
      if (right < heap.length && isBefore(heap[right]!, heap[first]!)) first = right;
      if (first === index) return;
      [heap[index], heap[first]] = [heap[first]!, heap[index]!];
      index = first;
    }
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}

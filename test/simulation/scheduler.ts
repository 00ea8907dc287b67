import type { Clock } from "../../emulator/core/clock";

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Virtual time: a heap of things to happen. Nothing waits for real; time jumps from one entry to the next. Code under test waits
 * with `sleep`, so that any number of "processes" interleave, in an order that only the seed decides.
 */
export class Scheduler implements Clock {
  #nowMs: number;
  #order = 0;
  #failure: unknown = undefined;
  /** How far the present run may go. */
  #untilMs = Number.NEGATIVE_INFINITY;
  readonly #heap: Entry[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `run` at `atMs`, or now if that is past; equal times run in the order they were asked for. */
  at(atMs: number, run: () => void): void {
    this.#push({ atMs: Math.max(atMs, this.#nowMs), order: this.#order++, run });
  }

  after(delayMs: number, run: () => void): void {
    this.at(this.#nowMs + delayMs, run);
  }

  /** Lets time pass at once if nothing else happens meanwhile: a process that is alone need not wait in the heap. */
  passes(milliseconds: number): boolean {
    const atMs = this.#nowMs + milliseconds;
    const next = this.#heap[0];
    if (this.#failure !== undefined || atMs > this.#untilMs || (next && next.atMs <= atMs)) return false;
    this.#nowMs = atMs;
    return true;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Stops the run with this error: a violated promise, or a bug. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** Runs entries until `untilMs` or until `isDone`; false when time ran out first. @throws what `fail` was told */
  run(untilMs: number, isDone: () => boolean): Promise<boolean> {
    this.#untilMs = untilMs;
    return new Promise((resolve, reject) => {
      // Promises go on only outside of one.
      setImmediate(() => {
        try {
          let ended = this.#step(untilMs, isDone);
          for (; ended === null; ended = this.#step(untilMs, isDone)) letPromisesGoOn();
          resolve(ended);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Lets the next entry happen. Not null: the run is over, and what `run` answers. */
  #step(untilMs: number, isDone: () => boolean): boolean | null {
    if (this.#failure !== undefined) throw this.#failure;
    if (isDone()) return true;
    const next = this.#heap[0];
    if (!next || next.atMs > untilMs) {
      this.#nowMs = Math.max(this.#nowMs, untilMs);
      return false;
    }
    this.#pop();
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.run();
    return null;
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

/**
 * Every promise that can go on goes on, and what it calls next. Node does it between two timers; it has no documented function for it
 * (DEP0134), and to wait for the next tick after each entry instead takes a tenth of a simulation's time.
 */
const letPromisesGoOn = (process as unknown as { readonly _tickCallback: () => void })._tickCallback;

function isBefore(left: Entry, right: Entry): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}

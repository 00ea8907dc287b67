import type { FaultPlan, Strike } from "../process";

/** Strikes the calls that it is told to by their number among the changing calls that it counts; all others go through. */
export class Strikes implements FaultPlan {
  /** Every counted call, in order: the numbers are the indexes. */
  readonly calls: string[] = [];
  /** How many calls were struck. */
  struck = 0;
  readonly #counts: (label: string) => boolean;
  readonly #strikes: ReadonlyMap<number, Strike>;
  readonly #landsAfterMs: number;

  constructor(
    strikes: ReadonlyMap<number, Strike> = new Map(),
    options: { readonly counts?: (label: string) => boolean; readonly landsAfterMs?: number } = {},
  ) {
    this.#strikes = strikes;
    this.#counts = options.counts ?? (() => true);
    this.#landsAfterMs = options.landsAfterMs ?? 0;
  }

  strike({ label, changing }: { readonly label: string; readonly changing: boolean }): Strike {
    if (!changing || !this.#counts(label)) return "none";
    const number = this.calls.push(label) - 1;
    const strike = this.#strikes.get(number) ?? "none";
    if (strike !== "none") this.struck++;
    return strike;
  }

  latencyMs(): number {
    return 20;
  }

  landsAfterMs(): number {
    return this.#landsAfterMs;
  }
}

/** Calls that change the cloud itself, as opposed to the store and the queues. */
export function isCloudCall(label: string): boolean {
  return /^(rds|dts) /.test(label);
}

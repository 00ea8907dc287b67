import type { HourlyPrice } from "./sale";

const hourMs = 3_600_000;

interface Reading {
  readonly instanceId: string;
  readonly price: HourlyPrice;
  readonly fromMs: number;
  toMs: number | undefined;
}

/** What a pay-as-you-go instance has cost so far: each begun hour from its creation to its release. */
export interface Bill {
  readonly instanceId: string;
  readonly hours: number;
  readonly amount: number;
  readonly currency: HourlyPrice["currency"];
}

/** Counts the hours of instances that calls have bought. */
export class Meter {
  readonly #readings = new Map<string, Reading>();

  start(instanceId: string, price: HourlyPrice, fromMs: number): void {
    this.#readings.set(instanceId, { instanceId, price, fromMs, toMs: undefined });
  }

  stop(instanceId: string, toMs: number): void {
    const reading = this.#readings.get(instanceId);
    if (reading) reading.toMs ??= toMs;
  }

  bills(nowMs: number): Bill[] {
    return [...this.#readings.values()].map(({ instanceId, price, fromMs, toMs }) => {
      const hours = Math.ceil(((toMs ?? nowMs) - fromMs) / hourMs);
      return { instanceId, hours, amount: hours * price.amount, currency: price.currency };
    });
  }
}

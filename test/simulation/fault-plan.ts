import { Chance } from "./chance";
import { landingDelayMs } from "./late-landing";
import type { FaultPlan, Strike } from "./process";
import type { Scheduler } from "./scheduler";

const minuteMs = 60_000;

/** A time during which calls of one service, or of all, fail in one way. */
interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
  /** The beginning of the labels that it strikes. */
  readonly labels: string;
  readonly strike: Strike;
}

const strikes: readonly Exclude<Strike, "none">[] = [
  "kill-before",
  "kill-after",
  "lost-request",
  "lost-reply",
  "throttle",
  "server-error",
  "lands-late",
];

/**
 * The faults of one seed: a rate for each kind, outages, slow calls, and messages that are lost, late, repeated or reordered. They
 * stop at `untilMs`, after which the cloud is healthy for ever.
 */
export class RandomFaults implements FaultPlan {
  /** How often each kind struck. */
  readonly counts: Record<string, number> = {};
  /** When the last late request has landed. */
  lastLandingMs = 0;
  readonly #chance: Chance;
  readonly #scheduler: Scheduler;
  readonly #untilMs: number;
  readonly #rates: readonly { readonly strike: Exclude<Strike, "none">; readonly rate: number }[];
  readonly #outages: Outage[];
  readonly #slowRate: number;
  readonly #messageRate: number;
  readonly #sqlRate: number;

  constructor(seed: number, scheduler: Scheduler, untilMs: number) {
    const chance = new Chance(seed, 1);
    const nowMs = scheduler.nowMs();
    this.#chance = chance;
    this.#scheduler = scheduler;
    this.#untilMs = untilMs;
    // Most seeds have a few kinds at a noticeable rate; a storm of everything would only ever reach the first states.
    this.#rates = strikes.flatMap((strike) =>
      chance.happens(0.4) ? [{ strike, rate: 10 ** chance.between(-3, -1) }] : [],
    );
    this.#outages = Array.from({ length: chance.whole(0, 4) }, () => outage(chance, nowMs, untilMs));
    this.#slowRate = chance.happens(0.3) ? 10 ** chance.between(-3, -1.5) : 0;
    this.#messageRate = chance.happens(0.6) ? chance.between(0.02, 0.4) : 0;
    this.#sqlRate = chance.happens(0.3) ? 10 ** chance.between(-3, -1) : 0;
  }

  strike(call: { readonly label: string; readonly changing: boolean }): Strike {
    if (!this.#isOn()) return "none";
    const nowMs = this.#scheduler.nowMs();
    for (const outage of this.#outages) {
      if (nowMs >= outage.fromMs && nowMs < outage.untilMs && call.label.startsWith(outage.labels))
        return this.#counted(outage.strike);
    }
    // Few of the changing calls go to the cloud itself, and those are the ones that matter here.
    const weight = call.changing && (call.label.startsWith("rds ") || call.label.startsWith("dts ")) ? 5 : 1;
    for (const { strike, rate } of this.#rates) {
      if (strike === "lands-late" && !call.changing) continue;
      if (this.#chance.happens(rate * weight)) return this.#counted(strike);
    }
    return "none";
  }

  /** One more outage, from now on. @param labels the beginning of the labels that it strikes */
  breakDown(minutes: number, labels: string): void {
    const fromMs = this.#scheduler.nowMs();
    this.#outages.push({ fromMs, untilMs: fromMs + minutes * minuteMs, labels, strike: "server-error" });
  }

  latencyMs(): number {
    if (this.#isOn() && this.#chance.happens(this.#slowRate)) {
      this.#count("slow");
      return this.#chance.whole(1_000, 200_000);
    }
    return this.#chance.whole(5, 60);
  }

  landsAfterMs(): number {
    const delayMs = landingDelayMs(this.#chance);
    this.lastLandingMs = Math.max(this.lastLandingMs, this.#scheduler.nowMs() + delayMs);
    return delayMs;
  }

  breaksSql(): boolean {
    return this.#isOn() && this.#chance.happens(this.#sqlRate) && this.#count("sql-broken");
  }

  /** How much later each copy of a message arrives. */
  delivery(): readonly number[] {
    if (!this.#isOn() || !this.#chance.happens(this.#messageRate)) return [0];
    const kind = this.#chance.pick(["message-dropped", "message-twice", "message-late", "message-hours-late"]);
    this.#count(kind);
    if (kind === "message-dropped") return [];
    if (kind === "message-twice") return [0, this.#chance.whole(0, 5 * minuteMs)];
    if (kind === "message-late") return [this.#chance.whole(0, 2 * minuteMs)];
    return [this.#chance.whole(0, 240 * minuteMs)];
  }

  /** Counts a fault that another part of the world plays. */
  count(kind: string): void {
    this.#count(kind);
  }

  #isOn(): boolean {
    return this.#scheduler.nowMs() < this.#untilMs;
  }

  #counted(strike: Strike): Strike {
    this.#count(strike);
    return strike;
  }

  #count(kind: string): true {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return true;
  }
}

function outage(chance: Chance, nowMs: number, untilMs: number): Outage {
  const fromMs = chance.between(nowMs, untilMs);
  return {
    fromMs,
    untilMs: Math.min(untilMs, fromMs + chance.between(0.5, 40) * minuteMs),
    labels: chance.pick(["rds", "dts", "kms", "tablestore", "tablestore Put", "mns", ""]),
    strike: chance.pick(["lost-request", "lost-reply", "throttle", "server-error"]),
  };
}

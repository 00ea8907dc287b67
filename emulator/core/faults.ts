import { ServiceError } from "./service-error";

/**
 * A fault to inject into calls that match. `lost-request` closes the connection before the work is done, `lost-reply` after it;
 * `hang` does the work and answers after the client's patience (`delayMs`). The rest answer without doing the work.
 */
export interface FaultRule {
  readonly service: string;
  /** Action name, or `*`. */
  readonly action: string;
  readonly kind: "throttle" | "server-error" | "lost-request" | "lost-reply" | "hang" | "success-false";
  /** How many matching calls to strike; the rule is spent afterwards. */
  readonly times: number;
  /** How many matching calls to let through first. Default 0. */
  readonly after?: number;
  readonly delayMs?: number;
}

/** The switchboard of injected faults. Services do not know it; the shells (and the simulation's) ask it about each call. */
export class Faults {
  #rules: { rule: FaultRule; seen: number; struck: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0, struck: 0 });
  }

  clear(): void {
    this.#rules = [];
  }

  list(): FaultRule[] {
    return this.#rules.map((entry) => entry.rule);
  }

  /** The fault that strikes this call, or undefined. Counts the call. */
  strike(service: string, action: string): FaultRule | undefined {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (rule.service !== service || (rule.action !== "*" && rule.action !== action)) continue;
      entry.seen++;
      if (entry.seen <= (rule.after ?? 0) || entry.struck >= rule.times) continue;
      entry.struck++;
      return rule;
    }
    return undefined;
  }
}

/** The answer of a throttled or failing gateway (rds documentation, client errors: Throttling.User 400, ServiceUnavailable 503). */
export function faultError(rule: FaultRule): ServiceError {
  if (rule.kind === "throttle") {
    return new ServiceError(
      400,
      "Throttling.User",
      "Request was denied due to user flow control.",
      rule.delayMs ?? 1000,
    );
  }
  return new ServiceError(
    503,
    "ServiceUnavailable",
    "The request has failed due to a temporary failure of the server.",
  );
}

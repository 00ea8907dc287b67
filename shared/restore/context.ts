import type { Durations } from "./durations";

/** What every decision may know besides the record and what was observed. */
export interface DecisionContext {
  readonly nowMs: number;
  readonly durations: Durations;
  /** The console's order, or purchase first where an unbought job cannot be prechecked. */
  readonly dtsOrder: "configure-first" | "buy-first";
  /** Approver and requester must be two people. */
  readonly twoPersonRule: boolean;
}

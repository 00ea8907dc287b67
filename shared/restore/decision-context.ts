import type { Durations } from "./model/durations";
import type { TwoPersonRule } from "./plan/two-person-rule";

/** What a person should know of the connections to SQL Servers. */
export interface SqlTls {
  /** Their certificates are checked. */
  readonly checksIdentity: boolean;
  /** Logins in clear are possible at private addresses. */
  readonly allowsClear: boolean;
}

/** What every decision may know besides the record and what was observed. */
export interface DecisionContext {
  readonly nowMs: number;
  readonly durations: Durations;
  /** The console's order, or purchase first where an unbought job cannot be prechecked. */
  readonly dtsOrder: "configure-first" | "buy-first";
  /** When approver and requester must be two people. */
  readonly twoPersonRule: TwoPersonRule;
  /** False: no write-back is begun; what is under way goes on, and so does clean-up. */
  readonly acceptsWriteBacks: boolean;
  readonly sqlTls: SqlTls;
  /** The longest name of a database that RDS restores, in characters: 64, or 16. */
  readonly restoredNameMax: number;
}

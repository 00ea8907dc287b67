import type { Clock } from "../clock";
import type { Dts } from "../cloud/dts";
import type { Secrets } from "../cloud/kms";
import type { Rds } from "../cloud/rds";
import type { SqlServers } from "../cloud/sql-server";
import type { Queues } from "../messaging/queues";
import type { SqlTls } from "../restore/decision-context";
import type { Durations } from "../restore/model/durations";
import type { TableKeys } from "../restore/plan/dts-objects";
import type { TwoPersonRule } from "../restore/plan/two-person-rule";
import type { RestoreStore } from "../store/restore-store";

/** How a fact is told to the operator: one line, constant text, fields. Never a secret. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Everything around the decisions. Functions wire the real clients, the simulation its own; the engine knows neither. */
export interface Dependencies {
  readonly store: RestoreStore;
  readonly queues: Queues;
  readonly rds: Rds;
  readonly dts: Dts;
  readonly secrets: Secrets;
  readonly sqlServers: SqlServers;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Under what this is done: of a run, or of the message or request that asks for one. Left out: it is not known. */
  readonly traceparent?: string | undefined;
  readonly durations: Durations;
  readonly settings: {
    readonly dtsOrder: "configure-first" | "buy-first";
    readonly tableKeys: TableKeys;
    readonly twoPersonRule: TwoPersonRule;
    readonly acceptsWriteBacks: boolean;
    /** Clones may be bought, where a request allows it. */
    readonly billedClones: boolean;
    /** The longest name of a database that RDS restores, in characters. */
    readonly restoredNameMax: number;
    /** How connections to SQL Servers are protected, for the plan. */
    readonly sqlTls: SqlTls;
    /** Where connections of the functions come from; opened on instances, and closed again. */
    readonly egressAddresses: readonly string[];
    /** The VPC that the functions are in; null: none. */
    readonly vpcId: string | null;
  };
}

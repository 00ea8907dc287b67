import type { Capabilities, Timings } from "../capabilities";
import type { Clock } from "../core/clock";
import type { Random } from "../core/random";
import type { Instance } from "../rds/instance";

/** What DTS needs of RDS. */
export interface DtsInstances {
  instance(id: string): Instance | undefined;
  isRunning(instance: Instance): boolean;
  /** Makes the database at once; the migration writes into it next. */
  createDatabase(instance: Instance, name: string, collation: string): void;
}

/** How a job behaves after trouble. The real figures: 12 h of retries for a lost connection, 7 days of resuming by itself. */
export interface DtsRecovery {
  readonly retryEveryMs: number;
  /** A connection lost for longer makes the job MigrationFailed. */
  readonly retryForMs: number;
  /** A failed job is resumed this often; undefined switches that off. */
  readonly resumeEveryMs: number | undefined;
  readonly resumeForMs: number;
}

export const defaultRecovery: DtsRecovery = {
  retryEveryMs: 5_000,
  retryForMs: 60_000,
  resumeEveryMs: 60 * 60_000,
  resumeForMs: 7 * 24 * 60 * 60_000,
};

/** Everything outside a job that its progress depends on. */
export interface DtsWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly regionId: string;
  readonly capabilities: Capabilities;
  readonly timings: Timings;
  readonly instances: DtsInstances;
  readonly recovery: DtsRecovery;
}

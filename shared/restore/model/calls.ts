import type { CloneOrder } from "../../cloud/rds";
import type { DatabaseRestoreWay, RestoredName } from "./database-restore";

/**
 * The calls that change something in the cloud: a closed union, one file with the rule by which each unknown outcome is
 * settled. The engine saves a call as an intent before it is sent, and makes at most one per run.
 */
export type ChangingCall =
  | {
      readonly kind: "create-temporary-instance";
      readonly masterInstanceId: string;
      readonly restoreTimeMs: number | null;
      readonly backupId: string | null;
    }
  | ({ readonly kind: "create-clone" } & CloneOrder)
  | {
      readonly kind: "allocate-public-connection";
      readonly instanceId: string;
      readonly prefix: string;
      readonly port: number;
    }
  | {
      readonly kind: "open-addresses";
      readonly instanceId: string;
      readonly group: string;
      readonly addresses: readonly string[];
    }
  | { readonly kind: "close-addresses"; readonly instanceId: string; readonly group: string }
  | {
      readonly kind: "cover-copied-group" /** A group that a clone copied from its master: it admits no client any more. */;
      readonly instanceId: string;
      readonly group: string;
    }
  | {
      readonly kind: "buy-job" /** Buys this configured job and starts it; null buys an empty one (buy-first). */;
      readonly jobId: string | null;
      readonly autoStart: boolean;
    }
  | {
      readonly kind: "configure-job";
      readonly jobName: string /** The bought job to configure (buy-first); null makes a new one. */;
      readonly jobId: string | null;
    }
  | { readonly kind: "start-job"; readonly jobId: string }
  | { readonly kind: "stop-job"; readonly jobId: string }
  | { readonly kind: "delete-job"; readonly jobId: string }
  | {
      readonly kind: "create-database";
      readonly instanceId: string;
      readonly name: string;
      readonly characterSet: string;
    }
  | {
      readonly kind: "restore-databases";
      readonly way: DatabaseRestoreWay;
      readonly instanceId: string;
      readonly targetInstanceId: string;
      readonly databases: readonly RestoredName[];
      readonly restoreTimeMs: number | null;
      readonly backupId: string | null;
    }
  | { readonly kind: "delete-instance"; readonly instanceId: string };

export type CallKind = ChangingCall["kind"];

/** The calls that make an instance to restore from. */
export type CreatingCall = Extract<ChangingCall, { kind: "create-temporary-instance" | "create-clone" }>;

export function makesInstance(call: ChangingCall): call is CreatingCall {
  return call.kind === "create-temporary-instance" || call.kind === "create-clone";
}

/** What the cloud answered to a changing call, where the answer carries something. */
export interface CallAnswer {
  readonly instanceId?: string;
  readonly jobId?: string;
  readonly dtsInstanceId?: string;
  readonly connectionString?: string;
}

/** A changing call that was, or may have been, sent. Saved before the call, cleared after its answer is saved. */
export interface Intent {
  readonly call: ChangingCall;
  readonly sentAtMs: number;
  /** Names that were put on leftOnMaster for this sending; an answer that nothing was done takes them off again. */
  readonly leaves?: readonly string[];
  /** How often it was read back without a trace of the effect, and since when. */
  readonly negativeReads: number;
}

export interface RepeatRule {
  /** Where the effect of a lost call shows. */
  readonly readBack: string;
  /**
   * `always`: repeating is harmless. `after-settling`: only after several negative reads over the settle time. `never`: a new attempt instead.
   * `same-token`: the very same call, for as long as its token is young; later a person decides.
   */
  readonly repeat: "always" | "after-settling" | "never" | "same-token";
  /** Does the call, if it took effect, lead to writes on the master? */
  readonly writesToMaster: boolean;
}

export const repeatRules: Readonly<Record<CallKind, RepeatRule>> = {
  "create-temporary-instance": {
    readBack: "the master's TempDBInstanceId and the list of type Temp",
    repeat: "after-settling",
    writesToMaster: false,
  },
  "create-clone": {
    readBack: "the list of type Primary with exactly our description",
    repeat: "same-token",
    writesToMaster: false,
  },
  "allocate-public-connection": {
    readBack: "DescribeDBInstanceNetInfo of the temporary instance",
    repeat: "always",
    writesToMaster: false,
  },
  "open-addresses": {
    readBack: "DescribeDBInstanceIPArrayList; Cover is idempotent",
    repeat: "always",
    writesToMaster: false,
  },
  "close-addresses": {
    readBack: "DescribeDBInstanceIPArrayList; Cover is idempotent",
    repeat: "always",
    writesToMaster: false,
  },
  "cover-copied-group": {
    readBack: "DescribeDBInstanceIPArrayList; Cover is idempotent",
    repeat: "always",
    writesToMaster: false,
  },
  "buy-job": {
    readBack: "job detail: does it show an instance, does it run",
    repeat: "after-settling",
    writesToMaster: true,
  },
  "configure-job": { readBack: "jobs whose name is exactly ours", repeat: "never", writesToMaster: false },
  "start-job": { readBack: "job status", repeat: "after-settling", writesToMaster: true },
  "stop-job": { readBack: "job status", repeat: "always", writesToMaster: false },
  "delete-job": { readBack: "job detail answers not found", repeat: "always", writesToMaster: false },
  "create-database": { readBack: "DescribeDatabases of the master", repeat: "after-settling", writesToMaster: true },
  "restore-databases": {
    readBack: "DescribeDatabases of the target: the exact new names, which carry the restore id",
    // The same names again: one of two restores wins, and both bring the same rows.
    repeat: "after-settling",
    writesToMaster: true,
  },
  "delete-instance": {
    readBack: "DescribeDBInstanceAttribute answers not found",
    repeat: "always",
    writesToMaster: false,
  },
};

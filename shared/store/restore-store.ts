import type { Command } from "../restore/model/command";
import type { DataRead } from "../restore/model/data-read";
import type { RestoreRecord } from "../restore/model/record";
import type { StepFunction } from "../restore/model/states";

export interface Lease {
  readonly token: string;
  readonly by: StepFunction;
  readonly untilMs: number;
  /** Runs before this one that crashed in a row: none of them gave its lease back. Left out: none. */
  readonly deaths?: number;
}

/** Who works on a restore, and when somebody looks at it next. It lies beside the record, so that claiming does not write the record. */
export interface Claim {
  readonly lease: Lease | null;
  readonly nextCheckAtMs: number;
}

/** A record together with the version under which it was read; a save names that version. */
export interface Versioned extends Claim {
  readonly record: RestoreRecord;
  readonly version: number;
}

/** Somebody else saved first, or holds the row. The loser drops what it was about to do and rereads. */
export class SaveLost extends Error {
  override readonly name = "SaveLost";
}

/** A row of the due list or of history: a hint from a lagging index, never a basis for a decision. */
export interface Listed {
  readonly restoreId: string;
  readonly nextCheckAtMs: number;
}

/** A tick that was won; it also carries the sweep when that is due. */
export interface TickClaim {
  readonly sweeps: boolean;
}

/** What a create-once row holds. */
export interface Once {
  readonly restoreId: string;
  /** Of the body that the row stands for; empty where the key says it all. */
  readonly bodyHash: string;
  readonly atMs: number;
  /** Why the body was refused after the row was made: nothing stands behind the row. Absent: it was not refused. */
  readonly refused?: string;
}

/** What the engine and the API need from the store; see tables.ts for how it lies in Tablestore. */
export interface RestoreStore {
  /** @throws NewerRecord for one that this version of the functions does not understand, SpoiledRecord for a row without one */
  read(restoreId: string): Promise<Versioned | null>;
  /**
   * Creates the record if absent, due at once unless `nextCheckAtMs` says otherwise. Completing an earlier, half-done creation with the
   * same record id is success.
   */
  create(record: RestoreRecord, nextCheckAtMs?: number): Promise<void>;
  /**
   * Saves `record` if the row is still at `expected.version`; the claim stays what it was unless another is given. Carries a write id of
   * its own, so that a save whose reply was lost is recognised as won. @throws SaveLost
   */
  save(expected: Versioned, record: RestoreRecord, claim?: Claim): Promise<Versioned>;
  /** Like `save`, of nothing but the claim. @throws SaveLost */
  claim(loaded: Versioned, claim: Claim): Promise<Versioned>;
  /** Open restores with nextCheckAtMs <= `untilMs`, oldest first; `after` is the last of the previous page. */
  listDue(untilMs: number, limit: number, after?: Listed): Promise<Listed[]>;
  /**
   * Restores newest first, of one master or of all; `before` is the last id of the previous page. Rows that hold no record are left
   * out, and of one master's restores those that only a newer version of the functions understands. @throws NewerRecord in the list of all
   */
  list(options: {
    readonly masterInstanceId?: string;
    readonly before?: string;
    readonly limit: number;
  }): Promise<RestoreRecord[]>;

  addCommand(command: Command): Promise<void>;
  listCommands(restoreId: string): Promise<Command[]>;
  readCommand(restoreId: string, commandId: string): Promise<Command | null>;
  /** Sets the result of a pending command; repeating it is harmless. */
  settleCommand(command: Command): Promise<void>;

  /** Remembers that somebody is shown row values; repeating it is harmless. */
  addRead(read: DataRead): Promise<void>;
  /** The newest, up to 60, oldest first. */
  listReads(restoreId: string): Promise<DataRead[]>;

  /**
   * The master's lock names its restore and does not expire. Taken when free or when its holder is closed.
   * @returns the restore id that holds it afterwards (ours or another's)
   */
  lockMaster(masterInstanceId: string, restoreId: string): Promise<string>;
  /** The restore that holds the master's lock; null: no restore. */
  lockHolder(masterInstanceId: string): Promise<string | null>;
  /** Only the holder's own lock is released. */
  unlockMaster(masterInstanceId: string, restoreId: string): Promise<void>;

  /**
   * Create-once rows (idempotency keys, alert cool-downs): the first writer wins, every writer gets the winner's value.
   * A writer that finds one completes what it stands for.
   */
  claimOnce(key: string, value: Once): Promise<Once>;
  /**
   * Replaces a create-once row that is over (a cool-down that has ended), only if it still holds `expected`. False: somebody else did.
   * @throws CloudError when the row could not be written
   */
  replaceOnce(
    key: string,
    expected: { readonly restoreId: string; readonly atMs: number },
    value: Once,
  ): Promise<boolean>;

  /**
   * The poller's one row: wins only if its nextTickAtMs <= now, and moves it on. Null: another tick has it, or the next is not due.
   * @param sweepAgainMs after how long another winner sweeps if this one, whose turn it is, never says that it has swept
   */
  claimTick(nowMs: number, nextTickAtMs: number, sweepAgainMs: number): Promise<TickClaim | null>;
  /** The sweep of this tick is over. */
  finishSweep(nextSweepAtMs: number): Promise<void>;
}

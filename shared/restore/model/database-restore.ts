/** The two calls of RDS that restore databases into an instance that is there, in the order in which they are tried. */
export const databaseRestoreWays = ["recovery", "copy"] as const;
export type DatabaseRestoreWay = (typeof databaseRestoreWays)[number];

/** A database of the backup and the name under which it arrives. */
export interface RestoredName {
  readonly name: string;
  readonly newName: string;
}

/** How far RDS is with databases that it restores for us into an instance that is there. */
export interface DatabaseRestore {
  readonly names: readonly RestoredName[];
  /** Calls that RDS refused, with its code: the next one is tried only after a refusal. */
  readonly refused: readonly { readonly way: DatabaseRestoreWay; readonly code: string }[];
  /** When the accepted call was sent, epoch milliseconds; null: none was accepted yet. */
  readonly sentAtMs: number | null;
  /** New names that were listed at least once: what was there and is not any more has failed. */
  readonly listed: readonly string[];
}

import type { Status } from "./states";

/** Somebody was shown row values of a restore. */
export interface DataRead {
  readonly restoreId: string;
  /** Sorts by time within the restore. */
  readonly readId: string;
  readonly by: string;
  readonly atMs: number;
  /** The restore's at that moment. */
  readonly status: Status;
}

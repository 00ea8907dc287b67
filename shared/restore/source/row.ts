import type { RdsInstance } from "../../cloud/rds";
import type { ChangingCall } from "../model/calls";
import type { Durations } from "../model/durations";
import type { RestoreRecord } from "../model/record";
import type { PrerequisiteFacts } from "../prerequisites";
import type { Prerequisite } from "../prerequisites/verdict";

/** Where the rows of the restore time come from. What differs between sources is here, and nowhere else. */
export interface SourceRow<Kind extends string = string> {
  readonly kind: Kind;
  /** What it costs, in words, said before anything is made. */
  readonly cost: string;
  /** Does the service make this source for a master of this version and edition? The service has the last word. */
  readonly judgeVersion: (master: RdsInstance) => Prerequisite;
  /** What stands in the way of making it now. */
  readonly judgeRoom: (facts: PrerequisiteFacts) => Prerequisite;
  /** The call that makes it. Its read-back and its repetition are in calls.ts. */
  readonly creation: (record: RestoreRecord) => ChangingCall;
  /** Is a fresh read of the right kind, beside the id and the age that the ledger has? */
  readonly hasExpectedKind: (instance: RdsInstance, record: RestoreRecord) => boolean;
  /** When work on it must be over, epoch milliseconds. */
  readonly lifeEndMs: (createdAtMs: number, durations: Durations) => number;
  /** What becomes of one that we leave alone, as the end of a sentence. */
  readonly ifLeftAlone: string;
  /** The call that removes it, sent only after a fresh read has shown that it is ours. */
  readonly removal: (instanceId: string) => ChangingCall;
}

import type { RdsInstance } from "../../cloud/rds";
import type { ChangingCall } from "../model/calls";
import type { Durations } from "../model/durations";
import type { RestoreRecord } from "../model/record";
import type { Status } from "../model/states";
import type { PrerequisiteFacts } from "../prerequisites";
import type { Prerequisite } from "../prerequisites/verdict";
import type { RestoreRequest } from "../request/request";
import type { WriteBackMode } from "../write-back";

/** Decisions where RDS restores databases by itself, without an instance and a migration job. */
export type OwnDecision = `database/${"awaiting-approval" | "starting" | "writing" | "comparing"}`;

/** Where the rows of the restore time come from. What differs between sources is here, and nowhere else. */
export interface SourceRow<Kind extends string = string> {
  readonly kind: Kind;
  /** What is made, for sentences. */
  readonly noun: string;
  /** Whether it is billed: then it needs allowBilledClone and a price under maxHourlyPrice. */
  readonly isBilled: boolean;
  /** Made with the master's whitelist, whose groups are covered before a login of it is used. */
  readonly copiesWhitelist: boolean;
  /** It lies in the VPC of the functions, which read it at its private address. */
  readonly liesInOurVpc: boolean;
  /** The list that shows it: RDS's own temporary instances, or primaries with our description. */
  readonly listedAmong: "temporary-instances" | "described-primaries";
  /** DTS copies its rows to the master: what a copy needs of the master is judged, and a job is configured. */
  readonly movesRowsByDts: boolean;
  /** What it costs, in words, said before anything is made. */
  readonly cost: (request: RestoreRequest, facts: PrerequisiteFacts) => string;
  /** Whether it wants to know what the files of the chosen databases take on the master. */
  readonly readsDatabaseFiles: boolean;
  /** Does the service make this source for a master of this version and edition? The service has the last word. */
  readonly judgeVersion: (master: RdsInstance) => Prerequisite;
  /** Why it does not serve the write-back mode, as a sentence with what to do; null: it does. */
  readonly refusesMode: (mode: WriteBackMode) => string | null;
  /** What else it needs, beside what every restore needs and, where DTS moves the rows, a copy. */
  readonly judge: (request: RestoreRequest, facts: PrerequisiteFacts) => readonly Prerequisite[];
  /** The call that makes it; null: it is the write itself, and nothing is made before a person approves. The call's read-back and its repetition are in calls.ts. */
  readonly creation: (record: RestoreRecord, facts: PrerequisiteFacts) => ChangingCall | null;
  /** Decisions of its own for some states; all others are the common ones. */
  readonly decides: Readonly<Partial<Record<Status, OwnDecision>>>;
  /** For the plan: what a person should know of the source before approving. */
  readonly notes: (record: RestoreRecord) => readonly string[];
  /** Is a fresh read of the right kind, beside the id and the age that the ledger has? */
  readonly hasExpectedKind: (instance: RdsInstance, record: RestoreRecord) => boolean;
  /** When work on it must be over, epoch milliseconds. */
  readonly lifeEndMs: (createdAtMs: number, request: RestoreRequest, durations: Durations) => number;
  /** Why it is not kept beyond that, as a part of a sentence. */
  readonly lifeLimit: (request: RestoreRequest) => string;
  /** What becomes of one that we leave alone, as the end of a sentence. */
  readonly ifLeftAlone: string;
  /** The call that removes it, sent only after a fresh read has shown that it is ours. */
  readonly removal: (instanceId: string) => ChangingCall;
}

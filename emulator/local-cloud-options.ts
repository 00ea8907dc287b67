import type { Capabilities, Timings } from "./capabilities";
import type { Clock } from "./core/clock";
import type { Random } from "./core/random";
import type { DtsRecovery } from "./dts/dts-world";
import type { FunctionLog } from "./fc/invocation";

export interface LocalCloudOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly regionId?: string;
  readonly accountId?: string;
  readonly capabilities?: Partial<Capabilities>;
  readonly timings?: Partial<Timings>;
  /** What DTS jobs do after trouble. */
  readonly recovery?: Partial<DtsRecovery>;
  /** How long after a write Tablestore's secondary indexes show it. Default 0. */
  readonly indexLagMs?: number;
  /** How long ago a time must be before it can be restored; the real rule is half an hour. */
  readonly restoreLagMs?: number;
  /** Told what SQL clients send and get: a line for each message and packet, without passwords. */
  readonly traceSql?: (line: string) => void;
  /** Listeners for SQL Server addresses that are kept ready; each instance takes one or two. */
  readonly spareListeners?: number;
  /** The Tablestore instance that is there from the start, open to the Internet; null: none. Default `rewind-local`. */
  readonly tablestoreInstance?: string | null;
  /** Names of Tablestore instances and log projects that other accounts have: such names are unique in a region. */
  readonly foreignNames?: readonly string[];
  /** Fixed ports on 127.0.0.1; free ones where left out. */
  readonly ports?: { readonly rpc?: number; readonly mns?: number; readonly tablestore?: number };
}

export interface FunctionsOptions {
  /** Text of an `s.yaml`; left out, functions are made through the management API alone. */
  readonly definition?: string;
  /** Folder that its `code` paths start from. */
  readonly codeRoot?: string;
  /** What `${env(…)}` in it sees. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timerScale?: number;
  readonly redeliver?: boolean;
  readonly instancesMax?: number;
  readonly log?: FunctionLog;
}

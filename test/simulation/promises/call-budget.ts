import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { Status } from "../../../shared/restore/model/states";
import type { Parameters } from "../onlooker";
import type { World } from "../world";
import type { Break } from "./promise-broken";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Signed calls that one restore may make a minute in each state: what a run reads, as often as it runs, with room for failures. */
const perMinute: Readonly<Record<Status, number>> = {
  accepted: 15,
  waiting: 8,
  "creating-source": 8,
  "confirming-instance": 3,
  verifying: 15,
  configuring: 20,
  prechecking: 8,
  "precheck-failed": 3,
  "awaiting-approval": 3,
  starting: 30,
  writing: 8,
  comparing: 20,
  withdrawing: 20,
  holding: 1,
  "cleaning-up": 8,
  closed: 1,
};

/** For each state that is entered, whatever comes of it at once. */
const perEntry = 40;
/** The lists that ticks and sweeps read for all restores together: two of instances and jobs each tick, and what the sweep mends. */
const sharedPerHour = 700;

interface Account {
  status: Status;
  sinceMs: number;
  allowed: number;
  used: number;
}

/**
 * Calls to the cloud cost quota: in every virtual hour no restore makes more than its states allow, and all together no more than all of
 * theirs and the shared lists.
 */
export class CallBudget {
  readonly #world: World;
  readonly #broken: Break;
  readonly #accounts = new Map<string, Account>();
  /** Temporary instances and jobs, to their restore. */
  readonly #owners = new Map<string, string>();
  #hour = 0;
  #used = 0;

  constructor(world: World, broken: Break) {
    this.#world = world;
    this.#broken = broken;
  }

  saved(record: RestoreRecord): void {
    this.#roll();
    const nowMs = this.#world.scheduler.nowMs();
    const { restoreId, status } = record;
    const ids = [record.temporaryInstance?.id, record.job?.jobId, ...record.staleJobs];
    for (const id of ids) if (id) this.#owners.set(id, restoreId);
    const account = this.#accounts.get(restoreId);
    if (!account) this.#accounts.set(restoreId, { status, sinceMs: nowMs, allowed: perEntry, used: 0 });
    else if (account.status !== status) {
      this.#accrue(account, nowMs);
      account.allowed += perEntry;
      account.status = status;
    }
  }

  sending(parameters: Parameters): void {
    this.#roll();
    this.#used++;
    const id = parameters["DtsJobId"] ?? parameters["JobId"] ?? parameters["DBInstanceId"];
    const account = this.#accounts.get(this.#owners.get(String(id)) ?? "");
    if (account) account.used++;
  }

  #accrue(account: Account, nowMs: number): void {
    account.allowed += ((nowMs - account.sinceMs) / minuteMs) * perMinute[account.status];
    account.sinceMs = nowMs;
  }

  #roll(): void {
    const nowMs = this.#world.scheduler.nowMs();
    const hour = Math.floor(nowMs / hourMs);
    if (hour === this.#hour) return;
    this.#hour = hour;
    let allowed = sharedPerHour;
    for (const [restoreId, account] of this.#accounts) {
      this.#accrue(account, nowMs);
      this.#judge(restoreId, account.used, account.allowed);
      allowed += account.allowed;
      account.allowed = perEntry;
      account.used = 0;
    }
    this.#judge("all restores", this.#used, allowed);
    this.#used = 0;
  }

  #judge(who: string, used: number, allowed: number): void {
    if (used > allowed)
      throw this.#broken("bounded", `${used} signed calls in an hour for ${who}, ${Math.round(allowed)} are allowed`);
  }
}

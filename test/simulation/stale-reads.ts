import type { RpcParameters, RpcService } from "../../emulator/core/rpc-service";
import { ServiceError } from "../../emulator/core/service-error";
import type { Chance } from "./chance";
import type { Scheduler } from "./scheduler";

/** Reads by id, with the parameter that names what is read and the code that says that it does not exist. */
const readsById: Readonly<Record<string, { readonly id: string; readonly gone: string }>> = {
  DescribeDBInstanceAttribute: { id: "DBInstanceId", gone: "InvalidDBInstanceId.NotFound" },
  DescribeDBInstanceIPArrayList: { id: "DBInstanceId", gone: "InvalidDBInstanceName.NotFound" },
  DescribeDtsJobDetail: { id: "DtsJobId", gone: "Forbidden.InstanceNotFound" },
};

/** A replica is behind by at most this. */
const behindMs = 60_000;

/** Longer than two looks at the same thing can be apart, also when runs die in between. */
const vanishesEveryMs = 2 * 60 * 60_000;

/**
 * A service some of whose reads by id come from a replica that is behind: what was just made is not there yet, what was just
 * deleted still is, and a status is one of a minute ago.
 */
export class StaleReads implements RpcService {
  readonly product: string;
  readonly version: string;
  readonly #service: RpcService;
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #rate: number;
  readonly #untilMs: number;
  readonly #bornMs: (id: string) => number | undefined;
  readonly #onStale: () => void;
  readonly #vanishedMs = new Map<string, number>();
  readonly #answers = new Map<string, { readonly atMs: number; readonly answer: Record<string, unknown> }>();

  /** @param options.bornMs when what has this id was made */
  constructor(
    service: RpcService,
    scheduler: Scheduler,
    chance: Chance,
    options: {
      readonly rate: number;
      readonly untilMs: number;
      readonly bornMs: (id: string) => number | undefined;
      readonly onStale: () => void;
    },
  ) {
    this.product = service.product;
    this.version = service.version;
    this.#service = service;
    this.#scheduler = scheduler;
    this.#chance = chance;
    this.#rate = options.rate;
    this.#untilMs = options.untilMs;
    this.#bornMs = options.bornMs;
    this.#onStale = options.onStale;
  }

  call(action: string, parameters: RpcParameters): Record<string, unknown> {
    const read = readsById[action];
    const nowMs = this.#scheduler.nowMs();
    if (!read || nowMs >= this.#untilMs) return this.#service.call(action, parameters);
    const id = String(parameters[read.id]);
    const key = `${action} ${id}`;
    const known = this.#answers.get(key);
    if (this.#chance.happens(this.#rate)) {
      const isNew = nowMs - (this.#bornMs(id) ?? Number.NEGATIVE_INFINITY) <= behindMs;
      const isFresh = known !== undefined && nowMs - known.atMs <= behindMs;
      if (isFresh || isNew) this.#onStale();
      if (isFresh) return known.answer;
      // One that was not known yet is not lost as well soon after: two looks at nothing prove that it is gone.
      if (isNew) this.#vanishedMs.set(id, nowMs);
      if (isNew || this.#vanishes(id)) throw new ServiceError(404, read.gone, "a replica does not know it");
    }
    const answer = this.#service.call(action, parameters);
    if (!known || nowMs - known.atMs > behindMs) this.#answers.set(key, { atMs: nowMs, answer });
    return answer;
  }

  /** Once in a while a replica has lost one for a moment: never twice within hours. Masters are always there. */
  #vanishes(id: string): boolean {
    const nowMs = this.#scheduler.nowMs();
    if (id.startsWith("rm-") || nowMs - (this.#vanishedMs.get(id) ?? 0) < vanishesEveryMs) return false;
    if (!this.#chance.happens(0.5)) return false;
    this.#onStale();
    this.#vanishedMs.set(id, nowMs);
    return true;
  }
}

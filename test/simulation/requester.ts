import type { RestoreRequest } from "../../shared/restore/request/request";
import { wholeSecond } from "../../shared/restore/request/whole-seconds";
import type { WriteBackMode } from "../../shared/restore/write-back";
import { type ApiAnswer, ApiFront, automaticRole, isPassing } from "./api-front";
import type { Chance } from "./chance";
import type { SimulatedMaster } from "./master";
import type { World } from "./world";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A restore that somebody wants, and what became of asking for it. */
export interface Wish {
  /** The label of every request for it. */
  readonly label: string;
  /** Null: each post is a restore of its own. */
  readonly key: string | null;
  posts: number;
  /** The restores that the answers named. */
  readonly accepted: Set<string>;
  /** Nobody asks for it any more. */
  isOver: boolean;
}

/** Told of each answer that accepts a restore. */
export type OnAccepted = (wish: Wish, restoreId: string, body: object) => void;

/**
 * People and tools that ask for restores over the HTTP API. Who gets no answer asks again with the same key, sometimes with another
 * body, and sometimes several ask at once, or again hours later.
 */
export class Requesters {
  readonly wishes: Wish[] = [];
  readonly #world: World;
  readonly #api: ApiFront;
  readonly #onAccepted: OnAccepted;

  constructor(world: World, onAccepted: OnAccepted) {
    this.#world = world;
    this.#api = new ApiFront(world);
    this.#onAccepted = onAccepted;
  }

  /** Every wish was answered, or given up. */
  get isDone(): boolean {
    return this.wishes.every((wish) => wish.isOver);
  }

  /** Wants one restore of the master from `atMs` on. */
  wantAt(atMs: number, master: SimulatedMaster, chance: Chance): void {
    const { scheduler } = this.#world;
    const label = `INC-${this.wishes.length}`;
    const key = chance.happens(0.9) ? `key-of-${label}` : null;
    const wish: Wish = { label, key, posts: 0, accepted: new Set(), isOver: false };
    this.wishes.push(wish);
    scheduler.at(atMs, () => {
      this.#ask(wish, master, chance).catch((error: unknown) => scheduler.fail(error));
    });
  }

  async #ask(wish: Wish, master: SimulatedMaster, chance: Chance): Promise<void> {
    const { scheduler } = this.#world;
    const first = { ...requestFor(master, chance, scheduler.nowMs()), label: wish.label };
    const other = { ...first, reason: "asked for once more, in other words" };
    const changes = wish.key !== null && chance.happens(0.15);
    let body: object = first;
    for (;;) {
      const again = wish.key === null || !chance.happens(0.2) ? [] : [first, changes ? other : first];
      const answers = await Promise.all([body, ...again].map((each) => this.#post(wish, each)));
      const isAccepted = wish.accepted.size > 0;
      if (isAccepted && (wish.key === null || !chance.happens(0.2))) break;
      if (wish.key === null || (!isAccepted && answers.every(isRefused))) break;
      // Whose answer was lost may have won the key with the other body: only that one goes through then.
      body = changes ? chance.pick([first, other]) : first;
      const pauseMs = isAccepted ? chance.whole(1, 120) * minuteMs : chance.whole(5, 600) * 1_000;
      await scheduler.sleep(pauseMs);
    }
    wish.isOver = true;
  }

  async #post(wish: Wish, body: object): Promise<ApiAnswer | null> {
    wish.posts++;
    const isAutomatic = (body as Partial<RestoreRequest>).approval === "automatic";
    const answer = await this.#api.send({
      method: "POST",
      path: "/restores",
      caller: "ann",
      roles: ["requester", ...(isAutomatic ? [automaticRole] : [])],
      body,
      idempotencyKey: wish.key,
    });
    if (answer?.status === 200 || answer?.status === 202) {
      const restoreId = String(answer.body["restoreId"]);
      wish.accepted.add(restoreId);
      this.#onAccepted(wish, restoreId, body);
    }
    return answer;
  }
}

/** Asking again cannot help. A key that belongs to another body is not refused for good: that body was ours as well. */
function isRefused(answer: ApiAnswer | null): boolean {
  return !isPassing(answer) && answer?.status !== 409;
}

function requestFor(master: SimulatedMaster, chance: Chance, nowMs: number): Record<string, unknown> {
  const writeBack = modeFor(master, chance);
  const inPlace = writeBack === "same-name" || writeBack === "missing-rows";
  const database = inPlace ? "shop" : chance.pick(master.databases);
  return {
    masterInstanceId: master.instance.id,
    restoreTime: new Date(wholeSecond(restoreTimeMs(master, inPlace, chance, nowMs))).toISOString(),
    source: {
      allowPublicEndpoint: inPlace || chance.happens(0.6),
      ...(master.instance.storageType === "cloud_essd" ? billedSource(chance) : {}),
    },
    objects: [{ database, tables: inPlace || chance.happens(0.3) ? [{ name: "Orders" }] : null }],
    writeBack,
    checks: chance.happens(0.5)
      ? [{ name: "orders", database, sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: 1 } }]
      : [],
    approval: chance.happens(0.15) && writeBack !== "missing-rows" ? "automatic" : "required",
    secretName: master.secretName,
    keepHours: chance.happens(0.03) ? 47 : chance.whole(1, 3),
  };
}

/** Mostly enough for a clone of 100 GB, which costs 2.6 CNY an hour as long as prices are as they were. */
function billedSource(chance: Chance): object {
  return {
    kind: chance.pick(["auto", "clone"]),
    allowBilledClone: true,
    maxHourlyPrice: { amount: chance.happens(0.9) ? 5 : 2, currency: chance.happens(0.95) ? "CNY" : "USD" },
    cloneMaxHours: chance.pick([4, 8, 24]),
  };
}

function modeFor(master: SimulatedMaster, chance: Chance): WriteBackMode {
  const draw = chance.next();
  if (draw < 0.15) return "none";
  if (draw < 0.35) return master.accident === "table-dropped" ? "same-name" : "missing-rows";
  return "side-by-side";
}

/** Mostly some time before the accident; for modes beside the data also just now, or longer ago than there are backups. */
function restoreTimeMs(master: SimulatedMaster, inPlace: boolean, chance: Chance, nowMs: number): number {
  const draw = chance.next();
  // The clock of the functions may be 20 s behind; what has not happened yet is refused.
  if (!inPlace && draw < 0.15) return nowMs - minuteMs - chance.whole(0, 40) * minuteMs;
  if (draw > 0.97) return nowMs - 8 * 24 * hourMs;
  return master.accidentAtMs - chance.whole(1, 4 * 60) * minuteMs;
}

import type { RestoreRecord } from "../../../shared/restore/model/record";
import { hashRequest } from "../../../shared/restore/request/new-record";
import { restoreRequestSchema } from "../../../shared/restore/request/request";
import type { Wish } from "../requester";
import type { World } from "../world";
import type { Break } from "./promise-broken";

/** What the API answered stands: an accepted restore is there and is the one that was asked for, and one key is one restore. */
export class Requests {
  readonly #world: World;
  readonly #broken: Break;
  #wishes: readonly Wish[] = [];

  constructor(world: World, broken: Break) {
    this.#world = world;
    this.#broken = broken;
  }

  watch(wishes: readonly Wish[]): void {
    this.#wishes = wishes;
  }

  /** An answer said that this restore was accepted. */
  accepted(wish: Wish, restoreId: string, body: object): void {
    const broken = (text: string) => this.#broken("one-per-key", `${wish.label}: ${text}`);
    const record = this.#world.records().find((one) => one.restoreId === restoreId);
    if (!record) throw broken(`${restoreId} was accepted and is not in the store`);
    if (record.requestHash !== hashRequest(restoreRequestSchema.parse(body)))
      throw broken(`${restoreId} was accepted and is another request`);
    if (wish.key !== null && wish.accepted.size > 1)
      throw broken(`its key was answered with ${[...wish.accepted].join(" and ")}`);
  }

  saved(before: RestoreRecord | undefined, record: RestoreRecord): void {
    if (before || record.origin !== "person") return;
    const wish = this.#wishes.find(({ label }) => label === record.request.label);
    if (!wish) throw this.#broken("one-per-key", `nobody asked for ${record.restoreId}`);
    const made = this.#made(wish);
    if (made.length > (wish.key === null ? wish.posts : 1))
      throw this.#broken("one-per-key", `${wish.label} has the restores ${made.join(" and ")}`);
  }

  judgeEnd(): void {
    for (const wish of this.#wishes) {
      const made = this.#made(wish);
      const lost = [...wish.accepted].find((restoreId) => !made.includes(restoreId));
      if (lost) throw this.#broken("never-lost", `${lost} of ${wish.label} was accepted and is gone`);
      if (wish.key !== null && made.length !== 1)
        throw this.#broken("never-lost", `${wish.label} was asked for until it was answered, and was never made`);
    }
  }

  #made(wish: Wish): string[] {
    return this.#world
      .records()
      .filter((record) => record.origin === "person" && record.request.label === wish.label)
      .map((record) => record.restoreId);
  }
}

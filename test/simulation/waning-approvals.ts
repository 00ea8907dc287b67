import type { RestoreRecord } from "../../shared/restore/record";
import type { Chance } from "./chance";
import type { RandomFaults } from "./fault-plan";
import type { Watcher } from "./promises/promises";
import type { World } from "./world";

/** The rest of the world should get somewhere, too. */
const outagesMax = 2;

/**
 * Approvals that pass their hour before anything is written: the store does not answer for most of an hour after a plan was shown and
 * approved, and RDS not while the write-back starts.
 */
export class WaningApprovals implements Watcher {
  readonly #world: World;
  readonly #faults: RandomFaults;
  readonly #chance: Chance;
  #outages = 0;

  constructor(world: World, faults: RandomFaults, chance: Chance) {
    this.#world = world;
    this.#faults = faults;
    this.#chance = chance;
  }

  saved(before: RestoreRecord | undefined, record: RestoreRecord): void {
    if (before?.status !== "awaiting-approval" || record.status !== "starting") return;
    this.#faults.breakDown(this.#chance.whole(5, 27), this.#chance.pick(["rds", "rds", "dts", "tablestore Put"]));
  }

  /** Somebody has just approved. */
  approved(): void {
    if (this.#outages === outagesMax) return;
    this.#outages++;
    const minutes = this.#chance.whole(35, 59);
    this.#world.note(`the store does not answer for ${minutes} minutes`);
    this.#faults.breakDown(minutes, "tablestore");
  }
}

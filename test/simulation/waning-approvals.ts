import type { RestoreRecord } from "../../shared/restore/model/record";
import type { Chance } from "./chance";
import type { RandomFaults } from "./fault-plan";
import type { Watcher } from "./promises/promises";

const minuteMs = 60_000;

/**
 * How old approvals are when they are written down. In most worlds few are, and those are too old; in a waning world each still has some
 * minutes of its hour, in which the cloud does not answer the write-back that starts on it.
 */
export class WaningApprovals implements Watcher {
  readonly #faults: RandomFaults;
  readonly #chance: Chance;
  readonly #isWaning: boolean;

  constructor(faults: RandomFaults, chance: Chance, isWaning: boolean) {
    this.#faults = faults;
    this.#chance = chance;
    this.#isWaning = isWaning;
  }

  saved(before: RestoreRecord | undefined, record: RestoreRecord): void {
    if (!this.#isWaning || before?.status !== "awaiting-approval" || record.status !== "starting") return;
    this.#faults.breakDown(this.#chance.whole(7, 13), this.#chance.pick(["rds", "rds", "dts", "tablestore Put"]));
  }

  /** How long ago an approval was said that is written down now, milliseconds. */
  ageMs(): number {
    if (this.#isWaning) return this.#chance.whole(48, 59) * minuteMs;
    return this.#chance.happens(0.05) ? this.#chance.whole(61, 200) * minuteMs : 0;
  }
}

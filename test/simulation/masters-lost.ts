import type { Chance } from "./chance";
import type { SimulatedMaster } from "./master";
import type { World } from "./world";

const minuteMs = 60_000;

/** What an operator can do to a master that a restore cannot outlast: delete it, lock it for long, or leave it unable to do anything. */
export class MastersLost {
  readonly #world: World;
  readonly #masters: readonly SimulatedMaster[];
  readonly #chance: Chance;
  /** When the last of them is given back, epoch milliseconds. */
  backMs = 0;

  constructor(world: World, masters: readonly SimulatedMaster[], chance: Chance) {
    this.#world = world;
    this.#masters = masters;
    this.#chance = chance;
  }

  /** In one world of five, at one random moment until then. */
  loseUntil(untilMs: number): void {
    const { scheduler } = this.#world;
    if (!this.#chance.happens(0.2)) return;
    scheduler.at(this.#chance.whole(scheduler.nowMs(), untilMs), () => this.#lose(this.#chance.pick(this.#masters)));
  }

  #lose(master: SimulatedMaster): void {
    const { rds } = this.#world;
    const { id } = master.instance;
    this.#world.settle();
    if (!rds.instance(id)) return;
    const how = this.#chance.next();
    const lengthMs = this.#chance.whole(60, 12 * 60) * minuteMs;
    if (how < 0.5) this.#delete(id);
    else if (how < 0.75)
      this.#during(
        lengthMs,
        id,
        () => rds.lock(id, "ManualLock"),
        () => rds.lock(id, "Unlock"),
      );
    else
      this.#during(
        lengthMs,
        id,
        () => rds.forceStatus(id, "Restarting"),
        () => rds.forceStatus(id, undefined),
      );
    this.#world.note(
      `by hand: ${id} is ${how < 0.5 ? "deleted" : "locked or down"} for ${lengthMs / minuteMs} minutes`,
    );
  }

  /** RDS refuses that while there is a temporary instance: it is released first, mostly. */
  #delete(id: string): void {
    const { rds } = this.#world;
    const temporary = rds.instances().find((instance) => instance.masterInstanceId === id);
    if (temporary && temporary.deletingSinceMs === undefined && this.#chance.happens(0.7))
      rds.releaseEarly(temporary.id);
    rds.releaseEarly(id);
  }

  #during(lengthMs: number, id: string, begin: () => void, end: () => void): void {
    begin();
    this.backMs = this.#world.scheduler.nowMs() + lengthMs;
    this.#world.scheduler.after(lengthMs, () => {
      this.#world.settle();
      if (this.#world.rds.instance(id)) end();
    });
  }
}

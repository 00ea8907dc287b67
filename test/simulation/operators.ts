import type { Chance } from "./chance";
import { rotateSecret, type SimulatedMaster } from "./master";
import type { World } from "./world";

const minuteMs = 60_000;

/**
 * What other people do in the consoles of the cloud, at random times: to temporary instances, to masters, to jobs of ours, to
 * secrets. Whatever they lock or stop they give back within the hour.
 */
export class Operators {
  /** Temporary instances that were made by hand. */
  readonly made = new Set<string>();
  readonly #world: World;
  readonly #masters: readonly SimulatedMaster[];
  readonly #chance: Chance;
  #serial = 2;

  constructor(world: World, masters: readonly SimulatedMaster[], chance: Chance) {
    this.#world = world;
    this.#masters = masters;
    this.#chance = chance;
  }

  /** Plans everything they do until then. */
  actUntil(untilMs: number): void {
    const chance = this.#chance;
    const { scheduler } = this.#world;
    const count = chance.happens(0.4) ? 0 : chance.whole(1, 6);
    for (let index = 0; index < count; index++)
      scheduler.at(chance.whole(scheduler.nowMs(), untilMs), () => this.#act());
  }

  /** Some temporary instances are released by hand, also when all else goes well. */
  releaseUntil(untilMs: number): void {
    const { scheduler } = this.#world;
    for (let index = 0; index < 4; index++) {
      scheduler.at(this.#chance.whole(scheduler.nowMs(), untilMs), () => {
        const what = this.#release(this.#chance.pick(this.#masters));
        if (what) this.#world.note(`by hand: ${what}`);
      });
    }
  }

  #act(): void {
    this.#world.settle();
    const living = this.#masters.filter((one) => this.#world.rds.instance(one.instance.id));
    if (living.length === 0) return;
    const master = this.#chance.pick(living);
    const acts: readonly (() => string | null)[] = [
      () => this.#createByHand(master),
      () => this.#release(master),
      () => this.#stopMaster(master),
      () => this.#lockMaster(master),
      () => this.#touchJob(),
      () => this.#touchJob(),
      () => this.#rotate(master),
    ];
    const what = this.#chance.pick(acts)();
    if (what) this.#world.note(`by hand: ${what}`);
  }

  #createByHand(master: SimulatedMaster): string | null {
    const { rds, scheduler } = this.#world;
    const masterId = master.instance.id;
    if (rds.instances().some((instance) => instance.masterInstanceId === masterId)) return null;
    const made = rds.createTemporaryInstanceByHand(masterId, master.accidentAtMs - 10 * minuteMs);
    this.made.add(made.id);
    scheduler.after(this.#chance.whole(5, 90) * minuteMs, () => this.#releaseId(made.id));
    return `made ${made.id}`;
  }

  #release(master: SimulatedMaster): string | null {
    const found = this.#world.rds.instances().find((instance) => instance.masterInstanceId === master.instance.id);
    return found ? this.#releaseId(found.id) : null;
  }

  #releaseId(id: string): string | null {
    const { rds } = this.#world;
    const instance = rds.instance(id);
    if (!instance || instance.deletingSinceMs !== undefined) return null;
    this.#world.settle();
    rds.releaseEarly(id);
    return `released ${id}`;
  }

  #stopMaster(master: SimulatedMaster): string {
    const { rds, scheduler } = this.#world;
    rds.forceStatus(master.instance.id, "Restarting");
    scheduler.after(this.#chance.whole(1, 40) * minuteMs, () => {
      this.#world.settle();
      if (rds.instance(master.instance.id)) rds.forceStatus(master.instance.id, undefined);
    });
    return `${master.instance.id} restarts`;
  }

  #lockMaster(master: SimulatedMaster): string {
    const { rds, scheduler } = this.#world;
    rds.lock(master.instance.id, "LockByDiskQuota");
    scheduler.after(this.#chance.whole(1, 40) * minuteMs, () => {
      this.#world.settle();
      if (rds.instance(master.instance.id)) rds.lock(master.instance.id, "Unlock");
    });
    return `${master.instance.id} is locked`;
  }

  #touchJob(): string | null {
    const { dts } = this.#world;
    const jobs = dts.jobs();
    if (jobs.length === 0) return null;
    const job = this.#chance.pick(jobs);
    if (this.#chance.happens(0.3)) {
      dts.deleteByHand(job.id);
      return `deleted job ${job.name}`;
    }
    if (job.status !== "Migrating") return null;
    if (this.#chance.happens(0.5)) dts.failJob(job.id, "somebody pulled the plug");
    else dts.pauseByHand(job.id);
    return `job ${job.name} is ${job.status}`;
  }

  #rotate(master: SimulatedMaster): string {
    rotateSecret(this.#world, master, this.#serial++);
    return `the secret of ${master.instance.id} is rotated`;
  }
}

import type { Job } from "../../emulator/dts/job";
import type { Chance } from "./chance";
import type { World } from "./world";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/** Migrations that hang, for a while or for ever, or fail. A failed one DTS resumes by itself, as the weather has it. */
export class JobTroubles {
  readonly #world: World;
  readonly #chance: Chance;
  readonly #count: (kind: string) => void;
  readonly #seen = new Set<string>();

  constructor(world: World, chance: Chance, count: (kind: string) => void) {
    this.#world = world;
    this.#chance = chance;
    this.#count = count;
  }

  /** In two worlds of five, looks for jobs that write, and troubles every third. */
  troubleUntil(untilMs: number): void {
    const { scheduler } = this.#world;
    if (!this.#chance.happens(0.4)) return;
    const look = () => {
      this.#world.settle();
      for (const job of this.#world.dts.jobs()) if (job.status === "Migrating") this.#meet(job);
      if (scheduler.nowMs() < untilMs) scheduler.after(20 * secondMs, look);
    };
    scheduler.after(20 * secondMs, look);
  }

  #meet(job: Job): void {
    if (this.#seen.has(job.id)) return;
    this.#seen.add(job.id);
    const draw = this.#chance.next();
    if (draw < 0.15) this.#hang(job);
    else if (draw < 0.35) this.#fail(job);
  }

  #hang(job: Job): void {
    this.#count("job-hangs");
    this.#world.note(`the job ${job.name} hangs`);
    job.nextAtMs = undefined;
    if (this.#chance.happens(0.3)) return;
    this.#world.scheduler.after(this.#chance.whole(1, 200) * minuteMs, () => {
      if (job.status === "Migrating" && job.deletedAtMs === undefined) job.nextAtMs ??= this.#world.scheduler.nowMs();
    });
  }

  #fail(job: Job): void {
    this.#count("job-fails");
    this.#world.note(`the job ${job.name} fails`);
    this.#world.dts.failJob(job.id, "somebody pulled the plug");
  }
}

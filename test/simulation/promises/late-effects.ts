import type { Job } from "../../../emulator/dts/job";
import { restoreIdOfJobName } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { World } from "../world";
import type { Break } from "./promise-broken";

/** A job that is not bought cannot write, whoever starts it. */
export function canWrite(job: Job): boolean {
  return job.instanceId !== undefined;
}

/** What calls may do that land when nobody waits for them any more. */
export class LateEffects {
  readonly #world: World;
  readonly #broken: Break;

  constructor(world: World, broken: Break) {
    this.#world = world;
    this.#broken = broken;
  }

  /** Each attempt has a name of its own, and is configured once. */
  judgeNames(): void {
    const names = this.#world.dts.jobs().flatMap((job) => (job.name === "" ? [] : [job.name]));
    const twin = names.find((name, index) => names.indexOf(name) !== index);
    if (twin !== undefined) throw this.#broken("legal-history", `two migration jobs are named ${twin}`);
  }

  /** At any time: nothing writes for a restore that is withdrawn. */
  judgeNow(): void {
    for (const job of this.#world.dts.jobs()) {
      const restoreId = canWrite(job) ? restoreIdOfJobName(job.name) : null;
      const status = restoreId === null ? null : this.#world.record(restoreId).status;
      if (status === "holding" || status === "cleaning-up" || status === "closed")
        throw this.#broken("nothing-left", `${restoreId} is ${status} and ${job.name} is bought and ${job.status}`);
    }
  }

  /** At the end: an instance of ours that landed late and that nobody confirmed is named on a record. */
  judgeEnd(made: ReadonlySet<string>): void {
    const records = this.#world.records();
    for (const { id } of this.#world.rds.instances()) {
      if (!made.has(id) || records.some((record) => record.temporaryInstance?.id === id)) continue;
      if (!records.some((record) => isNamed(record, id)))
        throw this.#broken("nothing-left", `${id} was made by a create of ours and is on no record`);
    }
  }
}

/** The watch is over after 48 hours; the timeline keeps the name. */
function isNamed({ candidate, doubts, timeline }: RestoreRecord, instanceId: string): boolean {
  return (
    candidate?.id === instanceId ||
    doubts.some((doubt) => doubt.found === instanceId) ||
    timeline.some(({ text }) => text.startsWith(`${instanceId} appeared`))
  );
}

import { randomText } from "../core/random";
import type { RpcParameters } from "../core/rpc-service";
import type { DtsWorld } from "./dts-world";
import { type Job, newJob } from "./job";
import { advance } from "./migration";
import { invalidParameter, jobNotFound } from "./refusal";

/** What is wrong with the account, to be set by hand: even a free migration is refused then. */
export interface DtsAccount {
  /** Nothing can be bought. */
  isInArrears: boolean;
  /** The service role of DTS was never authorised: nothing can be configured. */
  isRoleMissing: boolean;
}

/** All jobs of the region, in the order of their making. */
export class JobBook {
  readonly account: DtsAccount = { isInArrears: false, isRoleMissing: false };
  readonly #jobs = new Map<string, Job>();

  constructor(readonly world: DtsWorld) {}

  add(): Job {
    const { clock, random } = this.world;
    const job = newJob(randomText(random, 15), clock.nowMs());
    this.#jobs.set(job.id, job);
    return job;
  }

  /** The jobs that exist. */
  jobs(): Job[] {
    return [...this.#jobs.values()].filter((job) => job.deletedAtMs === undefined);
  }

  /** The jobs that a list shows: new and deleted ones with the lag of `listLagMs`. */
  listed(): Job[] {
    const asOfMs = this.world.clock.nowMs() - this.world.timings.listLagMs;
    return [...this.#jobs.values()].filter(
      (job) => job.createdAtMs <= asOfMs && (job.deletedAtMs === undefined || job.deletedAtMs > asOfMs),
    );
  }

  job(id: string): Job | undefined {
    return this.jobs().find((job) => job.id === id || job.instanceId === id);
  }

  /**
   * The job that `DtsJobId` and/or the instance id select; both given must mean the same one.
   * @param instanceKey `DtsInstanceId`; DescribeDtsJobDetail alone spells it `DtsInstanceID`
   * @throws Refusal without a selector; ServiceError Forbidden.InstanceNotFound
   */
  select(parameters: RpcParameters, instanceKey = "DtsInstanceId"): Job {
    const jobId = parameters["DtsJobId"] ?? "";
    const instanceId = parameters[instanceKey] ?? "";
    if (jobId === "" && instanceId === "") throw invalidParameter("DtsJobId", `it or ${instanceKey} is required`);
    const regionId = parameters["RegionId"] ?? "";
    const job = this.jobs().find(
      (candidate) =>
        (jobId === "" || candidate.id === jobId) && (instanceId === "" || candidate.instanceId === instanceId),
    );
    if (!job || (regionId !== "" && regionId !== this.world.regionId)) throw jobNotFound();
    return job;
  }

  /** Releases the job; what it wrote stays, and it never moves again. */
  remove(job: Job): void {
    job.nextAtMs = undefined;
    job.tasks = [];
    job.deletedAtMs = this.world.clock.nowMs();
  }

  /** Makes every move that is due until `nowMs`, in the order of time, each at its own moment. */
  settle(nowMs: number): void {
    for (let job = this.#nextDue(nowMs); job; job = this.#nextDue(nowMs)) advance(job, this.world, job.nextAtMs!);
    for (const [id, job] of this.#jobs) {
      if (job.deletedAtMs !== undefined && job.deletedAtMs <= nowMs - this.world.timings.listLagMs)
        this.#jobs.delete(id);
    }
  }

  #nextDue(nowMs: number): Job | undefined {
    let next: Job | undefined;
    for (const job of this.#jobs.values()) {
      const atMs = job.nextAtMs ?? Number.POSITIVE_INFINITY;
      if (atMs <= nowMs && atMs < (next?.nextAtMs ?? Number.POSITIVE_INFINITY)) next = job;
    }
    return next;
  }
}

import { CloudError } from "../cloud/cloud-error";
import type { DtsJob } from "../cloud/dts";
import type { RdsInstance } from "../cloud/rds";
import type { CreatingCall } from "../restore/model/calls";
import { cloneDescriptionPrefix } from "../restore/model/names";
import type { SourceRow } from "../restore/source";
import type { Dependencies } from "./dependencies";

/** The cloud as one run sees it: read by id, or in batches for many restores at once. */
export interface CloudView {
  /** When reading began; a view older than the record is not used. */
  readonly takenAtMs: number;
  instance(instanceId: string): Promise<RdsInstance | null>;
  temporaryInstancesOf(masterInstanceId: string): Promise<RdsInstance[]>;
  job(jobId: string): Promise<DtsJob | null>;
}

/** What a creating call may have made: temporary instances of its master, or primaries with exactly its description. */
export async function instancesLike(
  deps: Pick<Dependencies, "rds" | "dts" | "clock">,
  call: CreatingCall,
): Promise<RdsInstance[]> {
  if (call.kind === "create-temporary-instance") return directView(deps).temporaryInstancesOf(call.masterInstanceId);
  return (await deps.rds.listPrimaries(call.description)).filter(({ description }) => description === call.description);
}

/** @param pointed the id that the master itself gives as its temporary instance: the list lags */
export async function temporaryInstancesOf(
  deps: Pick<Dependencies, "rds">,
  masterInstanceId: string,
  pointed: string | null,
): Promise<RdsInstance[]> {
  const all = await deps.rds.listTemporaryInstances();
  const listed = all.filter((instance) => instance.masterInstanceId === masterInstanceId);
  if (!pointed || listed.some((instance) => instance.id === pointed)) return listed;
  const instance = await deps.rds.describeInstance(pointed);
  return instance ? [...listed, instance] : listed;
}

/** Every read by id, now. */
export function directView(deps: Pick<Dependencies, "rds" | "dts" | "clock">): CloudView {
  return {
    takenAtMs: deps.clock.nowMs(),
    instance: (instanceId) => deps.rds.describeInstance(instanceId),
    temporaryInstancesOf: async (masterInstanceId) => {
      const pointed = (await deps.rds.describeInstance(masterInstanceId))?.temporaryInstanceId ?? null;
      return temporaryInstancesOf(deps, masterInstanceId, pointed);
    },
    // The list call carries the stages, the detail call the objects and the proof that a job is gone.
    job: async (jobId) => (await deps.dts.describeJobs([jobId])).get(jobId) ?? (await deps.dts.describeJob(jobId)),
  };
}

/**
 * One list of all instances of each source that is waited for and one DescribeDtsJobs per 30 jobs, however many restores are polled. What a list does not
 * show is read by id: absence from a list is no proof. A list that fails is an error for those who ask for what is on it, and for no others.
 */
export async function batchedView(
  deps: Pick<Dependencies, "rds" | "dts" | "clock">,
  jobIds: readonly string[],
  lists: ReadonlySet<SourceRow["listedAmong"]>,
): Promise<CloudView> {
  const direct = directView(deps);
  const instances = await readList(async () => {
    const temporary = lists.has("temporary-instances") ? await deps.rds.listTemporaryInstances() : [];
    const clones = lists.has("described-primaries") ? await deps.rds.listPrimaries(cloneDescriptionPrefix) : [];
    return new Map([...temporary, ...clones].map((instance) => [instance.id, instance]));
  });
  const jobs = await readList(async () =>
    jobIds.length > 0 ? deps.dts.describeJobs(jobIds) : new Map<string, DtsJob>(),
  );
  return {
    ...direct,
    instance: async (instanceId) => instances().get(instanceId) ?? direct.instance(instanceId),
    job: async (jobId) => jobs().get(jobId) ?? direct.job(jobId),
  };
}

/** @returns what was read, or throws the failure again each time it is asked for */
async function readList<Entry>(
  read: () => Promise<ReadonlyMap<string, Entry>>,
): Promise<() => ReadonlyMap<string, Entry>> {
  try {
    const found = await read();
    return () => found;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return () => {
      throw error;
    };
  }
}

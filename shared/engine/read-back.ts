import type { Intent } from "../restore/model/calls";
import type { ReadBack } from "../restore/settle";
import { instancesLike } from "./cloud-view";
import type { Dependencies } from "./dependencies";

/** Reads what tells whether a call of unknown outcome took effect; always by fresh reads. */
export async function readBack(deps: Dependencies, { call }: Intent): Promise<ReadBack> {
  switch (call.kind) {
    case "create-temporary-instance":
    case "create-clone":
      return { instances: await instancesLike(deps, call) };
    case "configure-job":
      return {
        jobsOfName:
          call.jobId === null
            ? await deps.dts.findJobsByName(call.jobName)
            : [await deps.dts.describeJob(call.jobId)].filter((job) => job !== null),
      };
    case "buy-job":
      return { job: call.jobId === null ? null : await deps.dts.describeJob(call.jobId) };
    case "start-job":
      return { job: await deps.dts.describeJob(call.jobId) };
    case "create-database":
      return { databases: await databasesOf(deps, call.instanceId) };
    case "restore-databases":
      return { databases: await databasesOf(deps, call.targetInstanceId) };
    default:
      return {};
  }
}

/** A master that somebody deleted has none: to list them would be refused for ever, and the restore could never end. */
async function databasesOf(deps: Dependencies, masterInstanceId: string): Promise<string[]> {
  if (!(await deps.rds.describeInstance(masterInstanceId))) return [];
  return (await deps.rds.listDatabases(masterInstanceId)).map((database) => database.name);
}

import type { Intent } from "../restore/calls";
import type { RestoreRecord } from "../restore/record";
import type { ReadBack } from "../restore/settle";
import type { Dependencies } from "./dependencies";
import { directView } from "./view";

/** Reads what tells whether a call of unknown outcome took effect; always by fresh reads. */
export async function readBack(deps: Dependencies, record: RestoreRecord, intent: Intent): Promise<ReadBack> {
  const { call } = intent;
  switch (call.kind) {
    case "create-temporary-instance":
      return { temporaryInstances: await directView(deps).temporaryInstancesOf(record.request.masterInstanceId) };
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
      return {
        databases: (await deps.rds.listDatabases(call.instanceId)).map((database) => database.name.toLowerCase()),
      };
    default:
      return {};
  }
}

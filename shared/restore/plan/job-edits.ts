import type { DtsJob } from "../../cloud/dts";
import type { RestoreRecord } from "../model/record";
import { jobSettingsOf } from "../write-back";

/**
 * What of the job is not as it was configured: people can edit it in the console until it writes. What DTS does not tell is not
 * compared; the caller has made sure that DTS tells the objects.
 * @param objects the object list as it was meant, normalised
 * @returns the words for it, `null` when everything is as it was meant
 */
export function editOf(record: RestoreRecord, job: DtsJob, objects: string): string | null {
  const { masterInstanceId, writeBack } = record.request;
  const settings = jobSettingsOf(writeBack);
  const differs = <Told>(told: Told | null, meant: Told) => told !== null && told !== meant;
  if (job.objects !== objects) return "the objects";
  if (differs(job.name || null, record.job!.name)) return "the name";
  if (differs(job.sourceInstanceId, record.temporaryInstance!.id)) return "the source";
  if (differs(job.destinationInstanceId, masterInstanceId)) return "the destination";
  if (differs(job.targetTableMode, settings.targetTableMode)) return "what happens to tables that exist";
  if (differs(job.migratesStructure, settings.migrateStructure)) return "whether structures are copied";
  return null;
}

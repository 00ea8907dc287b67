import type { JobStatus } from "../job";
import { stopJob } from "../migration";
import { type Operation, standardAnswer } from "../operation";
import { wrongStatus } from "../refusal";

const UNSTOPPABLE: readonly JobStatus[] = ["NotConfigured", "NotStarted", "Finished"];

/** StopDtsJob: final. A started job becomes `Finished`; what it wrote stays on the target. */
export const stopDtsJob: Operation = (parameters, book) => {
  const job = book.select(parameters);
  if (UNSTOPPABLE.includes(job.status)) throw wrongStatus("StopDtsJob", job.status);
  stopJob(job, book.world.clock.nowMs());
  return standardAnswer();
};

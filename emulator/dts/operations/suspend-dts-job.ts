import { suspendMigration } from "../migration";
import { type Operation, standardAnswer } from "../operation";
import { wrongStatus } from "../refusal";

/** SuspendDtsJob: a migrating job rests in `Suspending` until it is started again. */
export const suspendDtsJob: Operation = (parameters, book) => {
  const job = book.select(parameters);
  if (job.status !== "Migrating" && job.status !== "Retrying") throw wrongStatus("SuspendDtsJob", job.status);
  suspendMigration(job);
  return standardAnswer();
};

import { ServiceError } from "../../core/service-error";
import type { Operation } from "../operation";

/** ResetDtsJob exists for synchronization and subscription only. */
export const resetDtsJob: Operation = (parameters, book) => {
  const job = book.select(parameters);
  throw new ServiceError(403, "UnSupportedTaskType", `The migration job ${job.id} cannot be reset.`);
};

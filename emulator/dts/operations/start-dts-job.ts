import { resumeMigration, startMigration, startPrecheck } from "../migration";
import { type Operation, standardAnswer } from "../operation";
import { wrongStatus } from "../refusal";

/**
 * StartDtsJob: prechecks and then migrates a bought job, resumes a paused or failed one; of an unbought job it runs the
 * precheck only (capability `unboughtJobPrechecks`).
 */
export const startDtsJob: Operation = (parameters, book) => {
  const job = book.select(parameters);
  const { world } = book;
  const nowMs = world.clock.nowMs();
  const isBought = job.instanceId !== undefined;
  if (!isBought && !world.capabilities.unboughtJobPrechecks)
    throw wrongStatus("StartDtsJob", `${job.status} (not purchased)`);
  switch (job.status) {
    case "NotStarted":
    case "PrecheckFailed":
      startPrecheck(job, world, nowMs, isBought);
      break;
    case "PreCheckPass":
      if (isBought) startMigration(job, world, nowMs);
      else startPrecheck(job, world, nowMs, false);
      break;
    case "Suspending":
    case "MigrationFailed":
      resumeMigration(job, world, nowMs);
      break;
    default:
      throw wrongStatus("StartDtsJob", job.status);
  }
  return standardAnswer();
};

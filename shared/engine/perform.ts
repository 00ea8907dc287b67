import type { CallAnswer, ChangingCall } from "../restore/model/calls";
import type { RestoreRecord } from "../restore/model/record";
import { closedGroup } from "../restore/openings";
import { dtsObjects, plannedDatabases } from "../restore/plan/dts-objects";
import { jobSettingsOf } from "../restore/write-back";
import { secretOf } from "./connect";
import type { Dependencies } from "./dependencies";

/** Sends one changing call. Passwords are fetched here and live no longer than the call. */
export async function perform(deps: Dependencies, record: RestoreRecord, call: ChangingCall): Promise<CallAnswer> {
  const { rds, dts } = deps;
  switch (call.kind) {
    case "create-temporary-instance":
      return rds.createTemporaryInstance(call);
    case "create-clone":
      return rds.cloneInstance(call);
    case "allocate-public-connection":
      return rds.allocatePublicConnection(call.instanceId, call.prefix, call.port);
    case "open-addresses":
      return nothing(rds.coverWhitelistGroup(call.instanceId, call.group, call.addresses));
    case "close-addresses":
      return nothing(rds.coverWhitelistGroup(call.instanceId, call.group, closedGroup));
    case "cover-copied-group":
      return nothing(rds.coverWhitelistGroup(copyOf(record, call.instanceId), call.group, closedGroup));
    case "create-database":
      return nothing(
        rds.createDatabase({
          instanceId: call.instanceId,
          name: call.name,
          characterSet: call.characterSet,
          description: `Rewind ${record.restoreId}`,
        }),
      );
    case "delete-instance":
      return nothing(rds.deleteInstance(call.instanceId));
    case "restore-databases":
      return nothing(call.way === "recovery" ? rds.recoverDatabases(call) : rds.copyDatabases(call));
    case "buy-job":
      return dts.buy(call);
    case "configure-job":
      return configureJob(deps, record, call.jobName, call.jobId);
    case "start-job":
      return nothing(dts.startJob(call.jobId));
    case "stop-job":
      return nothing(dts.stopJob(call.jobId));
    case "delete-job":
      return nothing(dts.deleteJob(call.jobId));
  }
}

async function configureJob(
  deps: Dependencies,
  record: RestoreRecord,
  name: string,
  jobId: string | null,
): Promise<CallAnswer> {
  const source = secretOf(record, "temporary");
  const destination = secretOf(record, "master");
  const [sourceCredentials, destinationCredentials] = await Promise.all([
    deps.secrets.read(source.name, source.versionId, { fresh: true }),
    deps.secrets.read(destination.name, destination.versionId, { fresh: true }),
  ]);
  const answer = await deps.dts.configureJob({
    name,
    jobId,
    dtsInstanceId: record.job?.dtsInstanceId ?? null,
    sourceInstanceId: record.temporaryInstance!.id,
    sourceCredentials,
    destinationInstanceId: record.request.masterInstanceId,
    destinationCredentials,
    objects: dtsObjects(plannedDatabases(record), deps.settings.tableKeys),
    ...jobSettingsOf(record.request.writeBack),
  });
  return { jobId: answer.jobId, dtsInstanceId: answer.dtsInstanceId ?? undefined };
}

/** Groups of the master are its people's: none of them is ever covered. */
function copyOf({ restoreId, request }: RestoreRecord, instanceId: string): string {
  if (instanceId !== request.masterInstanceId) return instanceId;
  throw new Error(`${restoreId} would cover a whitelist group of its master`);
}

async function nothing(call: Promise<void>): Promise<CallAnswer> {
  await call;
  return {};
}

import { CloudError } from "../cloud/cloud-error";
import type { RdsAddress } from "../cloud/rds";
import type { SqlServerSession } from "../cloud/sql-server";
import type { Reason, RestoreRecord } from "../restore/model/record";
import { refusalText } from "../verification/refusal-text";
import type { Dependencies } from "./dependencies";

/** Which end of the migration a login belongs to: the temporary instance has those of the backup. */
export type Side = "temporary" | "master";

export function secretOf(record: RestoreRecord, side: Side): { name: string; versionId: string | null } {
  const { secretName, temporaryInstanceSecret } = record.request;
  if (side === "master") return { name: secretName, versionId: null };
  return { name: temporaryInstanceSecret.name ?? secretName, versionId: temporaryInstanceSecret.versionId };
}

/**
 * Opens a session for the duration of `work`. Failures of the SQL Server become a reason for people; `unavailable` is tried again.
 * A login that fails is tried once more with the secret read afresh, because it may just have been rotated.
 */
export async function withSession<T>(
  deps: Dependencies,
  record: RestoreRecord,
  side: Side,
  address: RdsAddress,
  work: (session: SqlServerSession) => Promise<T>,
): Promise<{ readonly value: T; readonly problem: null } | { readonly value: null; readonly problem: Reason }> {
  const secret = secretOf(record, side);
  const open = async (fresh: boolean) =>
    deps.sqlServers.connect(
      address,
      await deps.secrets.read(secret.name, secret.versionId, { fresh }),
      deps.durations.sliceMs,
    );
  try {
    const session = await open(false).catch((error: unknown) => {
      if (error instanceof CloudError && error.code === "login-failed") return open(true);
      throw error;
    });
    try {
      return { value: await work(session), problem: null };
    } finally {
      await session.close();
    }
  } catch (error) {
    // Failures of other services are judged by the step.
    if (!(error instanceof CloudError) || (error.service !== "sql-server" && error.service !== "kms")) throw error;
    return { value: null, problem: problemOf(error, side) };
  }
}

function problemOf(error: CloudError, side: Side): Reason {
  const where = side === "temporary" ? "the temporary instance" : "the master";
  // Before the login the server has refused nothing: we have.
  if (error.code === "tls-not-offered" || error.code === "certificate-not-trusted")
    return { code: error.code, text: `No connection to ${where}: ${error.message}` };
  if (error.service === "sql-server" && error.kind === "refused")
    return { code: error.code, text: `SQL Server on ${where} refused: ${refusalText(error)}` };
  if (error.kind === "refused")
    return { code: "secret-not-readable", text: `The secret for ${where} cannot be read (${error.code}).` };
  return { code: "unavailable", text: `No connection to ${where} at the moment (${error.code}).` };
}

/**
 * The addresses under which functions reach an instance, the best first: private ones in the functions' own VPC, then public endpoints.
 * A private address of any other network only lets a connection time out, so it is not among them.
 */
export async function reachableAddresses(
  deps: Pick<Dependencies, "rds" | "settings">,
  instanceId: string,
): Promise<RdsAddress[]> {
  const addresses = await deps.rds.listAddresses(instanceId);
  const { vpcId } = deps.settings;
  return [
    ...addresses.filter((address) => address.kind === "private" && vpcId !== null && address.vpcId === vpcId),
    ...addresses.filter((address) => address.kind === "public"),
  ];
}

/** The best of them; null: functions do not reach the instance. */
export async function reachableAddress(
  deps: Pick<Dependencies, "rds" | "settings">,
  instanceId: string,
): Promise<RdsAddress | null> {
  return (await reachableAddresses(deps, instanceId))[0] ?? null;
}

/** What to do when they do not reach the master. */
export const unreachableMaster =
  "The functions reach no address of the master: give it a public endpoint, or put the functions into its VPC (REWIND_VPC_ID).";

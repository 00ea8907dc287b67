import { CloudError } from "../cloud/cloud-error";
import type { RdsAddress } from "../cloud/rds";
import type { SqlServerSession } from "../cloud/sql-server";
import type { Reason, RestoreRecord } from "../restore/record";
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
    // Whatever else the work asks of the cloud is the step's to judge.
    if (!(error instanceof CloudError) || (error.service !== "sql-server" && error.service !== "kms")) throw error;
    return { value: null, problem: problemOf(error, side) };
  }
}

function problemOf(error: CloudError, side: Side): Reason {
  const where = side === "temporary" ? "the temporary instance" : "the master";
  if (error.service === "sql-server" && error.kind === "refused")
    return { code: error.code, text: `SQL Server on ${where} refused: ${error.message}` };
  if (error.kind === "refused")
    return { code: "secret-not-readable", text: `The secret for ${where} cannot be read (${error.code}).` };
  return { code: "unavailable", text: `No connection to ${where} at the moment (${error.code}).` };
}

/** The address under which functions reach an instance: inside the VPC first, then a public endpoint. */
export function reachableAddress(addresses: readonly RdsAddress[]): RdsAddress | null {
  return (
    addresses.find((address) => address.kind === "private") ??
    addresses.find((address) => address.kind === "public") ??
    null
  );
}

import type { ManagedInstance } from "./managed-instance";
import { instanceOf, managed } from "./managed-instance";
import type { Region } from "./region";

/** A new, billed instance with the named databases: what RecoveryDBInstance makes where it is given no target. */
export function buyRecoveredInstance(
  region: Region,
  { instance }: ManagedInstance,
  dbNames: string,
  restoreTimeMs: number | undefined,
): { DBInstanceId: string; OrderId: string } {
  const serial = region.nextSerial();
  const data = instance.data.rebuildAt(restoreTimeMs ?? region.nowMs);
  const wanted = new Set(dbNames.split(",").map((name) => name.trim().toLowerCase()));
  for (const { name } of data.databases()) if (!wanted.has(name.toLowerCase())) data.dropDatabase(name, region.nowMs);
  const { engineVersion, category, storageType, storageGb, instanceClass, networkType, vpcId } = instance;
  const bought = instanceOf(
    {
      id: `rm-recovered${serial}`,
      engineVersion,
      category,
      storageType,
      storageGb,
      instanceClass,
      networkType,
      ...(vpcId === undefined ? {} : { vpcId }),
      createdAtMs: region.nowMs,
      data,
    },
    region.nowMs,
  );
  region.add(managed(bought, region.options.timings.logBackupIntervalMs));
  return { DBInstanceId: bought.id, OrderId: String(serial) };
}

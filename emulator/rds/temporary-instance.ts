import type { Instance } from "./instance";
import { type ManagedInstance, managed } from "./managed-instance";
import type { Region } from "./region";

/** How far back a temporary instance may reach (documentation of CreateTempDBInstance). */
export const restorableMs = 7 * 24 * 3600_000;

/** Does RDS make temporary instances of this engine version and edition? The documents of 2018-2020 name more than today's. */
export function acceptsTemporaryInstance(instance: Instance, era: "today" | "until-2020"): boolean {
  const { engineVersion, storageType, category } = instance;
  if (engineVersion === "2008r2") return storageType === "local_ssd";
  return era === "until-2020" && category === "Basic" && ["2012", "2012_web", "2016_web"].includes(engineVersion);
}

/** What was asked for: a moment, or the moment to which a backup is consistent. */
export interface RestorePoint {
  readonly atMs: number;
  /** Where the last backup before it ends. */
  readonly lastBackupAtMs: number;
}

/**
 * Builds the temporary instance: the whole master as it was, on the classic network, with logins and passwords of then. Whether it
 * stops at the restore point or at the last backup before, and whether it has the master's whitelist, are capabilities.
 */
export function createTemporaryInstance(region: Region, master: ManagedInstance, point: RestorePoint): Instance {
  const { capabilities, timings } = region.options;
  const { nowMs } = region;
  const restoredToMs = capabilities.temporaryInstanceRestoresTo === "restore-time" ? point.atMs : point.lastBackupAtMs;
  const whitelist = capabilities.tempInheritsWhitelist ? copyOf(master.instance.whitelist) : defaultWhitelist();
  const instance: Instance = {
    ...master.instance,
    id: `sub${region.nextSerial()}_${master.instance.id}`,
    type: "Temp",
    masterInstanceId: master.instance.id,
    networkType: "Classic",
    vpcId: undefined,
    vSwitchId: undefined,
    createdAtMs: nowMs,
    runningFromMs: nowMs + timings.createTemporaryInstanceMs,
    deletingSinceMs: undefined,
    goneAtMs: undefined,
    forcedStatus: undefined,
    lockMode: "Unlock",
    description: "",
    whitelist,
    privateAddress: undefined,
    publicAddress: undefined,
    publicConnectionString: undefined,
    tags: new Map(),
    restoredToMs,
    data: master.instance.data.rebuildAt(restoredToMs),
  };
  region.add(
    managed(instance, timings.logBackupIntervalMs, { backupPolicy: { dataBackups: false, logBackups: false } }),
  );
  return instance;
}

function copyOf(whitelist: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  return new Map([...whitelist].map(([name, entries]) => [name, [...entries]]));
}

function defaultWhitelist(): Map<string, string[]> {
  return new Map([["default", ["127.0.0.1"]]]);
}

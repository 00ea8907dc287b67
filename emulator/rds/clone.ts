import { randomText } from "../core/random";
import type { SqlServerData } from "../data/sql-server-data";
import type { Instance } from "./instance";
import { type ManagedInstance, managed } from "./managed-instance";
import type { Region } from "./region";

/** What a call of CloneDBInstance asks for, defaults filled in. */
export interface CloneOrder {
  readonly atMs: number;
  /** Undefined: all of them. */
  readonly databases: readonly string[] | undefined;
  readonly instanceClass: string;
  readonly storageGb: number;
  readonly storageType: Instance["storageType"];
  readonly networkType: Instance["networkType"];
  readonly vpcId: string | undefined;
  readonly vSwitchId: string | undefined;
  readonly zoneId: string | undefined;
  readonly description: string;
  readonly payType: ManagedInstance["payType"];
  readonly deletionProtection: boolean;
}

/**
 * Makes a clone: an ordinary primary that nothing but its description ties to its source. The whitelist is the source's now, the data and
 * the accounts with their passwords are those of the restore point (rds-modern reference 1.2).
 */
export function createClone(region: Region, master: ManagedInstance, order: CloneOrder): Instance {
  const { timings, random } = region.options;
  const { nowMs } = region;
  const { atMs, databases, payType, deletionProtection, ...chosen } = order;
  const source = master.instance;
  const instance: Instance = {
    ...source,
    ...chosen,
    id: `rm-${randomText(random, 17)}`,
    createdAtMs: nowMs,
    runningFromMs: nowMs + timings.createCloneMs,
    deletingSinceMs: undefined,
    goneAtMs: undefined,
    forcedStatus: undefined,
    lockMode: "Unlock",
    whitelist: new Map([...source.whitelist].map(([name, entries]) => [name, [...entries]])),
    privateAddress: undefined,
    publicAddress: undefined,
    publicConnectionString: undefined,
    tags: new Map(),
    restoredToMs: atMs,
    data: dataOf(region, source.data, atMs, databases),
  };
  region.add(
    managed(instance, timings.logBackupIntervalMs, {
      payType,
      deletionProtection,
      backupPolicy: master.backups.policy,
    }),
  );
  region.noteClone(instance.id, source.id);
  return instance;
}

function dataOf(
  region: Region,
  data: SqlServerData,
  atMs: number,
  databases: readonly string[] | undefined,
): SqlServerData {
  const past = data.rebuildAt(atMs);
  if (databases === undefined) return past;
  const wanted = new Set(databases.map((name) => name.toLowerCase()));
  for (const { name } of past.databases()) if (!wanted.has(name.toLowerCase())) past.dropDatabase(name, atMs);
  if (region.options.capabilities.cloneBySubsetKeepsLogins) return past;
  for (const login of past.logins()) {
    const isOfSubset = login.super || Object.keys(login.rights).some((name) => wanted.has(name.toLowerCase()));
    if (!isOfSubset) past.dropLogin(login.name, atMs);
  }
  return past;
}

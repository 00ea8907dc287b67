import type { RpcParameters, RpcService } from "../core/rpc-service";
import type { Backup, BackupHistory } from "./backup-history";
import type { Instance } from "./instance";
import { type InstanceSpec, instanceOf, type ManagedInstance, managed } from "./managed-instance";
import type { Bill } from "./meter";
import { rdsOperations } from "./rds-operations";
import { Region, type RegionOptions } from "./region";
import type { Sale } from "./sale";
import { createTemporaryInstance } from "./temporary-instance";

/**
 * RDS for SQL Server without its HTTP shell: the API by `call`, and what consoles, seeds, tests and neighbouring services do in
 * process. Everything is computed from the clock when it is asked for.
 */
export class RdsService implements RpcService {
  readonly product = "rds";
  readonly version = "2014-08-15";
  readonly #region: Region;

  constructor(options: RegionOptions) {
    this.#region = new Region(options);
  }

  call(action: string, parameters: RpcParameters): Record<string, unknown> {
    this.settle();
    return rdsOperations.call(this.#region, action, parameters);
  }

  resourceOf({ DBInstanceId = "*" }: RpcParameters): string {
    return `dbinstance/${DBInstanceId}`;
  }

  /** Releases the addresses of instances that are gone by now. Every call does it first; shells may do it in between. */
  settle(): void {
    this.#region.settle();
  }

  /** The instance, unless it is gone. */
  instance(id: string): Instance | undefined {
    return this.#region.find(id)?.instance;
  }

  /** Instances that are not gone, oldest entry first. */
  instances(): Instance[] {
    return this.#region.existing().map(({ instance }) => instance);
  }

  /** Status as the API shows it; undefined when gone. */
  status(id: string): string | undefined {
    const instance = this.instance(id);
    return instance && this.#region.status(instance);
  }

  /**
   * Does its SQL Server take connections? A master does while its temporary instance is made, whatever its status is called then; a
   * status set by hand stops it, unless it says Running.
   */
  isRunning(instance: Instance): boolean {
    if (this.instance(instance.id) !== instance) return false;
    if ((instance.forcedStatus ?? "Running") !== "Running") return false;
    return this.#region.status(instance) !== "Deleting" && this.#region.nowMs >= instance.runningFromMs;
  }

  /** Puts a Running instance into the region, with an address when it is in a VPC. */
  addInstance(spec: InstanceSpec): Instance {
    const instance = instanceOf(spec, this.#region.nowMs);
    this.#region.add(managed(instance, this.#region.options.timings.logBackupIntervalMs, spec));
    return instance;
  }

  /** What somebody does in the console: a temporary instance that no call of ours made. The rules about time and backups are not asked. */
  createTemporaryInstanceByHand(masterInstanceId: string, restoreTimeMs: number): Instance {
    if (this.#region.temporaryOf(masterInstanceId)) throw new Error(`${masterInstanceId} has a temporary instance`);
    const point = { atMs: restoreTimeMs, lastBackupAtMs: restoreTimeMs };
    return createTemporaryInstance(this.#region, this.#require(masterInstanceId), point);
  }

  /** A database made through SQL rather than the API: Running at once. */
  createDatabase(instance: Instance, name: string, collation: string): void {
    instance.data.createDatabase(name, collation, this.#region.nowMs);
  }

  /** Finished data backups, oldest first. */
  backups(instanceId: string): Backup[] {
    return this.#require(instanceId).backups.finished(this.#region.nowMs);
  }

  /** The instance's backup history, to add backups and holes to it. */
  backupHistory(instanceId: string): BackupHistory {
    return this.#require(instanceId).backups;
  }

  /** Shows this status from now on; undefined gives the computed one back. */
  forceStatus(instanceId: string, status: string | undefined): void {
    this.#require(instanceId).instance.forcedStatus = status;
  }

  /** `Unlock`, `ManualLock`, `LockByExpiration`, `LockByDiskQuota` … */
  lock(instanceId: string, lockMode: string): void {
    this.#require(instanceId).instance.lockMode = lockMode;
  }

  /** The disk figure that DescribeResourceUsage answers; undefined gives the computed one back. */
  setDiskUsed(instanceId: string, bytes: number | undefined): void {
    this.#require(instanceId).diskUsedBytes = bytes;
  }

  /** What is sold, to sell it out or to raise its price. */
  get sale(): Sale {
    return this.#region.sale;
  }

  /** What the instances that calls have bought have cost so far, released ones too. */
  bills(): Bill[] {
    return this.#region.meter.bills(this.#region.nowMs);
  }

  /** A vSwitch beside the one that is there. */
  addVSwitch(vSwitchId: string, vSwitch: { readonly vpcId: string; readonly zoneId: string }): void {
    this.#region.network.addVSwitch(vSwitchId, vSwitch);
  }

  /** Names of databases on their way into the instance. */
  arrivingDatabases(instanceId: string): string[] {
    const restores = this.#region.find(instanceId)?.databaseRestores ?? [];
    return restores.flatMap(({ databases }) => databases.map(({ newName }) => newName));
  }

  /** The next restore of databases into the instance is accepted, and comes to nothing. */
  failNextDatabaseRestore(instanceId: string): void {
    this.#require(instanceId).failsNextDatabaseRestore = true;
  }

  /** RDS, or somebody in the console, releases the instance now. */
  releaseEarly(instanceId: string): void {
    this.#region.beginDeletion(this.#require(instanceId).instance);
  }

  /** @throws Error: in process an unknown id is a mistake of the caller's, not an answer of the cloud's */
  #require(instanceId: string): ManagedInstance {
    const found = this.#region.find(instanceId);
    if (!found) throw new Error(`there is no instance ${instanceId}`);
    return found;
  }
}

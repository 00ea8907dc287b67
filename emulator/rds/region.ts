import type { Capabilities, Timings } from "../capabilities";
import type { Clock } from "../core/clock";
import type { Random } from "../core/random";
import { ServiceError } from "../core/service-error";
import { finishDatabaseRestores } from "./database-restore";
import type { AddressBook, Instance } from "./instance";
import type { ManagedInstance } from "./managed-instance";
import { Meter } from "./meter";
import { Sale } from "./sale";
import { isGone, recycledMs, statusOf } from "./status";
import { TokenBook } from "./token-book";
import { VirtualNetwork } from "./virtual-network";

export interface RegionOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly regionId: string;
  readonly accountId: string;
  readonly capabilities: Capabilities;
  readonly timings: Timings;
  readonly addresses: AddressBook;
  /** A restore time must be at least this old (30 minutes by the documents, which is the default). */
  readonly restoreLagMs?: number;
  /** How many pay-as-you-go instances the account may have; 30 by the documents, which is the default. */
  readonly postpaidQuota?: number | undefined;
}

/** All instances of one account in one region, and what their moments mean now. */
export class Region {
  readonly #options: RegionOptions;
  /** In the order of their making; gone ones stay until lists have caught up. */
  readonly #instances = new Map<string, ManagedInstance>();
  readonly #temporaryIds = new Map<string, string>();
  /** Clones, each with its source: no answer names it. */
  readonly #sourceIds = new Map<string, string>();
  /** Released instances in the recycle bin, where they are shown. */
  readonly #recycled = new Map<string, ManagedInstance>();
  #lastSerial = 0;
  readonly sale = new Sale();
  readonly meter = new Meter();
  readonly cloneTokens: TokenBook;
  readonly network: VirtualNetwork;

  constructor(options: RegionOptions) {
    this.#options = options;
    this.cloneTokens = new TokenBook(options.capabilities.cloneTokenLife);
    this.network = new VirtualNetwork(options.regionId);
  }

  get options(): RegionOptions {
    return this.#options;
  }

  get nowMs(): number {
    return this.#options.clock.nowMs();
  }

  get restoreLagMs(): number {
    return this.#options.restoreLagMs ?? 30 * 60_000;
  }

  /** @throws Error when the id is taken: ids of seeds are chosen by the caller. */
  add(managed: ManagedInstance): void {
    const { instance } = managed;
    if (this.#instances.has(instance.id)) throw new Error(`instance ${instance.id} exists`);
    this.#instances.set(instance.id, managed);
    if (instance.type === "Temp") this.#temporaryIds.set(instance.masterInstanceId as string, instance.id);
    if (instance.networkType === "VPC") instance.privateAddress = this.#options.addresses.take(instance, "private");
  }

  /** 13 digits that no temporary instance had before: the time, moved on where it would repeat. */
  nextSerial(): number {
    this.#lastSerial = Math.max(this.nowMs, this.#lastSerial + 1);
    return this.#lastSerial;
  }

  /** The instance, unless it is gone. */
  find(id: string): ManagedInstance | undefined {
    const managed = this.#instances.get(id);
    return managed && !this.#isGone(managed.instance) ? managed : undefined;
  }

  /** @throws ServiceError the not-found error that the operation documents, 404 `InvalidDBInstanceId.NotFound` by default */
  require(id: string, notFound: () => ServiceError = instanceNotFound): ManagedInstance {
    const managed = this.find(id);
    if (!managed) throw notFound();
    return managed;
  }

  /** The instance, or what the recycle bin shows of it. */
  findOrRecycled(id: string): ManagedInstance | undefined {
    return this.find(id) ?? this.#recycled.get(id);
  }

  noteClone(cloneId: string, sourceId: string): void {
    this.#sourceIds.set(cloneId, sourceId);
  }

  /** Has the account as many pay-as-you-go instances as it may have? */
  isQuotaReached(): boolean {
    const postpaid = this.existing().filter(
      ({ instance, payType }) => instance.type === "Primary" && payType === "Postpaid",
    );
    return postpaid.length >= (this.#options.postpaidQuota ?? 30);
  }

  /** Instances that are not gone. */
  existing(): ManagedInstance[] {
    const { nowMs } = this;
    return [...this.#instances.values()].filter(({ instance }) => !isGone(instance, nowMs, this.#options.timings));
  }

  /** Instances as lists show them: new ones appear, and gone ones disappear, `listLagMs` late. */
  listed(): ManagedInstance[] {
    const lateMs = this.nowMs - this.#options.timings.listLagMs;
    const listed = [...this.#instances.values()].filter(
      ({ instance }) =>
        instance.createdAtMs <= lateMs &&
        !isGone(instance, lateMs, this.#options.timings) &&
        !this.#recycled.has(instance.id),
    );
    return [...listed, ...this.#recycled.values()];
  }

  /** The temporary instance of a master, also while it is being deleted. */
  temporaryOf(masterInstanceId: string): ManagedInstance | undefined {
    const id = this.#temporaryIds.get(masterInstanceId);
    return id === undefined ? undefined : this.find(id);
  }

  readOnlyInstancesOf(masterInstanceId: string): ManagedInstance[] {
    return [...this.#instances.values()].filter(
      ({ instance }) =>
        instance.type === "Readonly" && instance.masterInstanceId === masterInstanceId && !this.#isGone(instance),
    );
  }

  status(instance: Instance): string {
    const { capabilities } = this.#options;
    if (this.#recycled.has(instance.id)) return "Released";
    const status = statusOf(instance, this.temporaryOf(instance.id)?.instance, this.nowMs, capabilities);
    if (status !== "Running") return status;
    const isRestoring = (this.#instances.get(instance.id)?.databaseRestores.length ?? 0) > 0;
    if (isRestoring) return capabilities.statusWhileDatabasesAreRestored;
    return this.#isBeingCloned(instance) ? capabilities.masterStatusDuringClone : status;
  }

  /** @throws ServiceError OperationDenied.DBInstanceStatus (400 or 403, a capability) unless the instance is Running */
  requireRunning(instance: Instance): void {
    if (this.status(instance) === "Running") return;
    const { stateErrorStatus } = this.#options.capabilities;
    const text = "The operation is not permitted due to status of instance.";
    throw new ServiceError(stateErrorStatus, "OperationDenied.DBInstanceStatus", text);
  }

  /** Begins the release of an instance. */
  beginDeletion(instance: Instance): void {
    instance.deletingSinceMs = this.nowMs;
    instance.goneAtMs = this.nowMs + this.#options.timings.deleteInstanceMs;
    this.meter.stop(instance.id, this.nowMs);
  }

  /** Finishes restores of databases, gives back the addresses of gone instances, and forgets those that no list shows any more. */
  settle(): void {
    const { addresses, timings, capabilities } = this.#options;
    const { nowMs } = this;
    for (const [id, { instance }] of this.#recycled) {
      if (nowMs - instance.goneAtMs! >= recycledMs) this.#recycled.delete(id);
    }
    for (const managed of this.#instances.values()) {
      const { instance } = managed;
      finishDatabaseRestores(managed, nowMs);
      if (!isGone(instance, nowMs, timings)) continue;
      const isShown = capabilities.deletedClone === "Released" && isRecycled(managed);
      if (isShown && nowMs - instance.goneAtMs! < recycledMs) this.#recycled.set(instance.id, managed);
      if (instance.privateAddress) addresses.release(instance.privateAddress);
      if (instance.publicAddress) addresses.release(instance.publicAddress);
      instance.privateAddress = undefined;
      instance.publicAddress = undefined;
      instance.publicConnectionString = undefined;
      if (isGone(instance, nowMs - timings.listLagMs, timings)) this.#instances.delete(instance.id);
    }
  }

  #isBeingCloned({ id }: Instance): boolean {
    return [...this.#sourceIds].some(([cloneId, sourceId]) => {
      const clone = sourceId === id ? this.find(cloneId)?.instance : undefined;
      return clone !== undefined && this.nowMs < clone.runningFromMs;
    });
  }

  #isGone(instance: Instance): boolean {
    return isGone(instance, this.nowMs, this.#options.timings);
  }
}

/** Pay-as-you-go primaries that are released go into the recycle bin, those of 2008 R2 do not (rds-modern reference 1.4). */
function isRecycled({ instance, payType }: ManagedInstance): boolean {
  return instance.type === "Primary" && payType === "Postpaid" && instance.engineVersion !== "2008r2";
}

function instanceNotFound(): ServiceError {
  return new ServiceError(404, "InvalidDBInstanceId.NotFound", "The specified DBInstanceId does not exist.");
}

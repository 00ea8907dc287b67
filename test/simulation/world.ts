import { type Capabilities, defaultCapabilities, type Timings } from "../../emulator/capabilities";
import { SeededRandom } from "../../emulator/core/random";
import type { RpcService } from "../../emulator/core/rpc-service";
import { DtsService } from "../../emulator/dts/dts-service";
import type { DtsRecovery } from "../../emulator/dts/dts-world";
import { KmsService } from "../../emulator/kms/kms-service";
import type { Address, AddressBook, Instance } from "../../emulator/rds/instance";
import { RdsService } from "../../emulator/rds/rds-service";
import { TablestoreService } from "../../emulator/tablestore/tablestore-service";
import { deadAlarms } from "../../shared/alerts/take";
import { CloudError } from "../../shared/cloud/cloud-error";
import { DtsClient } from "../../shared/cloud/dts/client";
import { KmsSecrets } from "../../shared/cloud/kms/secrets";
import { RdsClient } from "../../shared/cloud/rds/client";
import type { Rpc } from "../../shared/cloud/rpc/rpc";
import type { Dependencies, Log } from "../../shared/engine/dependencies";
import { tick } from "../../shared/engine/poll";
import { runStep } from "../../shared/engine/step";
import { decodeNudge } from "../../shared/messaging/nudge";
import type { Queues } from "../../shared/messaging/queues";
import { type Durations, defaultDurations } from "../../shared/restore/model/durations";
import { phaseOf, type RestoreRecord } from "../../shared/restore/model/record";
import { type StepFunction, stepFunctions } from "../../shared/restore/model/states";
import { parseClaim } from "../../shared/store/record-row";
import type { Claim } from "../../shared/store/restore-store";
import type { Columns, Key } from "../../shared/store/rows";
import { tableLayouts, tables } from "../../shared/store/tables";
import type { CodeVersions } from "./code-versions";
import { JsonRecords, type KeptRecords, NamedRecords } from "./kept-records";
import type { Onlooker, Product } from "./onlooker";
import { SimulatedRows, SimulatedStore, simulatedRpc } from "./ports";
import { CallLost, type FaultPlan, Process } from "./process";
import { Scheduler } from "./scheduler";
import { SimulatedSqlServers } from "./sql-servers";

export interface WorldOptions {
  readonly seed: number;
  readonly startMs?: number;
  readonly capabilities?: Partial<Capabilities>;
  readonly durations?: Partial<Durations>;
  readonly dtsOrder?: "configure-first" | "buy-first";
  /** The VPC of the functions. Default: the one that masters are in; null: none. */
  readonly vpcId?: string | null;
  readonly billedClones?: boolean;
  readonly faults?: FaultPlan;
  readonly indexLagMs?: number;
  /** A scheduler that already exists, for fault plans that look at the time. */
  readonly scheduler?: Scheduler;
  /** How far the clock of the functions is ahead of the cloud's. */
  readonly clockSkewMs?: number;
  /** For each message, how much later each copy of it arrives; none: it is dropped. */
  readonly delivery?: (queue: string) => readonly number[];
  readonly onlooker?: Onlooker;
  readonly timings?: Partial<Timings>;
  /** Databases say that they are this many times larger. */
  readonly sizeFactor?: number;
  /** Invocations run as one of two versions of the code. */
  readonly versions?: CodeVersions;
  readonly recovery?: DtsRecovery;
  /** A service whose reads may be behind. */
  readonly behindReplicas?: (service: RpcService, bornMs: (id: string) => number | undefined) => RpcService;
  /** After how long the whole batch of a failed invocation is delivered again; null: it is lost. */
  readonly retriesBatch?: () => number | null;
  /** Leaves out most ticks of the timer that would find nothing due, or come too early; never those of each half hour (the sweep). */
  readonly skipsIdleTicks?: boolean;
  /** Rows name the records, which are remembered as the objects that they were, instead of holding their JSON. */
  readonly remembersRecords?: boolean;
  /** The longest name of a database that RDS restores, as the deployment has it set. */
  readonly restoredNameMax?: number;
  /** Keeps a line for each thing that happens. */
  readonly trace?: boolean;
}

const minuteMs = 60_000;

/** How long the simulated cloud takes: minutes, as the real one. */
export const simulatedTimings: Timings = {
  createTemporaryInstanceMs: 10 * minuteMs,
  createCloneMs: 25 * minuteMs,
  deleteInstanceMs: 2 * minuteMs,
  createDatabaseMs: 30_000,
  restoreDatabaseMs: 20 * 60_000,
  precheckMs: minuteMs,
  structureMs: 30_000,
  rowsPerSecond: 5,
  listLagMs: 20_000,
  logBackupIntervalMs: 60 * minuteMs,
};

const noFaults: FaultPlan = { strike: () => "none", latencyMs: () => 20 };

/** A function's timeout; the platform kills what runs longer. */
const functionTimeoutMs = 120_000;
const regionId = "cn-hangzhou";

/**
 * The real steps, decisions and poller over the cores of the local cloud, in one process and virtual time. Queues deliver serially in
 * batches, invocations are processes that can die between any two calls.
 */
export class World {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly rds: RdsService;
  readonly dts: DtsService;
  readonly kms: KmsService;
  readonly tablestore: TablestoreService;
  readonly durations: Durations;
  readonly trace: string[] = [];
  /** Messages of the alarm queue that nobody could read. */
  readonly deadAlarms: string[] = [];
  /** Every log line of the product, to be searched for secrets. */
  readonly logs: string[] = [];
  /** How many times larger databases say that they are. */
  readonly sizeFactor: number;
  readonly #options: WorldOptions;
  readonly #faults: FaultPlan;
  readonly #addresses = new Map<number, { instance: Instance; network: "private" | "public" }>();
  readonly #queues = new Map<string, { messages: string[]; busy: boolean }>();
  readonly #rdsCalls: RpcService;
  readonly #dtsCalls: RpcService;
  readonly #sqlServers: SimulatedSqlServers;
  readonly #records = new Map<string, RestoreRecord>();
  /** The same in the order of their ids, until the next write. */
  #sorted: readonly RestoreRecord[] | null = null;
  readonly #claims = new Map<string, Claim>();
  readonly #kept: KeptRecords;
  #nextPort = 10_000;
  #nextTickAtMs = Number.NEGATIVE_INFINITY;
  #invocations = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.sizeFactor = options.sizeFactor ?? 1;
    this.#faults = options.faults ?? noFaults;
    this.#kept = options.remembersRecords ? new NamedRecords() : new JsonRecords();
    this.random = new SeededRandom(options.seed);
    this.scheduler = options.scheduler ?? new Scheduler(options.startMs ?? Date.parse("2026-11-20T00:00:00Z"));
    this.durations = { ...defaultDurations, ...options.durations };
    const capabilities = { ...defaultCapabilities, ...options.capabilities };
    const timings = { ...simulatedTimings, ...options.timings };
    const { scheduler: clock, random } = this;
    this.rds = new RdsService({
      clock,
      random,
      regionId,
      accountId: "1",
      capabilities,
      timings,
      addresses: this.#addressBook(),
    });
    this.dts = new DtsService({
      clock,
      random,
      regionId,
      capabilities,
      timings,
      instances: this.rds,
      ...(options.recovery ? { recovery: options.recovery } : {}),
    });
    const { behindReplicas = (service: RpcService) => service } = options;
    this.#rdsCalls = behindReplicas(this.rds, (id) => this.rds.instance(id)?.createdAtMs);
    this.#dtsCalls = behindReplicas(this.dts, (id) => this.dts.job(id)?.createdAtMs);
    this.kms = new KmsService({ clock, random });
    this.tablestore = new TablestoreService({ clock, indexLagMs: options.indexLagMs ?? 0 });
    for (const layout of tableLayouts) {
      this.tablestore.createTable({
        name: layout.name,
        primaryKey: layout.key,
        definedColumns: layout.indexed,
        indexes: layout.indexes.map((index) => ({ name: index.name, primaryKey: index.key, definedColumns: [] })),
      });
    }
    this.#sqlServers = new SimulatedSqlServers(
      { byAddress: (_host, port) => this.#addresses.get(port), isRunning: (instance) => this.rds.isRunning(instance) },
      () => this.#beforeSqlRead(),
      this.sizeFactor,
    );
    this.#everyMinute();
  }

  get invocations(): number {
    return this.#invocations;
  }

  settle(): void {
    this.dts.settle();
    this.rds.settle();
  }

  note(line: string): void {
    if (this.#options.trace) this.trace.push(`${new Date(this.scheduler.nowMs()).toISOString()} ${line}`);
  }

  /** The parts of the product as one invocation has them. */
  dependencies(process: Process): Dependencies {
    const { onlooker, versions, clockSkewMs = 0 } = this.#options;
    const random = () => this.random.next();
    const rows = new SimulatedRows(process, this.tablestore, (table, key, columns) =>
      this.#written(table, key, columns),
    );
    const clock = { nowMs: () => this.scheduler.nowMs() + clockSkewMs };
    const log: Log = (level, message, fields) => {
      const line = JSON.stringify({ level, message, ...fields });
      if (onlooker) onlooker.logged(line);
      else this.logs.push(line);
      if (this.#options.trace) this.note(`  log ${message} ${JSON.stringify(fields ?? {})}`);
    };
    return {
      store: new SimulatedStore(versions?.rowsOf(rows) ?? rows, { random, log, kept: this.#kept }),
      queues: this.#sender(process),
      rds: new RdsClient(this.#rpc(process, this.#rdsCalls, "rds"), regionId),
      dts: new DtsClient(this.#rpc(process, this.#dtsCalls, "dts"), regionId),
      secrets: new KmsSecrets(this.#rpc(process, this.kms, "kms"), clock),
      sqlServers: this.#sqlServers,
      clock,
      random,
      log,
      durations: this.durations,
      settings: {
        dtsOrder: this.#options.dtsOrder ?? "configure-first",
        tableKeys: this.#options.capabilities?.tableKeys ?? "bare",
        twoPersonRule: "never",
        acceptsWriteBacks: true,
        billedClones: this.#options.billedClones ?? true,
        restoredNameMax: this.#options.restoredNameMax ?? 64,
        sqlTls: { checksIdentity: true, allowsClear: false },
        egressAddresses: ["192.168.0.10", "203.0.113.10"],
        vpcId: this.#options.vpcId === undefined ? "vpc-local" : this.#options.vpcId,
      },
    };
  }

  /** An invocation of a function that no queue of nudges wakes, under the faults of this world. */
  process(name: string): Process {
    return new Process(this.scheduler, this.#faults, (line) => this.note(`  ${name}: ${line}`));
  }

  /** A process of somebody outside the pipeline (the API, a person's tool), free of faults. */
  outsider(): Process {
    return new Process(this.scheduler, { strike: () => "none", latencyMs: () => 1 }, () => {});
  }

  /** The records as they are in the store, without going through a process. */
  records(): readonly RestoreRecord[] {
    this.#sorted ??= [...this.#records.values()].sort((left, right) => (left.restoreId < right.restoreId ? -1 : 1));
    return this.#sorted;
  }

  record(restoreId: string): RestoreRecord {
    const found = this.#records.get(restoreId);
    if (!found) throw new Error(`no restore ${restoreId}`);
    return found;
  }

  /** Puts a message into a queue of the pipeline. */
  send(queue: string, body: string, delayMs = 0): void {
    this.#options.onlooker?.messageSent(queue, body);
    if (queue === deadAlarms) {
      this.deadAlarms.push(body);
      return;
    }
    for (const laterMs of this.#options.delivery?.(queue) ?? [0]) {
      this.scheduler.after(delayMs + laterMs, () => {
        const entry = this.#queues.get(queue) ?? { messages: [], busy: false };
        this.#queues.set(queue, entry);
        entry.messages.push(body);
        this.#deliver(queue, entry);
      });
    }
  }

  #sender(process: Process): Queues {
    return {
      send: async (queue, body, delaySeconds = 0) => {
        try {
          await process.call(`mns SendMessage ${queue}`, true, () => this.send(queue, body, delaySeconds * 1000 + 50));
        } catch (error) {
          if (!(error instanceof CallLost)) throw error;
          throw new CloudError("unavailable", "mns", "SendMessage", "ConnectionLost", "mns SendMessage failed");
        }
      },
    };
  }

  /** Serial per queue: the next batch is handed over when the function has answered, or was killed at its timeout. */
  #deliver(queue: string, entry: { messages: string[]; busy: boolean }): void {
    if (entry.busy || entry.messages.length === 0) return;
    entry.busy = true;
    this.#handOver(queue, entry, entry.messages.splice(0, 16));
  }

  #handOver(queue: string, entry: { messages: string[]; busy: boolean }, batch: readonly string[]): void {
    this.#invoke(queue as StepFunction, batch, (failed) => {
      const againMs = failed ? (this.#options.retriesBatch?.() ?? null) : null;
      if (againMs !== null) {
        this.scheduler.after(againMs, () => this.#handOver(queue, entry, batch));
        return;
      }
      entry.busy = false;
      this.#deliver(queue, entry);
    });
  }

  #invoke(by: StepFunction, batch: readonly string[], onEnd: (failed: boolean) => void): void {
    if (!stepFunctions.includes(by)) throw new Error(`a message for ${by}, which is no function`);
    this.#invocations++;
    const process = new Process(this.scheduler, this.#faults, (line) => this.note(`  ${by}: ${line}`));
    let ended = false;
    const end = (failed: boolean) => {
      if (!ended) onEnd(failed);
      ended = true;
    };
    this.#options.onlooker?.invoked(by);
    this.note(`${by} ${batch.join(" ")}`);
    this.#run(by, batch, process)
      .then(
        () => end(false),
        (error: unknown) => {
          // A failed invocation. Anything but a failing cloud is a bug.
          this.note(`  ${by} failed: ${error}`);
          if (!(error instanceof CloudError)) this.scheduler.fail(error);
          end(true);
        },
      )
      // Its end begins the next one, which the onlooker may not like.
      .catch((error: unknown) => this.scheduler.fail(error));
    this.scheduler.after(functionTimeoutMs, () => {
      if (!ended) process.kill("the function's timeout");
      end(true);
    });
  }

  async #run(by: StepFunction, batch: readonly string[], process: Process): Promise<void> {
    const deps = this.dependencies(process);
    const nudges = batch.flatMap((body) => decodeNudge(body) ?? []);
    const runs = await Promise.allSettled(nudges.map((nudge) => runStep(deps, by, nudge.restoreId)));
    for (const run of runs) {
      if (run.status === "rejected" && !(run.reason instanceof CloudError)) throw run.reason;
    }
    if (by === "poll-restores") await tick(deps);
  }

  #everyMinute(): void {
    this.scheduler.after(minuteMs, () => {
      if (!this.#isIdle()) this.#invoke("poll-restores", [], () => {});
      this.#everyMinute();
    });
  }

  #isIdle(): boolean {
    const nowMs = this.scheduler.nowMs();
    const minute = Math.floor(nowMs / minuteMs);
    if (!this.#options.skipsIdleTicks || minute % 30 === 0) return false;
    // Two ticks at one time are tried often enough by the messages that ask for them.
    if (this.#nextTickAtMs > nowMs && minute % 4 !== 0) return true;
    const soonMs = nowMs + minuteMs;
    for (const [restoreId, record] of this.#records) {
      if (phaseOf(record) === "open" && this.#claims.get(restoreId)!.nextCheckAtMs <= soonMs) return false;
    }
    return true;
  }

  /** The signed calls of one product, seen by the onlooker when they are sent and when they take effect. */
  #rpc(process: Process, service: RpcService, product: Product): Rpc {
    const { onlooker } = this.#options;
    if (!onlooker) return simulatedRpc(process, service, product);
    const watched: RpcService = {
      product: service.product,
      version: service.version,
      call: (action, parameters) => {
        const answer = service.call(action, parameters);
        onlooker.tookEffect(product, action, parameters);
        return answer;
      },
    };
    const rpc = simulatedRpc(process, watched, product);
    return {
      call: async (action, query, options) => {
        const parameters = options.body ? { ...query, ...options.body } : query;
        onlooker.sending(product, action, parameters);
        try {
          const answer = await rpc.call(action, query, options);
          onlooker.answered(product, action, parameters, answer);
          return answer;
        } catch (error) {
          const isKnown = error instanceof CloudError && (error.kind === "refused" || error.kind === "throttled");
          if (isKnown) onlooker.answered(product, action, parameters, null);
          throw error;
        }
      },
    };
  }

  #written(table: string, key: Key, columns: Columns): void {
    if (table === tables.restores.name) {
      const restoreId = String(key["restoreId"]);
      this.#claimed(restoreId, columns);
      if (columns["record"] !== undefined) this.#saved(restoreId, String(columns["record"]));
    }
    if (table === "poller") {
      this.#nextTickAtMs = Number(columns["nextTickAtMs"]);
      this.#options.onlooker?.ticked();
    }
  }

  #saved(restoreId: string, text: string): void {
    const { versions, onlooker, trace } = this.#options;
    const record = versions?.parse(text) ?? this.#kept.recordOf(restoreId, text, () => JSON.parse(text));
    const before = this.#records.get(restoreId);
    this.#records.set(restoreId, record);
    this.#sorted = null;
    if (trace && before?.status !== record.status) this.note(`  ${restoreId} is ${record.status}`);
    onlooker?.saved(before, record, this.#kept.isJson ? text : null);
  }

  #claimed(restoreId: string, columns: Columns): void {
    const before = this.#claims.get(restoreId);
    const claim = parseClaim(restoreId, columns);
    this.#claims.set(restoreId, claim);
    this.#options.onlooker?.claimed(restoreId, before, claim);
  }

  #beforeSqlRead(): void {
    this.settle();
    if (this.#faults.breaksSql?.())
      throw new CloudError("unavailable", "sql-server", "query", "ConnectionLost", "the connection broke");
  }

  #addressBook(): AddressBook {
    return {
      take: (instance, network): Address => {
        const port = this.#nextPort++;
        this.#addresses.set(port, { instance, network });
        return { host: "127.0.0.1", port };
      },
      release: (address) => {
        this.#addresses.delete(address.port);
      },
    };
  }
}

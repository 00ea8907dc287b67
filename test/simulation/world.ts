import { type Capabilities, defaultCapabilities, type Timings } from "../../emulator/capabilities";
import { SeededRandom } from "../../emulator/core/random";
import { DtsService } from "../../emulator/dts/dts-service";
import { KmsService } from "../../emulator/kms/kms-service";
import type { Address, AddressBook, Instance } from "../../emulator/rds/instance";
import { RdsService } from "../../emulator/rds/rds-service";
import { TablestoreService } from "../../emulator/tablestore/tablestore-service";
import { DtsClient } from "../../shared/cloud/dts-client";
import { KmsSecrets } from "../../shared/cloud/kms-secrets";
import { RdsClient } from "../../shared/cloud/rds-client";
import type { Dependencies } from "../../shared/engine/dependencies";
import { tick } from "../../shared/engine/poll";
import { runStep } from "../../shared/engine/step";
import { decodeNudge } from "../../shared/messaging/nudge";
import type { Queues } from "../../shared/messaging/queues";
import { type Durations, defaultDurations } from "../../shared/restore/durations";
import type { RestoreRecord } from "../../shared/restore/record";
import { type StepFunction, stepFunctions } from "../../shared/restore/states";
import { RowsRestoreStore } from "../../shared/store/restore-store-rows";
import { tableLayouts } from "../../shared/store/tables";
import { SimulatedRows, simulatedRpc } from "./ports";
import { CallLost, type FaultPlan, Process } from "./process";
import { Scheduler } from "./scheduler";
import { SimulatedSqlServers } from "./sql-servers";

export interface WorldOptions {
  readonly seed: number;
  readonly startMs?: number;
  readonly capabilities?: Partial<Capabilities>;
  readonly durations?: Partial<Durations>;
  readonly dtsOrder?: "configure-first" | "buy-first";
  readonly faults?: FaultPlan;
  readonly indexLagMs?: number;
  /** Keeps a line for each thing that happens. */
  readonly trace?: boolean;
}

const minuteMs = 60_000;

/** How long the simulated cloud takes: minutes, as the real one. */
export const simulatedTimings: Timings = {
  createTemporaryInstanceMs: 10 * minuteMs,
  deleteInstanceMs: 2 * minuteMs,
  createDatabaseMs: 30_000,
  precheckMs: minuteMs,
  structureMs: 30_000,
  rowsPerSecond: 5,
  listLagMs: 20_000,
  logBackupIntervalMs: 30 * minuteMs,
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
  /** Every log line of the product, to be searched for secrets. */
  readonly logs: string[] = [];
  readonly #options: WorldOptions;
  readonly #faults: FaultPlan;
  readonly #addresses = new Map<number, { instance: Instance; network: "private" | "public" }>();
  readonly #queues = new Map<string, { messages: string[]; busy: boolean }>();
  readonly #sqlServers: SimulatedSqlServers;
  #nextPort = 10_000;
  #invocations = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#faults = options.faults ?? noFaults;
    this.random = new SeededRandom(options.seed);
    this.scheduler = new Scheduler(options.startMs ?? Date.parse("2026-11-20T00:00:00Z"));
    this.durations = { ...defaultDurations, ...options.durations };
    const capabilities = { ...defaultCapabilities, ...options.capabilities };
    const { scheduler: clock, random } = this;
    this.rds = new RdsService({
      clock,
      random,
      regionId,
      accountId: "1",
      capabilities,
      timings: simulatedTimings,
      addresses: this.#addressBook(),
    });
    this.dts = new DtsService({
      clock,
      random,
      regionId,
      capabilities,
      timings: simulatedTimings,
      instances: this.rds,
    });
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
      () => this.settle(),
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
    const rows = new SimulatedRows(process, this.tablestore);
    const random = () => this.random.next();
    return {
      store: new RowsRestoreStore(rows, { random }),
      queues: this.#sender(process),
      rds: new RdsClient(simulatedRpc(process, this.rds, "rds"), regionId),
      dts: new DtsClient(simulatedRpc(process, this.dts, "dts"), regionId),
      secrets: new KmsSecrets(simulatedRpc(process, this.kms, "kms"), this.scheduler),
      sqlServers: this.#sqlServers,
      clock: this.scheduler,
      random,
      log: (level, message, fields) => {
        this.logs.push(JSON.stringify({ level, message, ...fields }));
        this.note(`  log ${message} ${JSON.stringify(fields ?? {})}`);
        if (level === "error" && message.includes("a step failed"))
          this.scheduler.fail(new Error(`${message} ${JSON.stringify(fields)}`));
      },
      durations: this.durations,
      settings: {
        dtsOrder: this.#options.dtsOrder ?? "configure-first",
        twoPersonRule: false,
        egressAddresses: ["192.168.0.10", "203.0.113.10"],
      },
    };
  }

  /** A process of somebody outside the pipeline (the API, a person's tool), free of faults. */
  outsider(): Process {
    return new Process(this.scheduler, { strike: () => "none", latencyMs: () => 1 }, () => {});
  }

  /** The records as they are in the store, without going through a process. */
  records(): RestoreRecord[] {
    const page = this.tablestore.getRange({
      table: "restores",
      start: { restoreId: { infinity: "min" } },
      end: { restoreId: { infinity: "max" } },
      direction: "FORWARD",
    });
    return page.rows.map((row) => JSON.parse(String(row.columns["record"])) as RestoreRecord);
  }

  record(restoreId: string): RestoreRecord {
    const found = this.records().find((record) => record.restoreId === restoreId);
    if (!found) throw new Error(`no restore ${restoreId}`);
    return found;
  }

  /** Puts a message into a queue of the pipeline. */
  send(queue: string, body: string, delayMs = 0): void {
    this.scheduler.after(delayMs, () => {
      const entry = this.#queues.get(queue) ?? { messages: [], busy: false };
      this.#queues.set(queue, entry);
      entry.messages.push(body);
      this.#deliver(queue, entry);
    });
  }

  #sender(process: Process): Queues {
    return {
      send: async (queue, body, delaySeconds = 0) => {
        try {
          await process.call(`mns SendMessage ${queue}`, true, () => this.send(queue, body, delaySeconds * 1000 + 50));
        } catch (error) {
          // A lost nudge costs a delay; the engine must not depend on it.
          if (!(error instanceof CallLost)) throw error;
        }
      },
    };
  }

  /** Serial per queue: the next batch is handed over when the function has answered, or was killed at its timeout. */
  #deliver(queue: string, entry: { messages: string[]; busy: boolean }): void {
    if (entry.busy || entry.messages.length === 0) return;
    entry.busy = true;
    const batch = entry.messages.splice(0, 16);
    this.#invoke(queue as StepFunction, batch, () => {
      entry.busy = false;
      this.#deliver(queue, entry);
    });
  }

  #invoke(by: StepFunction, batch: readonly string[], onEnd: () => void): void {
    if (!stepFunctions.includes(by)) throw new Error(`a message for ${by}, which is no function`);
    this.#invocations++;
    const process = new Process(this.scheduler, this.#faults, (line) => this.note(`  ${by}: ${line}`));
    let ended = false;
    const end = () => {
      if (!ended) onEnd();
      ended = true;
    };
    this.note(`${by} ${batch.join(" ")}`);
    this.#run(by, batch, process).then(end, (error: unknown) => this.scheduler.fail(error));
    this.scheduler.after(functionTimeoutMs, () => {
      if (!ended) process.kill("the function's timeout");
      end();
    });
  }

  async #run(by: StepFunction, batch: readonly string[], process: Process): Promise<void> {
    const deps = this.dependencies(process);
    const nudges = batch.flatMap((body) => decodeNudge(body) ?? []);
    await Promise.all(nudges.map((nudge) => runStep(deps, by, nudge.restoreId)));
    if (by === "poll-restores") await tick(deps);
  }

  #everyMinute(): void {
    this.scheduler.after(minuteMs, () => {
      this.#invoke("poll-restores", [], () => {});
      this.#everyMinute();
    });
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

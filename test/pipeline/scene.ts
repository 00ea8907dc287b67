import { existsSync } from "node:fs";
import path from "node:path";
import { ApiClient } from "../../cli/api-client";
import type { EventView, RestoreView } from "../../cli/restore-view";
import { type LocalOptions, type LocalRewind, startLocal } from "../../deploy/local";
import { addSampleMaster, playAccident, type SampleEngine, type SampleMaster } from "../../deploy/sample";
import type { Row } from "../../emulator/data/database";
import { wholeSecond } from "../../shared/restore/request/whole-seconds";

const minuteMs = 60_000;
/** A restore through the pipeline takes seconds; a loaded machine may need many times that. */
const patienceMs = 180_000;

/** Quick enough for a test, slow enough that every state is passed. */
const quick: LocalOptions = {
  cloud: {
    timings: {
      createTemporaryInstanceMs: 600,
      createCloneMs: 600,
      deleteInstanceMs: 300,
      createDatabaseMs: 200,
      restoreDatabaseMs: 500,
      precheckMs: 300,
      structureMs: 200,
      rowsPerSecond: 20_000,
    },
  },
  durations: { pollMs: 500, idlePollMs: 500, goneConfirmMs: 300, settleMs: 3_000 },
};

/** One local cloud with Rewind deployed to it; each test brings its own master, so that tests run side by side. */
export class Scene {
  readonly local: LocalRewind;
  readonly logs: string[];

  private constructor(local: LocalRewind, logs: string[]) {
    this.local = local;
    this.logs = logs;
  }

  static async open(options: LocalOptions = {}): Promise<Scene> {
    if (!existsSync(path.join(__dirname, "../../dist/functions")))
      throw new Error("pipeline tests run the bundles: npm run build first");
    const logs: string[] = [];
    const local = await startLocal({
      ...options,
      built: true,
      cloud: { ...quick.cloud, ...options.cloud, timings: { ...quick.cloud?.timings, ...options.cloud?.timings } },
      durations: { ...quick.durations, ...options.durations },
      log: (entry) => logs.push(JSON.stringify(entry)),
    });
    return new Scene(local, logs);
  }

  /** What the functions wrote to their log, but for lines that are no facts. */
  lines(): Readonly<Record<string, unknown>>[] {
    return this.logs.flatMap((entry) => {
      const { line } = JSON.parse(entry) as { readonly line: string };
      return line.startsWith("{") ? [JSON.parse(line)] : [];
    });
  }

  /** Ends it, and looks whether a function ever lacked a permission. */
  async close(): Promise<void> {
    await this.local.stop();
    expect(this.local.cloud.access.denied()).toEqual([]);
  }

  /** The API as somebody with these roles. */
  async as(subject: string, ...roles: string[]): Promise<ApiClient> {
    return new ApiClient(this.local.apiUrl, await this.local.token(subject, ...roles));
  }

  /** A restore as it is in the store: to wait for it there costs the API nothing, and no status is passed unseen. */
  stored(restoreId: string, column: "status" | "record"): string {
    const { tablestore } = this.local.cloud;
    const row = tablestore.getRow({ table: "restores", primaryKey: { restoreId }, columnsToGet: [column] });
    return String(row?.columns[column]);
  }

  /** A master whose orders were deleted 45 minutes ago. */
  async addShop(masterInstanceId: string, engine?: SampleEngine): Promise<Shop> {
    // RDS restores to whole seconds.
    const nowMs = Math.floor(this.local.cloud.clock.nowMs() / 1000) * 1000;
    const sample = addSampleMaster(this.local.cloud, masterInstanceId, 46, engine);
    const ordersBefore = [...sample.shop.database.table("dbo", "Orders")!.rows.values()];
    const accident = playAccident(sample, nowMs - 45 * minuteMs);
    return new Shop(
      this,
      sample,
      ordersBefore,
      new Date(wholeSecond(accident.atMs - minuteMs)).toISOString(),
      await this.as("ann", "requester"),
      await this.as("bob", "admin"),
    );
  }
}

/** One master with its accident, and the people who act on it. */
export class Shop {
  constructor(
    readonly scene: Scene,
    readonly sample: SampleMaster,
    readonly ordersBefore: readonly Row[],
    readonly restoreTime: string,
    readonly ann: ApiClient,
    readonly bob: ApiClient,
  ) {}

  request(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return {
      masterInstanceId: this.sample.instance.id,
      restoreTime: this.restoreTime,
      source: { allowPublicEndpoint: true },
      objects: [{ database: "shop", tables: [{ name: "Orders" }] }],
      checks: [
        {
          name: "the orders are back",
          database: "shop",
          sql: "SELECT COUNT(*) FROM dbo.Orders",
          expect: { equals: this.ordersBefore.length },
        },
      ],
      secretName: this.sample.secretName,
      ...overrides,
    };
  }

  async start(overrides: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return (await this.ann.post<RestoreView>("/restores", this.request(overrides))).restoreId;
  }

  async command(restoreId: string, kind: string, body: unknown = {}): Promise<void> {
    await this.bob.post(`/restores/${restoreId}/${kind}`, body);
  }

  async approve(restoreId: string): Promise<RestoreView> {
    const awaiting = await this.reach(restoreId, "awaiting-approval");
    await this.command(restoreId, "approve", { planHash: awaiting.planHash });
    return awaiting;
  }

  /** Waits until the restore is in one of the states; fails with the timeline when it ends elsewhere or takes too long. */
  async reach(restoreId: string, ...wanted: string[]): Promise<RestoreView> {
    const ends = [...wanted, "closed"];
    for (;;) {
      const ended = await eventually(() => ends.includes(this.scene.stored(restoreId, "status")));
      const restore = await this.ann.get<RestoreView>(`/restores/${restoreId}`);
      if (wanted.includes(restore.status)) return restore;
      if (restore.status === "closed" || !ended)
        throw new Error(
          `${restoreId} is ${restore.status}, not ${wanted.join(" or ")}:\n${await this.timeline(restoreId)}`,
        );
    }
  }

  /** Waits until the timeline says so. */
  async told(restoreId: string, text: string): Promise<void> {
    await eventually(() => this.scene.stored(restoreId, "record").includes(text));
    expect(await this.timeline(restoreId)).toContain(text);
  }

  async timeline(restoreId: string): Promise<string> {
    const { events } = await this.ann.get<{ events: EventView[] }>(`/restores/${restoreId}/events`);
    return events.map((event) => `${event.at} ${event.status} ${event.text}`).join("\n");
  }

  /** Rows of a table on the master, as they are in the data, in key order. */
  rows(database: string, table: string): Row[] {
    this.scene.local.cloud.settle();
    const found = this.sample.instance.data.database(database)?.table("dbo", table);
    if (!found) throw new Error(`${this.sample.instance.id} has no ${database}.dbo.${table}`);
    return inKeyOrder([...found.rows.values()]);
  }

  /** Bytes that the local SQL Server reserves for a table: whole pages, and one more. */
  tableBytes(database: string, table: string): number {
    const found = this.sample.instance.data.database(database)!.table("dbo", table)!;
    return (Math.ceil((found.rowCount * found.definition.columns.length * 12) / 8192) + 1) * 8192;
  }

  databases(): string[] {
    return this.sample.instance.data.databases().map((database) => database.name);
  }

  /** Instances that have the description of one of our clones of this restore. */
  clones(restoreId: string): string[] {
    this.scene.local.cloud.settle();
    const instances = this.scene.local.cloud.rds.instances();
    return instances.filter(({ description }) => description === `rewind_${restoreId}`).map(({ id }) => id);
  }

  /** What of this master's restores is still in the cloud. */
  leftovers(): { temporaryInstances: string[]; jobs: string[]; openGroups: string[] } {
    const { rds, dts } = this.scene.local.cloud;
    const id = this.sample.instance.id;
    const instances = rds.instances().filter((instance) => instance.id === id || instance.masterInstanceId === id);
    const groups = instances.flatMap((instance) =>
      [...instance.whitelist].filter(([name, entries]) => name.startsWith("rewind_") && entries.join() !== "127.0.0.1"),
    );
    const jobs = dts.jobs().filter((job) => JSON.stringify(job.configuration ?? null).includes(`"${id}"`));
    return {
      temporaryInstances: instances.filter((instance) => instance.type === "Temp").map((instance) => instance.id),
      jobs: jobs.map((job) => job.id),
      openGroups: groups.map(([name]) => name),
    };
  }
}

export const nothingLeft = { temporaryInstances: [], jobs: [], openGroups: [] };

/** Looks at the local cloud, in this process, until it is so. False: it was not, for longer than any machine takes. */
export async function eventually(isSo: () => boolean, everyMs = 25, atMostMs = patienceMs): Promise<boolean> {
  for (const endMs = Date.now() + atMostMs; !isSo(); await new Promise((resolve) => setTimeout(resolve, everyMs)))
    if (Date.now() > endMs) return false;
  return true;
}

/** Rows sorted by their keys: up to two leading numbers. */
export function inKeyOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((left, right) => Number(left[0]) - Number(right[0]) || Number(left[1]) - Number(right[1]) || 0);
}

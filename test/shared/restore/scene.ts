import { askedByAnn, pendingCommand, tableOf } from "../../simulation/sample-records";

export { tableOf };

import type { Database, Row } from "../../../emulator/data/database";
import { SqlServerData } from "../../../emulator/data/sql-server-data";
import type { SqlType } from "../../../emulator/data/sql-value";
import type { TableDefinition } from "../../../emulator/data/table-definition";
import type { Instance } from "../../../emulator/rds/instance";
import type { InstanceSpec } from "../../../emulator/rds/managed-instance";
import type { Dependencies } from "../../../shared/engine/dependencies";
import { nudge } from "../../../shared/engine/nudging";
import type { Command } from "../../../shared/restore/model/command";
import { makeCommandId, makeRestoreId } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { Status } from "../../../shared/restore/model/states";
import { type RestoreRequest, restoreRequestSchema } from "../../../shared/restore/request/request";
import { wholeSecond } from "../../../shared/restore/request/whole-seconds";
import { actorOf } from "../../../shared/restore/transition";
import { World, type WorldOptions } from "../../simulation/world";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** The restore time of every scene, this long before its start. */
const restoredMs = 2 * hourMs;

/** A table with a place in each row: the local cloud's SQL does not play the type, but its rows hold it and its DTS leaves it behind. */
export function placesOf(name: string): TableDefinition {
  const type = { name: "geography" } as unknown as SqlType;
  const plain = tableOf(name);
  return { ...plain, columns: [...plain.columns, { name: "Place", type, nullable: true }] };
}

export function placedRows(from: number, to: number): Row[] {
  return rowsOf(from, to).map((row) => [...row, `POINT(${row[0]} 0)`]);
}

export function rowsOf(from: number, to: number): Row[] {
  return Array.from({ length: to - from }, (_, index) => [from + index, `row ${from + index}`]);
}

/** One master with a database `shop`, restores of it in virtual time, and what people and other hands do meanwhile. */
export class Scene {
  readonly world: World;
  readonly data = new SqlServerData();
  readonly shop: Database;
  readonly master: Instance;

  constructor(
    options: Partial<WorldOptions> & {
      readonly superLogin?: boolean;
      readonly classicMaster?: boolean;
      readonly instance?: Partial<InstanceSpec>;
    } = {},
  ) {
    this.world = new World({ seed: 7, ...options });
    const { nowMs } = this;
    this.data.setLogin(
      { name: "dba", password: "Secret-1", super: options.superLogin ?? true, rights: { shop: "DBOwner" } },
      nowMs - 40 * hourMs,
    );
    this.shop = this.data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 40 * hourMs);
    this.master = this.world.rds.addInstance({
      id: "rm-shop",
      // In the classic network functions have no address of it.
      networkType: options.classicMaster ? "Classic" : "VPC",
      whitelist: { default: ["192.168.0.0/16"] },
      data: this.data,
      ...options.instance,
    });
    this.world.kms.createSecret(
      "rewind/rm-shop/dba",
      JSON.stringify({ AccountName: "dba", AccountPassword: "Secret-1" }),
    );
  }

  get nowMs(): number {
    return this.world.scheduler.nowMs();
  }

  /** The table as it was before the accident. */
  addTable(definition: TableDefinition, rows: readonly Row[]): void {
    this.shop.commit(this.nowMs - 39 * hourMs, [{ kind: "create-table", definition }]);
    this.addRows(definition.name, rows, 38 * hourMs);
  }

  addRows(table: string, rows: readonly Row[], agoMs = 0): void {
    this.shop.commit(this.nowMs - agoMs, [{ kind: "insert", schema: "dbo", table, rows }]);
  }

  /** After the restore time: the rows that `isLost` picks by their id are gone. */
  loseRows(table: string, isLost: (id: number) => boolean = () => true): void {
    const ids = [...this.shop.table("dbo", table)!.rows].flatMap(([rowId, row]) =>
      isLost(Number(row[0])) ? [rowId] : [],
    );
    this.shop.commit(this.nowMs - hourMs, [{ kind: "delete", schema: "dbo", table, ids }]);
  }

  /** After the restore time: the row has another text. */
  changeRow(table: string, id: number, text: string): void {
    const found = [...this.shop.table("dbo", table)!.rows].find(([, row]) => row[0] === id)!;
    this.shop.commit(this.nowMs - hourMs, [
      { kind: "update", schema: "dbo", table, rows: [{ id: found[0], row: [id, text] }] },
    ]);
  }

  dropTable(table: string): void {
    this.shop.commit(this.nowMs - hourMs, [{ kind: "drop-table", schema: "dbo", table }]);
  }

  /** The rows of a table on the master, by id. */
  rows(table: string, database = "shop"): Row[] {
    const found = this.master.data.database(database)?.table("dbo", table);
    if (!found) throw new Error(`no table ${database}.dbo.${table}`);
    return [...found.rows.values()].sort((left, right) => Number(left[0]) - Number(right[0]));
  }

  /** Asks for a restore; defaults: the whole of `shop`, side by side, from two hours ago. */
  async ask(overrides: Partial<Record<keyof RestoreRequest, unknown>> = {}): Promise<string> {
    const { nowMs, world } = this;
    const request = restoreRequestSchema.parse({
      masterInstanceId: "rm-shop",
      restoreTime: new Date(wholeSecond(nowMs - restoredMs)).toISOString(),
      source: { allowPublicEndpoint: true },
      objects: [{ database: "shop" }],
      secretName: "rewind/rm-shop/dba",
      ...overrides,
    });
    const restoreId = makeRestoreId(nowMs, () => world.random.next());
    await this.during(async () => {
      const { store } = this.deps();
      await store.create(askedByAnn(restoreId, request, nowMs));
      await nudge(this.deps(), "create-temp-instance", restoreId);
    });
    return restoreId;
  }

  record(restoreId: string): RestoreRecord {
    return this.world.record(restoreId);
  }

  /** Runs until the restore is in one of the states. @throws Error with its story when it does not get there */
  async reach(restoreId: string, ...wanted: Status[]): Promise<RestoreRecord> {
    const { scheduler } = this.world;
    const there = () => wanted.includes(this.record(restoreId).status);
    await scheduler.run(scheduler.nowMs() + 100 * hourMs, () => there() || this.record(restoreId).status === "closed");
    const record = this.record(restoreId);
    if (there()) return record;
    const story = record.timeline.map((entry) => `${entry.status}: ${entry.text}`).join("\n");
    throw new Error(`${record.status} (${record.reason?.code}), not ${wanted.join(" or ")}:\n${story}`);
  }

  /** Lets virtual time pass. */
  async pass(milliseconds: number): Promise<void> {
    await this.world.scheduler.run(this.nowMs + milliseconds, () => false);
  }

  async command(restoreId: string, kind: Command["kind"], more: Partial<Command> = {}): Promise<void> {
    const atMs = this.nowMs;
    const commandId = makeCommandId(atMs, () => this.world.random.next());
    const command = pendingCommand({ restoreId, commandId, kind, by: "bob", atMs, ...more });
    await this.during(async () => {
      await this.deps().store.addCommand(command);
      const actor = actorOf(this.record(restoreId));
      if (actor) await nudge(this.deps(), actor, restoreId);
    });
  }

  /** Approves what the record shows. */
  approve(restoreId: string): Promise<void> {
    return this.command(restoreId, "approve", { planHash: this.record(restoreId).planHash });
  }

  /** Asks, waits for the plan, approves it, and runs to the given end. */
  async restore(overrides: Partial<Record<keyof RestoreRequest, unknown>>, ...ends: Status[]): Promise<RestoreRecord> {
    const restoreId = await this.ask(overrides);
    await this.reach(restoreId, "awaiting-approval");
    await this.approve(restoreId);
    return this.reach(restoreId, ...(ends.length > 0 ? ends : (["closed"] as const)));
  }

  /** Runs a new restore into the state, approving it on the way where that is needed. */
  async into(overrides: Partial<Record<keyof RestoreRequest, unknown>>, status: Status): Promise<string> {
    const restoreId = await this.ask(overrides);
    const record = await this.reach(restoreId, status, "awaiting-approval");
    if (record.status === status) return restoreId;
    await this.approve(restoreId);
    await this.reach(restoreId, status);
    return restoreId;
  }

  /** Work of the product beside the pipeline, in virtual time. */
  async inside<Result>(work: (deps: Dependencies) => Promise<Result>): Promise<Result> {
    const results: Result[] = [];
    await this.during(async () => void results.push(await work(this.deps())));
    return results[0]!;
  }

  private deps() {
    return this.world.dependencies(this.world.outsider());
  }

  /** A person's calls take virtual time like any others. */
  private async during(work: () => Promise<void>): Promise<void> {
    let over = false;
    let failure: unknown = null;
    const working = work().then(
      () => {
        over = true;
      },
      (error: unknown) => {
        failure = error;
        over = true;
      },
    );
    await this.world.scheduler.run(this.nowMs + minuteMs, () => over);
    await working;
    if (failure) throw failure;
  }
}

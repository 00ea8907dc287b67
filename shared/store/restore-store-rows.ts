import { CloudError } from "../cloud/cloud-error";
import type { Command } from "../restore/model/command";
import type { DataRead } from "../restore/model/data-read";
import type { RestoreRecord } from "../restore/model/record";
import {
  claimColumns,
  NewerRecord,
  parseClaim,
  parseRecord,
  recordColumns,
  SpoiledRecord,
  type Write,
} from "./record-row";
import {
  type Claim,
  type Listed,
  type Once,
  type RestoreStore,
  SaveLost,
  type TickClaim,
  type Versioned,
} from "./restore-store";
import { type Columns, type Condition, ConditionFailed, type Key, type RowOf, type Rows } from "./rows";
import { tables } from "./tables";

const min = { bound: "min" } as const;
const max = { bound: "max" } as const;

/** Restores, commands, locks and once-rows over plain conditional rows. */
export class RowsRestoreStore implements RestoreStore {
  readonly #rows: Rows;
  readonly #random: () => number;
  readonly #log: ErrorLog;

  /**
   * @param options.random a number in [0, 1), for write ids
   * @param options.log names a row that a list leaves out because it holds no record
   */
  constructor(rows: Rows, options: { readonly random: () => number; readonly log?: ErrorLog }) {
    this.#rows = rows;
    this.#random = options.random;
    this.#log = options.log ?? (() => {});
  }

  async read(restoreId: string): Promise<Versioned | null> {
    const row = await this.#rows.get(tables.restores.name, { restoreId });
    if (!row) return null;
    const record = this.parse(restoreId, row.columns);
    const { lease, nextCheckAtMs } = parseClaim(restoreId, row.columns);
    return { record, version: Number(row.columns["version"]), lease, nextCheckAtMs };
  }

  async create(record: RestoreRecord, nextCheckAtMs = record.createdAtMs): Promise<void> {
    const claim = { lease: null, nextCheckAtMs };
    const columns = recordColumns(record, this.toJson(record), { claim, version: 1, writeId: this.#writeId() });
    await this.#putOnce(tables.restores.name, { restoreId: record.restoreId }, columns);
  }

  async save(expected: Versioned, record: RestoreRecord, claim: Claim = expected): Promise<Versioned> {
    const write = { claim, version: expected.version + 1, writeId: this.#writeId() };
    return this.#write("put", recordColumns(record, this.toJson(record), write), record, write);
  }

  async claim({ record, version }: Versioned, claim: Claim): Promise<Versioned> {
    const write = { claim, version: version + 1, writeId: this.#writeId() };
    return this.#write("update", claimColumns(write), record, write);
  }

  /** Writes the row if it has not changed since. @throws SaveLost */
  async #write(how: "put" | "update", columns: Columns, record: RestoreRecord, write: Write): Promise<Versioned> {
    const { claim, version, writeId } = write;
    const key = { restoreId: record.restoreId };
    const condition = { row: "present", column: { name: "version", equals: version - 1 } } as const;
    try {
      await this.#rows[how](tables.restores.name, key, columns, condition);
    } catch (error) {
      if (!(error instanceof ConditionFailed) && !isUnknown(error)) throw error;
      // A lost reply and a lost race look alike until the row's write id is read.
      const row = await this.#rows.get(tables.restores.name, key);
      if (row?.columns["writeId"] !== writeId)
        throw error instanceof ConditionFailed ? new SaveLost(`${record.restoreId} was saved by somebody else`) : error;
    }
    return { record, version, lease: claim.lease, nextCheckAtMs: claim.nextCheckAtMs };
  }

  /** Forward ranges start inside: the last row of the previous page may come again, and is left out. */
  async listDue(untilMs: number, limit: number, after?: Listed): Promise<Listed[]> {
    const from = { phase: "open", nextCheckAtMs: min, restoreId: min, ...after };
    const to = { phase: "open", nextCheckAtMs: untilMs + 1, restoreId: min };
    const options = { limit: after ? limit + 1 : limit, direction: "forward" } as const;
    const rows = await this.#rows.range("restores_due", from, to, options);
    const listed = rows.map((row) => ({
      restoreId: String(row.key["restoreId"]),
      nextCheckAtMs: Number(row.key["nextCheckAtMs"]),
    }));
    return listed.filter(({ restoreId }) => restoreId !== after?.restoreId).slice(0, limit);
  }

  async list(options: {
    readonly masterInstanceId?: string;
    readonly before?: string;
    readonly limit: number;
  }): Promise<RestoreRecord[]> {
    const { masterInstanceId, limit } = options;
    const found: RestoreRecord[] = [];
    let before = options.before;
    for (;;) {
      const rows = await this.#listRows({ masterInstanceId, before, limit });
      const records = await Promise.all(rows.map((row) => this.#listed(row, masterInstanceId !== undefined)));
      found.push(...records.filter((record) => record !== null));
      // A page with rows left out is filled from the next: a short one says that there are no more.
      if (found.length >= limit || rows.length < limit) return found.slice(0, limit);
      before = String(rows.at(-1)!.key["restoreId"]);
    }
  }

  /**
   * Null also for a row that holds no record, and in a master's history for a record that only a newer version understands: the others are
   * listed. The list of all restores fails by that one: it can be read when the deployment is complete.
   */
  async #listed({ key, columns }: RowOf, isOfIndex: boolean): Promise<RestoreRecord | null> {
    const restoreId = String(key["restoreId"]);
    try {
      // The table's own rows carry their records; those of an index are hints, and each row is read.
      if (!isOfIndex) return this.parse(restoreId, columns);
      return (await this.read(restoreId))?.record ?? null;
    } catch (error) {
      if (error instanceof SpoiledRecord)
        this.#log("error", "a restore is left out of a list", { restoreId, error: error.message });
      else if (!(isOfIndex && error instanceof NewerRecord)) throw error;
      return null;
    }
  }

  async addCommand(command: Command): Promise<void> {
    await this.#putOnce(tables.commands.name, commandKey(command), { command: JSON.stringify(command) });
  }

  async listCommands(restoreId: string): Promise<Command[]> {
    // From the newest back: however many are over, the pending ones are among them.
    const rows = await this.#rows.range(
      tables.commands.name,
      { restoreId, commandId: max },
      { restoreId, commandId: min },
      { limit: 200, direction: "backward" },
    );
    return rows.map((row) => JSON.parse(String(row.columns["command"])) as Command).reverse();
  }

  async readCommand(restoreId: string, commandId: string): Promise<Command | null> {
    const row = await this.#rows.get(tables.commands.name, { restoreId, commandId });
    return row && (JSON.parse(String(row.columns["command"])) as Command);
  }

  async addRead(read: DataRead): Promise<void> {
    const { restoreId, readId, ...columns } = read;
    await this.#putOnce(tables.reads.name, { restoreId, readId }, { read: JSON.stringify(columns) });
  }

  async listReads(restoreId: string): Promise<DataRead[]> {
    const rows = await this.#rows.range(
      tables.reads.name,
      { restoreId, readId: max },
      { restoreId, readId: min },
      { limit: 60, direction: "backward" },
    );
    return rows
      .map(({ key, columns }) => ({ restoreId, readId: String(key["readId"]), ...JSON.parse(String(columns["read"])) }))
      .reverse();
  }

  async settleCommand(command: Command): Promise<void> {
    await this.#rows.put(
      tables.commands.name,
      commandKey(command),
      { command: JSON.stringify(command) },
      { row: "any" },
    );
  }

  async lockMaster(masterInstanceId: string, restoreId: string): Promise<string> {
    const holder = await this.lockHolder(masterInstanceId);
    if (holder === restoreId || (holder !== null && !(await this.#isClosed(holder)))) return holder;
    // Free, or its holder is over and could not let go: it is taken over from exactly that holder.
    const condition: Condition =
      holder === null ? { row: "absent" } : { row: "present", column: { name: "restoreId", equals: holder } };
    const isSure = await this.#attempt(() =>
      this.#rows.put(tables.locks.name, { masterInstanceId }, { restoreId }, condition),
    );
    return isSure ? restoreId : ((await this.lockHolder(masterInstanceId)) ?? "nobody");
  }

  async lockHolder(masterInstanceId: string): Promise<string | null> {
    const row = await this.#rows.get(tables.locks.name, { masterInstanceId });
    return row ? String(row.columns["restoreId"]) : null;
  }

  async #isClosed(restoreId: string): Promise<boolean> {
    return (await this.read(restoreId))?.record.status === "closed";
  }

  async unlockMaster(masterInstanceId: string, restoreId: string): Promise<void> {
    await this.#attempt(() =>
      this.#rows.delete(
        tables.locks.name,
        { masterInstanceId },
        { row: "present", column: { name: "restoreId", equals: restoreId } },
      ),
    );
  }

  async claimOnce(key: string, value: Once): Promise<Once> {
    // Mostly it is there: a read is cheaper than a write that fails.
    const found = await this.#rows.get(tables.once.name, { onceKey: key });
    if (!found) await this.#putOnce(tables.once.name, { onceKey: key }, { ...value, writeId: this.#writeId() });
    const row = found ?? (await this.#rows.get(tables.once.name, { onceKey: key }));
    if (!row)
      throw new CloudError(
        "unavailable",
        "tablestore",
        "GetRow",
        "RowMissing",
        "a create-once row is not readable yet",
      );
    const { refused } = row.columns;
    return {
      restoreId: String(row.columns["restoreId"]),
      bodyHash: String(row.columns["bodyHash"]),
      atMs: Number(row.columns["atMs"]),
      ...(refused === undefined ? {} : { refused: String(refused) }),
    };
  }

  async replaceOnce(key: string, expected: Pick<Once, "restoreId" | "atMs">, value: Once): Promise<boolean> {
    const { name } = tables.once;
    const row = await this.#rows.get(name, { onceKey: key });
    if (row?.columns["restoreId"] !== expected.restoreId || Number(row.columns["atMs"]) !== expected.atMs) return false;
    // One restore id may stand in the row twice, its write id does not; rows of older versions have none.
    const by = row.columns["writeId"] === undefined ? "restoreId" : "writeId";
    const condition = { row: "present", column: { name: by, equals: row.columns[by]! } } as const;
    const columns = { ...value, writeId: this.#writeId() };
    await this.#attempt(() => this.#rows.put(name, { onceKey: key }, columns, condition));
    const { writeId } = (await this.#rows.get(name, { onceKey: key }))?.columns ?? {};
    // Still there: the write itself was lost.
    if (writeId === row.columns["writeId"])
      throw new CloudError("unavailable", "tablestore", "PutRow", "NotReplaced", "a create-once row was not replaced");
    return writeId === columns.writeId;
  }

  async claimTick(nowMs: number, nextTickAtMs: number, sweepAgainMs: number): Promise<TickClaim | null> {
    const { name } = tables.poller;
    const writeId = this.#writeId();
    const row = await this.#rows.get(name, pollerKey);
    if (row && Number(row.columns["nextTickAtMs"]) > nowMs) return null;
    const sweeps = Number(row?.columns["nextSweepAtMs"] ?? 0) <= nowMs;
    const tick = { nextTickAtMs: Math.ceil(nextTickAtMs), writeId };
    const columns = sweeps ? { ...tick, nextSweepAtMs: Math.ceil(nowMs + sweepAgainMs) } : tick;
    const isSure = await this.#attempt(() =>
      row
        ? this.#rows.update(name, pollerKey, columns, {
            row: "present",
            column: { name: "writeId", equals: row.columns["writeId"]! },
          })
        : this.#rows.put(name, pollerKey, columns, { row: "absent" }),
    );
    const isWon = isSure || (await this.#rows.get(name, pollerKey))?.columns["writeId"] === writeId;
    return isWon ? { sweeps } : null;
  }

  async finishSweep(nextSweepAtMs: number): Promise<void> {
    // Beside the ticks that go on meanwhile: their columns stay as they are.
    const columns = { nextSweepAtMs: Math.ceil(nextSweepAtMs) };
    await this.#rows.update(tables.poller.name, pollerKey, columns, { row: "present" });
  }

  /** Backward ranges start inside: the last row of the previous page comes again, and is left out. */
  async #listRows(page: {
    readonly masterInstanceId: string | undefined;
    readonly before: string | undefined;
    readonly limit: number;
  }): Promise<RowOf[]> {
    const { masterInstanceId, before, limit } = page;
    const [table, master] =
      masterInstanceId === undefined ? [tables.restores.name, {}] : ["restores_of_master", { masterInstanceId }];
    const from = { ...master, restoreId: before ?? max };
    const options = { limit: before === undefined ? limit : limit + 1, direction: "backward" } as const;
    const rows = await this.#rows.range(table, from, { ...master, restoreId: min }, options);
    return rows.filter((row) => row.key["restoreId"] !== before).slice(0, limit);
  }

  /** Writes a row if there is none. After a lost reply the row is read: it is there, or it is not. */
  async #putOnce(table: string, key: Key, columns: Columns): Promise<void> {
    try {
      await this.#rows.put(table, key, columns, { row: "absent" });
    } catch (error) {
      if (error instanceof ConditionFailed) return;
      if (!isUnknown(error) || !(await this.#rows.get(table, key))) throw error;
    }
  }

  /** A conditional write. False: the row itself must tell, since a refusal may answer the client's own repetition of a write that won. */
  async #attempt(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed) && !isUnknown(error)) throw error;
      return false;
    }
  }

  /** What `parse` takes apart again. */
  protected toJson(record: RestoreRecord): string {
    return JSON.stringify(record);
  }

  /** @throws NewerRecord, Error */
  protected parse(restoreId: string, columns: Columns): RestoreRecord {
    return parseRecord(restoreId, columns);
  }

  #writeId(): string {
    return String(Math.floor(this.#random() * 2 ** 52));
  }
}

const pollerKey = { pollerName: "poller" };

type ErrorLog = (level: "error", message: string, fields: Readonly<Record<string, unknown>>) => void;

function commandKey(command: Pick<Command, "restoreId" | "commandId">) {
  return { restoreId: command.restoreId, commandId: command.commandId };
}

function isUnknown(error: unknown): boolean {
  return error instanceof CloudError && error.kind === "unknown-outcome";
}

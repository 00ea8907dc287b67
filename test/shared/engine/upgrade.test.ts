import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { presentRestore } from "../../../shared/api/presentation";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { statuses } from "../../../shared/restore/model/states";
import { parseRecord } from "../../../shared/store/record-row";
import { RowsRestoreStore } from "../../../shared/store/restore-store-rows";
import { addBenchMaster } from "../../bench/simulated-restore";
import { SimulatedRows } from "../../simulation/ports";
import { World } from "../../simulation/world";

/**
 * Records as earlier versions wrote them, one line for each state that a restore of theirs passed through. They are kept, not made:
 * `names-as-keys` before names became lists, `older-states` before two states got other names, both of 2026-12-01.
 */
const folder = path.join(__dirname, "kept-records");

const minuteMs = 60_000;

interface Kept {
  readonly version: string;
  readonly status: string;
  readonly line: string;
}

const kept: Kept[] = readdirSync(folder).flatMap((file) =>
  readFileSync(path.join(folder, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => ({ version: path.parse(file).name, status: JSON.parse(line).status, line })),
);

const older = (line: string): RestoreRecord => JSON.parse(line);

test("there are kept records of every state that a whole restore passes through", () => {
  for (const version of new Set(kept.map((one) => one.version)))
    expect(kept.filter((one) => one.version === version).map(({ status }) => status)).toEqual([
      "accepted",
      "creating-temp-instance",
      "verifying",
      "configuring",
      "prechecking",
      "awaiting-approval",
      "starting",
      "migrating",
      "comparing",
      "withdrawing",
      "cleaning-up",
      "closed",
    ]);
});

test.each(kept)("a record of $version in $status is read, and shown in a state of today", ({ line }) => {
  const { restoreId, updatedAtMs, timeline } = older(line);
  const record = parseRecord(restoreId, { record: line });
  expect(statuses).toContain(record.status);
  for (const entry of record.timeline) expect(statuses).toContain(entry.status);
  expect(record.timeline.map(({ text }) => text)).toEqual(timeline.map(({ text }) => text));
  const shown = presentRestore(record, { nowMs: updatedAtMs, durations: new World({ seed: 1 }).durations });
  expect(JSON.parse(JSON.stringify(shown))).toMatchObject({ restoreId, status: record.status });
});

// What the restore made in the cloud is not there any more: the present version finds that out, and ends the restore.
test.each(kept)(
  "a restore of $version in $status goes on with the present version until it is closed",
  async ({ line }) => {
    const { restoreId, updatedAtMs } = older(line);
    const world = new World({
      seed: 1,
      startMs: updatedAtMs,
      durations: { pollMs: 2 * minuteMs, idlePollMs: 15 * minuteMs, backOffMaxMs: 30 * minuteMs },
      skipsIdleTicks: true,
    });
    addBenchMaster(world, "rm-shop");
    // Past the world, which would remember the record as it was written.
    const rows = new SimulatedRows(world.outsider(), world.tablestore);
    void new RowsRestoreStore(rows, { random: () => 0.5, log: () => {} }).create(older(line), updatedAtMs);
    const isClosed = () => world.records()[0]?.status === "closed";
    await world.scheduler.run(updatedAtMs + 96 * 60 * minuteMs, isClosed);
    const row = world.tablestore.getRow({ table: "restores", primaryKey: { restoreId } });
    const ended = parseRecord(restoreId, { record: String(row?.columns["record"]) });
    expect(ended.status).toBe("closed");
    expect(ended.timeline[0]?.text).toBe(older(line).timeline[0]?.text);
    expect(world.logs.filter((logged) => logged.includes('"level":"error"'))).toEqual([]);
  },
);

import { type Change, Database } from "../../../emulator/data/database";
import { SqlServerData } from "../../../emulator/data/sql-server-data";
import type { WriteBackMode } from "../../../shared/restore/write-back";
import { secretMark } from "../chance";
import { modern, type SimulatedMaster } from "../master";
import { tableOf } from "../sample-records";
import type { World } from "../world";

const hourMs = 3_600_000;
const collation = "Chinese_PRC_CI_AS";
export const masterId = "rm-shop";
export const secretName = `rewind/${masterId}/dba`;
/** Rows of Orders before the accident. */
export const orderCount = 6;

/** People make databases beside it, which belong in the shadow too. */
export interface SmallMaster extends SimulatedMaster {
  readonly shadow: Map<string, Database>;
}

/** The smallest master that tells right from wrong: Orders meets the accident that the mode mends, Log must stay as it is. */
export function addSmallMaster(world: World, mode: WriteBackMode, isModern = false): SmallMaster {
  const nowMs = world.scheduler.nowMs();
  const bornMs = nowMs - 40 * hourMs;
  const accidentAtMs = nowMs - hourMs;
  const data = new SqlServerData();
  data.setLogin({ name: "dba", password: `${secretMark}-1`, super: true, rights: {} }, bornMs);
  const shop = data.createDatabase("shop", collation, bornMs);
  const shadow = new Database("shop", collation, bornMs);
  const commitAt = (atMs: number, change: Change) => {
    shop.commit(atMs, [change]);
    shadow.commit(atMs, [change]);
  };
  for (const [table, count] of [
    ["Orders", orderCount],
    ["Log", 2],
  ] as const) {
    commitAt(bornMs, { kind: "create-table", definition: tableOf(table) });
    const rows = Array.from({ length: count }, (_, index) => [index, `${table} ${index}`]);
    commitAt(bornMs + hourMs, { kind: "insert", schema: "dbo", table, rows });
  }
  const lost = [...shop.table("dbo", "Orders")!.rows.keys()].slice(2);
  commitAt(
    accidentAtMs,
    mode === "same-name"
      ? { kind: "drop-table", schema: "dbo", table: "Orders" }
      : { kind: "delete", schema: "dbo", table: "Orders", ids: lost },
  );
  const instance = world.rds.addInstance({
    id: masterId,
    ...(isModern ? modern : { engineVersion: "2008r2" }),
    collation,
    createdAtMs: nowMs - 240 * hourMs,
    whitelist: { default: ["192.168.0.0/16"] },
    data,
  });
  world.kms.createSecret(secretName, JSON.stringify({ AccountName: "dba", AccountPassword: `${secretMark}-1` }));
  return {
    instance,
    secretName,
    accident: mode === "same-name" ? "table-dropped" : "rows-deleted",
    accidentAtMs,
    databases: ["shop"],
    shadow: new Map([["shop", shadow]]),
    commit: (_database, change) => commitAt(world.scheduler.nowMs(), change),
  };
}

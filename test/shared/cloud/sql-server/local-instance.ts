import { ManualClock } from "../../../../emulator/core/clock";
import { Faults } from "../../../../emulator/core/faults";
import { SeededRandom } from "../../../../emulator/core/random";
import type { Database } from "../../../../emulator/data/database";
import type { SqlServerData } from "../../../../emulator/data/sql-server-data";
import type { Address, Instance } from "../../../../emulator/rds/instance";
import { instanceOf } from "../../../../emulator/rds/managed-instance";
import { seedShop } from "../../../../emulator/sample/shop";
import { SqlServerListeners } from "../../../../emulator/sql-server/server";

const startMs = Date.parse("2026-11-20T08:00:00Z");

/** An instance of the local cloud with the sample shop, 2008 R2, reachable over TDS. */
export interface LocalInstance {
  readonly clock: ManualClock;
  /** Of the service `sql-server`. */
  readonly faults: Faults;
  readonly instance: Instance;
  readonly address: Address;
  readonly shop: Database;
  /** May do everything. */
  readonly dba: { readonly userName: string; readonly password: string };
  /** May read the shop. */
  readonly report: { readonly userName: string; readonly password: string };
  close(): Promise<void>;
}

export async function openLocalInstance(): Promise<LocalInstance> {
  const clock = new ManualClock(startMs);
  const dba = { userName: "shop_dba", password: "Dba-2026" };
  const report = { userName: "shop_report", password: "Report-2026" };
  const faults = new Faults();
  const listeners = await SqlServerListeners.open({ spare: 1, clock, random: new SeededRandom(1), faults });
  const history = seedShop(startMs, new SeededRandom(7), { dba: dba.password, report: report.password });
  const instance = temporaryInstance(history.data);
  const address = listeners.take(instance, "private");
  return { clock, faults, instance, address, shop: history.database, dba, report, close: () => listeners.close() };
}

function temporaryInstance(data: SqlServerData): Instance {
  const masterInstanceId = "rm-shop";
  const whitelist = { default: ["0.0.0.0/0"] };
  const made = instanceOf({ id: "sub1_rm-shop", masterInstanceId, networkType: "Classic", whitelist, data }, startMs);
  return { ...made, type: "Temp", restoredToMs: startMs };
}

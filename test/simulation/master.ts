import { type Change, Database } from "../../emulator/data/database";
import { SqlServerData } from "../../emulator/data/sql-server-data";
import type { SqlType } from "../../emulator/data/sql-value";
import type { TableDefinition } from "../../emulator/data/table-definition";
import type { Instance } from "../../emulator/rds/instance";
import { type Chance, secretMark } from "./chance";
import type { World } from "./world";

const hourMs = 3_600_000;
const collation = "Chinese_PRC_CI_AS";

/** What happened to a master before anybody asked for a restore. */
export type Accident = "rows-deleted" | "table-dropped";

/** A master of a simulated world, with a second copy of its data to which everything but restores is done as well. */
export interface SimulatedMaster {
  readonly instance: Instance;
  readonly secretName: string;
  readonly accident: Accident;
  readonly accidentAtMs: number;
  readonly databases: readonly string[];
  /** Database name to what it must look like if no restore ever writes into it. */
  readonly shadow: ReadonlyMap<string, Database>;
  /** The application commits to a database, through the master and in the shadow alike. */
  commit(database: string, change: Change): void;
}

/** One that RDS makes no temporary instance of, and clones. */
export const modern = {
  engineVersion: "2019_std_ha",
  storageType: "cloud_essd",
  instanceClass: "mssql.x2.medium.s2",
} as const;

/** Builds a master with one or two databases of small tables, its accident, its backups and its secret. */
export function addMaster(world: World, chance: Chance, name: string, isModern = false): SimulatedMaster {
  const nowMs = world.scheduler.nowMs();
  const bornMs = nowMs - 40 * hourMs;
  const accidentAtMs = nowMs - hourMs;
  const accident: Accident = chance.happens(0.6) ? "rows-deleted" : "table-dropped";
  const data = new SqlServerData();
  const password = `${secretMark}-${name}-1`;
  data.setLogin({ name: "dba", password, super: true, rights: {} }, bornMs);
  const databases = chance.happens(0.3) ? ["shop", "crm"] : ["shop"];
  const shadow = new Map(databases.map((database) => [database, new Database(database, collation, bornMs)]));
  for (const database of databases) data.createDatabase(database, collation, bornMs);
  const commitAt = (atMs: number, database: string, change: Change) => {
    data.database(database)!.commit(atMs, [change]);
    shadow.get(database)!.commit(atMs, [change]);
  };
  for (const database of databases) {
    for (const definition of tables) commitAt(bornMs, database, { kind: "create-table", definition });
    for (const [table, rows] of Object.entries(firstRows(chance)))
      commitAt(nowMs - 39 * hourMs, database, { kind: "insert", schema: "dbo", table, rows });
  }
  for (const change of accidentOf(accident, data.database("shop")!)) commitAt(accidentAtMs, "shop", change);
  const instance = world.rds.addInstance({
    id: name,
    engineVersion: chance.happens(0.9) ? "2008r2" : "2012",
    ...(isModern ? modern : {}),
    collation,
    createdAtMs: nowMs - 49 * hourMs,
    whitelist: { default: ["192.168.0.0/16"] },
    data,
  });
  if (chance.happens(0.15)) {
    const fromMs = nowMs - chance.between(2, 30) * hourMs;
    world.rds.backupHistory(name).addLogHole({ fromMs, toMs: fromMs + hourMs });
  }
  const secretName = `rewind/${name}/dba`;
  world.kms.createSecret(secretName, secretText(password));
  return {
    instance,
    secretName,
    accident,
    accidentAtMs,
    databases,
    shadow,
    commit: (database, change) => commitAt(world.scheduler.nowMs(), database, change),
  };
}

/** Changes the login's password on the master and in the secret, as a rotation does. */
export function rotateSecret(world: World, master: SimulatedMaster, serial: number): void {
  const password = `${secretMark}-${master.instance.id}-${serial}`;
  master.instance.data.setLogin({ name: "dba", password, super: true, rights: {} }, world.scheduler.nowMs());
  world.kms.putSecretValue(master.secretName, secretText(password));
}

function secretText(password: string): string {
  return JSON.stringify({ AccountName: "dba", AccountPassword: password });
}

function accidentOf(accident: Accident, shop: Database): Change[] {
  if (accident === "table-dropped") return [{ kind: "drop-table", schema: "dbo", table: "Orders" }];
  const ids = [...shop.table("dbo", "Orders")!.rows.keys()].filter((id) => id % 3 !== 0);
  return [{ kind: "delete", schema: "dbo", table: "Orders", ids }];
}

function firstRows(chance: Chance): Record<string, [number, string][]> {
  const rows = (count: number, word: string) =>
    Array.from({ length: count }, (_, index): [number, string] => [index, `${word} ${index}`]);
  return { Orders: rows(chance.whole(4, 60), "order"), Notes: rows(chance.whole(0, 8), "note"), Log: rows(3, "entry") };
}

/** Orders meets the accident, Notes has no key, Log is what the application keeps writing to. */
const tables: readonly TableDefinition[] = ["Orders", "Notes", "Log"].map((name) => ({
  schema: "dbo",
  name,
  columns: [
    { name: "Id", type: { name: "int" } satisfies SqlType, nullable: false },
    { name: "Text", type: { name: "nvarchar", length: 50 } satisfies SqlType, nullable: true },
  ],
  ...(name === "Notes" ? {} : { primaryKey: { name: `PK_${name}`, columns: ["Id"] } }),
  uniqueConstraints: [],
  foreignKeys: [],
  triggers: [],
}));

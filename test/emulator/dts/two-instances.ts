import { type Capabilities, defaultCapabilities, laptopTimings, type Timings } from "../../../emulator/capabilities";
import { ManualClock } from "../../../emulator/core/clock";
import { SeededRandom } from "../../../emulator/core/random";
import type { RpcParameters } from "../../../emulator/core/rpc-service";
import type { Database, Row } from "../../../emulator/data/database";
import { SqlServerData } from "../../../emulator/data/sql-server-data";
import type { TableDefinition } from "../../../emulator/data/table-definition";
import { dtsServerNetworks } from "../../../emulator/dts/dts-servers";
import { DtsService } from "../../../emulator/dts/dts-service";
import type { DtsRecovery } from "../../../emulator/dts/dts-world";
import type { Instance } from "../../../emulator/rds/instance";
import { instanceOf } from "../../../emulator/rds/managed-instance";

export const MASTER = "rm-master";
export const TEMPORARY = "sub123_rm-master";
const STARTED_AT_MS = Date.parse("2026-11-20T08:00:00Z");

/** A master, its temporary instance, and DTS between them, on a clock that tests move. */
export interface TwoInstances {
  readonly clock: ManualClock;
  readonly source: Instance;
  readonly master: Instance;
  readonly dts: DtsService;
  /** Instances that RDS does not call Running. */
  readonly down: Set<string>;
  /** Instances that RDS does not know any more. */
  readonly gone: Set<string>;
  call(action: string, parameters?: RpcParameters): Record<string, unknown>;
  /** Moves the clock and lets DTS catch up. */
  advance(milliseconds: number): void;
}

export function twoInstances(
  capabilities: Partial<Capabilities> = {},
  timings: Partial<Timings> = {},
  recovery?: DtsRecovery,
): TwoInstances {
  const clock = new ManualClock(STARTED_AT_MS);
  const source = sqlServer(TEMPORARY, "Temp", clock.nowMs());
  const master = sqlServer(MASTER, "Primary", clock.nowMs());
  const down = new Set<string>();
  const gone = new Set<string>();
  const dts = new DtsService({
    clock,
    random: new SeededRandom(1),
    regionId: "cn-hangzhou",
    capabilities: { ...defaultCapabilities, ...capabilities },
    timings: { ...laptopTimings, ...timings },
    ...(recovery ? { recovery } : {}),
    instances: {
      instance: (id) => [source, master].find((instance) => instance.id === id && !gone.has(id)),
      isRunning: (instance) => !down.has(instance.id),
      createDatabase: (instance, name, collation) => {
        instance.data.createDatabase(name, collation, clock.nowMs());
      },
    },
  });
  return {
    clock,
    source,
    master,
    dts,
    down,
    gone,
    call: (action, parameters = {}) => dts.call(action, parameters),
    advance: (milliseconds) => {
      clock.advance(milliseconds);
      dts.settle(clock.nowMs());
    },
  };
}

/** A running instance with the login `dba` and a whitelist that admits the DTS servers. */
function sqlServer(id: string, type: Instance["type"], nowMs: number): Instance {
  const data = new SqlServerData();
  data.setLogin({ name: "dba", password: "Secret1!", super: true, rights: {} }, nowMs);
  const spec = {
    id,
    masterInstanceId: type === "Temp" ? MASTER : undefined,
    storageGb: 50,
    networkType: "Classic",
    createdAtMs: nowMs,
    whitelist: { dts: dtsServerNetworks },
    data,
  } as const;
  return { ...instanceOf(spec, nowMs), type };
}

/** `[id int identity primary key, note nvarchar(20)]`, the key's name being `PK_<name>`. */
export function notesTable(name: string, changes: Partial<TableDefinition> = {}): TableDefinition {
  return {
    schema: "dbo",
    name,
    columns: [
      { name: "id", type: { name: "int" }, nullable: false, identity: { seed: 1, increment: 1 } },
      { name: "note", type: { name: "nvarchar", length: 20 }, nullable: true },
    ],
    primaryKey: { name: `PK_${name}`, columns: ["id"] },
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
    ...changes,
  };
}

/** Makes the database if need be, the table, and its rows. */
export function fill(
  instance: Instance,
  databaseName: string,
  definition: TableDefinition,
  rows: readonly Row[],
): Database {
  const { data } = instance;
  const database = data.database(databaseName) ?? data.createDatabase(databaseName, "Latin1_General_CI_AS", 0);
  const { schema, name } = definition;
  database.commit(instance.createdAtMs, [
    { kind: "create-table", definition },
    { kind: "insert", schema, table: name, rows },
  ]);
  return database;
}

export function rowsOf(instance: Instance, database: string, table: string, schema = "dbo"): Row[] {
  const found = instance.data.database(database)?.table(schema, table);
  if (!found) throw new Error(`${instance.id} has no ${database}.${schema}.${table}`);
  return [...found.rows.values()];
}

/** Parameters of ConfigureDtsJob for a full migration from the temporary instance to the master, nothing starting by itself. */
export function configuration(dbList: object, changes: RpcParameters = {}): RpcParameters {
  return {
    DtsJobName: "rewind",
    JobType: "MIGRATION",
    SourceEndpointInstanceType: "RDS",
    SourceEndpointEngineName: "MSSQL",
    SourceEndpointRegion: "cn-hangzhou",
    SourceEndpointInstanceID: TEMPORARY,
    SourceEndpointUserName: "dba",
    SourceEndpointPassword: "Secret1!",
    DestinationEndpointInstanceType: "RDS",
    DestinationEndpointEngineName: "MSSQL",
    DestinationEndpointRegion: "cn-hangzhou",
    DestinationEndpointInstanceID: MASTER,
    DestinationEndpointUserName: "dba",
    DestinationEndpointPassword: "Secret1!",
    StructureInitialization: "true",
    DataInitialization: "true",
    DataSynchronization: "false",
    DbList: JSON.stringify(dbList),
    Reserve: reserve("0"),
    ...changes,
  };
}

export function reserve(targetTableMode: "0" | "2", autoStart: "auto" | "none" = "none"): string {
  return JSON.stringify({ targetTableMode, autoStartModulesAfterConfig: autoStart });
}

export const emptyPurchase: RpcParameters = {
  Type: "MIGRATION",
  PayType: "PostPaid",
  InstanceClass: "small",
  SourceRegion: "cn-hangzhou",
  DestinationRegion: "cn-hangzhou",
  SourceEndpointEngineName: "MSSQL",
  DestinationEndpointEngineName: "MSSQL",
};

/** Configures, buys and starts a job; answers its id. */
export function runningJob(world: TwoInstances, dbList: object, changes: RpcParameters = {}): string {
  const bought = world.call("CreateDtsInstance", emptyPurchase);
  const jobId = String(bought["JobId"]);
  expect(world.call("ConfigureDtsJob", configuration(dbList, { DtsJobId: jobId, ...changes }))).toMatchObject({
    Success: "true",
  });
  world.call("StartDtsJob", { DtsJobId: jobId });
  return jobId;
}

/** States of the precheck items by name. */
export function precheckStates(world: TwoInstances, jobId: string): Record<string, unknown> {
  const answer = world.call("DescribePreCheckStatus", { DtsJobId: jobId, JobCode: "01" });
  const items = answer["JobProgress"] as { Item: string; State: string }[];
  return Object.fromEntries(items.map((item) => [item.Item, item.State]));
}

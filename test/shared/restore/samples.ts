import type { DtsJob } from "../../../shared/cloud/dts";
import type { RdsInstance } from "../../../shared/cloud/rds";
import { freshVerification } from "../../../shared/restore/decide/verifying";
import type { DecisionContext } from "../../../shared/restore/decision-context";
import { freshJob } from "../../../shared/restore/migration-job";
import { defaultDurations } from "../../../shared/restore/model/durations";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { PrerequisiteFacts } from "../../../shared/restore/prerequisites";
import { newRecord } from "../../../shared/restore/request/new-record";
import { type RestoreRequest, restoreRequestSchema } from "../../../shared/restore/request/request";
import { chosenNative } from "../../simulation/sample-records";

export const minute = 60_000;
export const hour = 60 * minute;
/** 2026-11-20T10:00:00Z */
export const nowMs = Date.parse("2026-11-20T10:00:00Z");

export const context: DecisionContext = {
  nowMs,
  durations: defaultDurations,
  dtsOrder: "configure-first",
  tableKeys: "bare",
  twoPersonRule: "never",
  acceptsWriteBacks: true,
  restoredNameMax: 64,
  sqlTls: { checksIdentity: true, allowsClear: false },
};

export function at(milliseconds: number, overrides: Partial<DecisionContext> = {}): DecisionContext {
  return { ...context, nowMs: nowMs + milliseconds, ...overrides };
}

export function request(overrides: Partial<Record<keyof RestoreRequest, unknown>> = {}): RestoreRequest {
  return restoreRequestSchema.parse({
    masterInstanceId: "rm-shop",
    restoreTime: "2026-11-20T17:00:00+08:00",
    objects: [{ database: "shop", tables: [{ schema: "dbo", name: "Orders" }] }],
    secretName: "rewind/rm-shop/dba",
    ...overrides,
  });
}

export const restoreId = "rwmi3k2x9aabc123";
export const temporaryId = "sub1234567890123_rm-shop";

/** A restore in the given state, with everything that a restore in it has. */
export function record(status: RestoreRecord["status"], overrides: Partial<RestoreRecord> = {}): RestoreRecord {
  const accepted = newRecord({
    restoreId,
    request: request(),
    requestedBy: "ann",
    origin: "person",
    automaticApprovalAllowed: false,
    nowMs,
  });
  return {
    ...accepted,
    status,
    source: chosenNative,
    master: {
      engineVersion: "2008r2",
      collation: "Chinese_PRC_CI_AS",
      timeZone: "China Standard Time",
      networkType: "VPC",
      databasesListed: true,
      databases: [{ name: "shop", characterSet: "Chinese_PRC_CI_AS" }],
    },
    temporaryInstance: { id: temporaryId, origin: "answer", createdAtMs: nowMs - 10 * minute, missingSinceMs: null },
    expiresAtMs: nowMs + 24 * hour,
    job: { ...freshJob(restoreId, 1), jobId: "job1", configured: true, started: true },
    verification: {
      ...freshVerification,
      route: "public",
      tables: [{ database: "shop", schema: "dbo", name: "Orders", rows: 10, key: ["Id"], notes: [] }],
      cursor: { stage: "done", index: 0 },
      sizeBytes: 1000,
    },
    target: { obstacle: null, notes: [], before: null },
    ...overrides,
  };
}

export function instance(overrides: Partial<RdsInstance> = {}): RdsInstance {
  return {
    id: temporaryId,
    description: null,
    type: "Temp",
    status: "Running",
    masterInstanceId: "rm-shop",
    temporaryInstanceId: null,
    engine: "SQLServer",
    engineVersion: "2008r2",
    category: null,
    storageType: "local_ssd",
    storageGb: 100,
    instanceClass: "rds.mssql.s2.large",
    networkType: "Classic",
    vpcId: null,
    vSwitchId: null,
    zoneId: "cn-hangzhou-b",
    lockMode: "Unlock",
    collation: "Chinese_PRC_CI_AS",
    timeZone: "China Standard Time",
    createdAtMs: nowMs - 10 * minute,
    ...overrides,
  };
}

export function master(overrides: Partial<RdsInstance> = {}): RdsInstance {
  return instance({
    id: "rm-shop",
    type: "Primary",
    masterInstanceId: null,
    networkType: "VPC",
    createdAtMs: nowMs - 1000 * hour,
    ...overrides,
  });
}

export function job(status: string, overrides: Partial<DtsJob> = {}): DtsJob {
  return {
    jobId: "job1",
    dtsInstanceId: null,
    name: `${restoreId}-1`,
    status,
    createdAtMs: nowMs,
    errorMessage: "",
    precheck: null,
    structure: null,
    data: null,
    objects: null,
    sourceInstanceId: temporaryId,
    destinationInstanceId: "rm-shop",
    targetTableMode: null,
    migratesStructure: null,
    ...overrides,
  };
}

/** A master on which everything is in order: daily backups and log backups every half hour. */
export function facts(overrides: Partial<PrerequisiteFacts> = {}): PrerequisiteFacts {
  const logBackups = Array.from({ length: 48 }, (_, index) => ({
    beginMs: nowMs - (index + 1) * 30 * minute,
    endMs: nowMs - index * 30 * minute,
  }));
  return {
    master: master(),
    databases: [{ name: "shop", characterSet: "Chinese_PRC_CI_AS" }],
    backups: [{ backupId: "1001", usable: true, full: true, endedAtMs: nowMs - 24 * hour, consistentAtMs: null }],
    logBackups,
    retentionDays: 7,
    logBackupEnabled: true,
    temporaryInstances: [],
    offer: null,
    diskUsedBytes: 10 * 1024 ** 3,
    routes: { vpc: true, publicEndpoint: true },
    secrets: [{ name: "rewind/rm-shop/dba", readable: true, text: "" }],
    ...overrides,
  };
}

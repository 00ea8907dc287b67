import { AllocateInstancePublicConnectionRequest } from "@alicloud/rds20140815/dist/models/AllocateInstancePublicConnectionRequest";
import { CopyDatabaseBetweenInstancesRequest } from "@alicloud/rds20140815/dist/models/CopyDatabaseBetweenInstancesRequest";
import { CreateDatabaseRequest } from "@alicloud/rds20140815/dist/models/CreateDatabaseRequest";
import { CreateTempDBInstanceRequest } from "@alicloud/rds20140815/dist/models/CreateTempDbinstanceRequest";
import { DeleteDBInstanceRequest } from "@alicloud/rds20140815/dist/models/DeleteDbinstanceRequest";
import { DescribeBackupPolicyRequest } from "@alicloud/rds20140815/dist/models/DescribeBackupPolicyRequest";
import { DescribeBackupsRequest } from "@alicloud/rds20140815/dist/models/DescribeBackupsRequest";
import { DescribeDatabasesRequest } from "@alicloud/rds20140815/dist/models/DescribeDatabasesRequest";
import { DescribeDBInstanceAttributeRequest } from "@alicloud/rds20140815/dist/models/DescribeDbinstanceAttributeRequest";
import { DescribeDBInstanceIPArrayListRequest } from "@alicloud/rds20140815/dist/models/DescribeDbinstanceIparrayListRequest";
import { DescribeDBInstanceNetInfoRequest } from "@alicloud/rds20140815/dist/models/DescribeDbinstanceNetInfoRequest";
import { DescribeDBInstancesRequest } from "@alicloud/rds20140815/dist/models/DescribeDbinstancesRequest";
import { DescribeLogBackupFilesRequest } from "@alicloud/rds20140815/dist/models/DescribeLogBackupFilesRequest";
import { DescribeResourceUsageRequest } from "@alicloud/rds20140815/dist/models/DescribeResourceUsageRequest";
import { ModifySecurityIpsRequest } from "@alicloud/rds20140815/dist/models/ModifySecurityIpsRequest";
import { RecoveryDBInstanceRequest } from "@alicloud/rds20140815/dist/models/RecoveryDbinstanceRequest";
import type { z } from "zod";
import { CloudError } from "../cloud-error";
import { parseAnswer } from "../rpc/answer";
import type { Rpc, RpcQuery } from "../rpc/rpc";
import { meansNoInstance } from "../statuses";
import * as answers from "./answers";
import { isRefusalOfRestore, renamedDatabases } from "./database-restore";
import type { DatabaseRestore, Rds, RdsAddress, RdsBackup, RdsInstance } from "./index";

/** Pages that are read of any list before something is wrong. */
const pagesMax = 200;

/** RDS through the official request models and the official signing core; answers are parsed here and nowhere else. */
export class RdsClient implements Rds {
  readonly #rpc: Rpc;
  readonly #regionId: string;

  constructor(rpc: Rpc, regionId: string) {
    this.#rpc = rpc;
    this.#regionId = regionId;
  }

  async describeInstance(instanceId: string): Promise<RdsInstance | null> {
    const answer = await this.#orGone(
      this.#read(
        "DescribeDBInstanceAttribute",
        new DescribeDBInstanceAttributeRequest({ DBInstanceId: instanceId }),
        answers.attribute,
      ),
    );
    return answer?.find((instance) => instance.id === instanceId) ?? null;
  }

  async listTemporaryInstances(): Promise<RdsInstance[]> {
    const page = (pageNumber: number) =>
      new DescribeDBInstancesRequest({
        regionId: this.#regionId,
        DBInstanceType: "Temp",
        engine: "SQLServer",
        pageSize: 100,
        pageNumber,
      });
    // The filter is repeated here: an omitted or ignored type answers every role.
    const all = await this.#pages("DescribeDBInstances", page, answers.instances, 100);
    return all.filter((instance) => instance.type.toLowerCase() === "temp");
  }

  async listBackups(instanceId: string, fromMs: number, toMs: number): Promise<RdsBackup[]> {
    const page = (pageNumber: number) =>
      new DescribeBackupsRequest({
        DBInstanceId: instanceId,
        startTime: toMinute(fromMs),
        endTime: toMinute(toMs + 60_000),
        pageSize: 100,
        pageNumber,
      });
    const found = await this.#pages("DescribeBackups", page, answers.backups, 100);
    return found.filter((backup) => backup !== null);
  }

  async listLogBackups(
    instanceId: string,
    fromMs: number,
    toMs: number,
  ): Promise<{ beginMs: number; endMs: number }[]> {
    const page = (pageNumber: number) =>
      new DescribeLogBackupFilesRequest({
        DBInstanceId: instanceId,
        startTime: toMinute(fromMs),
        endTime: toMinute(toMs + 60_000),
        pageSize: 100,
        pageNumber,
      });
    const found = await this.#pages("DescribeLogBackupFiles", page, answers.logBackups, 100);
    return found.filter((backup) => backup !== null);
  }

  describeBackupPolicy(instanceId: string) {
    return this.#read(
      "DescribeBackupPolicy",
      new DescribeBackupPolicyRequest({ DBInstanceId: instanceId }),
      answers.backupPolicy,
    );
  }

  listDatabases(instanceId: string): Promise<{ name: string; status: string; characterSet: string }[]> {
    const page = (pageNumber: number) =>
      new DescribeDatabasesRequest({ DBInstanceId: instanceId, pageSize: 100, pageNumber });
    return this.#pages("DescribeDatabases", page, answers.databases, 100);
  }

  describeDiskUsed(instanceId: string): Promise<number | null> {
    return this.#read(
      "DescribeResourceUsage",
      new DescribeResourceUsageRequest({ DBInstanceId: instanceId }),
      answers.diskUsed,
    );
  }

  listAddresses(instanceId: string): Promise<RdsAddress[]> {
    return this.#read(
      "DescribeDBInstanceNetInfo",
      new DescribeDBInstanceNetInfoRequest({ DBInstanceId: instanceId }),
      answers.addresses,
    );
  }

  /** No document says what is answered of an instance that is gone: what is refused, or empty, is asked of the instance itself. */
  async listWhitelist(instanceId: string): Promise<ReadonlyMap<string, readonly string[]> | null> {
    const request = new DescribeDBInstanceIPArrayListRequest({ DBInstanceId: instanceId });
    try {
      const groups = await this.#read("DescribeDBInstanceIPArrayList", request, answers.whitelist);
      return groups.length > 0 || (await this.describeInstance(instanceId)) ? new Map(groups) : null;
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== "refused") throw error;
      if (meansNoInstance(error.code) || !(await this.describeInstance(instanceId))) return null;
      throw error;
    }
  }

  async createTemporaryInstance(input: Parameters<Rds["createTemporaryInstance"]>[0]): Promise<{ instanceId: string }> {
    // BackupId is a text in DescribeBackups and a number here; ids beyond 2^53 would be rounded, so they are not sent.
    const backupId = input.backupId === null ? undefined : Number(input.backupId);
    if (backupId !== undefined && !Number.isSafeInteger(backupId))
      throw new CloudError(
        "refused",
        "rds",
        "CreateTempDBInstance",
        "BackupIdTooLarge",
        "the backup id does not fit the request",
      );
    const restoreTime = input.restoreTimeMs === null ? undefined : toSecond(input.restoreTimeMs);
    const request = new CreateTempDBInstanceRequest({ DBInstanceId: input.masterInstanceId, backupId, restoreTime });
    return this.#change("CreateTempDBInstance", request, answers.createdTemporaryInstance);
  }

  async deleteInstance(instanceId: string): Promise<void> {
    await this.#orGone(
      this.#change("DeleteDBInstance", new DeleteDBInstanceRequest({ DBInstanceId: instanceId }), answers.anything),
    );
  }

  async coverWhitelistGroup(instanceId: string, group: string, addresses: readonly string[]): Promise<void> {
    const request = new ModifySecurityIpsRequest({
      DBInstanceId: instanceId,
      DBInstanceIPArrayName: group,
      // A repeated entry would be refused.
      securityIps: [...new Set(addresses)].join(","),
      modifyMode: "Cover",
    });
    await this.#change("ModifySecurityIps", request, answers.anything);
  }

  allocatePublicConnection(instanceId: string, prefix: string, port: number): Promise<{ connectionString: string }> {
    const request = new AllocateInstancePublicConnectionRequest({
      DBInstanceId: instanceId,
      connectionStringPrefix: prefix,
      port: String(port),
    });
    return this.#change("AllocateInstancePublicConnection", request, answers.publicConnection);
  }

  async createDatabase(input: Parameters<Rds["createDatabase"]>[0]): Promise<void> {
    const request = new CreateDatabaseRequest({
      DBInstanceId: input.instanceId,
      DBName: input.name,
      characterSetName: input.characterSet,
      DBDescription: input.description,
    });
    await this.#change("CreateDatabase", request, answers.anything);
  }

  async recoverDatabases(restore: DatabaseRestore): Promise<void> {
    await this.#restoreDatabases("RecoveryDBInstance", RecoveryDBInstanceRequest, restore);
  }

  async copyDatabases(restore: DatabaseRestore): Promise<void> {
    // NO: with YES, rights would be added to accounts of the target.
    await this.#restoreDatabases("CopyDatabaseBetweenInstances", CopyDatabaseBetweenInstancesRequest, restore, {
      syncUserPrivilege: "NO",
    });
  }

  /** The code of a failure can be anything that SQL Server says (rds documentation): only known codes are refusals. */
  async #restoreDatabases(
    action: string,
    Request: new (fields: Record<string, string | undefined>) => ModelRequest,
    restore: DatabaseRestore,
    more: Record<string, string> = {},
  ): Promise<void> {
    const { restoreTimeMs, backupId } = restore;
    const request = new Request({
      DBInstanceId: restore.instanceId,
      targetDBInstanceId: restore.targetInstanceId,
      dbNames: renamedDatabases(restore.databases),
      backupId: backupId ?? undefined,
      restoreTime: restoreTimeMs === null ? undefined : toSecond(restoreTimeMs),
      ...more,
    });
    // Looked at in what is about to be signed: a field that the model drops would be a purchase.
    if (this.#query(request)["TargetDBInstanceId"] !== restore.targetInstanceId || restore.targetInstanceId === "")
      throw new CloudError("refused", "rds", action, "NoTarget", `rds ${action} was not sent: it carries no target`);
    try {
      await this.#change(action, request, answers.anything);
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== "refused" || isRefusalOfRestore(error.code)) throw error;
      throw new CloudError("unknown-outcome", "rds", action, error.code, error.message, error.details);
    }
  }

  async #read<T>(action: string, request: ModelRequest, schema: z.ZodType<T>): Promise<T> {
    return parseAnswer(schema, await this.#rpc.call(action, this.#query(request), { changing: false }), "rds", action);
  }

  /** The answer of a changing call that cannot be parsed leaves the outcome unknown. */
  async #change<T>(action: string, request: ModelRequest, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.#rpc.call(action, this.#query(request), { changing: true });
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new CloudError(
      "unknown-outcome",
      "rds",
      action,
      "BadAnswer",
      `rds ${action} answered without what it should carry`,
    );
  }

  /** Reads pages until a short one: not every list carries a reliable total. */
  async #pages<T>(
    action: string,
    request: (pageNumber: number) => ModelRequest,
    schema: z.ZodType<T[]>,
    pageSize: number,
  ): Promise<T[]> {
    const all: T[] = [];
    for (let pageNumber = 1; pageNumber <= pagesMax; pageNumber++) {
      const items = await this.#read(action, request(pageNumber), schema);
      all.push(...items);
      if (items.length < pageSize) return all;
    }
    throw new CloudError("unavailable", "rds", action, "TooManyPages", `rds ${action} has more than ${pagesMax} pages`);
  }

  async #orGone<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof CloudError && meansNoInstance(error.code)) return null;
      throw error;
    }
  }

  #query(request: ModelRequest): RpcQuery {
    return request.toMap();
  }
}

interface ModelRequest {
  toMap(): Record<string, string | number | boolean | undefined>;
}

/** `yyyy-MM-ddTHH:mmZ`: DescribeBackups and DescribeLogBackupFiles take no seconds. */
function toMinute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`;
}

/** `yyyy-MM-ddTHH:mm:ssZ`. */
function toSecond(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

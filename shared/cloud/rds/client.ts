import { AllocateInstancePublicConnectionRequest } from "@alicloud/rds20140815/dist/models/AllocateInstancePublicConnectionRequest";
import { CloneDBInstanceRequest } from "@alicloud/rds20140815/dist/models/CloneDbinstanceRequest";
import { CopyDatabaseBetweenInstancesRequest } from "@alicloud/rds20140815/dist/models/CopyDatabaseBetweenInstancesRequest";
import { CreateDatabaseRequest } from "@alicloud/rds20140815/dist/models/CreateDatabaseRequest";
import { CreateTempDBInstanceRequest } from "@alicloud/rds20140815/dist/models/CreateTempDbinstanceRequest";
import { DeleteDBInstanceRequest } from "@alicloud/rds20140815/dist/models/DeleteDbinstanceRequest";
import { DescribeAvailableClassesRequest } from "@alicloud/rds20140815/dist/models/DescribeAvailableClassesRequest";
import { DescribeBackupPolicyRequest } from "@alicloud/rds20140815/dist/models/DescribeBackupPolicyRequest";
import { DescribeBackupsRequest } from "@alicloud/rds20140815/dist/models/DescribeBackupsRequest";
import { DescribeDatabasesRequest } from "@alicloud/rds20140815/dist/models/DescribeDatabasesRequest";
import { DescribeDBInstanceAttributeRequest } from "@alicloud/rds20140815/dist/models/DescribeDbinstanceAttributeRequest";
import { DescribeDBInstanceIPArrayListRequest } from "@alicloud/rds20140815/dist/models/DescribeDbinstanceIparrayListRequest";
import { DescribeDBInstanceNetInfoRequest } from "@alicloud/rds20140815/dist/models/DescribeDbinstanceNetInfoRequest";
import { DescribeDBInstancesRequest } from "@alicloud/rds20140815/dist/models/DescribeDbinstancesRequest";
import { DescribeLogBackupFilesRequest } from "@alicloud/rds20140815/dist/models/DescribeLogBackupFilesRequest";
import { DescribePriceRequest } from "@alicloud/rds20140815/dist/models/DescribePriceRequest";
import { DescribeResourceUsageRequest } from "@alicloud/rds20140815/dist/models/DescribeResourceUsageRequest";
import { ModifySecurityIpsRequest } from "@alicloud/rds20140815/dist/models/ModifySecurityIpsRequest";
import { RecoveryDBInstanceRequest } from "@alicloud/rds20140815/dist/models/RecoveryDbinstanceRequest";
import { CloudError } from "../cloud-error";
import type { Rpc } from "../rpc/rpc";
import { meansNoInstance } from "../statuses";
import * as answers from "./answers";
import { onlyKnownRefusals, requireTarget, restoreFields } from "./database-restore";
import type {
  CloneOrder,
  DatabaseRestore,
  HourlyPrice,
  Rds,
  RdsAddress,
  RdsBackup,
  RdsClass,
  RdsInstance,
  RdsOffering,
} from "./index";
import { RdsCalls } from "./rds-calls";

/** Pay as you go, on the Chinese site and on the international one. */
const hourlyCommodities: readonly string[] = ["bards", "bards_intl"];

/** RDS through the official request models and the official signing core; answers are parsed here and nowhere else. */
export class RdsClient implements Rds {
  readonly #calls: RdsCalls;
  readonly #regionId: string;

  constructor(rpc: Rpc, regionId: string) {
    this.#calls = new RdsCalls(rpc);
    this.#regionId = regionId;
  }

  async describeInstance(instanceId: string): Promise<RdsInstance | null> {
    const answer = await this.#calls.orGone(
      this.#calls.read(
        "DescribeDBInstanceAttribute",
        new DescribeDBInstanceAttributeRequest({ DBInstanceId: instanceId }),
        answers.attribute,
      ),
    );
    return answer?.find((instance) => instance.id === instanceId) ?? null;
  }

  async listTemporaryInstances(): Promise<RdsInstance[]> {
    return this.#instances("Temp");
  }

  async listPrimaries(searchKey: string): Promise<RdsInstance[]> {
    return this.#instances("Primary", searchKey);
  }

  async #instances(type: "Temp" | "Primary", searchKey?: string): Promise<RdsInstance[]> {
    const page = (pageNumber: number) =>
      new DescribeDBInstancesRequest({
        regionId: this.#regionId,
        DBInstanceType: type,
        searchKey,
        engine: "SQLServer",
        pageSize: 100,
        pageNumber,
      });
    // The filter is repeated here: an omitted or ignored type answers every role.
    const all = await this.#calls.pages("DescribeDBInstances", page, answers.instances, 100);
    return all.filter((instance) => instance.type.toLowerCase() === type.toLowerCase());
  }

  listClasses({ engineVersion, category, storageType, zoneId }: RdsOffering): Promise<RdsClass[]> {
    const request = new DescribeAvailableClassesRequest({
      regionId: this.#regionId,
      zoneId,
      engine: "SQLServer",
      engineVersion,
      DBInstanceStorageType: storageType,
      category,
      instanceChargeType: "Postpaid",
      orderType: "BUY",
    });
    return this.#calls.read("DescribeAvailableClasses", request, answers.classes);
  }

  async hourlyPrice(wanted: Parameters<Rds["hourlyPrice"]>[0], currency: string | null): Promise<HourlyPrice> {
    const [first, second] =
      currency === null || currency === "CNY" ? hourlyCommodities : hourlyCommodities.toReversed();
    try {
      return await this.#price(wanted, first!);
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== "refused") throw error;
      return this.#price(wanted, second!);
    }
  }

  #price(wanted: Parameters<Rds["hourlyPrice"]>[0], commodityCode: string): Promise<HourlyPrice> {
    const request = new DescribePriceRequest({
      regionId: this.#regionId,
      zoneId: wanted.zoneId,
      engine: "SQLServer",
      engineVersion: wanted.engineVersion,
      DBInstanceClass: wanted.instanceClass,
      DBInstanceStorage: wanted.storageGb,
      DBInstanceStorageType: wanted.storageType,
      quantity: 1,
      payType: "Postpaid",
      orderType: "BUY",
      // Left out, it is the price of a subscription.
      commodityCode,
      instanceUsedType: 0,
    });
    return this.#calls.read("DescribePrice", request, answers.price);
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
    const found = await this.#calls.pages("DescribeBackups", page, answers.backups, 100);
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
    const found = await this.#calls.pages("DescribeLogBackupFiles", page, answers.logBackups, 100);
    return found.filter((backup) => backup !== null);
  }

  describeBackupPolicy(instanceId: string) {
    return this.#calls.read(
      "DescribeBackupPolicy",
      new DescribeBackupPolicyRequest({ DBInstanceId: instanceId }),
      answers.backupPolicy,
    );
  }

  listDatabases(instanceId: string): Promise<{ name: string; status: string; characterSet: string }[]> {
    const page = (pageNumber: number) =>
      new DescribeDatabasesRequest({ DBInstanceId: instanceId, pageSize: 100, pageNumber });
    return this.#calls.pages("DescribeDatabases", page, answers.databases, 100);
  }

  describeDiskUsed(instanceId: string): Promise<number | null> {
    return this.#calls.read(
      "DescribeResourceUsage",
      new DescribeResourceUsageRequest({ DBInstanceId: instanceId }),
      answers.diskUsed,
    );
  }

  listAddresses(instanceId: string): Promise<RdsAddress[]> {
    return this.#calls.read(
      "DescribeDBInstanceNetInfo",
      new DescribeDBInstanceNetInfoRequest({ DBInstanceId: instanceId }),
      answers.addresses,
    );
  }

  /** No document says what is answered of an instance that is gone: what is refused, or empty, is asked of the instance itself. */
  async listWhitelist(instanceId: string): Promise<ReadonlyMap<string, readonly string[]> | null> {
    const request = new DescribeDBInstanceIPArrayListRequest({ DBInstanceId: instanceId });
    try {
      const groups = await this.#calls.read("DescribeDBInstanceIPArrayList", request, answers.whitelist);
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
    return this.#calls.change("CreateTempDBInstance", request, answers.createdTemporaryInstance);
  }

  cloneInstance(order: CloneOrder): Promise<{ instanceId: string }> {
    const request = new CloneDBInstanceRequest({
      DBInstanceId: order.masterInstanceId,
      regionId: this.#regionId,
      clientToken: order.clientToken,
      DBInstanceDescription: order.description,
      backupId: order.backupId ?? undefined,
      restoreTime: order.restoreTimeMs === null ? undefined : toSecond(order.restoreTimeMs),
      // A subscription has no call that ends it.
      payType: "Postpaid",
      DBInstanceClass: order.instanceClass,
      DBInstanceStorage: order.storageGb,
      DBInstanceStorageType: order.storageType,
      instanceNetworkType: "VPC",
      VPCId: order.vpcId,
      vSwitchId: order.vSwitchId,
      zoneId: order.zoneId,
    });
    return this.#calls.change("CloneDBInstance", request, answers.createdClone);
  }

  async deleteInstance(instanceId: string): Promise<void> {
    await this.#calls.orGone(
      this.#calls.change(
        "DeleteDBInstance",
        new DeleteDBInstanceRequest({ DBInstanceId: instanceId }),
        answers.anything,
      ),
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
    await this.#calls.change("ModifySecurityIps", request, answers.anything);
  }

  allocatePublicConnection(instanceId: string, prefix: string, port: number): Promise<{ connectionString: string }> {
    const request = new AllocateInstancePublicConnectionRequest({
      DBInstanceId: instanceId,
      connectionStringPrefix: prefix,
      port: String(port),
    });
    return this.#calls.change("AllocateInstancePublicConnection", request, answers.publicConnection);
  }

  async createDatabase(input: Parameters<Rds["createDatabase"]>[0]): Promise<void> {
    const request = new CreateDatabaseRequest({
      DBInstanceId: input.instanceId,
      DBName: input.name,
      characterSetName: input.characterSet,
      DBDescription: input.description,
    });
    await this.#calls.change("CreateDatabase", request, answers.anything);
  }

  async recoverDatabases(restore: DatabaseRestore): Promise<void> {
    const request = new RecoveryDBInstanceRequest(restoreFields(restore));
    requireTarget("RecoveryDBInstance", request.toMap(), restore);
    await onlyKnownRefusals(this.#calls.change("RecoveryDBInstance", request, answers.anything));
  }

  async copyDatabases(restore: DatabaseRestore): Promise<void> {
    // NO: with YES, rights would be added to accounts of the target.
    const fields = { ...restoreFields(restore), syncUserPrivilege: "NO" };
    const request = new CopyDatabaseBetweenInstancesRequest(fields);
    requireTarget("CopyDatabaseBetweenInstances", request.toMap(), restore);
    await onlyKnownRefusals(this.#calls.change("CopyDatabaseBetweenInstances", request, answers.anything));
  }
}

/** `yyyy-MM-ddTHH:mmZ`: DescribeBackups and DescribeLogBackupFiles take no seconds. */
function toMinute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`;
}

/** `yyyy-MM-ddTHH:mm:ssZ`. */
function toSecond(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

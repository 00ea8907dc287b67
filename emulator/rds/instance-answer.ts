import { secondsText } from "../rpc/utc-time";
import type { ManagedInstance } from "./managed-instance";
import type { Region } from "./region";

/** Fields that lists and details of an instance share (rds reference 6.2 and 6.3). */
export function instanceAnswer(region: Region, { instance, payType, deletionProtection }: ManagedInstance) {
  const temporary = region.temporaryOf(instance.id);
  const answer: Record<string, unknown> = {
    DBInstanceId: instance.id,
    DBInstanceDescription: instance.description,
    DBInstanceType: instance.type,
    DBInstanceStatus: region.status(instance),
    Engine: instance.engine,
    EngineVersion: instance.engineVersion,
    Category: instance.category,
    DBInstanceClass: instance.instanceClass,
    DBInstanceCPU: "4",
    DBInstanceMemory: 8192,
    DBInstanceStorageType: instance.storageType,
    RegionId: region.options.regionId,
    ZoneId: `${region.options.regionId}-b`,
    ResourceGroupId: "rg-default",
    InstanceNetworkType: instance.networkType,
    VpcId: instance.vpcId ?? "",
    VSwitchId: instance.networkType === "VPC" ? "vsw-local" : "",
    DBInstanceNetType: instance.publicAddress ? "Internet" : "Intranet",
    ConnectionMode: "Standard",
    PayType: payType,
    ExpireTime: "",
    LockMode: instance.lockMode,
    LockReason: "",
    DeletionProtection: deletionProtection,
    ReadOnlyDBInstanceIds: {
      ReadOnlyDBInstanceId: region
        .readOnlyInstancesOf(instance.id)
        .map((readOnly) => ({ DBInstanceId: readOnly.instance.id })),
    },
  };
  if (temporary) answer["TempDBInstanceId"] = temporary.instance.id;
  if (instance.masterInstanceId !== undefined) answer["MasterInstanceId"] = instance.masterInstanceId;
  return answer;
}

/** The time of making, which lists call CreateTime and details CreationTime. */
export function creationTime({ instance }: ManagedInstance): string {
  return secondsText(instance.createdAtMs);
}

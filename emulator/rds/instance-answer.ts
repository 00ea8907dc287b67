import { secondsText } from "../rpc/utc-time";
import { whitelistEntries } from "./instance";
import { shownAddresses } from "./instance-address";
import type { ManagedInstance } from "./managed-instance";
import type { Region } from "./region";

/** An instance as DescribeDBInstances lists it (rds reference 6.2). */
export function listedInstance(region: Region, managed: ManagedInstance) {
  return Object.assign(sharedFields(region, managed), { CreateTime: secondsText(managed.instance.createdAtMs) });
}

/** An instance as DescribeDBInstanceAttribute shows it (rds reference 6.3). */
export function instanceAttribute(region: Region, managed: ManagedInstance) {
  const { instance, recoveryModel, databasesMax } = managed;
  const [inner] = shownAddresses(instance);
  const laterMs = region.options.capabilities.creationTimes === "equal" ? 0 : 30_000;
  return Object.assign(sharedFields(region, managed), {
    CreationTime: secondsText(instance.createdAtMs + laterMs),
    DBInstanceClassType: "x",
    DBInstanceStorage: instance.storageGb,
    ConnectionString: inner?.connectionString ?? "",
    Port: inner?.port ?? "",
    IPType: "IPv4",
    Collation: instance.collation,
    TimeZone: instance.timeZone,
    MaintainTime: "18:00Z-22:00Z",
    DBMaxQuantity: databasesMax,
    AccountMaxQuantity: 500,
    SecurityIPMode: "normal",
    SecurityIPList: whitelistEntries(instance).join(","),
    Extra: { RecoveryModel: recoveryModel, DBInstanceIds: { DBInstanceId: [] } },
    SlaveZones: { SlaveZone: [] },
    IncrementSourceDBInstanceId: "",
  });
}

function sharedFields(region: Region, { instance, payType, deletionProtection }: ManagedInstance) {
  return {
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
    ZoneId: instance.zoneId ?? region.network.zoneId,
    ResourceGroupId: "rg-default",
    InstanceNetworkType: instance.networkType,
    VpcId: instance.vpcId ?? "",
    VSwitchId: instance.networkType === "VPC" ? (instance.vSwitchId ?? region.network.vSwitchId) : "",
    DBInstanceNetType: instance.publicAddress ? "Internet" : "Intranet",
    ConnectionMode: "Standard",
    PayType: payType,
    ExpireTime: "",
    LockMode: instance.lockMode,
    LockReason: "",
    DeletionProtection: deletionProtection,
    ReadOnlyDBInstanceIds: readOnlyIds(region, instance.id),
    TempDBInstanceId: region.temporaryOf(instance.id)?.instance.id,
    MasterInstanceId: instance.masterInstanceId,
  };
}

function readOnlyIds(region: Region, masterInstanceId: string) {
  const found = region.readOnlyInstancesOf(masterInstanceId);
  return { ReadOnlyDBInstanceId: found.map(({ instance }) => ({ DBInstanceId: instance.id })) };
}

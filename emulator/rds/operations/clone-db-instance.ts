import { ServiceError } from "../../core/service-error";
import {
  integer,
  oneOf,
  type ParametersOf,
  required,
  secondsTime,
  text,
  unplayed,
  withDefault,
} from "../../rpc/parameters";
import { type CloneOrder, createClone } from "../clone";
import type { ManagedInstance } from "../managed-instance";
import { instanceId, rdsOperation } from "../rds-operation";
import type { Region } from "../region";

const storageTypes = ["local_ssd", "cloud_ssd", "cloud_essd"] as const;

const parameters = {
  DBInstanceId: instanceId,
  RegionId: text(),
  PayType: required(oneOf(["Postpaid", "Prepaid"])),
  DBInstanceStorageType: required(oneOf(storageTypes)),
  BackupId: text(/^\d{1,16}$/),
  RestoreTime: secondsTime("InvalidParam"),
  BackupType: oneOf(["FullBackup", "IncrementalBackup"]),
  DbNames: text(),
  RestoreTable: unplayed,
  TableMeta: unplayed,
  DBInstanceClass: text(),
  DBInstanceStorage: integer({ least: 5, most: 32_000 }),
  Category: oneOf(["Basic", "HighAvailability", "AlwaysOn"]),
  ZoneId: text(),
  ZoneIdSlave1: unplayed,
  ZoneIdSlave2: unplayed,
  InstanceNetworkType: oneOf(["VPC", "Classic"]),
  VPCId: text(),
  VSwitchId: text(),
  PrivateIpAddress: unplayed,
  ClientToken: text(/^[\x21-\x7e]{1,64}$/),
  DBInstanceDescription: text(/^[A-Za-z\u4e00-\u9fa5][A-Za-z0-9\u4e00-\u9fa5_-]{1,254}$/),
  DeletionProtection: withDefault(oneOf(["true", "false"]), "false"),
  AutoPay: withDefault(oneOf(["true", "false"]), "true"),
  Period: oneOf(["Year", "Month"]),
  UsedTime: integer({ least: 1, most: 9 }),
  ServerlessConfig: unplayed,
  DedicatedHostGroupId: unplayed,
  BpeEnabled: unplayed,
  BurstingEnabled: unplayed,
  IoAccelerationEnabled: unplayed,
  CustomExtraInfo: unplayed,
};

type Asked = ParametersOf<typeof parameters>;
type Refuse = (code: keyof typeof errors) => ServiceError;

const errors = {
  "RequiredParam.NotFound": [400, "The required param is not found."],
  InvalidParam: [400, "The specified parameter is not valid."],
  "Api.NotSupport": [400, "The API does not support this instance."],
  IncorrectDBInstanceState: [403, "Current DB instance state does not support this operation."],
  InvalidBackupSet: [400, "The specified databases are not in the backup set."],
  InvalidRestoreTimeSpecified: [400, "The specified restore time is not valid."],
  "InvalidRecoveryDbInstance.StorageSize": [400, "The storage size is less than that of the current instance."],
  "InvalidRecoveryDbInstance.StorageType": [400, "The storage type of the instance cannot be changed."],
  "InvalidInstanceLevel.DiskType": [400, "The specified instance class does not support the storage type."],
  "InvalidDBInstanceClass.Offline": [400, "The specified instance class is no longer sold."],
  "InvalidAvZone.NotSupport": [400, "The specified zone is not supported."],
  InvalidVswitchId: [403, "The specified VSwitchId is not valid."],
  "OperationDenied.ZoneResource": [403, "The resources of the zone are not sufficient."],
  InsufficientAvailableQuota: [400, "The available quota of the account is not sufficient."],
  IdempotentParameterMismatch: [400, "The request uses the same client token as another one that is not identical."],
} as const;

/**
 * CloneDBInstance (rds-modern reference 1). What a known token gets with other parameters and for how long it is known are switches. Unverified:
 * the codes for both points at once, a time without a chain of log backups, and a full quota.
 */
export const cloneDbInstance = rdsOperation({
  action: "CloneDBInstance",
  parameters,
  errors,
  run(region, asked, refuse) {
    if (asked.AutoPay === "false")
      throw new ServiceError(501, "EmulatorNotImplemented", "The local cloud does not play orders that are not paid.");
    const { ClientToken } = asked;
    const sent = JSON.stringify(asked);
    const before = ClientToken === undefined ? undefined : region.cloneTokens.find(ClientToken, region.nowMs);
    if (before) {
      if (before.parameters === sent || region.options.capabilities.cloneTokenMismatch === "first-answer")
        return before.answer;
      throw refuse("IdempotentParameterMismatch");
    }
    const answer = buy(region, asked, refuse);
    if (ClientToken !== undefined) region.cloneTokens.note(ClientToken, sent, answer, region.nowMs);
    return answer;
  },
});

function buy(region: Region, asked: Asked, refuse: Refuse): Record<string, unknown> {
  const master = region.require(asked.DBInstanceId);
  const { instance } = master;
  if (instance.type !== "Primary" || instance.engine !== "SQLServer") throw refuse("Api.NotSupport");
  if (instance.engineVersion === "2008r2" && instance.storageType === "local_ssd") throw refuse("Api.NotSupport");
  if (region.status(instance) !== "Running") throw refuse("IncorrectDBInstanceState");
  if (asked.PayType === "Prepaid" && (asked.Period === undefined || asked.UsedTime === undefined))
    throw refuse("RequiredParam.NotFound");
  const order: CloneOrder = {
    ...pointOf(region, master, asked, refuse),
    ...sizeOf(region, master, asked, refuse),
    ...placeOf(region, master, asked, refuse),
    description: asked.DBInstanceDescription ?? "",
    payType: asked.PayType,
    deletionProtection: asked.DeletionProtection === "true",
  };
  if (region.isQuotaReached()) throw refuse("InsufficientAvailableQuota");
  const clone = createClone(region, master, order);
  const price = region.sale.hourlyPrice(order.instanceClass, order.storageGb, region.options.capabilities.priceSite);
  if (order.payType === "Postpaid") region.meter.start(clone.id, price!, region.nowMs);
  return { DBInstanceId: clone.id, OrderId: String(200_000_000_000_000 + region.nextSerial()) };
}

function pointOf(region: Region, { instance, backups }: ManagedInstance, asked: Asked, refuse: Refuse) {
  const { BackupId, RestoreTime, DbNames } = asked;
  if (BackupId === undefined && RestoreTime === undefined) throw refuse("RequiredParam.NotFound");
  if (BackupId !== undefined && RestoreTime !== undefined) throw refuse("InvalidParam");
  const { nowMs } = region;
  const backup = backups.finished(nowMs).find(({ id }) => id === BackupId);
  if (BackupId !== undefined && !backup?.available) throw refuse("InvalidBackupSet");
  if (RestoreTime !== undefined && !backups.baseFor(RestoreTime, nowMs)) throw refuse("InvalidRestoreTimeSpecified");
  const atMs = RestoreTime ?? backup!.endedAtMs;
  const databases = DbNames?.split(",");
  const past = instance.data.rebuildAt(atMs);
  if (databases?.some((name) => !past.database(name))) throw refuse("InvalidBackupSet");
  return { atMs, databases };
}

function sizeOf({ sale }: Region, { instance }: ManagedInstance, asked: Asked, refuse: Refuse) {
  const storageType = asked.DBInstanceStorageType;
  const instanceClass = asked.DBInstanceClass ?? instance.instanceClass;
  const storageGb = asked.DBInstanceStorage ?? instance.storageGb;
  if (storageGb % 5 !== 0) throw refuse("InvalidParam");
  if (storageGb < instance.storageGb) throw refuse("InvalidRecoveryDbInstance.StorageSize");
  if ((instance.storageType === "local_ssd") !== (storageType === "local_ssd"))
    throw refuse("InvalidRecoveryDbInstance.StorageType");
  if (!sale.isKnown(instanceClass)) throw refuse("InvalidDBInstanceClass.Offline");
  if (!sale.takesStorageType(instanceClass, storageType)) throw refuse("InvalidInstanceLevel.DiskType");
  if (!sale.isSold(instanceClass)) throw refuse("OperationDenied.ZoneResource");
  return { instanceClass, storageGb, storageType };
}

function placeOf({ network }: Region, { instance }: ManagedInstance, asked: Asked, refuse: Refuse) {
  const networkType = asked.InstanceNetworkType ?? instance.networkType;
  const zoneId = asked.ZoneId ?? instance.zoneId ?? network.zoneId;
  if (!network.zones().includes(zoneId)) throw refuse("InvalidAvZone.NotSupport");
  if (networkType === "Classic") return { networkType, vpcId: undefined, vSwitchId: undefined, zoneId };
  if (asked.VSwitchId === undefined) throw refuse("RequiredParam.NotFound");
  const vSwitch = network.vSwitch(asked.VSwitchId);
  if (vSwitch?.zoneId !== zoneId || (asked.VPCId !== undefined && vSwitch.vpcId !== asked.VPCId))
    throw refuse("InvalidVswitchId");
  return { networkType, vpcId: vSwitch.vpcId, vSwitchId: asked.VSwitchId, zoneId };
}

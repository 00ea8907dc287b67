import * as z from "zod";
import { looseBoolean, looseNumber, looseText, textOrNull, utcTime } from "../rpc/answer";
import type { HourlyPrice, RdsAddress, RdsBackup, RdsClass, RdsInstance } from "./index";

/** Forms of RDS answers (rds documentation of each operation): extra fields ignored, drifting types tolerated. */
const instance = z
  .object({
    DBInstanceId: z.string(),
    DBInstanceDescription: textOrNull,
    DBInstanceType: z.string().default("Primary"),
    DBInstanceStatus: z.string(),
    MasterInstanceId: textOrNull,
    TempDBInstanceId: textOrNull,
    Engine: z.string().default(""),
    EngineVersion: z.string().default(""),
    Category: textOrNull,
    DBInstanceStorageType: textOrNull,
    DBInstanceStorage: looseNumber.nullish(),
    DBInstanceClass: textOrNull,
    InstanceNetworkType: z.string().default(""),
    VpcId: textOrNull,
    VSwitchId: textOrNull,
    ZoneId: textOrNull,
    MasterZone: textOrNull,
    LockMode: z.string().default(""),
    Collation: textOrNull,
    TimeZone: textOrNull,
    DBMaxQuantity: looseNumber.nullish().catch(null),
    Extra: z.object({ RecoveryModel: textOrNull }).nullish().catch(null),
    /** The list says CreateTime, the attribute CreationTime. */
    CreateTime: utcTime.nullish(),
    CreationTime: utcTime.nullish(),
  })
  .transform(
    (raw): RdsInstance => ({
      id: raw.DBInstanceId,
      description: raw.DBInstanceDescription,
      type: raw.DBInstanceType,
      status: raw.DBInstanceStatus,
      masterInstanceId: raw.MasterInstanceId,
      temporaryInstanceId: raw.TempDBInstanceId,
      engine: raw.Engine,
      engineVersion: raw.EngineVersion,
      category: raw.Category,
      storageType: raw.DBInstanceStorageType,
      storageGb: raw.DBInstanceStorage ?? null,
      instanceClass: raw.DBInstanceClass,
      networkType: raw.InstanceNetworkType,
      vpcId: raw.VpcId,
      vSwitchId: raw.VSwitchId,
      zoneId: raw.MasterZone ?? raw.ZoneId,
      lockMode: raw.LockMode,
      collation: raw.Collation,
      timeZone: raw.TimeZone,
      recoveryModel: raw.Extra?.RecoveryModel ?? null,
      databasesMax: raw.DBMaxQuantity ?? null,
      createdAtMs: raw.CreationTime ?? raw.CreateTime ?? 0,
    }),
  );

export const attribute = z
  .object({ Items: z.object({ DBInstanceAttribute: z.array(instance) }) })
  .transform((answer) => answer.Items.DBInstanceAttribute);

export const instances = z
  .object({ Items: z.object({ DBInstance: z.array(instance) }) })
  .transform((answer) => answer.Items.DBInstance);

const backup = z
  .object({
    BackupId: looseText,
    BackupStatus: z.string(),
    BackupType: z.string(),
    BackupMethod: textOrNull,
    IsAvail: looseBoolean.default(true),
    BackupStartTime: utcTime,
    BackupEndTime: utcTime,
    ConsistentTime: looseNumber.nullish().catch(null),
  })
  .transform(
    (raw): RdsBackup => ({
      backupId: raw.BackupId,
      status: raw.BackupStatus,
      type: raw.BackupType,
      method: raw.BackupMethod,
      available: raw.IsAvail,
      startedAtMs: raw.BackupStartTime,
      endedAtMs: raw.BackupEndTime,
      // Epoch seconds; 0 means that there is none.
      consistentAtMs: raw.ConsistentTime ? raw.ConsistentTime * 1000 : null,
    }),
  );

/** Null for a backup without its times, one that is still running: it is no restore point, and counts for the length of a page. */
export const backups = z
  .object({ Items: z.object({ Backup: z.array(backup.nullable().catch(null)) }) })
  .transform((answer) => answer.Items.Backup);

const logBackup = z
  .object({ LogBeginTime: utcTime, LogEndTime: utcTime })
  .transform((raw) => ({ beginMs: raw.LogBeginTime, endMs: raw.LogEndTime }));

/** Null for a log backup without its times; as for backups. */
export const logBackups = z
  .object({ Items: z.object({ BinLogFile: z.array(logBackup.nullable().catch(null)) }) })
  .transform((answer) => answer.Items.BinLogFile);

export const backupPolicy = z
  .object({
    BackupRetentionPeriod: looseNumber,
    LogBackupRetentionPeriod: looseNumber.nullish(),
    EnableBackupLog: looseBoolean.nullish(),
  })
  .transform((raw) => ({
    dataRetentionDays: raw.BackupRetentionPeriod,
    logRetentionDays: raw.LogBackupRetentionPeriod ?? raw.BackupRetentionPeriod,
    logBackupEnabled: raw.EnableBackupLog ?? true,
  }));

export const databases = z
  .object({
    Databases: z.object({
      Database: z.array(
        z.object({
          DBName: z.string(),
          DBStatus: z.string().default("Running"),
          CharacterSetName: z.string().default(""),
        }),
      ),
    }),
  })
  .transform((answer) =>
    answer.Databases.Database.map((raw) => ({
      name: raw.DBName,
      status: raw.DBStatus,
      characterSet: raw.CharacterSetName,
    })),
  );

/** Bytes; -1 is RDS for "no data". */
export const diskUsed = z
  .object({ DiskUsed: looseNumber })
  .transform((raw) => (raw.DiskUsed < 0 ? null : raw.DiskUsed));

const kinds: readonly RdsAddress["kind"][] = ["private", "inner", "public"];

export const addresses = z
  .object({
    DBInstanceNetInfos: z.object({
      DBInstanceNetInfo: z.array(
        z.object({
          ConnectionString: z.string(),
          IPType: z.string(),
          Port: looseNumber,
          VPCId: z.string().nullish(),
        }),
      ),
    }),
  })
  .transform((answer) =>
    answer.DBInstanceNetInfos.DBInstanceNetInfo.flatMap((raw): RdsAddress[] => {
      const kind = kinds.find((one) => one === raw.IPType.toLowerCase());
      return kind ? [{ kind, vpcId: raw.VPCId || null, host: raw.ConnectionString, port: raw.Port }] : [];
    }),
  );

export const whitelist = z
  .object({
    Items: z.object({
      DBInstanceIPArray: z.array(
        z.object({ DBInstanceIPArrayName: z.string(), SecurityIPList: z.string().default("") }),
      ),
    }),
  })
  .transform((answer) =>
    answer.Items.DBInstanceIPArray.map((raw): [string, string[]] => [
      raw.DBInstanceIPArrayName,
      raw.SecurityIPList.split(",")
        .map((entry) => entry.trim())
        .filter(Boolean),
    ]),
  );

export const createdTemporaryInstance = z
  .object({ TempDBInstanceId: z.string().min(1) })
  .transform((raw) => ({ instanceId: raw.TempDBInstanceId }));

export const createdClone = z
  .object({ DBInstanceId: z.string().min(1) })
  .transform((raw) => ({ instanceId: raw.DBInstanceId }));

export const classes = z
  .object({
    DBInstanceClasses: z.array(
      z.object({
        DBInstanceClass: z.string(),
        DBInstanceStorageRange: z.object({ MinValue: looseNumber, MaxValue: looseNumber, Step: looseNumber }),
      }),
    ),
  })
  .transform((answer) =>
    answer.DBInstanceClasses.map(
      ({ DBInstanceClass: name, DBInstanceStorageRange: range }): RdsClass => ({
        name,
        storage: { least: range.MinValue, most: range.MaxValue, step: range.Step },
      }),
    ),
  );

/** TradePrice is what is paid, discounts taken off. */
export const price = z
  .object({ PriceInfo: z.object({ Currency: z.string().min(1), TradePrice: looseNumber }) })
  .transform(({ PriceInfo }): HourlyPrice => ({ amount: PriceInfo.TradePrice, currency: PriceInfo.Currency }));

export const publicConnection = z
  .object({ ConnectionString: z.string() })
  .transform((raw) => ({ connectionString: raw.ConnectionString }));

export const anything = z.object({});

import { oneOf, required, text, withDefault } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";

const sqlServerCharacterSets = [
  "Chinese_PRC_CI_AS",
  "Chinese_PRC_CS_AS",
  "SQL_Latin1_General_CP1_CI_AS",
  "SQL_Latin1_General_CP1_CS_AS",
  "Chinese_PRC_BIN",
];
const systemDatabases = ["master", "tempdb", "model", "msdb"];

/** CreateDatabase (rds reference, addendum). The database is there at once and `Creating` for a while; its error codes are unverified. */
export const createDatabase = rdsOperation({
  action: "CreateDatabase",
  parameters: {
    DBInstanceId: instanceId,
    DBName: required(text(/^[a-z][a-z0-9_-]{0,62}[a-z0-9]$/, "InvalidDBName.Format")),
    CharacterSetName: required(oneOf(sqlServerCharacterSets, "InvalidCharacterSetName.Format")),
    DBDescription: withDefault(text(/^(?!https?:\/\/).{2,256}$/s, "InvalidDBDescription.Format"), ""),
  },
  errors: {
    "OperationDenied.LockMode": [403, "The operation is not permitted when the instance is locked."],
    "InvalidDBName.Malformed": [400, "The specified parameter DBName is a keyword."],
    "InvalidDBName.Duplicate": [400, "Specified DB name already exists in the Aliyun RDS."],
  },
  run(region, { DBInstanceId, DBName, CharacterSetName, DBDescription }, refuse) {
    const { instance, databaseNotes } = region.require(DBInstanceId);
    region.requireRunning(instance);
    if (instance.lockMode !== "Unlock") throw refuse("OperationDenied.LockMode");
    if (systemDatabases.includes(DBName)) throw refuse("InvalidDBName.Malformed");
    if (instance.data.database(DBName)) throw refuse("InvalidDBName.Duplicate");
    instance.data.createDatabase(DBName, CharacterSetName, region.nowMs);
    const runningFromMs = region.nowMs + region.options.timings.createDatabaseMs;
    databaseNotes.set(DBName, { description: DBDescription, runningFromMs });
    return {};
  },
});

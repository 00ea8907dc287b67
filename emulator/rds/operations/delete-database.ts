import { required, text } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";

/** DeleteDatabase (rds reference, addendum): gone at once; a database that is still Creating is refused. */
export const deleteDatabase = rdsOperation({
  action: "DeleteDatabase",
  parameters: { DBInstanceId: instanceId, DBName: required(text()) },
  errors: {
    "InvalidDBName.NotFound": [404, "Specified one or more DB name does not exist or DB status does not support."],
    "OperationDenied.DBStatus": [403, "The operation is not permitted due to status of the database."],
  },
  run(region, { DBInstanceId, DBName }, refuse) {
    const { instance, databaseNotes } = region.require(DBInstanceId);
    region.requireRunning(instance);
    if (!instance.data.database(DBName)) throw refuse("InvalidDBName.NotFound");
    const note = databaseNotes.get(DBName.toLowerCase());
    if (note && region.nowMs < note.runningFromMs) throw refuse("OperationDenied.DBStatus");
    instance.data.dropDatabase(DBName, region.nowMs);
    databaseNotes.delete(DBName.toLowerCase());
    return {};
  },
});

import { required, text } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";

/** ModifyDBInstanceDescription (rds reference 6.14). */
export const modifyDbInstanceDescription = rdsOperation({
  action: "ModifyDBInstanceDescription",
  parameters: {
    DBInstanceId: instanceId,
    DBInstanceDescription: required(text(/^(?!https?:\/\/).{2,64}$/s, "InvalidDBInstanceDescription.Format")),
  },
  errors: { "InvalidDBInstanceName.NotFound": [404, "The database instance does not exist."] },
  run(region, { DBInstanceId, DBInstanceDescription }, refuse) {
    const { instance } = region.require(DBInstanceId, () => refuse("InvalidDBInstanceName.NotFound"));
    instance.description = DBInstanceDescription;
    return {};
  },
});

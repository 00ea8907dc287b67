import { integer, required, text, unplayed } from "../../rpc/parameters";
import { hostName } from "../instance-address";
import { instanceId, rdsOperation } from "../rds-operation";

/**
 * AllocateInstancePublicConnection (rds reference 6.12). The answer has RDS's host name; DescribeDBInstanceNetInfo then shows host
 * and port of the listener that stands for it on this machine. Whether temporary instances accept it is a capability.
 */
export const allocateInstancePublicConnection = rdsOperation({
  action: "AllocateInstancePublicConnection",
  parameters: {
    DBInstanceId: instanceId,
    ConnectionStringPrefix: required(text(/^[A-Za-z0-9-]{5,40}$/, "InvalidConnectionString.Format")),
    Port: required(integer({ least: 1000, most: 5999 }, "InvalidPort.Malformed")),
    BabelfishPort: unplayed,
    PGBouncerPort: unplayed,
    GeneralGroupName: unplayed,
  },
  errors: {
    IncorrectDBInstanceState: [400, "Current DB instance state does not support this operation."],
    "OperationDenied.DBInstanceType": [403, "The operation is not permitted due to type of the instance."],
    NetTypeExists: [400, "Specified net type already existed."],
    "InvalidConnectionString.Duplicate": [404, "Specified connection string already exists in the Aliyun RDS."],
  },
  run(region, { DBInstanceId, ConnectionStringPrefix }, refuse) {
    const { instance } = region.require(DBInstanceId);
    const { capabilities, addresses } = region.options;
    if (instance.type === "Temp" && !capabilities.tempAcceptsPublicConnection)
      throw refuse("OperationDenied.DBInstanceType");
    if (region.status(instance) !== "Running") throw refuse("IncorrectDBInstanceState");
    if (instance.publicAddress) throw refuse("NetTypeExists");
    const connectionString = hostName(ConnectionStringPrefix.toLowerCase());
    const taken = region.existing().some((other) => other.instance.publicConnectionString === connectionString);
    if (taken) throw refuse("InvalidConnectionString.Duplicate");
    instance.publicAddress = addresses.take(instance, "public");
    instance.publicConnectionString = connectionString;
    return { ConnectionString: connectionString, DbInstanceName: instance.id };
  },
});

import { oneOf } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";

/** DescribeDBInstanceIPArrayList (rds reference 6.10). */
export const describeDbInstanceIpArrayList = rdsOperation({
  action: "DescribeDBInstanceIPArrayList",
  parameters: { DBInstanceId: instanceId, WhitelistNetworkType: oneOf(["Classic", "VPC", "MIX"]) },
  errors: { "InvalidDBInstanceName.NotFound": [404, "The database instance does not exist."] },
  run(region, { DBInstanceId }, refuse) {
    const { instance, whitelistAttributes } = region.require(DBInstanceId, () =>
      refuse("InvalidDBInstanceName.NotFound"),
    );
    return {
      Items: {
        DBInstanceIPArray: [...instance.whitelist].map(([name, entries]) => ({
          DBInstanceIPArrayName: name,
          DBInstanceIPArrayAttribute: whitelistAttributes.get(name) ?? "",
          SecurityIPType: "IPv4",
          SecurityIPList: entries.join(","),
        })),
      },
    };
  },
});

import { unplayed } from "../../rpc/parameters";
import { shownAddresses } from "../instance-address";
import { instanceId, rdsOperation } from "../rds-operation";

/** DescribeDBInstanceNetInfo (rds reference 6.4): ports are strings, and `securityIPGroup` starts lower-case. */
export const describeDbInstanceNetInfo = rdsOperation({
  action: "DescribeDBInstanceNetInfo",
  parameters: { DBInstanceId: instanceId, DBInstanceNetRWSplitType: unplayed },
  errors: { "InvalidDBInstanceName.NotFound": [400, "The database instance does not exist."] },
  run(region, { DBInstanceId }, refuse) {
    const { instance } = region.require(DBInstanceId, () => refuse("InvalidDBInstanceName.NotFound"));
    const isVpc = instance.networkType === "VPC";
    return {
      InstanceNetworkType: instance.networkType,
      SecurityIPMode: "normal",
      DBInstanceNetInfos: {
        DBInstanceNetInfo: shownAddresses(instance).map((address) => ({
          ConnectionString: address.connectionString,
          ConnectionStringType: "Normal",
          IPType: address.kind,
          IPAddress: address.ipAddress,
          Port: address.port,
          VPCId: isVpc && address.kind === "Private" ? (instance.vpcId ?? "") : "",
          VSwitchId: isVpc && address.kind === "Private" ? "vsw-local" : "",
          ExpiredTime: "",
          Upgradeable: "Disabled",
          SecurityIPGroups: {
            securityIPGroup: [...instance.whitelist].map(([name, entries]) => ({
              SecurityIPGroupName: name,
              SecurityIPs: entries.join(","),
            })),
          },
        })),
      },
    };
  },
});

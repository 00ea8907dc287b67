import { unplayed } from "../rpc/parameters";
import { shownAddresses } from "./instance-address";
import { creationTime, instanceAnswer } from "./instance-answer";
import { instanceId, rdsOperation } from "./rds-operation";

/** DescribeDBInstanceAttribute (rds reference 6.3): an array even for one; one id per call, as today's documents advise. */
export const describeDbInstanceAttribute = rdsOperation({
  action: "DescribeDBInstanceAttribute",
  parameters: { DBInstanceId: instanceId, Expired: unplayed },
  errors: {},
  run(region, { DBInstanceId }) {
    const { goneInstanceAnswer } = region.options.capabilities;
    if (goneInstanceAnswer === "empty-list" && !region.find(DBInstanceId))
      return { Items: { DBInstanceAttribute: [] } };
    const managed = region.require(DBInstanceId);
    const { instance } = managed;
    const [inner] = shownAddresses(instance);
    const attribute = Object.assign(instanceAnswer(region, managed), {
      CreationTime: creationTime(managed),
      DBInstanceClassType: "x",
      DBInstanceStorage: instance.storageGb,
      ConnectionString: inner?.connectionString ?? "",
      Port: inner?.port ?? "",
      IPType: "IPv4",
      Collation: instance.collation,
      TimeZone: instance.timeZone,
      MaintainTime: "18:00Z-22:00Z",
      DBMaxQuantity: 100,
      AccountMaxQuantity: 500,
      SecurityIPMode: "normal",
      SecurityIPList: [...instance.whitelist.values()].flat().join(","),
      Extra: { RecoveryModel: "Full", DBInstanceIds: { DBInstanceId: [] } },
      SlaveZones: { SlaveZone: [] },
      IncrementSourceDBInstanceId: "",
    });
    return { Items: { DBInstanceAttribute: [attribute] } };
  },
});

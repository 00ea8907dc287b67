import { unplayed } from "../../rpc/parameters";
import { instanceAttribute } from "../instance-answer";
import { instanceId, rdsOperation } from "../rds-operation";

/** DescribeDBInstanceAttribute (rds reference 6.3): an array even for one; one id per call, as today's documents advise. */
export const describeDbInstanceAttribute = rdsOperation({
  action: "DescribeDBInstanceAttribute",
  parameters: { DBInstanceId: instanceId, Expired: unplayed },
  errors: {},
  run(region, { DBInstanceId }) {
    const { goneInstanceAnswer } = region.options.capabilities;
    const found = region.findOrRecycled(DBInstanceId);
    if (!found && goneInstanceAnswer === "empty-list") return { Items: { DBInstanceAttribute: [] } };
    return { Items: { DBInstanceAttribute: [instanceAttribute(region, found ?? region.require(DBInstanceId))] } };
  },
});

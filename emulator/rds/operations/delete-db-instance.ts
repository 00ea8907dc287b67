import { unplayed } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";

/** DeleteDBInstance (rds reference 6.13): temporary instances and pay-as-you-go ones, Running. Of the recycle bin only what Describe* may show is played. */
export const deleteDbInstance = rdsOperation({
  action: "DeleteDBInstance",
  parameters: { DBInstanceId: instanceId, ReleasedKeepPolicy: unplayed },
  errors: {
    "OperationDenied.DeletionProtection": [400, "The operation is not permitted due to deletion protection."],
    "OperationDenied.PrePayTypeNotSupported": [403, "The operation is not permitted due to pay type of the instance."],
    DependencyViolation: [403, "The instance has read-only or temporary instances."],
  },
  run(region, { DBInstanceId }, refuse) {
    const { instance, payType, deletionProtection } = region.require(DBInstanceId);
    region.requireRunning(instance);
    if (deletionProtection) throw refuse("OperationDenied.DeletionProtection");
    if (payType === "Prepaid") throw refuse("OperationDenied.PrePayTypeNotSupported");
    const hasDependents = region.temporaryOf(instance.id) || region.readOnlyInstancesOf(instance.id).length > 0;
    if (hasDependents) throw refuse("DependencyViolation");
    region.beginDeletion(instance);
    return { RegionId: region.options.regionId };
  },
});

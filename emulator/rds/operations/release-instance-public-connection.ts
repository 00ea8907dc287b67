import { required, text } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";

/** ReleaseInstancePublicConnection. Takes the name that the allocation answered, or the host that DescribeDBInstanceNetInfo shows for it here. */
export const releaseInstancePublicConnection = rdsOperation({
  action: "ReleaseInstancePublicConnection",
  parameters: { DBInstanceId: instanceId, CurrentConnectionString: required(text()) },
  errors: { "Endpoint.NotFound": [400, "Specified endpoint is not found."] },
  run(region, { DBInstanceId, CurrentConnectionString }, refuse) {
    const { instance } = region.require(DBInstanceId);
    region.requireRunning(instance);
    const { publicAddress } = instance;
    const names = [instance.publicConnectionString, publicAddress?.host];
    if (!publicAddress || !names.includes(CurrentConnectionString)) throw refuse("Endpoint.NotFound");
    region.options.addresses.release(publicAddress);
    instance.publicAddress = undefined;
    instance.publicConnectionString = undefined;
    return {};
  },
});

import { dtsServerNetworks } from "../dts-servers";
import { type Operation, standardAnswer } from "../operation";
import { required } from "../parameters";

/** DescribeDTSIP: the CIDRs of the DTS servers, comma separated, in `DynamicMessage` of all places. */
export const describeDtsIp: Operation = (parameters) => {
  required(parameters, "SourceEndpointRegion");
  return standardAnswer({
    Success: "true",
    HttpStatusCode: undefined,
    DynamicMessage: dtsServerNetworks.join(","),
  });
};

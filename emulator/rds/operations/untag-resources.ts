import { list, oneOf, required, text } from "../../rpc/parameters";
import { rdsOperation } from "../rds-operation";

/** UntagResources (rds reference 6.14): the named keys, or all with `All=true`. */
export const untagResources = rdsOperation({
  action: "UntagResources",
  parameters: {
    RegionId: required(text()),
    ResourceType: required(oneOf(["INSTANCE"])),
    ResourceId: required(list(50)),
    TagKey: list(20, "NumberExceed.Tags"),
    All: oneOf(["true", "false"]),
  },
  errors: {
    MissingParameter: [400, "One of the input parameters TagKey and All is mandatory for processing this request."],
  },
  run(region, { ResourceId, TagKey, All }, refuse) {
    if (!TagKey && All !== "true") throw refuse("MissingParameter");
    const instances = ResourceId.map((id) => region.require(id).instance);
    for (const { tags } of instances) {
      for (const key of TagKey ?? [...tags.keys()]) tags.delete(key);
    }
    return {};
  },
});

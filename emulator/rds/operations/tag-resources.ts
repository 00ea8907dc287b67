import { list, oneOf, pairs, required, text } from "../../rpc/parameters";
import { rdsOperation } from "../rds-operation";

const maximumTags = 20;

/** TagResources (rds reference 6.14): all or nothing; whether temporary instances take tags is a capability. */
export const tagResources = rdsOperation({
  action: "TagResources",
  parameters: {
    RegionId: required(text()),
    ResourceType: required(oneOf(["INSTANCE"])),
    ResourceId: required(list(50)),
    Tag: required(pairs(maximumTags, "NumberExceed.Tags")),
  },
  errors: {
    "NumberExceed.Tags": [400, "The maximum number of tags is exceeded."],
    "InvalidTagKey.Malformed": [400, "The specified parameter TagKey is not valid."],
    "OperationDenied.DBInstanceType": [403, "The operation is not permitted due to type of the instance."],
  },
  run(region, { ResourceId, Tag }, refuse) {
    const instances = ResourceId.map((id) => region.require(id).instance);
    if ([...Tag.keys()].some((key) => !isTagKey(key))) throw refuse("InvalidTagKey.Malformed");
    for (const instance of instances) {
      if (instance.type === "Temp" && !region.options.capabilities.tempAcceptsTags)
        throw refuse("OperationDenied.DBInstanceType");
      if (new Set([...instance.tags.keys(), ...Tag.keys()]).size > maximumTags) throw refuse("NumberExceed.Tags");
    }
    for (const instance of instances) {
      for (const [key, value] of Tag) instance.tags.set(key, value ?? "");
    }
    return {};
  },
});

function isTagKey(key: string): boolean {
  return key.length >= 1 && key.length <= 64 && !/^(aliyun|acs:)|https?:\/\//.test(key);
}

import { list, oneOf, pairs, required, text, unplayed } from "../../rpc/parameters";
import { rdsOperation } from "../rds-operation";

/** ListTagResources (rds reference 6.14): by instances or by tags, in one page. */
export const listTagResources = rdsOperation({
  action: "ListTagResources",
  parameters: {
    RegionId: required(text()),
    ResourceType: required(oneOf(["INSTANCE"])),
    ResourceId: list(50),
    Tag: pairs(20, "NumberExceed.Tags"),
    NextToken: unplayed,
  },
  errors: {
    MissingParameter: [400, "One of the input parameters ResourceId and Tag is mandatory for processing this request."],
  },
  run(region, { ResourceId, Tag }, refuse) {
    if (!ResourceId && !Tag) throw refuse("MissingParameter");
    const found = region
      .existing()
      .map(({ instance }) => instance)
      .filter((instance) => !ResourceId || ResourceId.includes(instance.id))
      .filter((instance) =>
        [...(Tag ?? [])].every(
          ([key, value]) => (value ?? instance.tags.get(key)) === instance.tags.get(key) && instance.tags.has(key),
        ),
      );
    const rows = found.flatMap((instance) =>
      [...instance.tags].map(([key, value]) => ({
        ResourceId: instance.id,
        ResourceType: "ALIYUN::RDS::INSTANCE",
        TagKey: key,
        TagValue: value,
      })),
    );
    return { NextToken: "", TagResources: { TagResource: rows } };
  },
});

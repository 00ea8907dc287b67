import { ServiceError } from "../../core/service-error";
import { page } from "../../rpc/paging";
import { integer, oneOf, required, text, unplayed, withDefault } from "../../rpc/parameters";
import { listedInstance } from "../instance-answer";
import type { ManagedInstance } from "../managed-instance";
import { rdsOperation } from "../rds-operation";
import type { Region } from "../region";

const filters = {
  DBInstanceId: text(),
  DBInstanceType: oneOf(["Primary", "Readonly", "Guard", "Temp"], "InvalidDBInstanceType.ValueNotSupport"),
  DBInstanceStatus: text(),
  Engine: text(),
  EngineVersion: text(),
  SearchKey: text(),
  InstanceNetworkType: oneOf(["VPC", "Classic"]),
  PayType: oneOf(["Postpaid", "Prepaid"]),
  VpcId: text(),
  Category: text(),
  Expired: oneOf(["True", "False"], "InvalidExpired.Format"),
  Tags: text(/^\{.*\}$/s, "InvalidTags.Format"),
};

/**
 * DescribeDBInstances (rds reference 6.2). Lists lag behind the truth by `timings.listLagMs`, both ways. Paged by number, or by
 * MaxResults and NextToken, where TotalRecordCount counts the page only.
 */
export const describeDbInstances = rdsOperation({
  action: "DescribeDBInstances",
  parameters: {
    RegionId: required(text()),
    ...filters,
    ConnectionMode: unplayed,
    ConnectionString: unplayed,
    VSwitchId: unplayed,
    ZoneId: unplayed,
    ResourceGroupId: unplayed,
    InstanceLevel: unplayed,
    PageSize: withDefault(integer({ least: 1, most: 100 }), 30),
    PageNumber: withDefault(integer({ least: 1, most: 1_000_000 }), 1),
    MaxResults: integer({ least: 1, most: 100 }),
    NextToken: text(/^[A-Za-z0-9+/=]+$/, "Invalid.NextToken"),
  },
  errors: { "Invalid.NextToken": [400, "The specified NextToken is invalid."] },
  run(region, parameters, refuse) {
    const here = parameters.RegionId === region.options.regionId ? region.listed() : [];
    const found = here.filter((managed) => matches(region, managed, parameters));
    const byToken = parameters.MaxResults !== undefined || parameters.NextToken !== undefined;
    if (!byToken) {
      const items = page(found, parameters.PageNumber, parameters.PageSize);
      return answer(region, items, parameters.PageNumber, found.length, "");
    }
    const offset = parameters.NextToken === undefined ? 0 : offsetOf(parameters.NextToken);
    if (Number.isNaN(offset)) throw refuse("Invalid.NextToken");
    const end = offset + (parameters.MaxResults ?? 30);
    const items = found.slice(offset, end);
    return answer(region, items, 1, items.length, end < found.length ? tokenOf(end) : "");
  },
});

function answer(
  region: Region,
  items: readonly ManagedInstance[],
  pageNumber: number,
  total: number,
  nextToken: string,
) {
  return {
    PageNumber: pageNumber,
    PageRecordCount: items.length,
    TotalRecordCount: total,
    NextToken: nextToken,
    Items: { DBInstance: items.map((managed) => listedInstance(region, managed)) },
  };
}

type Filters = { readonly [Name in keyof typeof filters]: string | undefined };

/** Filters that ask for exactly the value that is shown. */
const exactFilters: readonly (readonly [keyof Filters, (region: Region, managed: ManagedInstance) => unknown])[] = [
  ["DBInstanceId", (_, { instance }) => instance.id],
  ["DBInstanceType", (_, { instance }) => instance.type],
  ["DBInstanceStatus", (region, { instance }) => region.status(instance)],
  ["Engine", (_, { instance }) => instance.engine],
  ["EngineVersion", (_, { instance }) => instance.engineVersion],
  ["InstanceNetworkType", (_, { instance }) => instance.networkType],
  ["PayType", (_, { payType }) => payType],
  ["VpcId", (_, { instance }) => instance.vpcId],
  ["Category", (_, { instance }) => instance.category],
];

function matches(region: Region, managed: ManagedInstance, wanted: Filters): boolean {
  const { SearchKey, Tags, Expired } = wanted;
  const { instance } = managed;
  for (const [name, shown] of exactFilters) {
    if (wanted[name] !== undefined && shown(region, managed) !== wanted[name]) return false;
  }
  if (SearchKey !== undefined && !`${instance.id} ${instance.description}`.includes(SearchKey)) return false;
  if (Expired === "True") return false;
  return (
    Tags === undefined || Object.entries(parseTags(Tags)).every(([key, value]) => instance.tags.get(key) === value)
  );
}

/** `{"key":"value"}`. */
function parseTags(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError(400, "InvalidTags.Format", "The specified parameter Tags is not valid.");
  }
}

const tokenPrefix = "instances from ";

function tokenOf(offset: number): string {
  return Buffer.from(`${tokenPrefix}${offset}`).toString("base64");
}

function offsetOf(token: string): number {
  const text = Buffer.from(token, "base64").toString("latin1");
  return text.startsWith(tokenPrefix) ? Number(text.slice(tokenPrefix.length)) : Number.NaN;
}

import { ServiceError } from "../core/service-error";
import { OperationTable, operation } from "../rpc/operation";
import { integer, list, oneOf, required, text, withDefault } from "../rpc/parameters";
import { secondsText } from "../rpc/utc-time";
import type { Network, TablestoreInstance, TablestoreInstances } from "./instances";

/** Codes are unverified: the pages of these operations list none. */
const errors = {
  "OTSInstance.NotExist": [404, "The instance does not exist."],
  "OTSInstance.AlreadyExist": [409, "The instance name already exists."],
  "OTSInstance.NotEmpty": [409, "The instance has tables; delete them first."],
  "OTSInstance.QuotaExceeded": [403, "The account has ten instances in this region."],
  "OTSParameterInvalid.InstanceName": [400, "The instance name is invalid."],
} as const;

/** "The name of an account's instance": 3 to 16 characters, a letter first, no hyphen last, none of five words in it. */
const namePattern = /^(?!.*(?:ali|ay|ots|taobao|admin))[a-z][a-z0-9-]{1,14}[a-z0-9]$/i;
const instancesMax = 10;

const instanceName = required(text());
const tablestore = operation<TablestoreInstances>();

const played = [
  tablestore({
    action: "CreateInstance",
    parameters: {
      InstanceName: instanceName,
      ClusterType: required(oneOf(["SSD", "HYBRID"])),
      InstanceDescription: withDefault(text(/^[\s\S]{3,256}$/), ""),
      NetworkTypeACL: list(3),
    },
    errors,
    run(service, { InstanceName, ClusterType, InstanceDescription, NetworkTypeACL }, refuse) {
      if (!namePattern.test(InstanceName)) throw refuse("OTSParameterInvalid.InstanceName");
      if (service.isTaken(InstanceName)) throw refuse("OTSInstance.AlreadyExist");
      if (service.all().length >= instancesMax) throw refuse("OTSInstance.QuotaExceeded");
      service.create(InstanceName, NetworkTypeACL && networksOf(NetworkTypeACL), InstanceDescription, ClusterType);
      return {};
    },
  }),
  tablestore({
    action: "GetInstance",
    parameters: { InstanceName: instanceName },
    errors,
    run(service, { InstanceName }, refuse) {
      const instance = service.find(InstanceName);
      if (!instance) throw refuse("OTSInstance.NotExist");
      return { ...summary(service, instance), NetworkTypeACL: instance.networks, NetworkSourceACL: ["TRUST_PROXY"] };
    },
  }),
  tablestore({
    action: "ListInstances",
    parameters: {
      InstanceName: text(),
      MaxResults: withDefault(integer({ least: 0, most: 200 }), 0),
      NextToken: text(),
    },
    errors,
    run(service, { InstanceName = "", MaxResults, NextToken = "" }) {
      const fitting = service.all().filter(({ name }) => name.includes(InstanceName) && name >= NextToken);
      const size = MaxResults || 100;
      return {
        Instances: fitting.slice(0, size).map((instance) => summary(service, instance)),
        TotalCount: fitting.length,
        NextToken: fitting[size]?.name ?? "",
      };
    },
  }),
  tablestore({
    action: "UpdateInstance",
    parameters: { InstanceName: instanceName, NetworkTypeACL: required(list(3)) },
    errors,
    run(service, { InstanceName, NetworkTypeACL }, refuse) {
      const instance = service.find(InstanceName);
      if (!instance) throw refuse("OTSInstance.NotExist");
      instance.networks = networksOf(NetworkTypeACL);
      return {};
    },
  }),
  tablestore({
    action: "DeleteInstance",
    parameters: { InstanceName: instanceName },
    errors,
    run(service, { InstanceName }, refuse) {
      const instance = service.find(InstanceName);
      if (!instance) throw refuse("OTSInstance.NotExist");
      if (instance.service.listTables().length > 0) throw refuse("OTSInstance.NotEmpty");
      service.remove(InstanceName);
      return {};
    },
  }),
];

/** What else the official client 3.2 can ask. */
const known = new Set(
  `ChangeResourceGroup CheckInstancePolicy CreateVCUInstance DeleteInstancePolicy DeleteVCUInstance DescribeRegions ListClusterType
   ListTagResources ListVpcInfoByInstance ListVpcInfoByVpc TagResources UntagResources UpdateInstanceElasticVCUUpperLimit
   UpdateInstancePolicy`.split(/\s+/),
);

export const instanceOperations = new OperationTable<TablestoreInstances>("ots", played, known);

function networksOf(words: readonly string[]): Network[] {
  return words.map((word) => {
    if (word === "INTERNET" || word === "VPC" || word === "CLASSIC") return word;
    throw new ServiceError(400, "InvalidParameter", "The specified parameter NetworkTypeACL is not valid.");
  });
}

function summary({ options }: TablestoreInstances, instance: TablestoreInstance): Record<string, unknown> {
  return {
    InstanceName: instance.name,
    InstanceDescription: instance.description,
    InstanceStatus: "normal",
    InstanceSpecification: instance.clusterType,
    RegionId: options.regionId,
    UserId: options.accountId,
    CreateTime: secondsText(instance.createdAtMs),
  };
}

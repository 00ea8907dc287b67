/**
 * Regions that a service serves under one name; every other region has a host of its own. RDS: endpoint map of `@alicloud/rds20140815`, held
 * against it by a test, because loading that client takes seconds. DTS: that of `@alicloud/dts20200101`, which is not on the registry.
 */
const central: Readonly<Record<"rds" | "dts", ReadonlySet<string>>> = {
  rds: new Set(
    "cn-qingdao cn-beijing cn-hangzhou cn-shanghai cn-shenzhen cn-heyuan cn-wuhan cn-hongkong ap-southeast-1 us-west-1 us-east-1 cn-shanghai-finance-1 cn-shenzhen-finance-1 cn-beijing-finance-1 cn-north-2-gov-1 cn-beijing-gov-1".split(
      " ",
    ),
  ),
  dts: new Set(
    "cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-wulanchabu cn-hangzhou cn-shanghai cn-shenzhen cn-chengdu cn-hongkong ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-south-1 us-west-1 us-east-1 eu-west-1 eu-central-1 me-east-1".split(
      " ",
    ),
  ),
};

/** The host that a service has for a region. Jobs of DTS outside mainland China may be visible at the regional host only. */
export function hostOf(service: "rds" | "dts", region: string): string {
  const isCentral = central[service].has(region) && (service === "rds" || region.startsWith("cn-"));
  return isCentral ? `${service}.aliyuncs.com` : `${service}.${region}.aliyuncs.com`;
}

/**
 * Why a host of RDS or DTS cannot serve a region, with the right one; undefined if it can. A wrong one would answer that the master does
 * not exist, or be found only when a restore fails. Hosts of other forms, such as a private link's, are not judged.
 */
export function endpointProblem(service: "rds" | "dts", given: string, region: string): string | undefined {
  const match = new RegExp(`^${service}(-vpc)?(?:\\.([a-z0-9-]+))?\\.aliyuncs\\.com$`).exec(given);
  if (!match) return undefined;
  const [, , named] = match;
  const right = hostOf(service, region);
  const isCentral = named === undefined;
  const isServed = isCentral ? central[service].has(region) : named === region;
  if (isServed) return undefined;
  const why = isCentral ? `does not serve ${region}` : `serves ${named}, not ${region}`;
  return `endpoints.${service} is ${given}, which ${why}; the right one is ${right}.`;
}

/** What an endpoint has to fit beside the region: the account of queues, and the instance of rows, stand in front of the host. */
export interface EndpointOwner {
  readonly region: string;
  readonly account: string;
  readonly tablestoreInstance: string;
}

/**
 * Why the address of another service cannot be the right one; undefined if it can. Hosts that are not the provider's are not judged.
 * @param name of the setting below `endpoints`
 */
export function addressProblem(name: string, given: string, owner: EndpointOwner): string | undefined {
  const isUrl = /^https?:\/\//.test(given);
  const labels = given
    .replace(/^https?:\/\//, "")
    .split(/[/:]/)[0]!
    .split(".");
  if (labels.slice(-2).join(".") !== "aliyuncs.com") return undefined;
  if (isUrl && !given.startsWith("https:")) return `endpoints.${name} is ${given}; it must begin with https://.`;
  const wanted = name === "mns" ? owner.account : name === "tablestore" ? owner.tablestoreInstance : undefined;
  if (wanted !== undefined && labels[0] !== wanted)
    return `endpoints.${name} is ${given}; it must begin with ${wanted}, whose it is.`;
  const others = wanted === undefined ? labels : labels.slice(1);
  const region = others.find((label) => /^(cn|ap|us|eu|me|na|sa)-[a-z]/.test(label));
  // `cn-hangzhou-internal` and its like are the same region from inside.
  if (region === undefined || region === owner.region || region.startsWith(`${owner.region}-`)) return undefined;
  return `endpoints.${name} is ${given}, which serves ${region}, not ${owner.region}.`;
}

/** On this machine, where nothing travels. */
export function isLoopback(address: string): boolean {
  return /^(https?:\/\/)?@?(localhost|127(\.\d+){3})(:\d+)?$/.test(address);
}

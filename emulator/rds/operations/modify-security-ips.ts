import { randomText } from "../../core/random";
import { oneOf, required, text, unplayed, withDefault } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";

const maximumGroups = 200;
const maximumEntries = 1000;

/**
 * ModifySecurityIps (rds reference 6.11). Without ModifyMode a group is replaced. The default group is called `Default` in questions
 * and `default` in answers; other names are lower-case. Whether a group that
 * loses its last address is removed is a capability.
 */
export const modifySecurityIps = rdsOperation({
  action: "ModifySecurityIps",
  parameters: {
    DBInstanceId: instanceId,
    SecurityIps: required(text()),
    DBInstanceIPArrayName: withDefault(
      text(/^([Dd]efault|[a-z][a-z0-9_]{0,30}[a-z0-9])$/, "InvalidDBInstanceIPArrayName.Format"),
      "default",
    ),
    DBInstanceIPArrayAttribute: text(/^[a-z]{1,120}$/, "InvalidIPArrayAttribute.Format"),
    SecurityIPType: oneOf(["IPv4"]),
    WhitelistNetworkType: oneOf(["Classic", "VPC", "MIX"], "InvalidWhitelistNetType.Malformed"),
    ModifyMode: withDefault(oneOf(["Cover", "Append", "Delete"]), "Cover"),
    FreshWhiteListReadins: unplayed,
  },
  errors: {
    "InvalidDBInstanceName.NotFound": [404, "The database instance does not exist."],
    IncorrectDBInstanceState: [403, "Current DB instance state does not support this operation."],
    IncorrectDBInstanceLockMode: [404, "Current DB instance lock mode does not support this operation."],
    "InvalidSecurityIPList.Duplicate": [400, "The Security IP address is not in the available range or occupied."],
    "SecurityIPList.Format": [400, "The specified parameter SecurityIPList is not valid."],
    "InvalidSecurityIPListGroup.QuotaExceeded": [
      400,
      "The maximum number of security IP list groups or entries is exceeded.",
    ],
  },
  run(region, parameters, refuse) {
    const managed = region.require(parameters.DBInstanceId, () => refuse("InvalidDBInstanceName.NotFound"));
    const { whitelist } = managed.instance;
    if (region.status(managed.instance) !== "Running") throw refuse("IncorrectDBInstanceState");
    if (managed.instance.lockMode !== "Unlock") throw refuse("IncorrectDBInstanceLockMode");
    const given = parameters.SecurityIps.split(",").map((entry) => entry.trim());
    if (!given.every(isAddress)) throw refuse("SecurityIPList.Format");
    if (new Set(given).size !== given.length) throw refuse("InvalidSecurityIPList.Duplicate");
    const group = parameters.DBInstanceIPArrayName.toLowerCase();
    const entries = changed(whitelist.get(group) ?? [], given, parameters.ModifyMode);
    if (entries.length === 0) {
      if (group === "default" || region.options.capabilities.emptiedWhitelistGroup === "refused")
        throw refuse("SecurityIPList.Format");
      whitelist.delete(group);
      return { TaskId: randomText(region.options.random, 9, "123456789") };
    }
    const others = [...whitelist].filter(([name]) => name !== group);
    const total = others.reduce((sum, [, list]) => sum + list.length, entries.length);
    if (total > maximumEntries || others.length >= maximumGroups)
      throw refuse("InvalidSecurityIPListGroup.QuotaExceeded");
    whitelist.set(group, entries);
    const attribute = parameters.DBInstanceIPArrayAttribute;
    if (attribute !== undefined) managed.whitelistAttributes.set(group, attribute);
    return { TaskId: randomText(region.options.random, 9, "123456789") };
  },
});

function changed(before: readonly string[], given: readonly string[], mode: "Cover" | "Append" | "Delete"): string[] {
  if (mode === "Cover") return [...given];
  const rest = before.filter((entry) => !given.includes(entry));
  return mode === "Append" ? [...rest, ...given] : rest;
}

/** `10.1.2.3` or `10.1.0.0/16`, with 1 to 32 bits. */
function isAddress(entry: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(entry);
  if (!match) return false;
  const bits = match[5] === undefined ? 32 : Number(match[5]);
  return match.slice(1, 5).every((part) => Number(part) <= 255) && bits >= 1 && bits <= 32;
}

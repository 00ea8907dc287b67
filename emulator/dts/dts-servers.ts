import { type Instance, whitelistEntries } from "../rds/instance";
import { covers, type Network, parseNetwork } from "../rds/network";

/** The networks from which DTS reaches databases (DescribeDTSIP); a whitelist must cover every one of them. */
export const dtsServerNetworks: readonly string[] = ["100.104.52.0/24", "100.104.175.0/24", "47.102.181.0/24"];

const parsedNetworks = dtsServerNetworks.map((text) => ({ text, network: parseNetwork(text) }));

/** Whitelist group that DTS adds by itself under the capability `configureOpensWhitelist`. */
export const DTS_WHITELIST_GROUP = "dts";

/** The first DTS network that the instance's whitelist does not fully admit. */
export function missingNetwork(instance: Instance): string | undefined {
  const entries = whitelistEntries(instance);
  const isAdmitted = (network: Network) => entries.some((entry) => covers(parseNetwork(entry.trim()), network));
  // Mostly they stand there as DescribeDTSIP tells them.
  return parsedNetworks.find(({ text, network }) => !entries.includes(text) && !isAdmitted(network))?.text;
}

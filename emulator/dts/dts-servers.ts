import type { Instance } from "../rds/instance";

/** The networks from which DTS reaches databases (DescribeDTSIP); a whitelist must cover every one of them. */
export const dtsServerNetworks: readonly string[] = ["100.104.52.0/24", "100.104.175.0/24", "47.102.181.0/24"];

/** Whitelist group that DTS adds by itself under the capability `configureOpensWhitelist`. */
export const DTS_WHITELIST_GROUP = "dts";

/** The first DTS network that the instance's whitelist does not fully admit. */
export function missingNetwork(instance: Instance): string | undefined {
  const entries = [...instance.whitelist.values()].flat();
  return dtsServerNetworks.find((network) => !entries.some((entry) => covers(entry.trim(), network)));
}

/** Is every address of `network` inside `entry`? Both IPv4, with or without `/bits`. */
function covers(entry: string, network: string): boolean {
  const outer = parse(entry);
  const inner = parse(network);
  const mask = outer.bits === 0 ? 0 : (-1 << (32 - outer.bits)) >>> 0;
  return outer.bits <= inner.bits && (outer.address & mask) >>> 0 === (inner.address & mask) >>> 0;
}

function parse(text: string): { address: number; bits: number } {
  const [address = "", bits = "32"] = text.split("/");
  return { address: address.split(".").reduce((sum, part) => (sum << 8) + Number(part), 0) >>> 0, bits: Number(bits) };
}

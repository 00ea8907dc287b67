/** An IPv4 network: its first address as a number, and how many leading bits its addresses share. */
export interface Network {
  readonly address: number;
  readonly bits: number;
}

/** @param text an address or a CIDR, `100.104.52.0/24` */
export function parseNetwork(text: string): Network {
  const [address = "", bits = "32"] = text.split("/");
  return { address: address.split(".").reduce((sum, part) => (sum << 8) + Number(part), 0) >>> 0, bits: Number(bits) };
}

/** Is every address of `inner` inside `outer`? */
export function covers(outer: Network, inner: Network): boolean {
  const mask = outer.bits === 0 ? 0 : (-1 << (32 - outer.bits)) >>> 0;
  return outer.bits <= inner.bits && (outer.address & mask) >>> 0 === (inner.address & mask) >>> 0;
}

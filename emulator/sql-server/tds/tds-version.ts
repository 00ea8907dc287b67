/** Versions of the protocol as numbers in the order of their age; LOGIN7 and LOGINACK name them differently. */
export type TdsVersion = 71 | 72 | 73 | 74;

/** What the server speaks with a client that offers `offered` (LOGIN7 TDSVersion): never more than either side knows. */
export function negotiateVersion(offered: number, serverMajor: number): TdsVersion | undefined {
  const client = clientVersion(offered);
  if (client === undefined) return undefined;
  // 2008 R2 ends at 7.3B, 2012 brought 7.4.
  const server: TdsVersion = serverMajor < 11 ? 73 : 74;
  return client < server ? client : server;
}

function clientVersion(offered: number): TdsVersion | undefined {
  const major = offered >>> 24;
  if (major >= 0x74) return 74;
  if (major === 0x73) return 73;
  if (major === 0x72) return 72;
  return major === 0x71 ? 71 : undefined;
}

const newest: Readonly<Record<TdsVersion, number>> = { 71: 0x71000001, 72: 0x72090002, 73: 0x730b0003, 74: 0x74000004 };

/** The TDSVersion of LOGINACK, big-endian on the wire (MS-TDS 2.2.7.14): the client's own revision if it may have its version. */
export function acknowledgedVersion(version: TdsVersion, offered: number): number {
  return offered >>> 24 === newest[version] >>> 24 ? offered : newest[version];
}

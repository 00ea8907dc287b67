import type { Instance } from "./instance";

/** One address as DescribeDBInstanceNetInfo shows it. */
export interface ShownAddress {
  readonly kind: "Inner" | "Private" | "Public";
  readonly connectionString: string;
  readonly ipAddress: string;
  readonly port: string;
}

/**
 * The addresses of an instance, the one inside its network first. Those that clients of this machine can reach are shown as host
 * and port of their listeners; the inner address of a classic instance has RDS's form, and nothing here reaches it.
 */
export function shownAddresses(instance: Instance): ShownAddress[] {
  const { privateAddress, publicAddress } = instance;
  const inner: ShownAddress =
    instance.networkType === "Classic"
      ? { kind: "Inner", connectionString: hostName(instance.id), ipAddress: "10.0.0.1", port: "3433" }
      : reachable("Private", privateAddress);
  return publicAddress ? [inner, reachable("Public", publicAddress)] : [inner];
}

/** Host names of SQL Server instances: `<prefix>.sqlserver.rds.aliyuncs.com`. */
export function hostName(prefix: string): string {
  return `${prefix}.sqlserver.rds.aliyuncs.com`;
}

function reachable(kind: "Private" | "Public", address: Instance["privateAddress"]): ShownAddress {
  const host = address?.host ?? "";
  return { kind, connectionString: host, ipAddress: host, port: address ? String(address.port) : "" };
}

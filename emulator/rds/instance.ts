import type { SqlServerData } from "../data/sql-server-data";
import { covers, parseNetwork } from "./network";

export type InstanceType = "Primary" | "Temp" | "Readonly";

/** What its SQL Server says about TLS: clients may use it, have to, or cannot. */
export type Encryption = "offered" | "required" | "not-supported";

/** Where a listener for an instance's address can be reached on this machine. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Hands out loopback addresses for instances; the shell backs them with TDS listeners, the simulation with numbers. */
export interface AddressBook {
  /** Takes a free address and binds it to the instance. `network` decides which peer address the instance's whitelist sees. */
  take(instance: Instance, network: "private" | "public"): Address;
  /** The instance is gone or the address was released; later connections are refused. */
  release(address: Address): void;
}

/**
 * One instance: plain state plus the moments at which it changes by itself. Its status is computed from those moments and
 * the clock (see status.ts); nothing here runs on a timer.
 */
export interface Instance {
  readonly id: string;
  readonly type: InstanceType;
  /** Of a temporary or read-only instance. */
  readonly masterInstanceId: string | undefined;
  readonly engine: "SQLServer" | "MySQL" | "PostgreSQL" | "MariaDB";
  readonly engineVersion: string;
  readonly category: "Basic" | "HighAvailability" | "AlwaysOn";
  readonly storageType: "local_ssd" | "cloud_ssd" | "cloud_essd";
  readonly storageGb: number;
  readonly instanceClass: string;
  readonly networkType: "Classic" | "VPC";
  readonly vpcId: string | undefined;
  /** Undefined: the region's ordinary zone and vSwitch. */
  readonly zoneId: string | undefined;
  readonly vSwitchId: string | undefined;
  readonly collation: string;
  /** A Windows time zone name, as RDS answers it. */
  readonly timeZone: string;
  readonly createdAtMs: number;
  /** From this moment on it is Running, unless something below says otherwise. */
  readonly runningFromMs: number;
  /** Set once a delete was accepted; the instance is `Deleting` until `goneAtMs`, then absent. */
  deletingSinceMs: number | undefined;
  goneAtMs: number | undefined;
  /** A status set by hand (tests, faults, consoles); overrides the computed one while present. */
  forcedStatus: string | undefined;
  lockMode: string;
  encryption: Encryption;
  description: string;
  /** Whitelist groups: name to addresses and CIDRs. */
  readonly whitelist: Map<string, string[]>;
  privateAddress: Address | undefined;
  publicAddress: Address | undefined;
  publicConnectionString: string | undefined;
  readonly tags: Map<string, string>;
  /** The restore point it was built from (temporary instances and clones), epoch milliseconds. */
  readonly restoredToMs: number | undefined;
  readonly data: SqlServerData;
}

/** Addresses under which the virtual network shows loopback clients to whitelists. */
export const peerAddresses = {
  /** Functions and everything else inside the VPC. */
  private: "192.168.0.10",
  /** The NAT gateway of functions, and this laptop. */
  public: "203.0.113.10",
} as const;

/** The addresses and CIDRs of all its whitelist groups. */
export function whitelistEntries(instance: Instance): string[] {
  const entries: string[] = [];
  for (const group of instance.whitelist.values()) entries.push(...group);
  return entries;
}

/** Does one of the instance's whitelist groups contain `address` (IPv4)? */
export function admits(instance: Instance, address: string): boolean {
  const wanted = parseNetwork(address);
  return whitelistEntries(instance).some((entry) => covers(parseNetwork(entry.trim()), wanted));
}

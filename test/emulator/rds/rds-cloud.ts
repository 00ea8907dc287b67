import { $OpenApiUtil } from "@alicloud/openapi-core";
import RdsClient from "@alicloud/rds20140815";
import { type Capabilities, defaultCapabilities, laptopTimings, type Timings } from "../../../emulator/capabilities";
import { ManualClock, SystemClock } from "../../../emulator/core/clock";
import { Faults } from "../../../emulator/core/faults";
import { SeededRandom } from "../../../emulator/core/random";
import type { Address, AddressBook } from "../../../emulator/rds/instance";
import { RdsService } from "../../../emulator/rds/rds-service";
import { RpcServer } from "../../../emulator/rpc/rpc-server";

/** Addresses that nobody listens on; remembers which are taken. */
export class NumberedAddresses implements AddressBook {
  readonly taken = new Set<number>();
  #next = 20_000;

  take(): Address {
    this.taken.add(this.#next);
    return { host: "127.0.0.1", port: this.#next++ };
  }

  release(address: Address): void {
    if (!this.taken.delete(address.port)) throw new Error(`port ${address.port} was not taken`);
  }
}

export const nowText = "2026-11-20T08:00:00Z";
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** RDS on a port of its own with a clock that the test moves, and the official client for it. Close it after the test. */
export async function startRds(
  given: {
    capabilities?: Partial<Capabilities>;
    timings?: Partial<Timings>;
    restoreLagMs?: number;
    postpaidQuota?: number;
  } = {},
) {
  const clock = new ManualClock(Date.parse(nowText));
  const random = new SeededRandom(1);
  const addresses = new NumberedAddresses();
  const timings = { ...laptopTimings, ...given.timings };
  const rds = new RdsService({
    clock,
    random,
    regionId: "cn-hangzhou",
    accountId: "1000000000000001",
    capabilities: { ...defaultCapabilities, ...given.capabilities },
    timings,
    addresses,
    restoreLagMs: given.restoreLagMs,
    postpaidQuota: given.postpaidQuota,
  });
  const accessKeys = new Map([["akid", "secret"]]);
  const faults = new Faults();
  const server = new RpcServer({
    services: [rds],
    clock,
    signatureClock: new SystemClock(),
    random,
    faults,
    accessKeys,
  });
  const endpoint = `127.0.0.1:${await server.listen()}`;
  const client = new RdsClient(
    new $OpenApiUtil.Config({ accessKeyId: "akid", accessKeySecret: "secret", endpoint, protocol: "HTTP" }),
  );
  return { clock, rds, addresses, timings, client, faults, close: () => server.close() };
}

export type RdsCloud = Awaited<ReturnType<typeof startRds>>;

/** Times as RDS writes them. */
export const secondsOf = (epochMs: number) => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
export const minutesOf = (epochMs: number) => `${new Date(epochMs).toISOString().slice(0, 16)}Z`;

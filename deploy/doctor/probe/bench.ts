import { CloudError } from "../../../shared/cloud/cloud-error";
import type { Credentials } from "../../../shared/cloud/dts";
import { DtsClient } from "../../../shared/cloud/dts/client";
import type { RdsAddress } from "../../../shared/cloud/rds";
import { RdsClient } from "../../../shared/cloud/rds/client";
import type { Rpc } from "../../../shared/cloud/rpc/rpc";
import { TdsConnection } from "../../../shared/cloud/sql-server/connection";
import type { Stage } from "../../stage";
import { openService } from "../services";
import { Facts } from "./facts";
import { Ledger } from "./ledger";

export interface ProbeClock {
  nowMs(): number;
  /** @throws when the person broke off */
  sleep(ms: number): Promise<void>;
  /** The same while cleaning up, which is never broken off. */
  rest(ms: number): Promise<void>;
}

/** What all measurements share: the services as the functions reach them, the test master, and names that carry the probe's id. */
export interface Bench {
  readonly stage: Stage;
  readonly master: string;
  readonly login: Credentials;
  readonly names: ProbeNames;
  /** Calls whose codes and forms are what is measured. */
  readonly call: { readonly rds: Rpc; readonly dts: Rpc };
  readonly rds: RdsClient;
  readonly dts: DtsClient;
  readonly clock: ProbeClock;
  readonly facts: Facts;
  readonly ledger: Ledger;
  readonly say: (line: string) => void;
}

export interface ProbeNames {
  /** The database that is restored. The probe writes to this one, its copy, and nothing else. */
  readonly database: string;
  readonly copy: string;
  readonly again: string;
  /** Within 16 characters, which older documents give to a restored database. */
  readonly short: string;
  readonly recovered: string;
  readonly whitelistGroup: string;
  readonly job: string;
  readonly publicPrefix: string;
}

/** @param id eight characters of chance */
export function namesFor(id: string): ProbeNames {
  return {
    database: `rewind_probe_${id}`,
    copy: `rewind_probe_${id}_copy`,
    again: `rewind_probe_${id}_again`,
    short: `rwp_${id}`,
    recovered: `rwr_${id}`,
    whitelistGroup: `rewind_probe_${id}`,
    job: `rewind-probe-${id}`,
    publicPrefix: `rewind-probe-${id}`,
  };
}

export function openBench(
  given: Pick<Bench, "stage" | "master" | "login" | "clock" | "say"> & { readonly id: string },
): Bench {
  const { stage, id, say } = given;
  const { region } = stage.settings;
  const call = { rds: openService(stage, "rds"), dts: openService(stage, "dts") };
  return {
    ...given,
    names: namesFor(id),
    call,
    rds: new RdsClient(call.rds, region),
    dts: new DtsClient(call.dts, region),
    facts: new Facts(say),
    ledger: new Ledger(),
  };
}

const sqlPatienceMs = 20_000;

/** Runs something on the master's SQL Server, from this computer. @throws CloudError `unavailable` where none of its addresses is reached */
export async function onMaster<T>(bench: Bench, work: (connection: TdsConnection) => Promise<T>): Promise<T> {
  const connection = await connect(bench);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

async function connect({ rds, master, login, stage }: Bench): Promise<TdsConnection> {
  // The authorities lie where functions find them, not here; the probe reads nothing but rows of its own.
  const tls = { certificateAuthority: null, privateAddresses: stage.settings.sqlServers.privateTls };
  let failure: unknown = new CloudError(
    "unavailable",
    "sql-server",
    "connect",
    "NoAddress",
    "the master has no address",
  );
  for (const address of (await rds.listAddresses(master)).sort(publicFirst)) {
    try {
      return await TdsConnection.open(address, login, sqlPatienceMs, tls);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** A person's computer is seldom in the VPC. */
function publicFirst(left: RdsAddress, right: RdsAddress): number {
  return Number(right.kind === "public") - Number(left.kind === "public");
}

/** Looks until it is so. @param everyMs between two looks @returns false where it is not so in time */
export async function until(
  { clock }: Pick<Bench, "clock">,
  isSo: () => Promise<boolean>,
  { everyMs, atMostMs }: { readonly everyMs: number; readonly atMostMs: number },
): Promise<boolean> {
  for (const endMs = clock.nowMs() + atMostMs; ; await clock.sleep(everyMs)) {
    if (await isSo()) return true;
    if (clock.nowMs() >= endMs) return false;
  }
}

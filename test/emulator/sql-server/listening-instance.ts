import { ManualClock } from "../../../emulator/core/clock";
import type { Faults } from "../../../emulator/core/faults";
import { SeededRandom } from "../../../emulator/core/random";
import { SqlServerData } from "../../../emulator/data/sql-server-data";
import type { Address, Instance } from "../../../emulator/rds/instance";
import { instanceOf } from "../../../emulator/rds/managed-instance";
import { SqlServerListeners } from "../../../emulator/sql-server/server";

export const password = "Pässwörd!1";

/** An instance with the database `shop`, a super login `dba` and lesser ones, behind a listener. */
export interface ListeningInstance {
  readonly listeners: SqlServerListeners;
  readonly instance: Instance;
  readonly address: Address;
  readonly clock: ManualClock;
}

export async function listeningInstance(
  options: {
    readonly version?: string;
    readonly collation?: string;
    readonly beforeRead?: () => void;
    readonly isRunning?: () => boolean;
    readonly reportBug?: (error: unknown) => void;
    readonly faults?: Faults;
    readonly encryption?: Instance["encryption"];
    readonly newestTlsOf2008R2?: "TLSv1" | "TLSv1.2";
    readonly trace?: (line: string) => void;
  } = {},
): Promise<ListeningInstance> {
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 8, 15, 0, 123));
  const data = new SqlServerData();
  const collation = options.collation ?? "Chinese_PRC_CI_AS";
  data.createDatabase("shop", collation, clock.nowMs());
  data.setLogin({ name: "dba", password, super: true, rights: {} }, clock.nowMs());
  data.setLogin({ name: "reader", password, super: false, rights: { shop: "ReadOnly" } }, clock.nowMs());
  data.setLogin({ name: "writer", password, super: false, rights: { shop: "ReadWrite" } }, clock.nowMs());
  const instance = instanceOf(
    {
      id: "rm-test0001",
      engineVersion: options.version,
      collation,
      createdAtMs: clock.nowMs(),
      encryption: options.encryption,
      whitelist: { default: ["192.168.0.0/16"] },
      data,
    },
    clock.nowMs(),
  );
  const { beforeRead, isRunning, reportBug, faults, newestTlsOf2008R2, trace } = options;
  const random = new SeededRandom(7);
  const listeners = await SqlServerListeners.open({
    spare: 2,
    clock,
    random,
    beforeRead,
    isRunning,
    reportBug,
    faults,
    newestTlsOf2008R2,
    trace,
  });
  return { listeners, instance, address: listeners.take(instance, "private"), clock };
}

import { ManualClock, SystemClock } from "../../../emulator/core/clock";
import { Faults } from "../../../emulator/core/faults";
import { SeededRandom } from "../../../emulator/core/random";
import { TablestoreServer } from "../../../emulator/tablestore/server";
import { TablestoreService } from "../../../emulator/tablestore/tablestore-service";
import { type OfficialClient, sdk } from "./official-client";

/** A running instance whose time stands at `clock`, and official clients for it. */
export interface LocalTablestore {
  readonly clock: ManualClock;
  readonly faults: Faults;
  readonly service: TablestoreService;
  readonly client: OfficialClient;
  readonly port: number;
  /** A client of other settings. `maxRetries` is global to the process: the last request of any client decides. */
  clientWith(settings: object): OfficialClient;
  close(): Promise<void>;
}

export const startMs = Date.parse("2026-11-20T10:00:00Z");

export async function startTablestore(options: { indexLagMs?: number } = {}): Promise<LocalTablestore> {
  const clock = new ManualClock(startMs);
  const faults = new Faults();
  const service = new TablestoreService({ clock, ...options });
  const server = new TablestoreServer({
    instanceOf: (name) => (name === "rewind" ? service : undefined),
    clock,
    signatureClock: new SystemClock(),
    random: new SeededRandom(1),
    faults,
    accessKeys: new Map([["key-id", "key-secret"]]),
  });
  const port = await server.listen(0);
  const clientWith = (settings: object) =>
    new sdk.Client({
      accessKeyId: "key-id",
      secretAccessKey: "key-secret",
      endpoint: `http://127.0.0.1:${port}`,
      instancename: "rewind",
      maxRetries: 0,
      ...settings,
    });
  return { clock, faults, service, port, client: clientWith({}), clientWith, close: () => server.close() };
}

import { lookAtTables } from "../../../deploy/provision/tables";
import { ManualClock, SystemClock } from "../../../emulator/core/clock";
import { Faults } from "../../../emulator/core/faults";
import { SeededRandom } from "../../../emulator/core/random";
import { TablestoreServer } from "../../../emulator/tablestore/server";
import { TablestoreService } from "../../../emulator/tablestore/tablestore-service";
import { TablestoreRows, type TablestoreSettings } from "../../../shared/store/tablestore-rows";
import { localStage } from "../../deploy/local-stage";

const open: TablestoreServer[] = [];

/** For afterEach: no server outlives its test. */
export async function closeLocalStores(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => server.close()));
}

/** The tables of Rewind in a local Tablestore, reached by the official client. The time of the indexes is moved by hand. */
export async function startLocalStore(options: { readonly indexLagMs?: number } = {}) {
  const clock = new ManualClock(Date.parse("2026-11-20T10:00:00Z"));
  const faults = new Faults();
  const service = new TablestoreService({ clock, ...options });
  const server = new TablestoreServer({
    instanceOf: (name) => (name === "rewind" ? service : undefined),
    clock,
    signatureClock: new SystemClock(),
    random: new SeededRandom(1),
    faults,
    accessKeys: new Map([["akid", "key-secret"]]),
  });
  open.push(server);
  const settings: TablestoreSettings = {
    endpoint: `http://127.0.0.1:${await server.listen(0)}`,
    instanceName: "rewind",
    credentials: () => ({ accessKeyId: "akid", accessKeySecret: "key-secret" }),
  };
  const { endpoint, instanceName } = settings;
  const wanted = { endpoints: { tablestore: endpoint }, tablestore: { instance: instanceName } };
  const changes = await lookAtTables(localStage(wanted, settings.credentials()));
  for (const change of changes) await change.apply();
  return { clock, faults, settings, rows: new TablestoreRows(settings) };
}

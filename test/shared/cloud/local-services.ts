import { ManualClock, SystemClock } from "../../../emulator/core/clock";
import { Faults } from "../../../emulator/core/faults";
import { SeededRandom } from "../../../emulator/core/random";
import type { RpcService } from "../../../emulator/core/rpc-service";
import { RpcServer } from "../../../emulator/rpc/rpc-server";
import { openRpc, type Rpc } from "../../../shared/cloud/rpc/rpc";

const open: RpcServer[] = [];

/** For afterEach: no server outlives its test. */
export async function closeLocalServices(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => server.close()));
}

/** One service of the local cloud behind its signed endpoint, and the product's calls to it. */
export async function serveLocally(service: RpcService): Promise<{ readonly rpc: Rpc; readonly faults: Faults }> {
  const faults = new Faults();
  const server = new RpcServer({
    services: [service],
    clock: new ManualClock(0),
    signatureClock: new SystemClock(),
    random: new SeededRandom(1),
    faults,
    accessKeys: new Map([["akid", "key-secret"]]),
  });
  open.push(server);
  const rpc = openRpc({
    service: service.product as "rds" | "dts" | "kms",
    version: service.version,
    endpoint: `127.0.0.1:${await server.listen(0)}`,
    protocol: "http",
    credentials: () => ({ accessKeyId: "akid", accessKeySecret: "key-secret" }),
  });
  return { rpc, faults };
}

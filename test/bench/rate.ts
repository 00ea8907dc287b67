// First: schemas that are made after it are compiled.
import "zod/compile";
import { runSeed } from "../simulation/scenario";
import { World } from "../simulation/world";
import { addBenchMaster, approveAll, startRestore } from "./simulated-restore";

/** `rate.js quiet|random SECONDS`: how many restores one process simulates in that time, after as long a time to warm up. */
const [, , kind, seconds] = process.argv;

const minuteMs = 60_000;
const mastersOfWorld = 20;

/** Whole restores, each approved by a person, copied, compared and cleaned up, of as many masters; looked at as seldom as in random worlds. */
async function quietWorld(seed: number): Promise<number> {
  const durations = { pollMs: 2 * minuteMs, idlePollMs: 15 * minuteMs, backOffMaxMs: 30 * minuteMs };
  const world = new World({ seed, durations, skipsIdleTicks: true, remembersRecords: seed % 4 !== 0 });
  const masters = Array.from({ length: mastersOfWorld }, (_, index) => `rm-${index}`);
  for (const master of masters) addBenchMaster(world, master);
  for (const master of masters) startRestore(world, master);
  await approveAll(world, mastersOfWorld);
  return mastersOfWorld;
}

/** All faults, people, operators and watchers. */
async function randomWorld(seed: number): Promise<number> {
  const { restores, failure } = await runSeed(seed);
  if (failure) throw failure;
  return restores;
}

async function main(): Promise<void> {
  // As in random worlds: where an error of the cloud was made costs more than all the rest of it.
  Error.stackTraceLimit = 0;
  const world = kind === "quiet" ? quietWorld : randomWorld;
  let seed = 1;
  const runFor = async (milliseconds: number) => {
    let restores = 0;
    const startedMs = performance.now();
    while (performance.now() - startedMs < milliseconds) restores += await world(seed++);
    return (restores / (performance.now() - startedMs)) * 1000;
  };
  await runFor(Number(seconds) * 1000);
  process.stdout.write(String(await runFor(Number(seconds) * 1000)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});

import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { workerOptions } from "../simulation/worker-options";
import { coldStarts } from "./cold-start";
import { type Figure, table } from "./figure";
import { memoryWhileServing } from "./memory";

/**
 * `npm run bench [-- group…]`: figures beside their baselines of the same run, as a table and as JSON. Nothing here is a test.
 */
const root = path.join(__dirname, "../..");

const groups: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  "cold-start": coldStarts,
  memory: memoryWhileServing,
  simulation: async () => [
    await simulatedRestores("quiet", "each is approved, copied and compared"),
    await simulatedRestores("random", "all faults, people and watchers"),
  ],
};

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in groups));
  if (unknown) throw new Error(`There is no group ${unknown}; there are ${Object.keys(groups).join(", ")}.`);
  const figures: Figure[] = [];
  for (const name of asked.length > 0 ? asked : Object.keys(groups)) figures.push(...(await groups[name]!()));
  process.stdout.write(`${table(figures)}\n\n${JSON.stringify(figures, null, 2)}\n`);
}

/** Restores that the simulation gets through, warm, on all cores against one. */
async function simulatedRestores(kind: "quiet" | "random", what: string): Promise<Figure> {
  const one = await restoresPerSecond(kind, 1);
  const all = await restoresPerSecond(kind, availableParallelism());
  return {
    name: `restores in ${kind} worlds on ${availableParallelism()} cores (${what})`,
    value: all,
    unit: "per second",
    baseline: "one core",
    baselineValue: one,
    ratio: all / one,
    atMost: null,
  };
}

async function restoresPerSecond(kind: "quiet" | "random", processes: number): Promise<number> {
  const bundle = path.join(root, "dist/bench/rate.js");
  buildSync({
    entryPoints: [path.join(root, "test/bench/rate.ts")],
    bundle: true,
    platform: "node",
    outfile: bundle,
    logLevel: "warning",
  });
  const rates = Array.from({ length: processes }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [...workerOptions, bundle, kind, "20"]);
    return Number(stdout);
  });
  return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});

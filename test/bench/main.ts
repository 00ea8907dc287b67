import { execFile, spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { workerOptions } from "../simulation/worker-options";

/**
 * `npm run bench`: figures as ratios against a baseline of the same run, because machines differ and are noisy. Nothing here is a test.
 */
const root = path.join(__dirname, "../..");

interface Figure {
  readonly name: string;
  readonly baseline: string;
  readonly ratio: number;
  readonly detail: string;
}

async function main(): Promise<void> {
  const figures = [
    loadingModels(),
    ...loadingBundles(),
    await simulatedRestores("quiet", "nothing goes wrong, each is approved, copied and compared"),
    await simulatedRestores("random", "all faults, people and watchers"),
  ];
  for (const figure of figures)
    process.stdout.write(
      `${figure.name.padEnd(52)} ${figure.ratio.toFixed(2).padStart(8)} x  ${figure.baseline}\n${" ".repeat(64)}${figure.detail}\n`,
    );
}

/** Milliseconds that a fresh process needs for `code`, the least of five runs. */
function milliseconds(code: string): number {
  const runs = Array.from({ length: 5 }, () => {
    const script = `const start = process.hrtime.bigint(); ${code}; process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e6));`;
    return Number(spawnSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" }).stdout);
  });
  return Math.min(...runs);
}

function loadingModels(): Figure {
  const whole = milliseconds('require("@alicloud/rds20140815")');
  const single = milliseconds(
    'require("@alicloud/openapi-core"); require("@alicloud/rds20140815/dist/models/CreateTempDbinstanceRequest")',
  );
  return {
    name: "loading one RDS model and the signing core",
    baseline: "of loading the whole RDS client",
    ratio: single / whole,
    detail: `${single.toFixed(0)} ms against ${whole.toFixed(0)} ms`,
  };
}

/** Cold start: what loading each bundle costs against an empty Node module. */
function loadingBundles(): Figure[] {
  const bundles = path.join(root, "dist/functions");
  if (!existsSync(bundles)) throw new Error("npm run build first: the bench loads the bundles");
  const core = milliseconds('require("@alicloud/openapi-core")');
  return readdirSync(bundles).map((name) => {
    const file = path.join(bundles, name, "index.js");
    const loaded = milliseconds(`require(${JSON.stringify(file)})`);
    return {
      name: `loading ${name}`,
      baseline: "of loading the official signing core alone",
      ratio: loaded / core,
      detail: `${loaded.toFixed(0)} ms, ${(statSync(file).size / 1024).toFixed(0)} KB`,
    };
  });
}

/** Restores that the simulation gets through, warm, on all cores against one. */
async function simulatedRestores(kind: "quiet" | "random", what: string): Promise<Figure> {
  const one = await restoresPerSecond(kind, 1);
  const all = await restoresPerSecond(kind, availableParallelism());
  return {
    name: `restores per second in ${kind} worlds, ${availableParallelism()} cores`,
    baseline: "of one core in the same run",
    ratio: all / one,
    detail: `${all.toFixed(0)} restores/s in this run, ${one.toFixed(0)} on one core; ${what}`,
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

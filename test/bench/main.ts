import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { newRecord } from "../../shared/restore/accept";
import { makeRestoreId } from "../../shared/restore/names";
import { restoreRequestSchema } from "../../shared/restore/request";
import { World } from "../simulation/world";
import { addBenchMaster, approveAll, startRestore } from "./simulated-restore";

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
  const figures = [loadingModels(), ...loadingBundles(), await simulatedRestores(), randomWorlds()];
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

/** Whole simulated restores against as many JSON round trips of a record: the cheapest thing that each of their saves must do. */
async function simulatedRestores(): Promise<Figure> {
  const count = 100;
  const world = new World({ seed: 1 });
  for (let index = 0; index < count; index++) addBenchMaster(world, `rm-${index}`);
  const startedMs = performance.now();
  for (let index = 0; index < count; index++) startRestore(world, `rm-${index}`);
  await approveAll(world, count);
  const simulatedMs = performance.now() - startedMs;
  const request = restoreRequestSchema.parse({
    masterInstanceId: "rm-1",
    restoreTime: "2026-11-20T00:00:00Z",
    objects: [{ database: "shop" }],
    secretName: "s",
  });
  const record = newRecord({
    restoreId: makeRestoreId(0, () => 0.5),
    request,
    requestedBy: "a",
    origin: "person",
    automaticApprovalAllowed: false,
    nowMs: 0,
  });
  const baselineStart = performance.now();
  for (let index = 0; index < count * 100; index++) JSON.parse(JSON.stringify(record));
  const baselineMs = performance.now() - baselineStart;
  return {
    name: `${count} simulated restores on one core`,
    baseline: "of a hundred JSON round trips of a record each",
    ratio: simulatedMs / baselineMs,
    detail: `${((count / simulatedMs) * 1000).toFixed(0)} restores/s in this run`,
  };
}

/** Random worlds, with all their faults and watchers, on all cores, against the same number of worlds on one. */
function randomWorlds(): Figure {
  const bundle = path.join(root, "dist/simulation/main.js");
  buildSync({
    entryPoints: [path.join(root, "test/simulation/main.ts")],
    bundle: true,
    platform: "node",
    outfile: bundle,
    logLevel: "warning",
  });
  const restoresPerSecond = (workers: number) => {
    const flags = ["--seeds", "400", "--seed", "1", "--workers", String(workers)];
    const { stdout } = spawnSync(process.execPath, [bundle, ...flags], { cwd: root, encoding: "utf8" });
    const figure = /(\d+) restores\/s/.exec(stdout)?.[1];
    if (figure === undefined) throw new Error(`the simulation printed no figure: ${stdout}`);
    return Number(figure);
  };
  const one = restoresPerSecond(1);
  const all = restoresPerSecond(availableParallelism());
  return {
    name: `restores per second in random worlds, ${availableParallelism()} cores`,
    baseline: "of one core in the same run",
    ratio: all / one,
    detail: `${all} restores/s in this run, ${one} on one core`,
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Figure, median } from "./figure";

const root = path.join(__dirname, "../..");
const bundles = path.join(root, "dist/functions");

/** Odd, so that the median is one of them. */
const pairs = 9;

/** The official packages that a naive handler would require, where the function uses them: its licences tell. */
const official = [
  "tablestore",
  "@alicloud/mns",
  "@alicloud/rds20140815",
  "@alicloud/openapi-core",
  "tedious",
  "jose",
] as const;

/** One fresh process. `cpuMs` is its own count until its code has run, `wallMs` from its start until it has ended. */
interface Run {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/**
 * Cold starts, whole processes: each round starts the bundle without and with its code cache, both again with everything loaded that waits
 * for its first use, a handler that requires the official packages, and Node with nothing, one after the other.
 */
export function coldStarts(): Figure[] {
  if (!existsSync(bundles)) throw new Error("npm run build first: the bench loads the bundles");
  const uncached = mkdtempSync(path.join(tmpdir(), "rewind-bench-"));
  try {
    cpSync(bundles, uncached, { recursive: true, filter: (file) => !file.endsWith(".cache") });
    return readdirSync(bundles).flatMap((name) => figuresOf(name, uncached));
  } finally {
    rmSync(uncached, { recursive: true, force: true });
  }
}

function figuresOf(name: string, uncached: string): Figure[] {
  const licences = readFileSync(path.join(bundles, name, "licences.txt"), "utf8");
  const naive = official.filter((module) => new RegExp(`^${module} `, "m").test(licences));
  const load = (folder: string) => `require(${JSON.stringify(path.join(folder, name))})`;
  const codes = {
    plain: load(uncached),
    cached: load(bundles),
    everything: `${load(bundles)}.loadEverything()`,
    everythingPlain: `${load(uncached)}.loadEverything()`,
    naive: naive.map((module) => `require("${module}")`).join(";"),
    node: "0",
  };
  const rounds = Array.from({ length: pairs }, () => ({
    plain: start(codes.plain),
    cached: start(codes.cached),
    everything: start(codes.everything),
    everythingPlain: start(codes.everythingPlain),
    naive: start(codes.naive),
    node: start(codes.node),
  }));
  const compare = (
    what: string,
    of: keyof typeof codes,
    baseline: string,
    against: keyof typeof codes,
    clock: keyof Run,
    atMost: number | null,
  ): Figure => ({
    name: `${name}: ${what}, ${clock === "wallMs" ? "wall" : "CPU"}`,
    value: median(rounds.map((round) => round[of][clock])),
    unit: "ms",
    baseline,
    baselineValue: median(rounds.map((round) => round[against][clock])),
    ratio: median(rounds.map((round) => round[of][clock] / round[against][clock])),
    atMost,
  });
  const required = `a handler that requires ${naive.length} official packages`;
  return (["wallMs", "cpuMs"] as const).flatMap((clock) => [
    compare("ready without a code cache", "plain", required, "naive", clock, 0.22),
    compare("ready with the code cache", "cached", required, "naive", clock, null),
    compare("ready with the code cache", "cached", "node -e 0", "node", clock, null),
    compare("everything loaded, without a code cache", "everythingPlain", required, "naive", clock, null),
    compare("everything loaded, with the code cache", "everything", required, "naive", clock, null),
  ]);
}

function start(code: string): Run {
  const script = `process.on("exit", () => { const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system)); }); ${code}`;
  const startedMs = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`a start failed: ${stderr}`);
  return { cpuMs: Number(stdout) / 1000, wallMs: performance.now() - startedMs };
}

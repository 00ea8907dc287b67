import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { play } from "../../cli/play";
import { scenarios } from "../../cli/scenarios";
import { type LocalRewind, startLocal } from "../../deploy/local";
import type { Figure } from "./figure";

const megabyte = 1024 * 1024;
const bundles = path.join(__dirname, "../../dist/functions");

/** Of a restore with every step of the pipeline, and of one that an alarm starts. */
const played = ["delete-without-where", "alert-at-night"];

/** The most memory that the process of each function had while it served restores, beside the memory that `s.yaml` gives it. */
export async function memoryWhileServing(): Promise<Figure[]> {
  const peaks = new Map<string, number>();
  const given = new Map<string, number>();
  for (const name of played) {
    const scenario = scenarios.find((candidate) => candidate.name === name)!;
    const local = await startLocal({ built: true, settings: scenario.settings, log: (entry) => note(peaks, entry) });
    try {
      for (const { functionName, memorySize } of local.functions) given.set(functionName, memorySize);
      measure(local);
      await play(local, scenario, Date.now(), () => {});
    } finally {
      await local.stop();
    }
  }
  return [...peaks].sort().map(([name, bytes]) => ({
    name: `${name.replace(/^rewind-local-/, "")}: memory while serving`,
    value: bytes / megabyte,
    unit: "MB",
    baseline: "memorySize of s.yaml",
    baselineValue: given.get(name)!,
    ratio: bytes / megabyte / given.get(name)!,
    atMost: 0.5,
  }));
}

function note(peaks: Map<string, number>, entry: { readonly functionName: string; readonly line: string }): void {
  if (!entry.line.startsWith('{"msg":"memory"')) return;
  const { peakBytes } = JSON.parse(entry.line) as { peakBytes: number };
  peaks.set(entry.functionName, Math.max(peakBytes, peaks.get(entry.functionName) ?? 0));
}

/** Each instance that starts from now on runs its bundle in a process of its own. */
function measure(local: LocalRewind): void {
  const deployed = path.join(path.dirname(local.settingsFile), "dist/functions");
  for (const name of readdirSync(deployed)) {
    const index = path.join(deployed, name, "index.js");
    const stand = JSON.stringify(path.join(__dirname, "measured-function.cjs"));
    rmSync(index);
    writeFileSync(
      index,
      `exports.handler = require(${stand}).measured(${JSON.stringify(path.join(bundles, name, "index.js"))});\n`,
    );
  }
}

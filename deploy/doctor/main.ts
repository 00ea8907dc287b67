import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { buildFunctions } from "../build";
import { checkDeployment } from "../check";
import { readMeasured, readStage, runCommand, say } from "../command";
import { prepareFunctions } from "../prepare";
import { examineDeployment, inLines } from "./doctor";
import { probeCommand } from "./probe/command";

const root = path.resolve(__dirname, "../..");

const usage = `npm run doctor [-- options]   looks at a deployment: what is wrong, and what to do about it
  --json           one JSON document instead of a table
  --settings FILE  rewind.yaml unless given
It writes nothing in the cloud. It ends with 0 if nothing is wrong, else with 1. What it cannot look at it says.
npm run doctor -- --probe MASTER   finds out what the documents leave open, by one restore on a master that is there for tests
  --output FILE    capabilities.yaml unless given: what was found out
It says first what it makes and what it costs, asks for a typed yes, and removes what it made.`;

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: "boolean", short: "h" },
      json: { type: "boolean", default: false },
      settings: { type: "string", default: "rewind.yaml" },
      probe: { type: "string" },
      output: { type: "string", default: "capabilities.yaml" },
    },
  });
  if (values.help) {
    say(usage);
    return 0;
  }
  const stage = readStage(values.settings);
  const { settings } = stage;
  if (values.probe !== undefined) return probeCommand(stage, values.probe, path.resolve(root, values.output));
  // The local cloud plays hours in seconds: its durations do not fit the time-outs of s.yaml, which it takes as they are.
  const isLocal = settings.protocol === "http";
  const { problems } = checkDeployment(readFileSync(path.join(root, "s.yaml"), "utf8"), settings);
  // The bundles as they would be deployed: whether others are deployed is told by their hash.
  await buildFunctions();
  const { functions } = prepareFunctions(settings, root);
  const facts = settings.capabilities === null ? null : readMeasured(settings.capabilities);
  const findings = await examineDeployment({
    ...{ stage, functions, facts, nowMs: Date.now },
    problems: isLocal ? [] : problems,
  });
  const isWell = findings.every(({ state }) => state !== "wrong");
  if (values.json) say(JSON.stringify({ ok: isWell, findings }, null, 2));
  else for (const line of inLines(findings)) say(line);
  return isWell ? 0 : 1;
}

runCommand(main);

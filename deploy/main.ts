import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { readDefinition } from "../emulator/fc/definition";
import { buildFunctions } from "./build";
import { readStage, runCommand, say } from "./command";
import { checkSettings, deploy, foreseeDeployment } from "./deploy";
import { runServerlessDevs } from "./serverless-devs";
import type { Stage } from "./stage";
import { foreseeRemoval, undeploy } from "./undeploy";
import { definitionVariables } from "./variables";

const root = path.resolve(__dirname, "..");

const usage = `npm run deploy [-- options]     checks, builds, provisions, deploys, and looks whether everything arrived
  --dry-run        says what would be made and changed and what costs money, and changes nothing
npm run undeploy [-- options]   removes it again; refuses while a restore is open
  --dry-run        says what would be removed
  --with-data      also what is known of restores, logs, and waiting alarms
  --yes            asks no question
Both:
  --settings FILE  rewind.yaml unless given`;

/** A `npm run` of this folder. @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      "dry-run": { type: "boolean", default: false },
      "with-data": { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      settings: { type: "string", default: "rewind.yaml" },
    },
  });
  if (values.help) {
    say(usage);
    return 0;
  }
  const stage = readStage(values.settings, (settings) => checkSettings(root, settings));
  if (positionals[0] === "undeploy") return remove(stage, values);
  await buildFunctions();
  const send = (to: Stage, _: unknown, variables: Readonly<Record<string, string>>) =>
    runServerlessDevs(root, to, variables);
  const options = { stage, root, send, say };
  await (values["dry-run"] ? foreseeDeployment(options) : deploy(options));
  return 0;
}

async function remove(
  stage: Stage,
  given: { "dry-run": boolean; "with-data": boolean; yes: boolean },
): Promise<number> {
  const definition = readFileSync(path.join(root, "s.yaml"), "utf8");
  const functions = readDefinition(definition, definitionVariables(stage.settings));
  const options = { stage, functions, withData: given["with-data"], say };
  say(`Rewind ${stage.settings.stage} in ${stage.settings.region}, account ${stage.settings.account}:`);
  if (given["dry-run"] || !given.yes) await foreseeRemoval(options);
  if (given["dry-run"]) return 0;
  if (!given.yes && !(await confirmed(stage.settings.stage))) {
    say("Nothing was removed.");
    return 1;
  }
  await undeploy(options);
  return 0;
}

/** By the name of the stage, because stages are easily mixed up. Without a terminal there is no answer. */
async function confirmed(stage: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    say("There is no terminal to ask; --yes removes without a question.");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Type the name of the stage, ${stage}, to remove it: `);
  terminal.close();
  return answer.trim() === stage;
}

runCommand(main);

import { readFileSync } from "node:fs";
import path from "node:path";
import type { FunctionDefinition } from "../emulator/fc/definition";
import { checkDeployment } from "./check";
import { carryOut, foresee, provisioning } from "./plan";
import { prepareFunctions } from "./prepare";
import { lookAtFunctions } from "./provision/functions";
import { type Settings, SettingsError } from "./settings";
import type { Stage } from "./stage";

/** How functions are sent; the real one is `s deploy`. */
export type SendFunctions = (
  stage: Stage,
  functions: readonly FunctionDefinition[],
  variables: Readonly<Record<string, string>>,
) => Promise<void>;

export interface DeployOptions {
  readonly stage: Stage;
  /** Folder of the `s.yaml`, with the built functions in `dist/functions`. */
  readonly root: string;
  readonly send: SendFunctions;
  readonly say: (line: string) => void;
}

/** What of each thing costs money, whatever has to change just now. */
export const costs = [
  "Function Compute bills calls and the time that functions run: at rest one short call a minute.",
  "Tablestore bills reads, writes and stored rows; Simple Log Service what is written and kept; queues each request.",
  "Temporary instances and full migrations are free of charge. KMS secrets need a KMS instance, which is a purchase; nothing here buys one.",
];

/** @throws SettingsError with everything that speaks against the deployment; nothing was sent then */
export function checkSettings(root: string, settings: Settings): void {
  const { problems } = checkDeployment(readFileSync(path.join(root, "s.yaml"), "utf8"), settings);
  if (problems.length > 0) throw new SettingsError(problems);
}

/** Says what would be made and changed; changes nothing. @throws Refusal */
export async function foreseeDeployment(options: DeployOptions): Promise<void> {
  const { stage, say } = options;
  const { functions } = prepareFunctions(stage.settings, options.root);
  const changes = await foresee(provisioning(stage));
  const { differences } = await lookAtFunctions(stage, functions);
  say(intro(stage));
  if (changes.length + differences.length === 0) say("Nothing has to change.");
  for (const { text, cost } of changes) say(`  ${text}${cost ? ` ${cost}` : ""}`);
  for (const difference of differences) say(`  ${difference}`);
  say("\nWhat costs money:");
  for (const line of costs) say(`  ${line}`);
  say("\nNothing was made or changed: --dry-run only looks.");
}

/**
 * Provisions, sends the functions if they are others than those that are there, and looks whether everything arrived. A second time changes nothing.
 * @throws Refusal; Error that says what did not arrive
 */
export async function deploy(
  options: DeployOptions,
): Promise<{ readonly changed: number; readonly apiUrl: string | undefined }> {
  const { stage, say, send } = options;
  const { functions, variables } = prepareFunctions(stage.settings, options.root);
  say(intro(stage));
  const provisioned = await carryOut(provisioning(stage), say);
  const before = await lookAtFunctions(stage, functions);
  for (const difference of before.differences) say(`  ${difference}`);
  if (before.differences.length > 0) await send(stage, functions, variables);
  const after = before.differences.length > 0 ? await lookAtFunctions(stage, functions) : before;
  if (after.differences.length > 0)
    throw new Error(
      `Not everything arrived in Function Compute:\n${after.differences.map((text) => `  ${text}`).join("\n")}\nRun the command again; if it stays so, compare the function in its console with s.yaml.`,
    );
  const changed = provisioned + before.differences.length;
  say(changed === 0 ? "Nothing had to change." : "Everything is there; it was looked at.");
  if (after.apiUrl) say(`The API is at ${after.apiUrl}`);
  if (stage.settings.identity.issuer === undefined)
    say("There is no issuer of bearers: it serves holders of API keys alone, which npm run keys makes.");
  return { changed, apiUrl: after.apiUrl };
}

function intro({ settings }: Stage): string {
  return `Rewind ${settings.stage} in ${settings.region}, account ${settings.account}:`;
}

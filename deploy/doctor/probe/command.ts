import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { writeCapabilitiesFile } from "../../../emulator/capabilities-file";
import { say } from "../../command";
import type { Stage } from "../../stage";
import { agrees } from "./consent";
import { Broken } from "./facts";
import { probe } from "./probe";

/** `npm run doctor -- --probe <master>`. @returns the exit code: 0 where something was found out and nothing was left */
export async function probeCommand(stage: Stage, master: string, file: string): Promise<number> {
  const broken = new AbortController();
  process.once("SIGINT", () => broken.abort());
  const found = await probe({
    stage,
    master,
    id: randomBytes(4).toString("hex"),
    clock: { nowMs: Date.now, sleep: (ms) => sleep(ms, broken.signal), rest: (ms) => wait(ms) },
    say,
    agrees: () => agrees(process.stdin, `This is done on the account ${stage.settings.account}.`, process.stderr),
  });
  if (!found) {
    say("Nothing was made: it takes a typed yes. Without a terminal: echo yes | npm run doctor -- --probe …");
    return 1;
  }
  const known = Object.keys(found.facts).length;
  if (known === 0) {
    say(`Nothing was found out; ${file} stays as it was.`);
    return 1;
  }
  writeFileSync(file, writeCapabilitiesFile(found));
  const unknown = Object.keys(found.unknown).length;
  say(`${known} facts are known and ${unknown} are not; ${file} says which, and why not.`);
  say(
    `Say capabilities: ${file} in rewind.yaml and deploy; npm run emulator -- --capabilities ${file} plays the same.`,
  );
  return found.left.length === 0 ? 0 : 1;
}

/** @throws Broken when the person broke off: what was made is removed then */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {
    throw new Broken("it was broken off");
  });
}

import { spawn } from "node:child_process";
import path from "node:path";
import { readStage, runCommand, say } from "../../deploy/command";
import { agrees } from "../../deploy/doctor/probe/consent";
import { SettingsError } from "../../deploy/settings";
import { isRemote } from "./account/is-remote";

const root = path.resolve(__dirname, "../..");

/**
 * `npm run contract`: the official clients against the local cloud. With REMOTE=1 those of the tests that make sense there run against the
 * account of `rewind.yaml` (or the file that REWIND_SETTINGS names); it says first what it makes, and asks for a typed yes.
 */
async function main(argv: readonly string[]): Promise<number> {
  if (!isRemote) return runTests(["test/contract", ...argv]);
  const { settings, names } = readStage(process.env["REWIND_SETTINGS"] ?? "rewind.yaml", ({ probe }) => {
    if (probe === null)
      throw new SettingsError([
        "probe is missing; it must say master and secretName: the master that tests may read, and the secret of a login there.",
      ]);
  });
  for (const line of [
    `Contract tests against ${settings.region}, account ${settings.account}, with the test master ${settings.probe!.master}:`,
    `  They make and delete a queue whose name begins with ${names.prefix}-contract-, and a table contract_… in the Tablestore instance ${names.tablestoreInstance}, which must be there.`,
    "  They read RDS, DTS, KMS and Function Compute, and log in to the master; nothing is changed there.",
    "  Queues and Tablestore bill a few hundred requests: less than a cent. Nothing is bought.",
  ])
    say(line);
  if (!(await agrees(process.stdin, "This is done on a real account.", process.stderr))) {
    say("Nothing was made: it takes a typed yes. Without a terminal: echo yes | REMOTE=1 npm run contract");
    return 1;
  }
  return runTests(["test/contract/account", "--maxWorkers=1", ...argv]);
}

function runTests(given: readonly string[]): Promise<number> {
  const jest = path.join(root, "node_modules/jest/bin/jest.js");
  const child = spawn(process.execPath, [jest, ...given], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

runCommand(main);

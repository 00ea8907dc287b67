import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { readStage, runCommand, say } from "../command";
import { SettingsError } from "../settings";
import { listKeys, makeKey, revokeKey } from "./manage";

const usage = `npm run keys -- make --owner WHO --by WHO --roles ROLES --masters IDS --expires WHEN
  makes an API key and prints it, this once
  --owner WHO      who calls with it, named as that person's bearer does (sub)
  --by WHO         who makes it; this person cannot approve with it
  --roles ROLES    reader, requester, data-reader; approver, admin only where identity.keysMayApprove is true
  --masters IDS    masters that it may use: ids, or beginnings of ids with * behind; '*' is every master
  --expires WHEN   90d, 2027-03-01, or a time with its offset; after 366 days at most
npm run keys -- list           shows every key's id, owner, roles, masters and end
npm run keys -- revoke ID      the API refuses the key from its next request on
All:
  --settings FILE  rewind.yaml unless given`;

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      owner: { type: "string" },
      by: { type: "string" },
      roles: { type: "string" },
      masters: { type: "string" },
      expires: { type: "string" },
      settings: { type: "string", default: "rewind.yaml" },
    },
  });
  const [command = "help", keyId = ""] = positionals;
  if (values.help || command === "help") {
    say(usage);
    return 0;
  }
  if (!["make", "list", "revoke"].includes(command))
    throw new SettingsError([`${command} is no command of npm run keys; there are make, list and revoke.`]);
  const desk = { stage: readStage(values.settings), nowMs: Date.now(), say };
  if (command === "revoke") await revokeKey(desk, keyId);
  else if (command === "list") await listKeys(desk);
  // The key alone goes to stdout, so that it can be piped into a password store without passing a screen.
  else say(await makeKey({ ...desk, say: tell }, values, (digits) => randomBytes(digits / 2).toString("hex")));
  return 0;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

runCommand(main);

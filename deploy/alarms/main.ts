import { parseArgs } from "node:util";
import { readStage, runCommand, say } from "../command";
import { replayAlarms } from "./replay";

const usage = `npm run replay [-- options]   sends alarms from the dead letters again; what is no alarm stays there
  --settings FILE  rewind.yaml unless given`;

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { help: { type: "boolean", short: "h" }, settings: { type: "string", default: "rewind.yaml" } },
  });
  if (values.help) say(usage);
  else await replayAlarms(readStage(values.settings), say);
  return 0;
}

runCommand(main);

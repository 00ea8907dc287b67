import { parseArgs } from "node:util";
import { findScenario, type Scenario, scenarios } from "./scenarios";

const nameWidth = Math.max(...scenarios.map(({ name }) => name.length));

export const usage = `npm start -- [--scenario NAME] [--keep]
  Starts the local cloud, plays an accident and restores it. Ends with 0 if the data is as it should be.
  --keep leaves everything running and prints the addresses, a token and the logins; Ctrl-C ends it.

Scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(nameWidth)}  ${title}`).join("\n")}`;

export interface DemoOptions {
  readonly scenario: Scenario;
  readonly keep: boolean;
}

/** @throws Error that names what was not understood */
export function readDemoOptions(argv: readonly string[]): DemoOptions | "help" {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: "boolean", short: "h" },
      keep: { type: "boolean" },
      scenario: { type: "string", default: "delete-without-where" },
    },
  });
  return values.help ? "help" : { scenario: findScenario(values.scenario), keep: values.keep ?? false };
}

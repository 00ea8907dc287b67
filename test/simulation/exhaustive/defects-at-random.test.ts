import "./defects/switch-on";

import { runSeed } from "../scenario";
import { failureOf } from "../totals";
import { defects } from "./defects/defects";

/** How many random worlds a defect may live through before one of them shows it. */
const seedsMax = 60;
const lines: string[] = [];

/** The first of the worlds in which something is found. */
async function firstWorld(): Promise<{ seeds: number; by: string } | null> {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const failure = failureOf(await runSeed(seed));
    if (failure) return { seeds: seed, by: failure.promise ?? failure.text.split("\n")[0]! };
  }
  return null;
}

afterAll(() => {
  process.stdout.write(`\ndefect | promise | random worlds needed\n${lines.join("\n")}\n`);
});

test.each(Object.entries(defects))(
  "random worlds find the defect: %s",
  async (name, putIn) => {
    const takeOut = putIn();
    try {
      const found = await firstWorld();
      lines.push(`${name} | ${found?.by ?? "not found"} | ${found?.seeds ?? `more than ${seedsMax}`}`);
      expect(found).not.toBeNull();
    } finally {
      takeOut();
    }
  },
  300_000,
);

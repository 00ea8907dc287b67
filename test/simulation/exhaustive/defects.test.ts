import "./defects/switch-on";

import { live } from "./day";
import { days } from "./defects/days";
import { defects } from "./defects/defects";

interface Finding {
  readonly run: number;
  readonly day: string;
  readonly by: string;
}

/** Lives the days one after the other until a check finds something. */
async function firstFinding(): Promise<Finding | null> {
  for (const [index, [day, make]] of Object.entries(days).entries()) {
    const { failure } = await live(make());
    if (failure) return { run: index + 1, day, by: failure.message };
  }
  return null;
}

const found: string[] = [];

afterAll(() => {
  process.stdout.write(`\ndefect -> found in run, by\n${found.join("\n")}\n`);
});

test.each(Object.entries(days))("without a defect nothing is found on: %s", async (_name, make) => {
  const { failure } = await live(make());
  expect(failure).toBeNull();
});

test.each(Object.entries(defects))("the defect is found: %s", async (name, putIn) => {
  const takeOut = putIn();
  try {
    const finding = await firstFinding();
    found.push(`${name} -> ${finding ? `run ${finding.run}, ${finding.day}: ${finding.by}` : "NOT FOUND"}`);
    expect(finding).not.toBeNull();
  } finally {
    takeOut();
  }
});

test("there are enough defects to trust the checks", () => {
  expect(Object.keys(defects).length).toBeGreaterThanOrEqual(16);
});

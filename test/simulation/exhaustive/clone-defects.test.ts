import "./defects/switch-on";

import { live } from "./day";
import { cloneDays } from "./defects/clone-days";
import { cloneDefects } from "./defects/clone-defects";

/** Lives the days one after the other until a check finds something. */
async function firstFinding(): Promise<string | null> {
  for (const [day, make] of Object.entries(cloneDays)) {
    const { failure } = await live(make());
    if (failure) return `${day}: ${failure.message}`;
  }
  return null;
}

const found: string[] = [];

afterAll(() => {
  process.stdout.write(`\ndefect of clones -> found on, by\n${found.join("\n")}\n`);
});

test.each(Object.entries(cloneDays))("without a defect nothing is found on: %s", async (_name, make) => {
  expect((await live(make())).failure).toBeNull();
});

test.each(Object.entries(cloneDefects))("the defect is found: %s", async (name, putIn) => {
  const takeOut = putIn();
  try {
    const finding = await firstFinding();
    found.push(`${name} -> ${finding ?? "NOT FOUND"}`);
    expect(finding).not.toBeNull();
  } finally {
    takeOut();
  }
});

import { readDemoOptions, usage } from "../../cli/demo-options";
import { scenarios } from "../../cli/scenarios";

test("plays the delete without where unless said otherwise, and stops at its end", () => {
  expect(readDemoOptions([])).toMatchObject({ scenario: { name: "delete-without-where" }, keep: false });
  expect(readDemoOptions(["--scenario=dropped-table", "--keep"])).toMatchObject({
    scenario: { name: "dropped-table" },
    keep: true,
  });
});

test("prints help, with every scenario", () => {
  for (const help of ["--help", "-h"]) expect(readDemoOptions([help])).toBe("help");
  for (const { name, title } of scenarios) expect(usage).toMatch(new RegExp(`${name} +${title}`));
});

test.each([
  [["--scenario", "fire"], "There is no scenario fire. Known: delete-without-where"],
  [["--keeep"], "--keeep"],
  [["dropped-table"], "dropped-table"],
])("the refusal names what the demo does not understand: %j", (argv, text) => {
  expect(() => readDemoOptions(argv)).toThrow(text);
});

import { settledBy } from "../../deploy/measured";
import { parseSettings, SettingsError } from "../../deploy/settings";
import { definitionVariables } from "../../deploy/variables";
import type { MeasuredFacts } from "../../emulator/capabilities-file";
import { leastSettings } from "./local-stage";

const settled = (facts: MeasuredFacts, settings: Record<string, unknown> = {}) => {
  const variables = definitionVariables(
    settledBy(facts, parseSettings({ ...leastSettings, capabilities: "capabilities.yaml", ...settings })),
  );
  return [variables["REWIND_DTS_ORDER"], variables["REWIND_DTS_TABLE_KEYS"]];
};

test.each<[MeasuredFacts, Record<string, unknown>, readonly string[]]>([
  [{}, {}, ["configure-first", "bare"]],
  [{ unboughtJobPrechecks: true, tableKeys: "bare" }, {}, ["configure-first", "bare"]],
  [{ unboughtJobPrechecks: false, tableKeys: "schema-qualified" }, {}, ["buy-first", "schema-qualified"]],
  [{ unboughtJobPrechecks: false }, { dtsTableKeys: "schema-qualified" }, ["buy-first", "schema-qualified"]],
  [{ unboughtJobPrechecks: false }, { dtsOrder: "buy-first" }, ["buy-first", "bare"]],
])("with the facts %j and the settings %j the functions are told %j", (facts, settings, told) => {
  expect(settled(facts, settings)).toEqual(told);
});

test("the limit of restored names comes from the file as well", () => {
  const variables = (facts: MeasuredFacts) => definitionVariables(settledBy(facts, parseSettings(leastSettings)));
  expect(variables({})["REWIND_RESTORED_NAME_MAX"]).toBe("64");
  expect(variables({ restoredNameLimit: 16 })["REWIND_RESTORED_NAME_MAX"]).toBe("16");
});

test("a setting that says something else than was measured is refused, each in one sentence", () => {
  const refused = () =>
    settled(
      { unboughtJobPrechecks: false, tableKeys: "bare" },
      { dtsOrder: "configure-first", dtsTableKeys: "schema-qualified" },
    );
  expect(refused).toThrow(SettingsError);
  expect(refused).toThrow(
    "dtsOrder is configure-first, but capabilities.yaml says buy-first, which was measured. Take dtsOrder out of rewind.yaml, or measure again: npm run doctor -- --probe.\n" +
      "dtsTableKeys is schema-qualified, but capabilities.yaml says bare, which was measured. Take dtsTableKeys out of rewind.yaml, or measure again: npm run doctor -- --probe.",
  );
});

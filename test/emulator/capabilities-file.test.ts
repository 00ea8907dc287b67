import { defaultCapabilities } from "../../emulator/capabilities";
import { CapabilitiesFileError, readCapabilitiesFile, writeCapabilitiesFile } from "../../emulator/capabilities-file";
import { capabilityValues } from "../../emulator/capability-values";

const problems = (text: string): readonly string[] => {
  try {
    readCapabilitiesFile(text);
  } catch (error) {
    if (error instanceof CapabilitiesFileError) return error.problems;
    throw error;
  }
  return [];
};

test("every switch of the local cloud can stand in the file, each with the answer it has by default and another one", () => {
  expect(Object.keys(capabilityValues).sort()).toEqual(Object.keys(defaultCapabilities).sort());
  for (const [name, values] of Object.entries(capabilityValues)) {
    expect(values).toContain(defaultCapabilities[name as keyof typeof defaultCapabilities]);
    expect(new Set<unknown>(values).size).toBeGreaterThan(1);
    for (const value of values)
      expect(readCapabilitiesFile(writeCapabilitiesFile({ facts: { [name]: value } })).facts).toEqual({
        [name]: value,
      });
  }
});

test("the file may be YAML or JSON, and a fact that is not in it is not known", () => {
  const facts = { tableKeys: "schema-qualified" };
  expect(readCapabilitiesFile("version: 1\nfacts: { tableKeys: schema-qualified }")).toEqual({ facts });
  expect(readCapabilitiesFile(JSON.stringify({ version: 1, facts })).facts).toEqual(facts);
});

test.each<[string, string, readonly string[]]>([
  ["another version", "version: 2\nfacts: {}", ["version must be 1"]],
  ["no facts", "version: 1", [expect.stringMatching(/^facts /) as unknown as string]],
  ["a misspelt switch", "version: 1\nfacts: { tableKey: bare }", ["facts.tableKey is unknown"]],
  [
    "an answer that the switch has not",
    "version: 1\nfacts: { tableKeys: dbo }",
    ["facts.tableKeys must be bare or schema-qualified"],
  ],
  [
    "a text where a number belongs",
    'version: 1\nfacts: { stateErrorStatus: "403" }',
    ["facts.stateErrorStatus must be 400 or 403"],
  ],
  ["a member that no version has", "version: 1\nfacts: {}\nfact: {}", ["fact is unknown"]],
  ["no YAML", "facts: [", [expect.stringMatching(/^it is no YAML/) as unknown as string]],
  ["an empty file", "", [expect.stringMatching(/^it /) as unknown as string]],
])("a capabilities file with %s is refused, with the place", (_, text, expected) => {
  expect(problems(text)).toEqual(expected);
});

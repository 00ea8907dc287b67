import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { namesOf } from "../../deploy/names";
import { readSettings, SettingsError } from "../../deploy/settings";

const example = readFileSync(path.join(__dirname, "../../rewind.example.yaml"), "utf8");

const least = `
stage: dev
region: cn-hangzhou
account: "1234567890123456"
identity: { issuer: https://login.example.com, jwksUrl: https://login.example.com/keys }
`;

function problems(yaml: string): readonly string[] {
  try {
    readSettings(yaml);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

test("the example says the least, and everything else has its default", () => {
  expect(readSettings(example)).toEqual({
    ...readSettings(least),
    identity: { ...readSettings(least).identity, jwksUrl: "https://login.example.com/.well-known/jwks.json" },
  });
});

test("what the example shows commented out is understood when it is taken in", () => {
  const takenIn = example
    .split("\n")
    .map((line) => line.replace(/^# (?=\s*(?:#|-|[a-zA-Z]+:))/, ""))
    // Prose has become comments no more: whatever is no key and no item is left out.
    .filter((line) => line.startsWith("#") || /^\s*(#|- |[a-zA-Z]+:( |$))/.test(line))
    .join("\n");
  expect(parse(takenIn)).toMatchObject({ logs: { days: 30 }, alertRules: [{ name: "shop loses rows" }] });
  expect(problems(takenIn)).toEqual([]);
});

test("without an issuer callers have API keys alone, which is said", () => {
  const { identity } = readSettings(least.replace(/identity:.*/, "identity: {}"));
  expect([identity.issuer, identity.jwksUrl, identity.keysMayApprove]).toEqual([undefined, undefined, false]);
});

test("names follow from the stage, and hosts from the region", () => {
  expect(namesOf(readSettings(least))).toEqual({
    prefix: "rewind-dev",
    tablestoreInstance: "rewind-dev",
    logProject: "rewind-dev-1234567890123456",
    endpoints: {
      rds: "rds.aliyuncs.com",
      dts: "dts.aliyuncs.com",
      kms: "kms.cn-hangzhou.aliyuncs.com",
      mns: "https://1234567890123456.mns.cn-hangzhou.aliyuncs.com",
      tablestore: "https://rewind-dev.cn-hangzhou.ots.aliyuncs.com",
      tablestoreManagement: "tablestore.cn-hangzhou.aliyuncs.com",
      logs: "cn-hangzhou.log.aliyuncs.com",
      ram: "ram.aliyuncs.com",
      functions: "fcv3.cn-hangzhou.aliyuncs.com",
    },
  });
});

test.each<[string, string, string]>([
  [
    "a stage in capitals",
    least.replace("dev", "Dev"),
    'stage is "Dev"; it must be lower-case letters, digits and single hyphens, a letter first, at most 20 in all.',
  ],
  ["no region", least.replace(/region:.*/, ""), "region is missing; it must say a region, such as cn-hangzhou."],
  [
    "an account that is no number",
    least.replace(/account:.*/, "account: me"),
    'account is "me"; it must be the account\'s number, 16 digits in quotes.',
  ],
  [
    "an account number that YAML rounds",
    least.replace(/account:.*/, "account: 12345678901234567890"),
    "account is 12345678901234567000; it must be the account's number, 16 digits in quotes.",
  ],
  [
    "no issuer",
    least.replace(/identity:.*/, ""),
    "identity is missing; it must say issuer and jwksUrl, or {} where callers have API keys alone.",
  ],
  [
    "an issuer without keys",
    least.replace(/, jwksUrl:.*/, " }"),
    "identity.jwksUrl is missing; it must say the URL of the issuer's keys.",
  ],
  [
    "keys without their issuer",
    least.replace(/issuer:.*?, /, ""),
    "identity.issuer is missing; it must say the issuer of the bearers (iss).",
  ],
  ["a misspelt setting", `${least}dtsOder: buy-first`, "dtsOder is no setting of Rewind."],
  ["a misspelt setting further down", `${least}logs: { day: 3 }`, "logs.day is no setting of Rewind."],
  [
    "a word that is none of the choices",
    `${least}dtsOrder: first`,
    'dtsOrder is "first"; it must be configure-first or buy-first.',
  ],
  [
    "a text instead of yes or no",
    `${least}network: { internetAccess: "yes" }`,
    'network.internetAccess is "yes"; it must be true or false.',
  ],
  [
    "an id of something else",
    `${least}network: { vpc: { vpcId: vsw-1, vSwitchIds: [vsw-1], securityGroupId: sg-1 } }`,
    'network.vpc.vpcId is "vsw-1"; it must be the id of a VPC.',
  ],
  [
    "a name that Tablestore forbids",
    `${least}tablestore: { instance: rewind-display }`,
    'tablestore.instance is "rewind-display"; it must be a name without "ali", "ay", "ots", "taobao" and "admin", which Tablestore allows in no name.',
  ],
  [
    "a name that is too long for Tablestore",
    `${least}tablestore: { instance: rewind-production }`,
    'tablestore.instance is "rewind-production"; it must be 3 to 16 letters, digits and hyphens, a letter first and no hyphen last.',
  ],
  [
    "rules that are no list",
    `${least}alertRules: { name: x }`,
    'alertRules is {"name":"x"}; it must be a list of rules.',
  ],
  [
    "an endpoint with a protocol",
    `${least}endpoints: { rds: "https://rds.aliyuncs.com" }`,
    'endpoints.rds is "https://rds.aliyuncs.com"; it must be the name of a host, such as rds.aliyuncs.com.',
  ],
])("%s is refused in words", (_, yaml, problem) => {
  expect(problems(yaml)).toEqual([problem]);
});

test("a secret does not belong into the file, and what stands there is not shown", () => {
  const found = problems(`${least}accessKeySecret: hush`);
  expect(found).toEqual([
    "accessKeySecret is no setting of Rewind. Secrets come from the environment (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET), never from this file.",
  ]);
});

test("every problem is named at once; text that is not YAML is said to be none", () => {
  expect(problems("stage: X").map((problem) => problem.split(" ")[0])).toEqual([
    "stage",
    "region",
    "account",
    "identity",
  ]);
  expect(problems("stage: [")[0]).toMatch(/^rewind\.yaml is not YAML: /);
  expect(problems("")).toHaveLength(4);
});

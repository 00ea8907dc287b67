import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { checkDeployment } from "../../deploy/check";

const repository = path.resolve(__dirname, "../..");
const definition = readFileSync(path.join(repository, "s.yaml"), "utf8");

/** The least that whoever deploys must say. */
const least = {
  ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456",
  REWIND_AUTH_ISSUER: "https://login.example.com",
  REWIND_AUTH_JWKS_URL: "https://login.example.com/keys",
};

const problems = (environment: Record<string, string>, text = definition) =>
  checkDeployment(text, { ...least, ...environment }).problems;

test("nothing speaks against the least that must be said; other programs' variables are nobody's business", () => {
  const { functions, problems } = checkDeployment(definition, { ...least, PATH: "/bin", STAGE: "prod" });
  expect(problems).toEqual([]);
  expect(functions.map(({ functionName }) => functionName)).toContain("rewind-prod-verify-data");
});

test("every wrong variable is named at once, with the functions that would refuse it", () => {
  expect(
    problems({
      REWIND_TIMINGS: '{"polMs":1}',
      REWIND_EGRESS_ADDRESSES: "0.0.0.0/0",
      REWIND_ALERT_RULES: "{",
    }),
  ).toEqual([
    "REWIND_EGRESS_ADDRESSES.0 is wider than /24: instances are opened to single networks of ours only (every function)",
    "REWIND_TIMINGS polMs is unknown (every function)",
    "REWIND_ALERT_RULES is not JSON (every function)",
  ]);
});

test("a variable that one function has wrong is reported of that one", () => {
  const text = definition.replace(
    /(functionName: .*-clean-up\n)/,
    "$1      environmentVariables: { REWIND_REGION: cn-hangzhou }\n",
  );
  const found = problems({}, text);
  expect(found).toContain("REWIND_QUEUE_PREFIX is required (clean-up)");
  expect(found.every((problem) => problem.endsWith("(clean-up)"))).toBe(true);
});

test("variables that do not fit into 4 KB are found", () => {
  const rules = JSON.stringify([{ name: "x".repeat(4_000) }]);
  expect(problems({ REWIND_ALERT_RULES: rules })[0]).toContain("bytes do not fit into 4 KB");
});

test("every variable without a default must be set, and set to something", () => {
  expect(checkDeployment(definition, { REWIND_AUTH_ISSUER: "" }).problems).toEqual(
    Object.keys(least).map((name) => `${name} is not set and has no default.`),
  );
});

test("a variable that reaches no function is a typing mistake", () => {
  expect(problems({ REWIND_TWO_PERSONS_RULE: "true" })).toEqual([
    "REWIND_TWO_PERSONS_RULE is set, but s.yaml does not read it.",
  ]);
});

describe("the VPC", () => {
  const ids = { REWIND_VPC_ID: "vpc-7", REWIND_VSWITCH_ID: "vsw-7", REWIND_SECURITY_GROUP_ID: "sg-7" };
  /** The block of s.yaml for those who want one, taken in. */
  const inVpc = definition.replace(/^ {4}# (vpcConfig:| {2}(?:vpcId|vSwitchIds|securityGroupId):)/gm, "    $1");

  test("is there when the block of s.yaml is taken in and its ids are given", () => {
    expect(problems(ids, inVpc)).toEqual([]);
    expect(checkDeployment(inVpc, { ...least, ...ids }).functions[0]?.vpcId).toBe("vpc-7");
  });

  test("is refused when the functions would believe in another one than they are in", () => {
    expect(problems(ids)).toEqual([
      "REWIND_VPC_ID is vpc-7, but vpcConfig in s.yaml puts functions into no VPC (every function)",
    ]);
    expect(problems(ids, inVpc.replace(/vpcId: .*/, "vpcId: vpc-8"))).toEqual([
      "REWIND_VPC_ID is vpc-7, but vpcConfig in s.yaml puts functions into vpc-8 (every function)",
    ]);
  });
});

describe("the command", () => {
  const run = (environment: Record<string, string>) =>
    execFileSync(process.execPath, [path.join(repository, "node_modules/tsx/dist/cli.mjs"), "deploy/check.ts"], {
      cwd: repository,
      env: { PATH: process.env["PATH"], ...environment },
      encoding: "utf8",
      stdio: "pipe",
    });

  test("says what it read", () => {
    expect(run(least)).toContain("rewind-dev-restore-api");
  });

  test("ends with 1 and every problem, so that nothing is deployed", () => {
    const failed = () => run({ ...least, REWIND_DTS_ORDER: "first", REWIND_TIMINGS: "{" });
    expect(failed).toThrow(expect.objectContaining({ status: 1 }));
    expect(failed).toThrow(/Nothing was deployed.*\n {2}REWIND_DTS_ORDER .*\n {2}REWIND_TIMINGS is not JSON/);
  });

  test("runs before anything is deployed", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8"));
    expect(scripts.deploy).toBe("npm run build && tsx deploy/check.ts && s deploy");
  });
});

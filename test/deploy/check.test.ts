// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of s.yaml look like this.

import { readFileSync } from "node:fs";
import path from "node:path";
import { checkDeployment } from "../../deploy/check";
import { parseSettings } from "../../deploy/settings";
import { leastSettings } from "./local-stage";

const definition = readFileSync(path.join(__dirname, "../../s.yaml"), "utf8");

const problems = (settings: Record<string, unknown>, text = definition) =>
  checkDeployment(text, parseSettings({ ...leastSettings, ...settings })).problems;

test("nothing speaks against the least that must be said", () => {
  const { functions, problems } = checkDeployment(definition, parseSettings({ ...leastSettings, stage: "prod" }));
  expect(problems).toEqual([]);
  expect(functions.map(({ functionName }) => functionName)).toContain("rewind-prod-verify-data");
});

test("every wrong setting is named at once, with the functions that would refuse it", () => {
  expect(
    problems({
      timings: { polMs: 1 },
      network: { egressAddresses: ["0.0.0.0/0"] },
      alertRules: [{ name: "drop" }],
    }),
  ).toEqual([
    "network.egressAddresses.0 is wider than /24: instances are opened to single networks of ours only (every function)",
    "timings polMs is unknown (every function)",
    expect.stringMatching(/^alertRules 0\.match .*\(every function\)$/),
    expect.stringMatching(/^alertRules 0\.minutesBefore .*\(every function\)$/),
    expect.stringMatching(/^alertRules 0\.objects .*\(every function\)$/),
    expect.stringMatching(/^alertRules 0\.secretName .*\(every function\)$/),
  ]);
});

test("lists may be longer than the environment of a function", () => {
  const rule = (id: number) => ({
    name: `rule ${id}`,
    match: { masterInstanceId: `rm-${id}` },
    minutesBefore: 10,
    objects: [{ database: "shop", tables: [{ name: "Orders" }] }],
    secretName: `rewind/rm-${id}/dba`,
  });
  const alertRules = Array.from({ length: 50 }, (_, id) => rule(id));
  expect(JSON.stringify(alertRules).length).toBeGreaterThan(4096);
  expect(problems({ alertRules })).toEqual([]);
});

describe("the network", () => {
  const vpc = { vpcId: "vpc-7", vSwitchIds: ["vsw-7", "vsw-8"], securityGroupId: "sg-7" };

  test("functions are put into the VPC that the settings name, and know it", () => {
    const { functions, problems } = checkDeployment(definition, parseSettings({ ...leastSettings, network: { vpc } }));
    expect(problems).toEqual([]);
    expect(functions.map(({ vpcConfig }) => vpcConfig?.vpcId)).toEqual(functions.map(() => "vpc-7"));
  });

  test("functions that would believe in another VPC than they are in are refused", () => {
    const text = definition.replace(
      /vpcConfig: .*/,
      "vpcConfig: { vpcId: vpc-8, vSwitchIds: [vsw-1], securityGroupId: sg-1 }",
    );
    expect(problems({ network: { vpc } }, text)).toContain(
      "network.vpc.vpcId is vpc-7, but vpcConfig puts functions into vpc-8 (every function)",
    );
  });

  test("functions that would reach nothing, and those that Tablestore would refuse, are found beforehand", () => {
    expect(problems({ network: { internetAccess: false } })).toEqual([
      "network.internetAccess is false and network.vpc is not set: the functions would reach nothing.",
    ]);
    expect(problems({ network: { vpc, internetAccess: false }, tablestore: { networks: ["internet"] } })).toEqual([
      "tablestore.networks is internet, but the functions come from a VPC: Tablestore would refuse them.",
    ]);
  });

  test.each<[string, string, Record<string, string>, string[]]>([
    [
      "the central host where the region has its own",
      "ap-southeast-5",
      { rds: "rds.aliyuncs.com" },
      [
        "endpoints.rds is rds.aliyuncs.com, which does not serve ap-southeast-5; the right one is rds.ap-southeast-5.aliyuncs.com.",
      ],
    ],
    [
      "the central host of DTS where the region has its own",
      "cn-guangzhou",
      { dts: "dts.aliyuncs.com" },
      [
        "endpoints.dts is dts.aliyuncs.com, which does not serve cn-guangzhou; the right one is dts.cn-guangzhou.aliyuncs.com.",
      ],
    ],
    [
      "another region's host",
      "cn-hangzhou",
      { rds: "rds.cn-chengdu.aliyuncs.com", dts: "dts-vpc.cn-chengdu.aliyuncs.com" },
      [
        "endpoints.rds is rds.cn-chengdu.aliyuncs.com, which serves cn-chengdu, not cn-hangzhou; the right one is rds.aliyuncs.com.",
        "endpoints.dts is dts-vpc.cn-chengdu.aliyuncs.com, which serves cn-chengdu, not cn-hangzhou; the right one is dts.aliyuncs.com.",
      ],
    ],
    [
      "the region's own host",
      "cn-chengdu",
      { rds: "rds.cn-chengdu.aliyuncs.com", dts: "dts-vpc.cn-chengdu.aliyuncs.com" },
      [],
    ],
    [
      "the central host where it serves the region",
      "cn-beijing",
      { rds: "rds.aliyuncs.com", dts: "dts.aliyuncs.com" },
      [],
    ],
    ["both hosts of DTS outside mainland China", "ap-southeast-1", { dts: "dts.aliyuncs.com" }, []],
    ["a private link", "cn-hangzhou", { rds: "rds.internal.example.com" }, []],
  ])("judges %s", (_, region, endpoints, found) => {
    expect(problems({ region, endpoints })).toEqual(found);
  });

  test("without endpoints, each region has the right ones", () => {
    for (const region of ["cn-hangzhou", "cn-guangzhou", "ap-southeast-5", "eu-central-1", "me-central-1"])
      expect(problems({ region })).toEqual([]);
  });
});

test("a stage whose Tablestore instance no name can have is refused with a way out", () => {
  expect(problems({ stage: "production" })).toEqual([
    "The stage production would make the Tablestore instance rewind-production; its name must be 3 to 16 letters, digits and hyphens, a letter first and no hyphen last. Choose another stage, or say tablestore.instance.",
  ]);
  expect(problems({ stage: "production", tablestore: { instance: "rewind-prod" } })).toEqual([]);
});

describe("s.yaml itself", () => {
  const in_ = (resource: string, find: RegExp, replace: string) => {
    const start = definition.indexOf(`\n  ${resource}:\n`);
    const rest = definition.slice(start + 1);
    const end = start + 1 + (/\n {2}[a-z-]+:\n/.exec(rest.slice(3))?.index ?? rest.length) + 3;
    const changed = definition.slice(start, end).replace(find, replace);
    if (changed === definition.slice(start, end)) throw new Error("the replacement found nothing");
    return definition.slice(0, start) + changed + definition.slice(end);
  };
  const everywhere = (find: RegExp, replace: string) => definition.replace(find, replace);

  test.each<[string, string, RegExp | string]>([
    [
      "the component is not pinned",
      definition.replaceAll("fc3@0.1.22", "fc3"),
      /s\.yaml: resources\.restore-api\.component must be pinned/,
    ],
    [
      "a key of a function is misspelt",
      in_("clean-up", /timeout:/, "timeOut:"),
      "s.yaml: resources.clean-up.props.timeOut: this key is not known here; a misspelt one would be ignored without a word.",
    ],
    [
      "a key deep in a trigger is misspelt",
      everywhere(/CountBasedWindow/, "CountBasedWindows"),
      /batchWindow\.CountBasedWindows: this key is not known/,
    ],
    ["the schedule is none", everywhere(/@every 1m/, "@every 10s"), /cronExpression: is neither/],
    ["the timer is switched off", in_("poll-restores", /enable: true/, "enable: false"), /its timer is switched off/],
    [
      "a failed tick would be repeated",
      in_("poll-restores", /maxAsyncRetryAttempts: 0/, "maxAsyncRetryAttempts: 3"),
      /maxAsyncRetryAttempts must be 0/,
    ],
    [
      "a function outlives its claim",
      in_("clean-up", /timeout: 120/, "timeout: 150"),
      "s.yaml: timeout is 150 s, but a claim ends after 150 s (leaseMs): two runs could work on one restore. (clean-up)",
    ],
    [
      "a function would be cut off in a call",
      in_("clean-up", /timeout: 120/, "timeout: 80"),
      /does not cover a slice of reading and a call after it .*\(clean-up\)/,
    ],
    ["a function outlives its messages' rest", in_("clean-up", /timeout: 120/, "timeout: 299"), /two runs could work/],
    [
      "memory does not fit the processors",
      everywhere(/memorySize: 512/, "memorySize: 4096"),
      /vCPU to GB of memory must lie between 1:1 and 1:4/,
    ],
    [
      "the queue is another function's",
      in_("clean-up", /QueueName: .*/, "QueueName: rewind-dev-verify-data"),
      /its event stream reads rewind-dev-verify-data; its queue is rewind-dev-clean-up/,
    ],
    [
      "a message that fails would stop a stream",
      everywhere(/errorsTolerance: ALL/, "errorsTolerance: NONE"),
      /errorsTolerance must be ALL/,
    ],
    [
      "a stream is switched off",
      everywhere(/triggerEnable: true/, "triggerEnable: false"),
      /its event stream is switched off/,
    ],
    [
      "alarms that cannot be delivered would be lost",
      in_("restore-on-alert", /-restore-on-alert-dead/, "-dead"),
      /its dead letters must go to rewind-dev-restore-on-alert-dead/,
    ],
    ["dead letters go to no queue's ARN", in_("restore-on-alert", /acs:mns:/, "acs:mqs:"), /is no ARN of a queue/],
    [
      "the API has the role that deletes",
      in_("restore-api", /prefix\}-api\n( {6}timeout)/, "prefix}-engine\n$1"),
      /role is .*-engine; it must be the ARN of rewind-dev-api/,
    ],
    ["a step has the API's role", everywhere(/-engine\n/, "-api\n"), /it must be the ARN of rewind-dev-engine/],
    [
      "nothing is reserved for the API",
      in_("restore-api", / {6}concurrencyConfig:\n.*\n/, ""),
      /reservedConcurrency is not set/,
    ],
    [
      "logs go to a project that the component makes",
      everywhere(/ {4}logConfig:\n(?: {6}.*\n)+/, "    logConfig: auto\n"),
      /logConfig must name a project/,
    ],
    [
      "a variable is missing",
      everywhere(/ {6}REWIND_LOG_LEVEL: .*\n/, ""),
      /environmentVariables lacks REWIND_LOG_LEVEL|environmentVariables lacks logs\.level/,
    ],
    [
      "a variable is read by no function",
      everywhere(/ {6}REWIND_LOG_LEVEL:/, "      COLOUR: blue\n      REWIND_LOG_LEVEL:"),
      /environmentVariables has COLOUR, which no function reads/,
    ],
    [
      "a list is in the environment",
      everywhere(/ {6}REWIND_LOG_LEVEL:/, "      REWIND_ALERT_RULES: ''\n      REWIND_LOG_LEVEL:"),
      /which travels in settings\.json/,
    ],
    [
      "a setting reaches no function",
      everywhere(/\$\{env\('REWIND_DTS_ORDER'.*\}/, "configure-first"),
      "s.yaml does not read REWIND_DTS_ORDER, so the setting dtsOrder would have no effect.",
    ],
    ["an expression is unknown", everywhere(/\$\{vars.region\}/, "${region}"), /does not know the expression/],
  ])("is refused where %s", (_, text, problem) => {
    expect(problems({}, text)).toContainEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
  });
});

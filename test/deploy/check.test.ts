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
  ])("the network judges %s", (_, region, endpoints, found) => {
    expect(problems({ region, endpoints })).toEqual(found);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "another region's KMS",
      { endpoints: { kms: "kms.cn-beijing.aliyuncs.com" } },
      "endpoints.kms is kms.cn-beijing.aliyuncs.com, which serves cn-beijing, not cn-hangzhou.",
    ],
    [
      "another region's log service",
      { endpoints: { logs: "cn-beijing-intranet.log.aliyuncs.com" } },
      "endpoints.logs is cn-beijing-intranet.log.aliyuncs.com, which serves cn-beijing-intranet, not cn-hangzhou.",
    ],
    [
      "another account's queues",
      { endpoints: { mns: "https://1.mns.cn-hangzhou.aliyuncs.com" } },
      "endpoints.mns is https://1.mns.cn-hangzhou.aliyuncs.com; it must begin with 1234567890123456, whose it is.",
    ],
    [
      "another instance's rows",
      { endpoints: { tablestore: "https://other.cn-hangzhou.ots.aliyuncs.com" } },
      "endpoints.tablestore is https://other.cn-hangzhou.ots.aliyuncs.com; it must begin with rewind-dev, whose it is.",
    ],
    [
      "queues in clear",
      { endpoints: { mns: "http://1234567890123456.mns.cn-hangzhou.aliyuncs.com" } },
      "endpoints.mns is http://1234567890123456.mns.cn-hangzhou.aliyuncs.com; it must begin with https://.",
    ],
    [
      "everything in clear",
      { protocol: "http" },
      "protocol is http, which is for the local cloud only, but endpoints.rds, endpoints.dts, endpoints.kms, endpoints.mns, endpoints.tablestore, endpoints.tablestoreManagement, endpoints.logs, endpoints.ram, endpoints.functions would travel in clear to another machine.",
    ],
  ])("the schema statement is refused: %s", (_, settings, problem) => {
    expect(problems(settings)).toContain(problem);
  });

  test("addresses inside the region's network are its own", () => {
    const endpoints = {
      kms: "kms-vpc.cn-hangzhou.aliyuncs.com",
      logs: "cn-hangzhou-intranet.log.aliyuncs.com",
      mns: "https://1234567890123456.mns.cn-hangzhou-internal.aliyuncs.com",
      tablestore: "https://rewind-dev.cn-hangzhou.vpc.tablestore.aliyuncs.com",
    };
    expect(problems({ endpoints })).toEqual([]);
  });

  test("the network without endpoints, each region has the right ones", () => {
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

  const httpTrigger = `        - triggerName: http
          triggerType: http
          qualifier: LATEST
          triggerConfig: { authType: anonymous, methods: [GET, POST] }
`;

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
      /its dead letters must go to acs:mns:cn-hangzhou:1234567890123456:\/queues\/rewind-dev-restore-on-alert-dead/,
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
    [
      "the poller's minute is an hour",
      everywhere(/@every 1m/, "@every 60m"),
      /rings at @every 60m; it must be @every 1m/,
    ],
    [
      "the poller has no timer",
      in_("poll-restores", / {8}- triggerName: every-minute\n[\s\S]*?(?= {8}# The stream)/, ""),
      /its triggers are eventbridge; they must be eventbridge and timer\. \(poll-restores\)/,
    ],
    [
      "a step could be called from the Internet",
      in_("clean-up", / {6}triggers:\n/, `      triggers:\n${httpTrigger}`),
      /its triggers are eventbridge and http; they must be eventbridge\. \(clean-up\)/,
    ],
    ["a request of the API would not get through", everywhere(/GET, POST,/, "GET,"), /lets no POST through/],
    [
      "a role is another account's",
      everywhere(/acs:ram::\$\{vars.account\}/, "acs:ram::9999999999999999"),
      /it must be the ARN of rewind-dev-\w+ in the account 1234567890123456/,
    ],
    [
      "dead letters go to another account",
      everywhere(/acs:mns:\$\{vars.region\}:\$\{vars.account\}/, "acs:mns:cn-hangzhou:9999999999999999"),
      /its dead letters must go to acs:mns:cn-hangzhou:1234567890123456:/,
    ],
    [
      "a message that fails would hold all others up",
      everywhere(/BACKOFF_RETRY/, "EXPONENTIAL_DECAY_RETRY"),
      /PushRetryStrategy must be BACKOFF_RETRY/,
    ],
    [
      "batches are longer than a run",
      everywhere(/CountBasedWindow: 16/, "CountBasedWindow: 17"),
      /at most 16 side by side/,
    ],
    ["nudges wait for others", everywhere(/TimeBasedWindow: 0/, "TimeBasedWindow: 2"), /each step would wait so long/],
    ["nudges are not decoded", in_("clean-up", /Decode: true/, "Decode: false"), /IsBase64Decode must be true/],
    ["alarms are decoded", in_("restore-on-alert", /Decode: false/, "Decode: true"), /IsBase64Decode must be false/],
    ["events come in another form", everywhere(/CloudEvents/, "RawData"), /eventSchema must be CloudEvents/],
    [
      "the handler is none of the bundle's",
      everywhere(/index\.handler/, "index.main"),
      /the bundles have index\.handler/,
    ],
    ["the runtime is not the bundles'", everywhere(/nodejs20/, "nodejs18"), /the bundles are made for nodejs20/],
    [
      "a function has another one's code",
      in_("clean-up", /functions\/clean-up/, "functions/verify-data"),
      /code is \.\/dist\/functions\/verify-data; it must be \.\/dist\/functions\/clean-up/,
    ],
    [
      "a function has a name that no queue has",
      in_("clean-up", /functionName: .*/, "functionName: rewind-dev-cleanup"),
      /functionName is rewind-dev-cleanup; it must be rewind-dev-clean-up/,
    ],
    [
      "new code would not be told from old",
      in_("clean-up", / \(\$\{vars.build\}\)/, ""),
      /description must end with the build .* \(clean-up\)/,
    ],
    [
      "a function is missing",
      everywhere(/\n {2}compare-data:\n[\s\S]*?(?=\n {2}clean-up:)/, ""),
      "s.yaml: resources lacks compare-data.",
    ],
    [
      "there is a function that nobody wrote",
      everywhere(/^ {2}clean-up:$/m, "  tidy-up:"),
      "s.yaml: resources has tidy-up, which is no function of Rewind.",
    ],
    [
      "the API is switched off",
      everywhere(/reservedConcurrency: 10/, "reservedConcurrency: 0"),
      /the API would be switched off/,
    ],
    [
      "a step has no instances",
      in_("clean-up", /timeout: 120/, "timeout: 120\n      concurrencyConfig: { reservedConcurrency: 0 }"),
      /reservedConcurrency must not be set/,
    ],
    [
      "memory is short",
      everywhere(/cpu: 0\.5\n(?: {4}#.*\n)* {4}memorySize: \d+/, "cpu: 0.1\n    memorySize: 128"),
      /memorySize is 128 MB/,
    ],
    ["the API is cut off in a call", in_("restore-api", /timeout: 60/, "timeout: 3"), /does not cover one call/],
    [
      "lines go where no role may write",
      everywhere(/logstore: functions/, "logstore: others"),
      /the roles may write to/,
    ],
    [
      "a variable is another one's",
      everywhere(/REWIND_KMS_ENDPOINT: .*/, "REWIND_KMS_ENDPOINT: x.example.com # ${env('REWIND_KMS_ENDPOINT', '')}"),
      "s.yaml: environmentVariables has another value for endpoints.kms than rewind.yaml. (every function)",
    ],
    [
      "a setting is read by a comment only",
      everywhere(/REWIND_TWO_PERSON_RULE: .*/, "REWIND_TWO_PERSON_RULE: never # ${env('REWIND_TWO_PERSON_RULE', '')}"),
      "s.yaml does not read REWIND_TWO_PERSON_RULE, so the setting approval.twoPersonRule would have no effect.",
    ],
    [
      "another component was never tried",
      in_("clean-up", /fc3@0\.1\.22/, "fc3@0.1.21"),
      /resources\.clean-up\.component must be pinned to fc3@0\.1\.22/,
    ],
    [
      "a command would run while deploying",
      in_("clean-up", /props:/, "actions: { pre-deploy: [{ run: make }] }\n    props:"),
      "s.yaml: resources.clean-up.actions would run commands while deploying.",
    ],
    [
      "a key at the top is misspelt",
      `${definition}\nresource: {}\n`,
      "s.yaml: resource is no key that Serverless Devs reads.",
    ],
    ["an expression is unknown", everywhere(/\$\{vars.region\}/, "${region}"), /does not know the expression/],
  ])("s.yaml itself is refused where %s", (_, text, problem) => {
    expect(problems({}, text)).toContainEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
  });
});

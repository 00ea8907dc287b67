import FcClient, * as model from "@alicloud/fc20230330";
import { examineDeployment, inLines } from "../../deploy/doctor/doctor";
import type { Finding } from "../../deploy/doctor/finding";
import { createDtsRole, type LocalRewind, startLocal } from "../../deploy/local";
import { lookAtTables } from "../../deploy/provision/tables";
import { addSampleMaster, type SampleMaster } from "../../deploy/sample";
import type { Settings } from "../../deploy/settings";
import { clientConfig, type Stage, stageOf } from "../../deploy/stage";

/** One deployment in the local cloud; each test plants a fault, has it found, and takes it away again. */
let local: LocalRewind;
let sample: SampleMaster;
beforeAll(async () => {
  local = await startLocal({ built: true });
  sample = addSampleMaster(local.cloud, "rm-shop", 60);
}, 60_000);
afterAll(() => local.stop());

const examine = (changes: Partial<Parameters<typeof examineDeployment>[0]> = {}) =>
  examineDeployment({
    stage: local.stage,
    functions: local.functions,
    problems: [],
    facts: {},
    nowMs: () => local.cloud.clock.nowMs(),
    ...changes,
  });

const loginOf = ({ logins }: SampleMaster) =>
  JSON.stringify({ AccountName: logins.dba.userName, AccountPassword: logins.dba.password });

const told = (findings: readonly Finding[], state: Finding["state"]) =>
  findings.filter((finding) => finding.state === state).map(({ area, text, advice }) => [area, text, advice]);

test("a healthy deployment has nothing wrong; what cannot be looked at is said, and nothing is written", async () => {
  const { cloud } = local;
  const asked = jest.spyOn(cloud.access, "may");
  const findings = await examine();
  const ofTheOperator = asked.mock.calls.filter(([accessKeyId]) => accessKeyId === cloud.accessKey.id);
  asked.mockRestore();
  expect(new Set(ofTheOperator.map(([, { action }]) => action.split(":")[0]))).toEqual(
    new Set(["rds", "dts", "kms", "ram", "ots", "mns", "log"]),
  );
  for (const [, { action }] of ofTheOperator) expect(action).toMatch(/^\w+:(Describe|Get|List)\w+$/);
  expect(told(findings, "wrong")).toEqual([]);
  const { rpcEndpoint } = cloud;
  const { port } = sample.instance.privateAddress!;
  expect(inLines(findings)).toEqual([
    "ok           settings         Nothing speaks against the settings.",
    "ok           capabilities     Nothing that a probe found out on this account stands in the way.",
    "ok           clock            This computer's clock agrees with that of Function Compute.",
    `ok           RDS              RDS at ${rpcEndpoint} answers a signed call.`,
    `ok           DTS              DTS at ${rpcEndpoint} answers a signed call.`,
    "ok           DTS's role       DTS may take its role AliyunDTSDefaultRole.",
    "ok           roles            The roles, who may take them, and their policies are as they should be.",
    "ok           logs             The log project rewind-local-1234567890123456 and its logstore are there.",
    "ok           Tablestore       The instance rewind-local is there and may be reached.",
    "ok           tables           Every table and index is there.",
    "ok           queues           Every queue is there with its attributes.",
    "ok           functions        9 functions, their code, variables, roles and triggers are as s.yaml says.",
    "not checked  event streams    Whether the event streams run: EventBridge has no official client for Node.js. Messages that wait: none.",
    "                              -> Open EventBridge's console, Event Streams: each stream from a queue rewind-local-… must be Running.",
    "ok           dead alarms      No alarm waits among the dead letters.",
    "ok           from a function  RDS answers the functions.",
    "ok           from a function  DTS answers the functions.",
    "ok           from a function  Tablestore answers the functions.",
    "ok           from a function  The secret rewind/rm-shop/dba is readable.",
    `ok           from a function  rm-shop lets the functions log in at 127.0.0.1:${port} with rewind/rm-shop/dba.`,
    "18 as they should be, 0 wrong, 1 not checked.",
  ]);
});

type Wrong = readonly [area: string, text: string, advice: string];
const deployAgain = "Run npm run deploy; it changes only what differs.";

/** Plants a fault, answers what is wrong then, and takes the fault away. */
async function withFault(plant: () => unknown, undo: () => unknown, changes: Parameters<typeof examine>[0] = {}) {
  await plant();
  try {
    return told(await examine(changes), "wrong");
  } finally {
    await undo();
  }
}

const dead = "rewind-local-restore-on-alert-dead";
const deadQueue = { visibilityTimeout: 300, messageRetentionPeriod: 345_600, pollingWaitSeconds: 0 };
const role = (name: string) => local.cloud.ram.role(`rewind-local-${name}`)!;

/** The policy of the engine without one of its services. */
function withoutService(prefix: string) {
  const policy = local.cloud.ram.policy("rewind-local-engine")!;
  const document = JSON.parse(policy.versions[0]!.text) as { Statement: { Action: string[] }[] };
  const Statement = document.Statement.filter(({ Action }) => !Action.every((action) => action.startsWith(prefix)));
  policy.versions.push({ id: "v2", text: JSON.stringify({ ...document, Statement }), createdAtMs: 0 });
  policy.defaultVersion = "v2";
}

function restorePolicy() {
  const policy = local.cloud.ram.policy("rewind-local-engine")!;
  policy.versions.pop();
  policy.defaultVersion = "v1";
}

const compute = () => new FcClient(clientConfig(local.stage, "functions"));
async function setVariables(name: string, environmentVariables: Record<string, string>): Promise<void> {
  const body = new model.UpdateFunctionInput({ environmentVariables });
  await compute().updateFunction(`rewind-local-${name}`, new model.UpdateFunctionRequest({ body }));
}
async function setTimer(enable: boolean): Promise<void> {
  const triggerConfig = JSON.stringify({ cronExpression: "@every 1m", enable });
  const body = new model.UpdateTriggerInput({ triggerConfig });
  await compute().updateTrigger("rewind-local-poll-restores", "every-minute", new model.UpdateTriggerRequest({ body }));
}
async function setStream(triggerEnable: boolean): Promise<void> {
  const { body } = await compute().getTrigger("rewind-local-clean-up", "queue");
  const triggerConfig = JSON.stringify({ ...JSON.parse(body?.triggerConfig ?? ""), triggerEnable });
  const change = new model.UpdateTriggerInput({ triggerConfig });
  await compute().updateTrigger("rewind-local-clean-up", "queue", new model.UpdateTriggerRequest({ body: change }));
}
const variablesOf = (name: string) =>
  local.functions.find(({ resource }) => resource === name)!.environmentVariables as Record<string, string>;

const faults: [string, () => unknown, () => unknown, () => Wrong[]][] = [
  [
    "a missing queue",
    () => local.cloud.mns.deleteQueue(dead),
    () => local.cloud.mns.createQueue(dead, deadQueue),
    () => [["queues", `A deployment would change it: Makes the queue ${dead}.`, deployAgain]],
  ],
  [
    "a queue with another attribute",
    () => {
      local.cloud.mns.deleteQueue(dead);
      local.cloud.mns.createQueue(dead, { ...deadQueue, visibilityTimeout: 30 });
    },
    () => {
      local.cloud.mns.deleteQueue(dead);
      local.cloud.mns.createQueue(dead, deadQueue);
    },
    () => [
      [
        "queues",
        `A deployment would change it: Changes the queue ${dead}: VisibilityTimeout from 30 to 300.`,
        deployAgain,
      ],
    ],
  ],
  [
    "an alarm that was not taken",
    () => local.cloud.mns.send(dead, "hello"),
    () => {
      local.cloud.mns.deleteQueue(dead);
      local.cloud.mns.createQueue(dead, deadQueue);
    },
    () => [
      [
        "dead alarms",
        "1 alarm was not taken.",
        "Look in the log why, put it right, and run npm run replay within four days.",
      ],
    ],
  ],
  [
    "a missing index",
    () => local.cloud.tablestore.dropIndex("restores", "restores_of_master"),
    async () => {
      for (const change of await lookAtTables(local.stage)) await change.apply();
    },
    () => [
      [
        "tables",
        "A deployment would change it: Makes the index restores_of_master of the existing table restores, with the rows that are there.",
        deployAgain,
      ],
    ],
  ],
  [
    "a Tablestore instance that is closed to the Internet",
    () => {
      local.cloud.tablestoreInstances.find("rewind-local")!.networks = ["VPC"];
    },
    () => {
      local.cloud.tablestoreInstances.find("rewind-local")!.networks = ["INTERNET"];
    },
    () => [
      [
        "Tablestore",
        "A deployment would change it: Opens the Tablestore instance rewind-local for INTERNET: it refuses what does not come from VPC.",
        deployAgain,
      ],
      [
        "tables",
        "ots refused DescribeTable (OTSAuthFailed).",
        "The Tablestore instance does not allow the network that you come from: allow the Internet in tablestore.networks while deploying.",
      ],
      [
        "from a function",
        "Tablestore refuses the functions (OTSAuthFailed).",
        "Run npm run deploy, which sets the policy of rewind-local-engine; look at endpoints.tablestore if it stays so.",
      ],
    ],
  ],
  [
    "a function with an old environment",
    () => setVariables("compare-data", { ...variablesOf("compare-data"), REWIND_LOG_LEVEL: "debug", REWIND_OLD: "1" }),
    () => setVariables("compare-data", variablesOf("compare-data")),
    () => [
      [
        "functions",
        "A deployment would change it: Changes the function rewind-local-compare-data: variables REWIND_LOG_LEVEL, REWIND_OLD.",
        deployAgain,
      ],
    ],
  ],
  [
    "a function that cannot start",
    () => setVariables("verify-data", { ...variablesOf("verify-data"), REWIND_DTS_ORDER: "first" }),
    () => setVariables("verify-data", variablesOf("verify-data")),
    () => [
      [
        "functions",
        "A deployment would change it: Changes the function rewind-local-verify-data: variables REWIND_DTS_ORDER.",
        deployAgain,
      ],
      [
        "from a function",
        'The function rewind-local-verify-data fails: The environment is not usable: REWIND_DTS_ORDER is none of the known values. Send "configure-first" or "buy-first".',
        "Run npm run deploy; if it stays so, read the function's log in its console.",
      ],
    ],
  ],
  [
    "a timer that is switched off",
    () => setTimer(false),
    () => setTimer(true),
    () => [
      [
        "functions",
        "A deployment would change it: Changes the function rewind-local-poll-restores: its trigger every-minute has another enable.",
        deployAgain,
      ],
    ],
  ],
  [
    "an event stream that is switched off",
    () => setStream(false),
    () => setStream(true),
    () => [
      [
        "functions",
        "A deployment would change it: Changes the function rewind-local-clean-up: its trigger queue has another triggerEnable.",
        deployAgain,
      ],
    ],
  ],
  [
    "a policy that lost an action, and with it every secret",
    () => withoutService("kms:"),
    restorePolicy,
    () => [
      [
        "roles",
        "A deployment would change it: Changes the policy rewind-local-engine: adds kms:GetSecretValue.",
        deployAgain,
      ],
      [
        "from a function",
        "The functions cannot read the secret rewind/rm-shop/dba (Forbidden.NoPermission).",
        "Run npm run deploy, which lets the functions read secrets below rewind/.",
      ],
    ],
  ],
  [
    "a policy that was taken from its role",
    () => role("alarm").policies.clear(),
    () => role("alarm").policies.set("rewind-local-alarm", { attachedAtMs: 0 }),
    () => [
      [
        "roles",
        "A deployment would change it: Gives the policy rewind-local-alarm to the role rewind-local-alarm.",
        deployAgain,
      ],
    ],
  ],
  [
    "a missing role of DTS",
    () => local.cloud.ram.deleteRole("AliyunDTSDefaultRole"),
    () => createDtsRole(local.cloud),
    () => [
      [
        "DTS's role",
        "The role AliyunDTSDefaultRole is not there, so DTS may read and write no instance.",
        "Open the console of DTS once as the account's owner; it asks for the role.",
      ],
    ],
  ],
  [
    "a secret whose value is no login",
    () => local.cloud.kms.putSecretValue(sample.secretName, "hush"),
    () => local.cloud.kms.putSecretValue(sample.secretName, loginOf(sample)),
    () => [
      [
        "from a function",
        "The functions cannot read the secret rewind/rm-shop/dba (SecretNotUsable).",
        'Give it a value of the form {"AccountName":"…","AccountPassword":"…"}, with the login of a SQL Server.',
      ],
    ],
  ],
  [
    "a password that was changed",
    () => local.cloud.kms.putSecretValue(sample.secretName, '{"AccountName":"shop_dba","AccountPassword":"old"}'),
    () => local.cloud.kms.putSecretValue(sample.secretName, loginOf(sample)),
    () => [
      [
        "from a function",
        `rm-shop refuses the login of rewind/rm-shop/dba at 127.0.0.1:${sample.instance.privateAddress!.port} (login-failed).`,
        "Put the account's name and password as they are now into the secret; one that is meant for temporary instances alone may stay.",
      ],
    ],
  ],
  [
    "a SQL port that does not admit the functions",
    () => sample.instance.whitelist.set("default", ["203.0.113.9"]),
    () => sample.instance.whitelist.set("default", ["192.168.0.0/16", "203.0.113.0/24"]),
    () => [
      [
        "from a function",
        `rm-shop does not let the functions connect at 127.0.0.1:${sample.instance.privateAddress!.port}.`,
        "Let in the addresses of network.egressAddresses, or those of the vSwitches, in the instance's whitelist; the instance must be Running.",
      ],
    ],
  ],
];

test("what speaks against the settings is said as a deployment would say it", async () => {
  const problem = "endpoints.rds is rds.aliyuncs.com, which does not serve ap-southeast-5.";
  expect(told(await examine({ problems: [problem] }), "wrong")).toEqual([
    ["settings", problem, "Put it right in rewind.yaml, and run npm run deploy."],
  ]);
});

test.each(faults)("%s is found, with what to do", async (_, plant, undo, wrong) => {
  expect(await withFault(plant, undo)).toEqual(wrong());
});

test.each([
  [301_000, /^This computer's clock is 30[12] s ahead of that of Function Compute\.$/],
  [-600_000, /^This computer's clock is (599|600) s behind that of Function Compute\.$/],
])("a clock that is off by %d ms is found", async (offMs, words) => {
  expect(told(await examine({ nowMs: () => local.cloud.clock.nowMs() + offMs }), "wrong")).toEqual([
    ["clock", expect.stringMatching(words), "Set the clock: from 15 minutes on every signed request is refused."],
  ]);
});

/** The same deployment under other settings. */
function stageWith(changes: Partial<Settings>): Stage {
  return stageOf({ ...local.stage.settings, ...changes }, local.stage.credentials);
}

test("the others are looked at where one service does not answer", async () => {
  const endpoints = { ...local.stage.settings.endpoints, dts: "127.0.0.1:9" };
  expect(told(await examine({ stage: stageWith({ endpoints }) }), "wrong")).toEqual([
    [
      "DTS",
      "dts refused DescribeDtsJobs (ConnectionLost).",
      "No answer came from DTS: look at region and endpoints in rewind.yaml, and at your network. What was done may be there; run the command again.",
    ],
  ]);
});

test("a secret that only an alert rule names is looked for too", async () => {
  const rule = {
    name: "drop",
    match: { masterInstanceId: "rm-shop" },
    minutesBefore: 10,
    objects: [{ database: "shop" }],
  };
  const stage = stageWith({ alertRules: [{ ...rule, secretName: "rewind/rm-shop/reader" }] });
  expect(told(await examine({ stage }), "wrong")).toEqual([
    [
      "from a function",
      "The functions cannot read the secret rewind/rm-shop/reader (Forbidden.ResourceNotFound).",
      "Make the secret in KMS, or take its name out of the alert rules.",
    ],
  ]);
});

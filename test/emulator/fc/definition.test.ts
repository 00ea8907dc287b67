import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DefinitionError, type FunctionDefinition, readDefinition } from "../../../emulator/fc/definition";
import { httpTrigger, sceneDefinition, streamTrigger, timerTrigger } from "./scene";

const repository = path.resolve(__dirname, "../../..");

function problems(text: string): readonly string[] {
  try {
    readDefinition(text, {});
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems;
    throw error;
  }
  return [];
}

function problemsOf(props: Record<string, unknown>): readonly string[] {
  return problems(sceneDefinition({ work: { props } }));
}

describe("the strict reading of a definition", () => {
  it("the strict reading of a definition takes one trigger of each kind and fills in the component's defaults", () => {
    const triggers = [httpTrigger(), timerTrigger("@every 1m"), streamTrigger("test-work")];
    const [read] = readDefinition(sceneDefinition({ work: { props: { triggers } } }), {});
    expect(read).toEqual({
      resource: "work",
      functionName: "test-work",
      description: "",
      region: "cn-hangzhou",
      runtime: "nodejs20",
      handler: "index.handler",
      code: "./work",
      cpu: 0.5,
      memorySize: 512,
      diskSize: 512,
      timeout: 20,
      environmentVariables: {},
      role: null,
      internetAccess: true,
      vpcConfig: null,
      logConfig: null,
      maxAsyncRetryAttempts: 3,
      reservedConcurrency: null,
      triggers,
    });
  });

  const misspelt = streamTrigger("test-work", { batchWindows: {} });
  it.each<[string, Record<string, unknown>, string]>([
    [
      "an unknown key of a function",
      { memory: 512 },
      "resources.work.props.memory: this key is not known here; a misspelt one would be ignored without a word.",
    ],
    [
      "a misspelt key deep in a trigger",
      { triggers: [misspelt] },
      "resources.work.props.triggers[0].triggerConfig.runOptions.batchWindows: this key is not known here; a misspelt one would be ignored without a word.",
    ],
    [
      "an unknown type of trigger",
      { triggers: [{ ...timerTrigger("@every 1m"), triggerType: "oss" }] },
      "resources.work.props.triggers[0].triggerType: the local cloud plays the types timer, http and eventbridge",
    ],
    [
      "a schedule of no known form",
      { triggers: [timerTrigger("@every 10s")] },
      "resources.work.props.triggers[0].triggerConfig.cronExpression: is neither '@every Nm' nor six cron fields",
    ],
    [
      "a runtime that the platform has not",
      { runtime: "nodejs22" },
      "resources.work.props.runtime: the local cloud plays nodejs20 and nodejs18",
    ],
    [
      "half a VPC",
      { vpcConfig: { vpcId: "vpc-1", vSwitchIds: [], securityGroupId: "" } },
      "resources.work.props.vpcConfig: wants a VPC, its vSwitches and a security group, or none of the three",
    ],
    [
      "a misspelt key of the log configuration",
      { logConfig: { project: "p", logstore: "l", logBegin: "None" } },
      "resources.work.props.logConfig.logBegin: this key is not known here; a misspelt one would be ignored without a word.",
    ],
    [
      "an ARN that is none",
      { triggers: [streamTrigger("test-work", { deadLetterQueue: { Arn: "test-dead" } })] },
      "resources.work.props.triggers[0].triggerConfig.runOptions.deadLetterQueue.Arn: is no ARN of a queue",
    ],
    [
      "a variable that is no text",
      { environmentVariables: { LEVEL: 3 } },
      "resources.work.props.environmentVariables.LEVEL: Invalid input: expected string, received number",
    ],
  ])("the strict reading of a definition names the path of %s", (_, props, problem) => {
    expect(problemsOf(props)).toEqual([problem]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["memory far from the processors", { cpu: 0.05, memorySize: 512 }, /\.cpu: vCPU to GB .* 1:10\.$/],
    ["a fraction of a processor that is not sold", { cpu: 0.33 }, /\.cpu: comes in steps of 0\.05\.$/],
    [
      "variables that do not fit",
      { environmentVariables: { LONG: "x".repeat(4092) } },
      /4096 bytes do not fit into 4 KB/,
    ],
    ["a reserved name", { environmentVariables: { FC_REGION: "x" } }, /FC_REGION: the prefix FC_ is reserved/],
    [
      "a stream into a function that may run five minutes",
      { timeout: 300, triggers: [streamTrigger("q")] },
      /timeout: must be under 300 s/,
    ],
    [
      "a trigger after the stream",
      { triggers: [streamTrigger("q"), timerTrigger("@every 1m")] },
      /at most one eventbridge trigger, and it must be the last/,
    ],
    [
      "a second stream",
      { triggers: [streamTrigger("q"), { ...streamTrigger("r"), triggerName: "other" }] },
      /at most one eventbridge trigger/,
    ],
    [
      "a queue in another region",
      { region: "cn-beijing", triggers: [streamTrigger("q")] },
      /the queue must be in the function's region/,
    ],
    [
      "a queue that takes its own dead letters",
      { triggers: [streamTrigger("q", { deadLetterQueue: { Arn: "acs:mns:cn-hangzhou:1:/queues/q" } })] },
      /its own dead-letter queue/,
    ],
    [
      "two triggers of one name",
      { triggers: [timerTrigger("@every 1m"), timerTrigger("@every 2m")] },
      /two triggers have the same name/,
    ],
  ])("the schema statement is refused: %s", (_, props, problem) => {
    expect(problemsOf(props)).toEqual([expect.stringMatching(problem)]);
  });

  it("the strict reading of a definition refuses two functions of one name", () => {
    const props = { functionName: "same" };
    expect(problems(sceneDefinition({ one: { props }, two: { props } }))).toEqual([
      "resources: the function name same is given twice.",
    ]);
  });
});

describe("the product's s.yaml", () => {
  const text = readFileSync(path.join(repository, "s.yaml"), "utf8");
  /** The least that whoever deploys must say. */
  const environment = {
    ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456",
    REWIND_AUTH_ISSUER: "https://login.example.com",
    REWIND_AUTH_JWKS_URL: "https://login.example.com/keys",
  };
  const functions = readDefinition(text, environment);
  const names = readdirSync(path.join(repository, "functions")).sort();

  function stream(definition: FunctionDefinition) {
    const trigger = definition.triggers.find((given) => given.triggerType === "eventbridge");
    return trigger?.triggerType === "eventbridge" ? trigger.triggerConfig : undefined;
  }

  it("the product's s.yaml has one resource per function folder, and names, code and queue follow from the folder's name", () => {
    expect(functions.map(({ resource }) => resource).sort()).toEqual(names);
    for (const definition of functions) {
      const { resource, functionName, code } = definition;
      expect({ functionName, code }).toEqual({
        functionName: `rewind-dev-${resource}`,
        code: `./dist/functions/${resource}`,
      });
      const queue = stream(definition)?.eventSourceConfig.eventSourceParameters.sourceMNSParameters.QueueName;
      expect(queue).toBe(resource === "restore-api" ? undefined : `rewind-dev-${resource}`);
    }
  });

  it("the product's s.yaml keeps what cannot be delivered of alarms only, and stops no stream", () => {
    for (const definition of functions) {
      const options = stream(definition)?.runOptions;
      if (!options) continue;
      expect(options.errorsTolerance).toBe("ALL");
      expect(options.deadLetterQueue?.Arn).toBe(
        definition.resource === "restore-on-alert"
          ? "acs:mns:cn-hangzhou:1234567890123456:/queues/rewind-dev-restore-on-alert-dead"
          : undefined,
      );
    }
  });

  it("the product's s.yaml derives names from the stage", () => {
    const [first] = readDefinition(text, { ...environment, STAGE: "prod" });
    expect(first?.functionName).toMatch(/^rewind-prod-/);
  });

  /** Those for which s.yaml has a value where none is given. */
  const optional = ["REWIND_AUTH_ISSUER", "REWIND_AUTH_JWKS_URL"];

  it.each(optional)("the product's s.yaml deploys without %s", (name) => {
    const { [name]: _, ...rest } = environment as Record<string, string>;
    expect(readDefinition(text, rest)).toHaveLength(names.length);
  });

  it.each(Object.keys(environment).filter((name) => !optional.includes(name)))(
    "the product's s.yaml does not deploy without %s",
    (name) => {
      const { [name]: _, ...rest } = environment as Record<string, string>;
      expect(() => readDefinition(text, rest)).toThrow(`the environment variable ${name} is not set`);
    },
  );
});

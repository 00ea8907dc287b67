import { lookAtLogs } from "../../../deploy/provision/logs";
import { LocalCloud } from "../../../emulator/local-cloud";
import { localStage } from "../local-stage";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start({ spareListeners: 0 });
});
afterAll(() => cloud.stop());

/** Each test has a project of its own. */
function stageOf(project: string) {
  const credentials = { accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret };
  const stage = localStage({ endpoints: { logs: cloud.logsEndpoint }, logs: { project } }, credentials);
  const settle = async () => {
    const changes = await lookAtLogs(stage);
    for (const change of changes) await change.apply();
    return changes.map(({ text }) => text);
  };
  return { settle };
}

const makesIndex = "Makes the index of the logstore functions, without which its lines cannot be searched.";

test("project, logstore and index are made once; the lines of the functions can be computed with", async () => {
  const { settle } = stageOf("fresh-logs");
  expect(await settle()).toEqual([
    "Makes the log project fresh-logs.",
    "Makes the logstore functions in it, which keeps lines for 30 days.",
    makesIndex,
  ]);
  expect(cloud.logs.indexOf("fresh-logs", "functions")).toMatchObject({
    max_text_len: 16_384,
    line: { token: expect.arrayContaining([" ", '"']) },
    keys: { message: { type: "text", doc_value: true, token: expect.arrayContaining([" ", '"']) } },
  });
  expect(await settle()).toEqual([]);
});

test("a logstore of an earlier deployment gets the index that it lacks", async () => {
  cloud.logs.createProject("older-logs", "");
  cloud.logs.createLogstore("older-logs", { name: "functions", ttlDays: 30, shardCount: 1 });
  const { settle } = stageOf("older-logs");
  expect(await settle()).toEqual([makesIndex]);
  expect(await settle()).toEqual([]);
});

test("an index that somebody made is left as it is", async () => {
  cloud.logs.createProject("own-logs", "");
  cloud.logs.createLogstore("own-logs", { name: "functions", ttlDays: 30, shardCount: 1 });
  const own = { line: { token: [" "] } };
  cloud.logs.createIndex("own-logs", "functions", own);
  expect(await stageOf("own-logs").settle()).toEqual([]);
  expect(cloud.logs.indexOf("own-logs", "functions")).toEqual(own);
});

test("the local cloud refuses a second index, and one that says not where words end", () => {
  cloud.logs.createProject("two-logs", "");
  cloud.logs.createLogstore("two-logs", { name: "functions", ttlDays: 30, shardCount: 1 });
  expect(() => cloud.logs.createIndex("two-logs", "functions", {})).toThrow("Required field token is lacking");
  expect(() => cloud.logs.createIndex("two-logs", "functions", { keys: { message: { type: "text" } } })).toThrow(
    "Required field token is lacking",
  );
  cloud.logs.createIndex("two-logs", "functions", { keys: { count: { type: "long" } } });
  expect(() => cloud.logs.createIndex("two-logs", "functions", { line: { token: [" "] } })).toThrow(
    "Logstore index is already created.",
  );
});

import { replayAlarms } from "../../deploy/alarms/replay";
import { lookAtQueues } from "../../deploy/provision/queues";
import { closeServers, startMns } from "../emulator/mns/local-mns";
import { localStage } from "./local-stage";

afterEach(closeServers);

const alarms = "rewind-dev-restore-on-alert";
const dead = `${alarms}-dead`;
const alarm = (masterInstanceId: string) =>
  JSON.stringify({ masterInstanceId, at: "2026-11-20T08:25:00+08:00", reason: "数据 deleted" });
const base64 = (text: string) => Buffer.from(text).toString("base64");

async function start() {
  const mns = await startMns();
  const stage = localStage({ endpoints: { mns: mns.endpoint } });
  for (const change of await lookAtQueues(stage)) await change.apply();
  const said: string[] = [];
  const replay = () => replayAlarms(stage, (line) => said.push(line));
  /** What a function would read. */
  const received = async () => {
    const { body } = await mns.client.batchReceiveMessage(alarms, 16);
    return body.map((message) => Buffer.from(message["MessageBody"]!, "base64").toString("utf8"));
  };
  return { ...mns, said, replay, received };
}

test("alarms are sent again as they were, however they came into the dead letters, and leave them", async () => {
  const { client, service, said, replay, received } = await start();
  service.send(dead, base64(alarm("rm-1")));
  service.send(dead, alarm("rm-2"));
  service.send(dead, base64(JSON.stringify({ id: "1", data: { messageId: "1", messageBody: base64(alarm("rm-3")) } })));
  expect(await replay()).toBe(3);
  expect(await received()).toEqual(["rm-1", "rm-2", "rm-3"].map(alarm));
  expect(said.at(-1)).toBe("3 alarms were sent again.");
  expect(said[0]).toMatch(/^[0-9A-F]{32} is sent again: rm-1, 2026-11-20T00:25:00\.000Z\.$/);
  const { body } = await client.getQueueAttributes(dead);
  expect([body["ActiveMessages"], body["InactiveMessages"]]).toEqual(["0", "0"]);
});

test("what is no alarm stays, and is said to", async () => {
  const { client, service, said, replay } = await start();
  service.send(dead, base64("hello"));
  service.send(dead, base64("{}"));
  expect(await replay()).toBe(0);
  expect(said.map((line) => line.replace(/^\w{32} /, ""))).toEqual([
    "stays: the message is not JSON.",
    "stays: the message is neither an alarm of CloudMonitor nor {masterInstanceId, at, reason}.",
    "No alarm was sent again.",
  ]);
  expect((await client.getQueueAttributes(dead)).body["InactiveMessages"]).toBe("2");
});

test("an alarm whose deletion fails is sent, and stays in the dead letters to be sent again", async () => {
  const { faults, service, replay, received } = await start();
  service.send(dead, base64(alarm("rm-1")));
  faults.add({ service: "mns", action: "DeleteMessage", kind: "server-error", times: 1 });
  await expect(replay()).rejects.toThrow(/^mns refused DeleteMessage/);
  expect(await received()).toEqual([alarm("rm-1")]);
});

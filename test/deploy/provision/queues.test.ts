import { lookAtQueues, lookAtQueuesToRemove, queueNames } from "../../../deploy/provision/queues";
import { closeServers, startMns } from "../../emulator/mns/local-mns";
import { localStage } from "../local-stage";

afterEach(closeServers);

async function start() {
  const mns = await startMns();
  const stage = localStage({ endpoints: { mns: mns.endpoint } });
  const settle = async () => {
    const changes = await lookAtQueues(stage);
    for (const change of changes) await change.apply();
    return changes.map(({ text }) => text);
  };
  return { ...mns, stage, settle };
}

test("queues that are missing are made; after that nothing has to change", async () => {
  const { client, settle } = await start();
  expect(await settle()).toEqual(queueNames.map((name) => `Makes the queue rewind-dev-${name}.`));
  expect((await client.getQueueAttributes("rewind-dev-clean-up")).body).toMatchObject({
    VisibilityTimeout: "300",
    MessageRetentionPeriod: "345600",
  });
  expect(await settle()).toEqual([]);
});

test("a queue with other attributes is changed to ours and keeps its messages", async () => {
  const { client, service, settle } = await start();
  service.createQueue("rewind-dev-clean-up", { visibilityTimeout: 30, messageRetentionPeriod: 345_600 });
  service.send("rewind-dev-clean-up", "kept");
  expect(await settle()).toContain("Changes the queue rewind-dev-clean-up: VisibilityTimeout from 30 to 300.");
  expect((await client.getQueueAttributes("rewind-dev-clean-up")).body).toMatchObject({
    VisibilityTimeout: "300",
    ActiveMessages: "1",
  });
  expect(await settle()).toEqual([]);
});

test("removing takes our queues only; what could not be delivered of alarms stays until it is asked for", async () => {
  const { service, stage, settle } = await start();
  await settle();
  service.createQueue("rewind-devel-clean-up");
  const remove = async (withData: boolean) => {
    for (const change of await lookAtQueuesToRemove(stage, withData)) await change.apply();
    return service.queues().map(({ name }) => name);
  };
  const alarms = ["rewind-dev-restore-on-alert", "rewind-dev-restore-on-alert-dead"];
  expect(await remove(false)).toEqual([...alarms, "rewind-devel-clean-up"]);
  expect(await remove(true)).toEqual(["rewind-devel-clean-up"]);
});

test("a refusal names service, action, code, and what to do", async () => {
  const { stage } = await start();
  const look = lookAtQueues({ ...stage, credentials: { accessKeyId: "akid", accessKeySecret: "wrong" } });
  await expect(look).rejects.toThrow(
    "mns refused GetQueueAttributes (SignatureDoesNotMatch). ALIBABA_CLOUD_ACCESS_KEY_ID or ALIBABA_CLOUD_ACCESS_KEY_SECRET is wrong, or the key is switched off.",
  );
});

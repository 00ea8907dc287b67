import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { CloudError } from "../../../shared/cloud/cloud-error";
import { MnsQueues, type MnsSettings } from "../../../shared/messaging/mns-queues";
import { closeServers, startMns } from "../../emulator/mns/local-mns";

const pages: Server[] = [];
afterEach(async () => {
  await closeServers();
  for (const page of pages.splice(0)) {
    page.closeAllConnections();
    await new Promise((resolve) => page.close(resolve));
  }
});

const settingsFor = (endpoint: string, credentials = {}): MnsSettings => ({
  endpoint,
  accountId: "1234567890123456",
  region: "cn-hangzhou",
  queuePrefix: "rewind-",
  credentials: () => ({ accessKeyId: "akid", accessKeySecret: "secret", ...credentials }),
});

async function start(credentials = {}) {
  const mns = await startMns();
  const settings = settingsFor(mns.endpoint, credentials);
  mns.service.createQueue("rewind-verify-data", { visibilityTimeout: 300 });
  return { ...mns, settings, queues: new MnsQueues(settings) };
}

const decoded = (message: { MessageBody?: string }) => Buffer.from(message.MessageBody!, "base64").toString("utf8");

test("a message arrives in the queue of its function, in base64, with every character", async () => {
  const { client, queues } = await start();
  const body = '{"restoreId":"<rw&1>","text":"错误 ü"}';
  await queues.send("verify-data", body);
  expect(decoded((await client.receiveMessage("rewind-verify-data")).body)).toBe(body);
});

test("a delayed message is not there before its time", async () => {
  const { client, queues, clock } = await start();
  await queues.send("verify-data", "later", 15);
  await expect(client.receiveMessage("rewind-verify-data")).rejects.toMatchObject({ name: "MNSMessageNotExistError" });
  clock.advance(15_000);
  expect(decoded((await client.receiveMessage("rewind-verify-data")).body)).toBe("later");
});

test("a role's token goes along", async () => {
  const { queues } = await start({ securityToken: "token" });
  await expect(queues.send("verify-data", "x")).resolves.toBeUndefined();
});

async function failureOf(endpoint: string): Promise<CloudError> {
  const queues = new MnsQueues(settingsFor(endpoint));
  const error = await queues.send("verify-data", "hunter2").catch((thrown: unknown) => thrown);
  if (!(error instanceof CloudError)) throw new Error(`not a CloudError: ${inspect(error)}`);
  return error;
}

describe("a message that was not taken is `unavailable`", () => {
  test("a message that was not taken is `unavailable` when the service names its reason", async () => {
    const { endpoint } = await startMns();
    expect(await failureOf(endpoint)).toMatchObject({ kind: "unavailable", service: "mns", code: "QueueNotExist" });
  });

  test("a message that was not taken is `unavailable` when an answer comes that the official client takes for success", async () => {
    for (const status of [200, 403, 503]) {
      const page = createServer((_, response) =>
        response.writeHead(status, { "content-type": "text/html" }).end("<p>"),
      );
      pages.push(page);
      await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
      const { port } = page.address() as AddressInfo;
      expect(await failureOf(`http://127.0.0.1:${port}`)).toMatchObject({ kind: "unavailable", code: `Http${status}` });
    }
  });

  test("a message that was not taken is `unavailable` when the connection is lost, and the error says neither address nor content", async () => {
    const { endpoint, faults } = await start();
    faults.add({ service: "mns", action: "SendMessage", kind: "lost-reply", times: 1 });
    const error = await failureOf(endpoint);
    expect(error).toMatchObject({ kind: "unavailable", code: "ConnectionLost" });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/127\.0\.0\.1|hunter2/);
  });
});

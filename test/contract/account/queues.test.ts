import { createHash } from "node:crypto";
import { callQueues, openQueues } from "../../../deploy/queue-client";
import { type Account, openAccount, withWrongSecret } from "./account";

let account: Account;
let queue: string;
beforeAll(async () => {
  account = await openAccount();
  queue = `${account.stage.names.prefix}-contract-${account.id}`;
});
afterAll(async () => {
  await openQueues(account.stage).deleteQueue(queue);
  await account.close();
});

const client = () => openQueues(account.stage);
const attributes = { VisibilityTimeout: 30, MessageRetentionPeriod: 3_600 };

test("a queue is made once; made again alike it is there, made otherwise it is refused", async () => {
  expect((await client().createQueue(queue, attributes)).code).toBe(201);
  expect((await client().createQueue(queue, attributes)).code).toBe(204);
  await expect(client().createQueue(queue, { ...attributes, VisibilityTimeout: 31 })).rejects.toMatchObject({
    name: "MNSQueueAlreadyExistError",
  });
});

test("a message comes once, with the MD5 of its body, and is gone when its handle is deleted", async () => {
  const body = Buffer.from('{"restoreId":"rw1"}').toString("base64");
  const sent = (await client().sendMessage(queue, { MessageBody: body })).body as Record<string, string>;
  expect(sent["MessageBodyMD5"]).toBe(createHash("md5").update(body).digest("hex").toUpperCase());
  const received = (await client().receiveMessage(queue)).body as Record<string, string>;
  expect(received).toMatchObject({ MessageId: sent["MessageId"], MessageBody: body, DequeueCount: "1" });
  expect((await client().deleteMessage(queue, received["ReceiptHandle"]!)).code).toBe(204);
  await expect(client().receiveMessage(queue)).rejects.toMatchObject({ name: "MNSMessageNotExistError" });
});

test("a delayed message waits among the delayed ones", async () => {
  await client().sendMessage(queue, { MessageBody: "bGF0ZXI=", DelaySeconds: 600 });
  await expect(client().receiveMessage(queue)).rejects.toMatchObject({ name: "MNSMessageNotExistError" });
});

test("a queue that is not there is said to be none, and a wrong key is refused", async () => {
  await expect(client().getQueueAttributes(`${queue}-none`)).rejects.toMatchObject({ name: "MNSQueueNotExistError" });
  await expect(
    callQueues("GetQueueAttributes", () => openQueues(withWrongSecret(account.stage)).getQueueAttributes(queue)),
  ).rejects.toMatchObject({ name: "Refusal", code: "SignatureDoesNotMatch" });
});

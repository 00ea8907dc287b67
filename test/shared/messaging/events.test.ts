import fc from "fast-check";
import { decodeQueueEvent } from "../../../shared/messaging/events";
import { decodeNudge, encodeNudge, encodeTick } from "../../../shared/messaging/nudge";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value), "utf8");
const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64");

/** A message as event streaming hands it over (fc-mns reference 2.3). */
const cloudEvent = (messageBody: unknown, messageId: unknown = "C6DB60D1574661357FA227277445") => ({
  id: "c2g71017-6f65",
  source: "MNS-Function-mnstrigger",
  specversion: "1.0",
  type: "mns:Queue:SendMessage",
  datacontenttype: "application/json; charset=utf-8",
  subject: "acs:mns:cn-hangzhou:1234567890123456:queues/verify-data",
  time: "2026-04-08T06:28:17.093Z",
  data: { requestId: "606EA3074344430D4C81", messageId, messageBody },
});
const nudge = encodeNudge({ restoreId: "rwmi3k2x9aabc123" });

describe("a batch of messages", () => {
  test("a batch of messages is an array of CloudEvents", () => {
    expect(decodeQueueEvent(bytes([cloudEvent("one", "1"), cloudEvent("two", "2")]))).toEqual([
      { messageId: "1", body: "one", problem: null },
      { messageId: "2", body: "two", problem: null },
    ]);
  });

  test("a batch of messages may be one CloudEvent without an array, or bare payloads", () => {
    const taken = [{ messageId: "1", body: nudge, problem: null }];
    expect(decodeQueueEvent(bytes(cloudEvent(nudge, "1")))).toEqual(taken);
    expect(decodeQueueEvent(bytes([cloudEvent(nudge, "1").data]))).toEqual(taken);
    expect(decodeQueueEvent(bytes(cloudEvent(nudge, "1").data))).toEqual(taken);
  });

  test("a batch of messages may be empty", () => {
    expect(decodeQueueEvent(bytes([]))).toEqual([]);
  });

  test("a batch of messages keeps its good elements when others are garbage, each with its problem", () => {
    const odd = [
      null,
      7,
      "text",
      [],
      {},
      { data: null },
      { data: { messageId: "1" } },
      cloudEvent(7),
      cloudEvent(null),
    ];
    const decoded = decodeQueueEvent(bytes([...odd, cloudEvent(nudge, "good")]));
    expect(decoded).toHaveLength(odd.length + 1);
    for (const element of decoded.slice(0, -1))
      expect(element).toEqual({ messageId: null, body: null, problem: expect.stringContaining("neither") });
    expect(decoded.at(-1)).toEqual({ messageId: "good", body: nudge, problem: null });
  });

  test("a batch of messages needs no message ids", () => {
    for (const id of [undefined, null, 12]) {
      const event = cloudEvent(nudge, id);
      if (id === undefined) delete (event.data as { messageId?: unknown }).messageId;
      expect(decodeQueueEvent(bytes([event]))).toEqual([{ messageId: null, body: nudge, problem: null }]);
    }
  });

  test("a batch of messages that is no JSON is one problem", () => {
    for (const text of ["", "hello", "{", Buffer.from([0xff, 0xfe]).toString("latin1")])
      expect(decodeQueueEvent(bytes(text))).toEqual([
        { messageId: null, body: null, problem: "the event is not JSON" },
      ]);
  });

  test("a timer brings none", () => {
    const timer = { triggerTime: "2026-12-26T07:49:00Z", triggerName: "every-minute", payload: "" };
    expect(decodeQueueEvent(bytes(timer))).toEqual([]);
  });

  test("nothing makes decoding throw", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void decodeQueueEvent(bytes(value))));
    fc.assert(fc.property(fc.uint8Array(), (event) => void decodeQueueEvent(event)));
  });
});

describe("the body of a message", () => {
  const bodyOf = (body: string) => decodeQueueEvent(bytes([cloudEvent(body)]))[0]?.body;

  test("the body of a message is taken decoded as well as in base64, also when that is wrapped", () => {
    const text = '{"reason":"错误的 UPDATE"}';
    expect(bodyOf(text)).toBe(text);
    expect(bodyOf(base64(text))).toBe(text);
    expect(bodyOf(`${base64(text).slice(0, 20)}\r\n${base64(text).slice(20)}\n`)).toBe(text);
  });

  test("the body of a message that only looks like base64 stays itself", () => {
    for (const text of ["", "word", "abcdefgh", "null", "a=b=", "not base64!"]) expect(bodyOf(text)).toBe(text);
  });

  test("the body of a message of JSON comes through both ways as it was sent", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        expect(bodyOf(text)).toBe(text);
        expect(bodyOf(base64(text))).toBe(text);
      }),
    );
  });
});

describe("a nudge", () => {
  test("a nudge says which restore, and nothing else", () => {
    const more = { restoreId: "rwmi3k2x9aabc123", status: "closed" };
    expect(encodeNudge(more)).toBe('{"restoreId":"rwmi3k2x9aabc123"}');
    expect(decodeNudge(JSON.stringify(more))).toEqual({ restoreId: "rwmi3k2x9aabc123" });
  });

  test("a nudge is not a tick, and nothing that only resembles one", () => {
    for (const body of [
      encodeTick(),
      "",
      "null",
      "[]",
      '"rwmi3k2x9aabc123"',
      '{"restoreId":7}',
      '{"restoreId":"../x"}',
    ])
      expect(decodeNudge(body)).toBeNull();
  });

  test("nothing makes decoding throw", () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeNudge(text)));
    fc.assert(fc.property(fc.jsonValue(), (value) => void decodeNudge(JSON.stringify(value))));
  });
});

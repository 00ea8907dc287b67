import fc from "fast-check";
import { ServiceError } from "../../emulator/core/service-error";
import { parseXml } from "../../emulator/mns/xml";
import { closeServers, startMns } from "../emulator/mns/local-mns";
import { anyText } from "./arbitrary";
import { feed } from "./http-bytes";
import { damaged } from "./raw-socket";
import { ReportedBugs } from "./reported-bugs";

/** No bytes crash or hang this server, or make it fail in a way that is its own: a good request is served afterwards. */
let reported: ReportedBugs;

beforeEach(() => {
  reported = new ReportedBugs();
});

afterEach(async () => {
  await closeServers();
  expect(reported.end()).toEqual([]);
});

describe("MNS", () => {
  test("any bytes", async () => {
    const mns = await startMns();
    await feed(Number(new URL(mns.endpoint).port), [
      "/",
      "/queues",
      "/queues/q/messages",
      "/queues/q?metaOverride=true",
    ]);
    expect((await mns.client.createQueue("good")).code).toBe(201);
    expect(mns.bugs).toEqual([]);
  });

  const message =
    "<Message><MessageBody>aGVsbG8=</MessageBody><DelaySeconds>1</DelaySeconds><Priority>8</Priority></Message>";
  const queue =
    '<?xml version="1.0"?><Queue xmlns="http://mns.aliyuncs.com/doc/v1/"><DelaySeconds>0</DelaySeconds></Queue>';
  const entities =
    '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;&b;&b;">]><Message><MessageBody>&c;&c;</MessageBody></Message>';
  const xml = fc.oneof(
    anyText,
    fc.constantFrom(entities, "<a/><b/>", "<__proto__><x/></__proto__>", `${"<a>".repeat(3000)}${"</a>".repeat(3000)}`),
    ...[
      message,
      queue,
      `<Messages>${message}${message}</Messages>`,
      "<ReceiptHandles><ReceiptHandle>x</ReceiptHandle></ReceiptHandles>",
    ].flatMap((text) => [fc.constant(text), damaged(Buffer.from(text)).map((bytes) => bytes.toString("utf8"))]),
  );

  test("any text is XML with one root, or refused", () => {
    fc.assert(
      fc.property(xml, (text) => {
        try {
          expect(typeof parseXml(text).root).toBe("string");
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          expect(error.code).toBe("MalformedXML");
        }
        expect(Object.keys({})).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  test("any body of a well signed request", async () => {
    const mns = await startMns();
    await mns.client.createQueue("q");
    const target = fc.constantFrom(
      ["post", "/queues/q/messages"] as const,
      ["put", "/queues/other"] as const,
      ["delete", "/queues/q/messages"] as const,
      ["put", "/queues/q?metaoverride=true"] as const,
    );
    await fc.assert(
      fc.asyncProperty(target, xml, async ([method, resource], body) => {
        const failure = await mns.client[method](resource, "", body).then(
          () => "",
          (error) => `${error.name} ${error.message}`,
        );
        expect(failure).not.toMatch(/EmulatorBug|ECONN|socket hang up|timeout/i);
      }),
      { numRuns: 300 },
    );
    expect((await mns.client.sendMessage("q", { MessageBody: "aGVsbG8=" })).code).toBe(201);
    expect(mns.bugs).toEqual([]);
  });
});

import fc from "fast-check";
import { decodeAlarm } from "../../shared/alerts/alarm";
import { readAlertRules, requestOf } from "../../shared/alerts/rules";
import { createLog } from "../../shared/logging";
import { decodeQueueEvent } from "../../shared/messaging/events";
import { decodeNudge } from "../../shared/messaging/nudge";
import { restoreIdPattern } from "../../shared/restore/model/names";
import { anyText, anyValue, mutated } from "./arbitrary";

/** Messages come from outside: whatever they hold, decoding names it and does not throw. */
const cloudEvents = [
  {
    id: "1",
    source: "rewind",
    specversion: "1.0",
    type: "mns:Queue:SendMessage",
    data: { messageId: "m", messageBody: Buffer.from('{"restoreId":"rw00000000000000"}').toString("base64") },
  },
  { data: { messageId: "n", messageBody: "text" } },
];

test("any event of a queue is a list of elements, each with a body or a problem", () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
    mutated(cloudEvents).map((value) => Buffer.from(JSON.stringify(value) ?? "")),
  );
  fc.assert(
    fc.property(bytes, (event) => {
      for (const { messageId, body, problem } of decodeQueueEvent(event)) {
        expect(messageId === null || typeof messageId === "string").toBe(true);
        expect((body === null) !== (problem === null)).toBe(true);
      }
    }),
    { numRuns: 1_500 },
  );
});

test("any text of a message is a nudge to a restore id, or none", () => {
  const text = fc.oneof(
    anyText,
    fc.json(),
    mutated({ restoreId: "rw00000000000000" }).map((value) => String(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(text, (body) => {
      const nudge = decodeNudge(body);
      if (nudge) expect(nudge.restoreId).toMatch(restoreIdPattern);
    }),
    { numRuns: 1_500 },
  );
});

const monitored = {
  ruleName: "r",
  curLevel: "CRITICAL",
  resources: '{"instanceId":"rm-shop"}',
  metricName: "m",
  namespace: "acs_rds_dashboard",
  metricData: { timestamp: 1795132740000, instanceId: "rm-shop" },
  time: 1795132800000,
};
const plain = { masterInstanceId: "rm-shop", at: "2026-11-20T08:15:00+08:00", reason: "r", ruleName: "n" };
const rule = {
  name: "n",
  match: { masterInstanceId: "rm-shop" },
  minutesBefore: 1440,
  objects: [{ database: "shop", tables: [{ name: "Orders" }] }],
  checks: [{ name: "c", database: "shop", sql: "SELECT 1", expect: { equals: 1 } }],
  secretName: "rewind/rm-shop/dba",
};

test("any text of an alarm is decoded or named, and what is decoded can be asked for", () => {
  const [parsed] = readAlertRules(JSON.stringify([rule])).rules!;
  const json = (value: unknown) => String(JSON.stringify(value));
  const text = fc.oneof(anyText, fc.json(), fc.base64String(), mutated(monitored).map(json), mutated(plain).map(json));
  fc.assert(
    fc.property(text, (body) => {
      const decoded = decodeAlarm(body);
      if (decoded.kind !== "alarm") return;
      const request = requestOf(parsed!, { ...decoded.alarm, masterInstanceId: "rm-shop" });
      expect(request).toMatchObject({ writeBack: "none", approval: "required" });
      expect(Date.parse(request.restoreTime!)).toBe(decoded.alarm.atMs - 24 * 3_600_000);
    }),
    { numRuns: 2_000 },
  );
});

test("any rules text is rules that can be asked for, or problems by name", () => {
  const alarm = {
    masterInstanceId: "rm-shop",
    atMs: 1795132800000,
    ruleName: "",
    metricName: "",
    level: "ALERT",
    reason: "",
  };
  const text = fc.oneof(
    anyText,
    fc.json(),
    mutated([rule]).map((value) => String(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(text, (body) => {
      const read = readAlertRules(body);
      if (read.problems) expect(read.problems.length).toBeGreaterThan(0);
      for (const one of read.rules ?? []) requestOf(one, { ...alarm, masterInstanceId: one.match.masterInstanceId });
    }),
    { numRuns: 2_000 },
  );
});

test("any fact is one line of JSON without the password", () => {
  const password = 'Pa$$"w\\ö rd/%1';
  const spellings = [password, JSON.stringify(password).slice(1, -1), encodeURIComponent(password)];
  const fields = fc.dictionary(
    fc.oneof(fc.constantFrom("level", "msg", "error", "secretName"), anyText),
    fc.oneof(anyValue, fc.bigInt()),
  );
  const around = fc.tuple(anyText, fc.constantFrom(...spellings), anyText).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fields, around, (given, leak) => {
      const lines: string[] = [];
      const log = createLog({ level: "debug", sink: (line) => lines.push(line), secrets: () => [password] });
      log("info", "a fact", {
        ...given,
        leak,
        nested: [{ deep: leak, text: JSON.stringify({ leak }) }],
        error: new Error(leak),
      });
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toContain("\n");
      expect(JSON.parse(lines[0]!)).toMatchObject({ level: "info", msg: "a fact" });
      for (const spelling of spellings) expect(lines[0]).not.toContain(spelling);
    }),
    { numRuns: 1_000 },
  );
});

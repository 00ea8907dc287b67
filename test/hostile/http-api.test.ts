import fc from "fast-check";
import { problemTypes } from "../../shared/api/problem";
import { commandKinds, statuses } from "../../shared/restore/model/states";
import { Desk, hour } from "../shared/api/desk";
import { anyText, anyValue, mutated } from "./arbitrary";

/** No input of a caller makes the API throw, answer 5xx, or leave half a restore behind. */
let desk: Desk;

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
});

/** What every answer has to be; the record count tells whether a refusal left something behind. */
function judge(response: { statusCode: number; headers: Readonly<Record<string, string>>; body: string }): number {
  const { statusCode, body } = response;
  expect(statusCode).toBeGreaterThanOrEqual(200);
  expect(statusCode).toBeLessThan(500);
  const parsed = JSON.parse(body) as Record<string, unknown>;
  if (statusCode < 400) return statusCode;
  const { code, status, title, detail, type } = parsed;
  expect(problemTypes).toHaveProperty([String(code)], { status: statusCode, title });
  expect({ status, type }).toEqual({ status: statusCode, type: `urn:rewind:problem:${code}` });
  expect(String(detail).length).toBeGreaterThan(0);
  expect(body.length).toBeLessThan(100_000);
  return statusCode;
}

const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "post", "");
const segment = fc.oneof(
  fc.constantFrom("restores", "plans", "masters", "objects", "recovery-window", "events", "commands", "openapi.json"),
  fc.constantFrom("healthz", "rm-shop", "rm-none", "rw00000000000000", "..", "%00", "%", "__proto__", ...commandKinds),
  anyText,
);
const headers = fc.dictionary(
  fc.oneof(fc.constantFrom("Idempotency-Key", "Authorization", "Content-Type"), anyText),
  anyText,
);
const query = fc.dictionary(
  fc.oneof(fc.constantFrom("limit", "before", "masterInstanceId", "secretName"), anyText),
  fc.oneof(fc.constantFrom("rm-shop", "1", "rewind/rm-shop/dba", "rw00000000000000"), anyText),
);

test("any bytes for an event", () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      async (event) => {
        judge(await desk.answer(event));
        expect(desk.world.records()).toEqual([]);
      },
    ),
    { numRuns: 300 },
  ));

test("an event of the trigger with anything in the place of its parts", () =>
  fc.assert(
    fc.asyncProperty(mutated(event({ method: "POST", path: "/restores", body: "{}" })), async (value) => {
      judge(await desk.answer(Buffer.from(JSON.stringify(value) ?? "")));
      expect(desk.world.records()).toEqual([]);
    }),
    { numRuns: 300 },
  ));

test("any method, path, query, headers and body, with and without a token", () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        method,
        segments: fc.array(segment, { maxLength: 6 }),
        headers,
        query,
        text: fc.oneof(anyText, fc.json()),
        isAdmin: fc.boolean(),
      }),
      async ({ method: verb, segments, headers: given, query: asked, text, isAdmin }) => {
        const before = desk.world.records().length;
        const answer = await desk.ask(verb, `/${segments.join("/")}`, {
          headers: given,
          query: asked,
          text,
          ...(isAdmin ? {} : { token: null }),
        });
        judge({ statusCode: answer.status, headers: answer.headers, body: JSON.stringify(answer.body) });
        expect(desk.world.records()).toHaveLength(before);
      },
    ),
    { numRuns: 500 },
  ));

test("any bearer", () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        anyText,
        fc.array(fc.base64String(), { minLength: 3, maxLength: 3 }).map((parts) => parts.join(".")),
        tokens(),
      ),
      async (token) => {
        const answer = await desk.ask("POST", "/restores", { token, body: desk.body() });
        expect([401, 413]).toContain(answer.status);
        expect(desk.world.records()).toEqual([]);
      },
    ),
    { numRuns: 500 },
  ));

test("a request with anything in the place of its parts is refused whole, or recorded whole and brought to an end", async () => {
  const whole = desk.body({
    backupId: null,
    whenTooRecent: "refuse",
    source: { kind: "auto", allowPublicEndpoint: false },
    objects: [
      { database: "shop", restoredName: "copy", tables: [{ schema: "dbo", name: "Orders", restoredName: null }] },
    ],
    checks: [{ name: "c", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: 1 } }],
    temporaryInstanceSecret: { name: "rewind/rm-shop/dba", versionId: null },
    writeBack: "side-by-side",
    keepHours: 1,
    label: "l",
    reason: "r",
  });
  await fc.assert(
    fc.asyncProperty(
      mutated(whole),
      fc.constantFrom(...Array.from({ length: 6 }, () => "/plans"), "/restores"),
      async (body, path) => {
        const before = desk.world.records().length;
        const answer = await desk.ask("POST", path, { text: JSON.stringify(body) ?? "" });
        judge({ statusCode: answer.status, headers: answer.headers, body: JSON.stringify(answer.body) });
        expect(desk.world.records()).toHaveLength(before + (answer.status === 202 ? 1 : 0));
        if (answer.status === 202)
          expect(await desk.ask("GET", answer.headers["location"]!)).toMatchObject({
            status: 200,
            body: { status: "accepted" },
          });
      },
    ),
    { numRuns: 400 },
  );
  const accepted = desk.world.records();
  expect(accepted.length).toBeGreaterThan(3);
  await desk.world.scheduler.run(desk.nowMs + hour, () => false);
  for (const { restoreId } of accepted) await desk.ask("POST", `/restores/${restoreId}/cancel`, { body: {} });
  await desk.world.scheduler.run(desk.nowMs + 2 * hour, () => false);
  expect(desk.world.records().filter((record) => record.status !== "closed")).toEqual([]);
  expect(desk.world.rds.instances().map((instance) => instance.id)).toEqual(["rm-shop"]);
}, 60_000);

test("any body for any command in any state changes nothing but by a command's row", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...statuses),
      fc.constantFrom(...commandKinds),
      anyValue,
      async (status, kind, body) => {
        const restoreId = await desk.place({ status, planHash: "a".repeat(64) });
        const before = JSON.stringify(desk.world.record(restoreId));
        const answer = await desk.ask("POST", `/restores/${restoreId}/${kind}`, { text: JSON.stringify(body) ?? "" });
        judge({ statusCode: answer.status, headers: answer.headers, body: JSON.stringify(answer.body) });
        expect(JSON.stringify(desk.world.record(restoreId))).toBe(before);
        expect(await desk.deps.store.listCommands(restoreId)).toHaveLength(answer.status === 202 ? 1 : 0);
      },
    ),
    { numRuns: 400 },
  ));

test("a cloud that is down is a 503 for any request that needs it, and nothing is half done", () =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom("GET", "POST"), fc.array(segment, { maxLength: 4 }), async (verb, segments) => {
      desk.cloudIsDown = true;
      const answer = await desk.ask(verb, `/${segments.join("/")}`, { body: desk.body() });
      desk.cloudIsDown = false;
      expect([200, 400, 404, 405, 503]).toContain(answer.status);
      if (answer.status >= 500) expect(answer.body.code).toBe("cloud-unavailable");
      expect(desk.world.records()).toEqual([]);
    }),
    { numRuns: 300 },
  ));

function event({ method: verb, path, body }: { method: string; path: string; body: string }) {
  return {
    version: "v1",
    rawPath: path,
    headers: { Authorization: "Bearer x", "Idempotency-Key": "k" },
    queryParameters: { limit: "1" },
    body,
    isBase64Encoded: false,
    requestContext: { requestId: "1", http: { method: verb, path } },
  };
}

/** Tokens whose header and payload are JSON, signed with anything. */
function tokens() {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value) ?? "").toString("base64url");
  const header = fc.oneof(
    anyValue,
    fc.record(
      {
        alg: fc.oneof(fc.constantFrom("ES256", "none", "HS256", "RS256"), anyValue),
        kid: fc.oneof(fc.constant("one"), anyValue),
        crit: anyValue,
        b64: anyValue,
        jwk: anyValue,
      },
      { requiredKeys: ["alg"] },
    ),
  );
  return fc
    .tuple(header, anyValue, fc.uint8Array({ maxLength: 80 }))
    .map(
      ([head, payload, signature]) => `${part(head)}.${part(payload)}.${Buffer.from(signature).toString("base64url")}`,
    );
}

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeHttpEvent } from "../../../shared/api/http";
import { issuerKeys, issuerPatienceMs } from "../../../shared/api/issuer-keys";
import { rowValue } from "../../../shared/restore/model/row-value";
import type { Plan } from "../../../shared/restore/plan/plan";
import { Desk } from "./desk";

/** Who sees which masters, who sees row values, and what is refused before it costs anything. */
describe("the masters of a caller", () => {
  let desk: Desk;
  let own: string;
  let other: string;

  beforeAll(async () => {
    desk = await Desk.open({ mastersClaim: "masters" });
    desk.addMaster();
    desk.addMaster("rm-payroll");
    own = await desk.place({});
    const { request } = desk.world.record(own);
    other = await desk.place({ request: { ...request, masterInstanceId: "rm-payroll" }, status: "awaiting-approval" });
  });

  const token = (masters: unknown) => desk.token({ subject: "ann", roles: ["admin"], masters });

  test.each([
    [["rm-shop"], 1],
    ["rm-shop, rm-none", 1],
    [["rm-s*"], 1],
    [["rm-*"], 2],
    ["*", 2],
    [["rm-sho", "rm-shop2", "rm"], 0],
    [[], 0],
    [{ all: true }, 0],
    [undefined, 0],
  ])("%j: the list has %i restores", async (masters, count) => {
    const { body } = await desk.ask("GET", "/restores", { token: await token(masters), query: { limit: "1" } });
    expect(body.restores).toHaveLength(Math.min(count, 1));
    if (count === 1) expect(body.restores[0].restoreId).toBe(own);
  });

  test("everything of another master answers as if it did not exist", async () => {
    const mine = await token(["rm-shop"]);
    const ask = async (method: string, path: string, body?: unknown) => {
      const answer = await desk.ask(method, path, { token: mine, body });
      return [answer.status, answer.body.code, String(answer.body.detail).replaceAll(/r[mw]-?\w+/g, "…")];
    };
    const planHash = "a".repeat(64);
    const unknown = "rw00000000000000";
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["GET", "/events", undefined],
      ["GET", "/commands/c00000000000000", undefined],
      ["POST", "/approve", { planHash }],
      ["POST", "/cancel", {}],
    ] as const)
      expect(await ask(method, `/restores/${other}${path}`, body)).toEqual(
        await ask(method, `/restores/${unknown}${path}`, body),
      );
    for (const path of ["recovery-window", "objects"])
      expect(await ask("GET", `/masters/rm-payroll/${path}`)).toEqual(await ask("GET", `/masters/rm-none/${path}`));
    const asked = (masterInstanceId: string) =>
      desk.body({ masterInstanceId, secretName: `rewind/${masterInstanceId}/dba` });
    for (const path of ["/plans", "/restores"])
      expect((await ask("POST", path, asked("rm-payroll"))).slice(0, 2)).toEqual([404, "master-not-found"]);
    expect((await ask("GET", `/restores/${own}`))[0]).toBe(200);
  });
});

describe("a repeat of a restore of a master", () => {
  test("a repeat of a restore of a master that the caller may not use any more is answered as if the master did not exist", async () => {
    const desk = await Desk.open({ mastersClaim: "masters" });
    desk.addMaster();
    const headers = { "idempotency-key": "one" };
    const ask = async (masters: string[], subject = "ann") =>
      desk.ask("POST", "/restores", {
        token: await desk.token({ subject, roles: ["requester"], masters }),
        body: desk.body(),
        headers,
      });
    const first = await ask(["rm-shop"]);
    expect(first.status).toBe(202);
    for (const subject of ["ann", "bob"]) {
      const repeat = await ask(["rm-other", "rm-shop-*", "RM-SHOP", " "], subject);
      expect(repeat).toMatchObject({ status: 404, body: { code: "master-not-found" } });
      expect(JSON.stringify(repeat.body)).not.toContain(first.body.restoreId);
    }
  });
});

test("a list reads large pages for a caller of few masters, and none for a caller of no master", async () => {
  const desk = await Desk.open({ mastersClaim: "masters" });
  for (let count = 0; count < 30; count++) await desk.place({});
  const list = jest.spyOn(desk.deps.store, "list");
  const ask = async (masters: string[]) => {
    const token = await desk.token({ subject: "ann", roles: ["reader"], masters });
    return (await desk.ask("GET", "/restores", { token, query: { limit: "1" } })).body;
  };
  expect(await ask([])).toEqual({ restores: [], next: null });
  expect(list).toHaveBeenCalledTimes(0);
  expect(await ask(["rm-other"])).toEqual({ restores: [], next: null });
  expect(list).toHaveBeenCalledTimes(1);
  const first = await ask(["rm-shop"]);
  expect(first.restores.map(({ restoreId }: { restoreId: string }) => restoreId)).toEqual([first.next]);
});

describe("row values", () => {
  const secret = "4711-Smith";
  let desk: Desk;
  let restoreId: string;

  beforeAll(async () => {
    desk = await Desk.open();
    desk.addMaster();
    const check = {
      name: "smith",
      passed: false,
      text: `smith: is ${rowValue(secret)}`,
      found: secret,
      expected: secret,
    };
    const blank = await desk.place({});
    const { request } = desk.world.record(blank);
    const sql = `SELECT '${secret}'`;
    const planned = { name: "smith", runsOn: "temporary-instance", database: "shop", sql, expect: { equals: secret } };
    restoreId = await desk.place({
      plan: { checks: [planned], notes: [`one is ${rowValue(secret)}`] } as unknown as Plan,
      planHash: "a".repeat(64),
      request: { ...request, checks: [{ name: "smith", database: "shop", sql, expect: { equals: secret } }] },
      reason: { code: "checks-failed", text: `1 check failed: ${check.text}` },
      timeline: [{ atMs: desk.nowMs, status: "holding", text: `it failed: ${rowValue(secret)} was found` }],
      comparison: {
        cursor: { index: 1, after: [secret] },
        checks: [check],
        tables: [
          {
            ...{ database: "shop", schema: "dbo", name: "Orders", targetDatabase: "shop", targetName: "Orders" },
            ...{ sourceRows: 9, targetRows: 8, missing: 1, different: 0, extra: 0, verdict: "differs" as const },
            samples: [`missing: ${secret}`, "the column Note is not on the master"],
          },
        ],
      },
    });
  });

  const read = async (path: string, roles: string[]) =>
    desk.ask("GET", path, { token: await desk.token({ subject: "eve", roles }) });

  test("row values are no admin's", async () => {
    for (const path of [`/restores/${restoreId}`, `/restores/${restoreId}/events`, "/restores"]) {
      const { status, body } = await read(path, ["admin", "reader", "requester", "approver"]);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toContain("4711");
      expect(JSON.stringify(body)).toContain("(shown to data-reader)");
      expect(JSON.stringify(body)).not.toMatch(/[\uFDD0\uFDD1]/);
    }
    expect(await desk.deps.store.listReads(restoreId)).toEqual([]);
  });

  test("row values are shown to a data-reader, and each answer leaves an event", async () => {
    const { body } = await read(`/restores/${restoreId}`, ["reader", "data-reader"]);
    expect(body.reason.text).toBe(`1 check failed: smith: is ${secret}`);
    expect(body.comparison.tables[0].samples).toEqual([`missing: ${secret}`, "the column Note is not on the master"]);
    expect(body.request.checks[0]).toMatchObject({ sql: `SELECT '${secret}'`, expect: { equals: secret } });
    const { body: events } = await read(`/restores/${restoreId}/events`, ["reader", "data-reader"]);
    const shown = events.events.filter(({ text }: { text: string }) => text === "row values were shown to eve");
    expect(shown).toHaveLength(2);
    expect(shown[0].at).toBe(new Date(desk.nowMs).toISOString());
  });

  test("row values are in the plan for data-readers, and its hash is the same for everybody", async () => {
    const path = `/restores/${restoreId}`;
    const { body: some } = await read(path, ["reader"]);
    const { body: all } = await read(path, ["reader", "data-reader"]);
    expect(all.planHash).toBe(some.planHash);
    expect(some.plan.checks[0]).toMatchObject({ name: "smith", sql: "(shown to data-reader)" });
    expect(all.plan.checks[0]).toMatchObject({ sql: `SELECT '${secret}'`, expect: { equals: secret } });
    expect([some.plan.notes, all.plan.notes]).toEqual([["one is (shown to data-reader)"], [`one is ${secret}`]]);
  });

  test("row values are not in lists, and the role opens no route by itself", async () => {
    const { body } = await read("/restores", ["reader", "data-reader"]);
    expect(JSON.stringify(body)).not.toContain("4711");
    expect((await read(`/restores/${restoreId}`, ["data-reader"])).status).toBe(403);
  });
});

test("a repeat of a request shows no row values, which would leave no event", async () => {
  const desk = await Desk.open();
  desk.addMaster();
  const token = await desk.token({ subject: "ann", roles: ["requester", "data-reader"] });
  const ask = () => desk.ask("POST", "/restores", { token, body: desk.body(), headers: { "idempotency-key": "one" } });
  const { restoreId } = (await ask()).body;
  const found = (await desk.deps.store.read(restoreId))!;
  const reason = { code: "checks-failed" as const, text: `It is ${rowValue("4711-Smith")}.` };
  await desk.deps.store.save(found, { ...found.record, reason });
  expect((await ask()).body).toMatchObject({ restoreId, reason: { text: "It is (shown to data-reader)." } });
  expect(await desk.deps.store.listReads(restoreId)).toEqual([]);
});

test("a caller's open restores are bounded, and an end makes room", async () => {
  const desk = await Desk.open();
  desk.addMaster();
  desk.restoresPerCaller = 2;
  const ann = await desk.token({ subject: "ann", roles: ["requester"] });
  const start = (token: string) => desk.ask("POST", "/restores", { token, body: desk.body() });
  const answers = await Promise.all([start(ann), start(ann), start(ann)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 429]);
  expect(answers.find(({ status }) => status === 429)?.body).toMatchObject({
    code: "too-many-restores",
    detail: expect.stringContaining("Nothing was started. Cancel or release one"),
  });
  expect((await start(await desk.token({ subject: "bob", roles: ["requester"] }))).status).toBe(202);
  const { restoreId } = answers.find(({ status }) => status === 202)!.body;
  const found = (await desk.deps.store.read(restoreId))!;
  await desk.deps.store.save(found, { ...found.record, status: "closed" });
  expect((await start(ann)).status).toBe(202);
});

test("the place of a request that died is free again after a minute", async () => {
  const desk = await Desk.open();
  desk.addMaster();
  desk.restoresPerCaller = 1;
  const start = async () => (await desk.ask("POST", "/restores", { body: desk.body() })).status;
  jest.spyOn(desk.deps.store, "create").mockRejectedValueOnce(new Error("the function was killed"));
  expect([await start(), await start()]).toEqual([500, 429]);
  await desk.world.scheduler.run(desk.nowMs + 61_000, () => false);
  expect([await start(), await start()]).toEqual([202, 429]);
});

test("a body is refused by its length, before it is parsed or decoded", () => {
  const event = (body: string, headers = {}, isBase64Encoded = true) =>
    Buffer.from(JSON.stringify({ body, headers, isBase64Encoded, requestContext: { http: { method: "POST" } } }));
  const parse = jest.spyOn(JSON, "parse");
  expect(() => decodeHttpEvent(Buffer.alloc(30_000_000, "x"))).toThrow("The request has 30000000 bytes");
  expect(parse).not.toHaveBeenCalled();
  parse.mockRestore();
  expect(() => decodeHttpEvent(event("", { "Content-Length": "1048577" }))).toThrow("The body has 1048577 bytes");
  expect(() => decodeHttpEvent(event("A".repeat(1_400_000)))).toThrow("The body has 1050000 bytes");
  expect(decodeHttpEvent(event("A".repeat(1_398_100))).body).toHaveLength(1_048_575);
  // A length that lies, or is none, does not stand in for the body's own.
  for (const told of ["0", "-1", "1", "NaN", "", "1e3"])
    expect(() => decodeHttpEvent(event("A".repeat(1_400_000), { "content-length": told }))).toThrow("1050000 bytes");
  expect(() => decodeHttpEvent(event("é".repeat(600_000), {}, false))).toThrow("The body has 1200000 bytes");
});

test("the document of the API is made once", async () => {
  const desk = await Desk.open();
  desk.openapiPublic = true;
  const ask = () =>
    desk.answer(Buffer.from(JSON.stringify({ rawPath: "/openapi.json", requestContext: { http: { method: "GET" } } })));
  expect(await ask()).toBe(await ask());
});

describe("the issuer", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function keysAt(answer: RequestListener, clock: { nowMs: () => number }) {
    server = createServer(answer);
    await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return issuerKeys(`http://127.0.0.1:${port}/`, { clock, patienceMs: 1_000 });
  }

  const token = { payload: "", signature: "", protected: "" };

  test("the issuer that is slow holds no request for 3 s, and is left alone for a while", async () => {
    expect(issuerPatienceMs).toBeLessThan(3_000);
    let [asked, nowMs] = [0, 0];
    const keys = await keysAt(() => asked++, { nowMs: () => nowMs });
    for (const after of [0, 1_000, 4_000]) {
      nowMs = after;
      await expect(keys({ alg: "ES256", kid: "one" }, token)).rejects.toThrow();
    }
    expect(asked).toBe(1);
    nowMs = 6_000;
    await expect(keys({ alg: "ES256", kid: "one" }, token)).rejects.toThrow();
    expect(asked).toBe(2);
  });

  test("the issuer that begins an answer and does not end it has failed too", async () => {
    let asked = 0;
    const keys = await keysAt(
      (_request, response) => {
        asked++;
        response.write('{"keys":[');
      },
      { nowMs: () => 0 },
    );
    for (const kid of ["a", "b"]) await expect(keys({ alg: "ES256", kid }, token)).rejects.toThrow();
    expect(asked).toBe(1);
  });

  test("the issuer is asked once for any number of unknown key ids", async () => {
    let asked = 0;
    const keys = await keysAt(
      (_request, response) => {
        asked++;
        response.end('{"keys":[]}');
      },
      { nowMs: () => 0 },
    );
    for (const kid of ["a", "b", "c", "d"]) await expect(keys({ alg: "ES256", kid }, token)).rejects.toThrow();
    expect(asked).toBe(1);
  });
});

test("clocks may differ by ten seconds", async () => {
  const desk = await Desk.open();
  const ask = async (expires: string) =>
    (await desk.ask("GET", "/restores", { token: await desk.token({ subject: "ann", expires }) })).status;
  expect([await ask("-5s"), await ask("-15s")]).toEqual([200, 401]);
});

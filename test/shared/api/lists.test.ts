import { Desk, hour } from "./desk";

/** What is read back: lists in pages, one restore, its timeline. */
let desk: Desk;

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
});

async function placeMany(count: number, masterInstanceId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    await desk.world.scheduler.run(desk.nowMs + 1, () => false);
    const { request } = desk.world.record(await desk.place({})); // a request as the API records it
    ids.push(await desk.place({ request: { ...request, masterInstanceId }, status: "closed" }));
  }
  return ids.reverse();
}

async function pages(query: Record<string, string>): Promise<string[][]> {
  const found: string[][] = [];
  for (let before: string | null = null; ; ) {
    const answer = await desk.ask("GET", "/restores", { query: { ...query, ...(before ? { before } : {}) } });
    expect(answer.status).toBe(200);
    found.push(answer.body.restores.map((restore: { restoreId: string }) => restore.restoreId));
    before = answer.body.next;
    if (before === null) return found;
  }
}

test("an empty list has no next page", async () => {
  expect((await desk.ask("GET", "/restores")).body).toEqual({ restores: [], next: null });
});

test("pages follow each other, newest first, and miss and repeat nothing", async () => {
  const ids = await placeMany(7, "rm-other");
  expect(await pages({ masterInstanceId: "rm-other", limit: "3" })).toEqual([
    ids.slice(0, 3),
    ids.slice(3, 6),
    ids.slice(6),
  ]);
  const all = await pages({ limit: "4" });
  expect(all.flat()).toHaveLength(14);
  expect([...all.flat()].sort().reverse()).toEqual(all.flat());
});

test("a page that is exactly full is followed by an empty one at most", async () => {
  const ids = await placeMany(4, "rm-other");
  expect((await pages({ masterInstanceId: "rm-other", limit: "4" })).flat()).toEqual(ids);
});

test("the list of a master without restores is empty", async () => {
  await placeMany(1, "rm-other");
  expect(await pages({ masterInstanceId: "rm-none" })).toEqual([[]]);
});

test("a restore tells what is true, what is possible, and times in three zones", async () => {
  const asked = await desk.ask("POST", "/restores", { body: desk.body({ label: "INC-4711" }) });
  const { restoreId } = asked.body;
  await desk.reach(restoreId, "awaiting-approval");
  const { body } = await desk.ask("GET", `/restores/${restoreId}`);
  expect(body).toMatchObject({
    restoreId,
    status: "awaiting-approval",
    trueWhile: expect.stringContaining("plan hash"),
    possibleCommands: ["approve", "reject", "cancel"],
    label: "INC-4711",
    requestedBy: "root",
    restoreTime: { utc: expect.any(String), instanceTimeZone: "Asia/Shanghai", caller: expect.any(String) },
    temporaryInstance: { instanceId: expect.stringContaining("rm-shop") },
    planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    approveBefore: expect.any(String),
    plan: { databases: [{ database: "shop" }] },
  });
  const { body: timeline } = await desk.ask("GET", `/restores/${restoreId}/events`);
  expect(timeline.events[0]).toMatchObject({ status: "accepted", text: "asked for by root" });
  expect(timeline.events.at(-1)).toMatchObject({ status: "awaiting-approval" });
  expect(JSON.stringify(body) + JSON.stringify(timeline)).not.toContain("Secret-1");
});

test("a restore tells what was seen on the master before anything was configured", async () => {
  const before = {
    cursor: { index: 1, after: null },
    checks: [],
    tables: [
      {
        database: "shop",
        schema: "dbo",
        name: "Orders",
        targetDatabase: "shop",
        targetName: "Orders",
        sourceRows: 9,
        targetRows: 4,
        missing: 5,
        different: 1,
        extra: 0,
        verdict: "differs" as const,
        samples: [],
      },
    ],
  };
  const read = async (target: Parameters<Desk["place"]>[0]["target"]) =>
    (await desk.ask("GET", `/restores/${await desk.place({ status: "configuring", target: target ?? null })}`)).body;
  expect((await read(null)).masterSurvey).toBeNull();
  expect((await read({ obstacle: null, notes: ["a note"], before })).masterSurvey).toEqual({
    finished: true,
    obstacle: null,
    notes: ["a note"],
    tables: [
      {
        database: "shop",
        schema: "dbo",
        name: "Orders",
        rowsOfBackup: 9,
        rowsOnMaster: 4,
        missing: 5,
        different: 1,
      },
    ],
  });
  const obstacle = { code: "target-exists" as const, text: "The master has a table shop.dbo.Orders." };
  expect((await read({ obstacle, notes: [], before: null })).masterSurvey).toEqual({
    finished: true,
    obstacle,
    notes: [],
    tables: null,
  });
});

test("a restore tells on which instance a call that may land late would have its effect", async () => {
  const call = { kind: "open-addresses", instanceId: "rm-shop", group: "rewind", addresses: [] } as const;
  const intent = { call, sentAtMs: desk.nowMs, negativeReads: 0 };
  const restoreId = await desk.place({
    status: "closed",
    doubts: [{ intent, untilMs: desk.nowMs + hour, found: null }],
  });
  expect((await desk.ask("GET", `/restores/${restoreId}`)).body.watched).toEqual([
    {
      call: "open-addresses",
      instanceId: "rm-shop",
      until: new Date(desk.nowMs + hour).toISOString(),
      found: null,
    },
  ]);
});

test("a failure of our own is a problem with the request's id, and its details are in the log alone", async () => {
  jest.spyOn(desk.deps.store, "list").mockRejectedValueOnce(new Error("row rw1 at 10.0.0.7 is torn"));
  const answer = await desk.ask("GET", "/restores");
  expect(answer).toMatchObject({ status: 500, body: { code: "internal-error", requestId: "request-1" } });
  expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(JSON.stringify(answer)).not.toContain("10.0.0.7");
  const logged = desk.world.logs.filter((line) => line.includes("a request failed"));
  expect(logged).toEqual([expect.stringContaining("10.0.0.7")]);
  expect(logged[0]).toContain('"requestId":"request-1"');
  expect((await desk.ask("GET", "/restores")).status).toBe(200);
});

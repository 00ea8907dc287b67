import { Desk, hour, minute } from "./desk";

/** What callers get wrong: each is told what, and nothing is started. */
let desk: Desk;

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
});

afterEach(() => {
  expect(desk.world.records()).toEqual([]);
  expect(desk.world.rds.instances().map((instance) => instance.id)).toEqual(["rm-shop"]);
});

const table = (name: string, more: object = {}) => ({ name, ...more });
const shop = (tables: object[]) => ({ objects: [{ database: "shop", tables }] });
const withCheck = (expected: object) => ({
  objects: [{ database: "shop" }],
  checks: [{ name: "rows", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: expected }],
});

test.each(["{", "nonsense", "'{}'", '{"masterInstanceId":', "\u0000"])("a body that is not JSON: %j", async (text) => {
  const answer = await desk.ask("POST", "/restores", { text });
  expect(answer).toMatchObject({ status: 400, body: { code: "malformed-json", status: 400 } });
  expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
});

test.each(["", "null", "[]", "7", '"text"', "true"])("a body that is JSON and no request: %j", async (text) => {
  expect(await desk.ask("POST", "/restores", { text })).toMatchObject({
    status: 400,
    body: { code: "invalid-request" },
  });
});

const priced = (maxHourlyPrice: object) => ({ source: { allowBilledClone: true, maxHourlyPrice } });

const wrong: [string, (nowMs: number) => Record<string, unknown>, RegExp][] = [
  ["an unknown field", () => ({ writeback: "none" }), /writeback/],
  ["an unknown field inside", () => ({ source: { kind: "auto", allowbilledclone: true } }), /allowbilledclone/],
  ["a source that is none", () => ({ source: { kind: "backup" } }), /source\.kind/],
  [
    "a billed instance without a highest price",
    () => ({ source: { allowBilledClone: true } }),
    /source\.maxHourlyPrice/,
  ],
  ["a price of nothing", () => priced({ amount: 0, currency: "CNY" }), /maxHourlyPrice\.amount.*above 0/],
  ["a price without a currency", () => priced({ amount: 3 }), /maxHourlyPrice\.currency/],
  ["a currency in words", () => priced({ amount: 3, currency: "yuan" }), /currency.*three letters/],
  ["a life of part of an hour", () => ({ source: { cloneMaxHours: 2.5 } }), /cloneMaxHours.*whole/],
  ["a life that ends before the work can", () => ({ source: { cloneMaxHours: 1 } }), /cloneMaxHours/],
  ["a life of months", () => ({ source: { cloneMaxHours: 2000 } }), /cloneMaxHours/],
  ["a time without an offset", () => ({ restoreTime: "2026-11-19T08:15:00" }), /restoreTime.*offset/],
  ["a time that is none", () => ({ restoreTime: "yesterday" }), /restoreTime.*offset/],
  ["a day that does not exist", () => ({ restoreTime: "2026-02-30T08:15:00Z" }), /restoreTime/],
  [
    "a time between two seconds",
    () => ({ restoreTime: "2026-11-19T08:15:59.850+08:00" }),
    /Send 2026-11-19T08:15:59\+08:00 or 2026-11-19T08:16:00\+08:00/,
  ],
  ["neither time nor backup", () => ({ restoreTime: null }), /either restoreTime or backupId/],
  ["both time and backup", () => ({ backupId: "123" }), /either restoreTime or backupId/],
  ["a backup id with letters", () => ({ restoreTime: null, backupId: "12a" }), /backupId.*digits/],
  ["a master id that is none", () => ({ masterInstanceId: "shop; DROP" }), /masterInstanceId/],
  ["no objects", () => ({ objects: [] }), /objects/],
  ["a database listed twice", () => ({ objects: [{ database: "shop" }, { database: "shop" }] }), /twice/],
  [
    "two databases to one given name",
    () => ({
      objects: [
        { database: "shop", restoredName: "copy" },
        { database: "crm", restoredName: "copy" },
      ],
    }),
    /one name/,
  ],
  [
    "two databases whose generated names would be cut to one",
    () => ({ objects: [{ database: `${"a".repeat(60)}1` }, { database: `${"a".repeat(60)}2` }] }),
    /one name/,
  ],
  [
    "two databases whose generated names lose what tells them apart",
    () => ({ objects: [{ database: "a b" }, { database: "a.b" }] }),
    /one name/,
  ],
  [
    "two tables to one name",
    () => shop([table("A", { restoredName: "c d" }), table("B", { restoredName: "c d" })]),
    /restored as \[c d\]/,
  ],
  ["a table to another's name", () => shop([table("A"), table("B", { restoredName: "A" })]), /restored as A/],
  [
    "one table name in two schemas",
    () => shop([table("A"), table("A", { schema: "crm" })]),
    /dbo\.A and crm\.A have one name, and DTS names tables without schema/,
  ],
  ["a table listed twice", () => shop([table("orders"), table("orders")]), /dbo\.orders is listed twice/],
  ["a database name over 128", () => ({ objects: [{ database: "d".repeat(129) }] }), /objects\.0\.database/],
  ["a table name over 128", () => shop([table("t".repeat(129))]), /objects\.0\.tables\.0\.name/],
  ["a schema name over 128", () => shop([table("t", { schema: "s".repeat(129) })]), /tables\.0\.schema/],
  [
    "a database name that RDS cannot make",
    () => ({ objects: [{ database: "shop", restoredName: "Copy" }] }),
    /lower-case/,
  ],
  [
    "a database name too long for RDS",
    () => ({ objects: [{ database: "shop", restoredName: "c".repeat(65) }] }),
    /2-64/,
  ],
  ["a database of the server itself", () => ({ objects: [{ database: "MSDB" }] }), /server itself/],
  ["2,000 tables", () => shop(Array.from({ length: 2000 }, (_, index) => table(`t${index}`))), /objects\.0\.tables/],
  ["no tables", () => shop([]), /objects\.0\.tables/],
  [
    "eleven databases",
    () => ({ objects: Array.from({ length: 11 }, (_, index) => ({ database: `d${index}` })) }),
    /objects/,
  ],
  ["a mode that is none", () => ({ writeBack: "overwrite" }), /writeBack/],
  [
    "a new database name outside side-by-side",
    () => ({ writeBack: "same-name", objects: [{ database: "shop", restoredName: "copy" }] }),
    /cannot rename/,
  ],
  [
    "a new table name for missing rows",
    () => ({ writeBack: "missing-rows", ...shop([table("A", { restoredName: "B" })]) }),
    /cannot be renamed/,
  ],
  ["a check whose range is empty", () => withCheck({ between: [100, 10] }), /no value is in this range/],
  ["a check whose minimum is above its maximum", () => withCheck({ min: 5, max: 1 }), /no value is in this range/],
  [
    "a check whose range is empty by one digit",
    () => withCheck({ between: ["9007199254740993.0000000001", "9007199254740993"] }),
    /no value is in this range/,
  ],
  ["a whole number that JSON rounds", () => withCheck({ equals: 2 ** 53 }), /expect\.equals: .*give it as text/],
  ["a bound that JSON rounds", () => withCheck({ between: [0, -(2 ** 53)] }), /between\.1: .*give it as text/],
  ["a bound that is no number", () => withCheck({ min: "many" }), /expect\.min: .*its text/],
  ["a bound that is a time", () => withCheck({ max: "2026-11-20" }), /a time is compared in the SQL/],
  ["too long a hold", () => ({ keepHours: 48 }), /keepHours/],
  ["a number as text", () => ({ keepHours: "24" }), /keepHours/],
];

test.each(wrong)("%s", async (_what, changes, said) => {
  for (const path of ["/restores", "/plans"]) {
    const answer = await desk.ask("POST", path, { body: desk.body(changes(desk.nowMs)) });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid-request", title: expect.any(String) } });
    expect(answer.body.detail).toMatch(said);
    expect(answer.body.detail).toMatch(/Nothing was started\.$/);
    expect(answer.body.errors.length).toBeGreaterThan(0);
  }
});

test.each([
  "DELETE FROM dbo.Orders",
  "SELECT 1; DROP TABLE dbo.Orders",
  "SELECT * INTO copy FROM dbo.Orders",
  "EXEC sp_who",
  "SELECT 1 SELECT 2",
  "SELECT * FROM OPENQUERY(other, 'SELECT 1')",
  "SELECT 1 FROM other.shop.dbo.Orders",
  "/* SELECT */ UPDATE dbo.Orders SET Id = 1",
  "WITH x AS (SELECT 1 a) DELETE FROM x",
  "",
])("a check that is not a single SELECT: %s", async (sql) => {
  const checks = [{ name: "c", database: "shop", sql, expect: { min: 1 } }];
  const answer = await desk.ask("POST", "/restores", { body: desk.body({ checks }) });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "checks.0.sql" }] } });
});

test.each([
  ["WITH x AS (SELECT 1 AS a) SELECT a FROM x", /FROM \(SELECT …\) AS late/],
  ["SELECT OrderId FROM dbo.Orders ORDER BY OrderId", /SELECT TOP \(1\)/],
  ["SELECT COUNT(*) FROM dbo.Orders OPTION (MAXDOP 2)", /Leave OPTION out/],
])("a check that has to be written in another way is told how: %s", async (sql, rewrite) => {
  const checks = [{ name: "c", database: "shop", sql, expect: { min: 1 } }];
  const answer = await desk.ask("POST", "/plans", { body: desk.body({ checks }) });
  expect(answer.body.detail).toMatch(rewrite);
});

test.each(["9007199254740993", "0.1000000000000000055", "1e400"])(
  "a number that JSON does not keep digit by digit: %s",
  async (number) => {
    const text = JSON.stringify(desk.body(withCheck({ equals: 4711 }))).replace("4711", number);
    const answer = await desk.ask("POST", "/restores", { text });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid-request" } });
    if (number !== "1e400") expect(answer.body.detail).toMatch(/give it as text/);
  },
);

test("a check of a database that is not restored, and one that expects nothing", async () => {
  const of = (database: string, expectation: object) => ({
    checks: [{ name: "c", database, sql: "SELECT 1", expect: expectation }],
  });
  const foreign = await desk.ask("POST", "/restores", { body: desk.body(of("crm", { min: 1 })) });
  expect(foreign.body.detail).toMatch(/crm is not among the objects/);
  const empty = await desk.ask("POST", "/restores", { body: desk.body(of("shop", {})) });
  expect(empty.body.detail).toMatch(/equals, min, max, between/);
});

test("every problem is named, not only the first", async () => {
  const answer = await desk.ask("POST", "/restores", {
    body: desk.body({ restoreTime: "now", keepHours: 99, writeBack: "all", nonsense: 1 }),
  });
  const paths = answer.body.errors.map((error: { path: string }) => error.path);
  expect(paths).toEqual(expect.arrayContaining(["restoreTime", "keepHours", "writeBack"]));
  expect(JSON.stringify(answer.body.errors)).toContain("nonsense");
});

test.each(["rewind/rm-other/dba", "rewind/rm-shop/", "rewind/rm-shop/../rm-other/dba", "rewind/rm-shopper/dba", "dba"])(
  "the secret %s is not the master's own",
  async (secretName) => {
    for (const changes of [{ secretName }, { temporaryInstanceSecret: { name: secretName } }]) {
      const answer = await desk.ask("POST", "/restores", { body: desk.body(changes) });
      expect(answer).toMatchObject({ status: 403, body: { code: "secret-out-of-scope" } });
    }
    const objects = await desk.ask("GET", "/masters/rm-shop/objects", { query: { secretName } });
    expect(objects).toMatchObject({ status: 403, body: { code: "secret-out-of-scope" } });
  },
);

test("a time in the future, in whatever zone it is written", async () => {
  const inAMinute = new Date(desk.nowMs + minute + 8 * hour).toISOString().replace("Z", "+08:00");
  const answer = await desk.ask("POST", "/restores", { body: desk.body({ restoreTime: inAMinute }) });
  expect(answer).toMatchObject({
    status: 422,
    body: { code: "prerequisite-failed", status: 422, reason: "restore-time-in-future" },
  });
  expect(answer.body.detail).toContain(inAMinute);
});

test("a body over 1 MB, and one just below that is refused for its form", async () => {
  const over = await desk.ask("POST", "/restores", { text: JSON.stringify({ label: "x".repeat(1024 * 1024) }) });
  expect(over).toMatchObject({ status: 413, body: { code: "body-too-large" } });
  const below = await desk.ask("POST", "/restores", { text: JSON.stringify({ label: "x".repeat(1000 * 1000) }) });
  expect(below).toMatchObject({ status: 400, body: { code: "invalid-request" } });
  expect(JSON.stringify(below.body).length).toBeLessThan(5_000);
});

test.each(["", " ", "two words", "k".repeat(201), "schlüssel"])("an Idempotency-Key that is none: %j", async (key) => {
  const answer = await desk.ask("POST", "/restores", { body: desk.body(), headers: { "Idempotency-Key": key } });
  expect(answer).toMatchObject({ status: 400, body: { code: "invalid-request" } });
  expect(answer.body.detail).toContain("Idempotency-Key");
});

test.each([
  ["limit", "0"],
  ["limit", "101"],
  ["limit", "ten"],
  ["limit", "1.5"],
  ["limit", "-1"],
  ["limit", ""],
  ["before", "rw"],
  ["before", "rw00000000000000/../x"],
  ["masterInstanceId", "everything"],
  ["masterinstanceid", "rm-shop"],
])("a list asked for with %s=%s", async (name, value) => {
  const answer = await desk.ask("GET", "/restores", { query: { [name]: value } });
  expect(answer).toMatchObject({ status: 400, body: { code: "invalid-request" } });
  expect(answer.body.detail).toContain(name);
});

test.each([
  ["GET", "/", 404, "not-found"],
  ["GET", "/restores/", 200, undefined],
  ["GET", "/nothing", 404, "not-found"],
  ["GET", "/restores/rw00000000000000", 404, "restore-not-found"],
  ["GET", "/restores/__proto__", 404, "restore-not-found"],
  ["GET", "/restores/%00", 404, "restore-not-found"],
  ["GET", "/restores/%E0%A4%A", 400, "invalid-request"],
  ["GET", "/restores/rw00000000000000/events", 404, "restore-not-found"],
  ["GET", "/restores/rw00000000000000/commands/c", 404, "restore-not-found"],
  ["POST", "/restores/rw00000000000000/cancel", 404, "restore-not-found"],
  ["POST", "/restores/rw00000000000000/destroy", 404, "not-found"],
  ["DELETE", "/restores/rw00000000000000", 405, "method-not-allowed"],
  ["PUT", "/restores", 405, "method-not-allowed"],
  ["GET", "/restores/rw00000000000000/approve", 405, "method-not-allowed"],
  ["GET", "/masters/rm-none/recovery-window", 404, "master-not-found"],
  ["GET", "/masters/pgm-shop/objects", 404, "master-not-found"],
])("%s %s answers %i %s", async (method, path, status, code) => {
  const answer = await desk.ask(method, path, {});
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

test.each(["label", "secretName"])(
  "half a surrogate pair in %s, which no call to the cloud could carry",
  async (name) => {
    const answer = await desk.ask("POST", "/restores", { body: desk.body({ [name]: "rewind/rm-shop/\ud800" }) });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid-request" } });
    expect(answer.body.detail).toMatch(new RegExp(`^${name}: .*well-formed`));
  },
);

import { type FaultRule, Faults } from "../../emulator/core/faults";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** Fault rules of the service `sql-server`, as a driver meets them. */
const faults = new Faults();
let local: ListeningInstance;
const open: TediousClient[] = [];

async function connect(driver = {}): Promise<TediousClient> {
  const client = await TediousClient.connect(local.address, { database: "shop", driver });
  open.push(client);
  return client;
}
const strike = (action: "Login" | "Request", kind: FaultRule["kind"], rest: Partial<FaultRule> = {}) =>
  faults.add({ service: "sql-server", action, kind, times: 1, ...rest });
const counted = "SELECT COUNT(*) FROM dbo.T";

beforeEach(async () => {
  faults.clear();
  local = await listeningInstance({ faults });
  await (await connect()).query("CREATE TABLE dbo.T (Id int)");
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
  await local.listeners.close();
});

describe("a login", () => {
  test.each([
    ["throttle", "maximum number of"],
    ["server-error", "script upgrade mode"],
    ["success-false", "script upgrade mode"],
    ["lost-request", "socket hang up"],
    ["lost-reply", "socket hang up"],
  ] as const)("a login that is struck by %s fails, and the next one succeeds", async (kind, text) => {
    strike("Login", kind);
    await expect(connect()).rejects.toThrow(text);
    expect(await (await connect()).value("SELECT 1")).toBe(1);
  });

  test("a login that hangs ends by the client's patience", async () => {
    strike("Login", "hang", { delayMs: 60_000 });
    await expect(connect({ connectTimeout: 50 })).rejects.toMatchObject({ code: "ETIMEOUT" });
  });
});

describe("a request", () => {
  test.each([
    ["throttle", 1222],
    ["server-error", 1205],
  ] as const)("a request that is struck by %s ends with error %i and was not run", async (kind, number) => {
    const client = await connect();
    strike("Request", kind);
    expect(await client.error("INSERT INTO dbo.T VALUES (1)")).toBe(number);
    expect(await client.value(counted)).toBe(0);
  });

  test("a request that is a deadlock's victim loses its transaction", async () => {
    const client = await connect();
    await client.query("BEGIN TRAN; INSERT INTO dbo.T VALUES (1)");
    strike("Request", "server-error");
    expect(await client.error("INSERT INTO dbo.T VALUES (2)")).toBe(1205);
    expect(await client.rows(`SELECT @@TRANCOUNT, (${counted})`)).toEqual([[0, 0]]);
  });

  test.each([
    ["lost-request", 0],
    ["lost-reply", 1],
  ] as const)("a request that is struck by %s breaks the connection, with %i row written", async (kind, rows) => {
    const client = await connect();
    strike("Request", kind);
    await expect(client.query("INSERT INTO dbo.T VALUES (1)")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await (await connect()).value(counted)).toBe(rows);
  });

  test("a request that hangs is answered late", async () => {
    const client = await connect();
    strike("Request", "hang", { delayMs: 30 });
    expect(await client.value("SELECT 7")).toBe(7);
  });
});

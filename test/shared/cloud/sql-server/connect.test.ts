import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { type TediousSession, TediousSqlServers } from "../../../../shared/cloud/sql-server/tedious";
import { withValues } from "../../../../shared/restore/model/row-value";
import { runVerificationSlice } from "../../../../shared/verification/verify";
import { type LocalInstance, openLocalInstance } from "./local-instance";

const credentials = { userName: "dba", password: "correct horse battery" };
let server: Server;
const sockets = new Set<Socket>();

/** A port that somebody listens at and that speaks no TDS. */
async function listen(onConnection: (socket: Socket) => void): Promise<{ host: string; port: number }> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

function stopListening(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  return new Promise((resolve) => server.close(() => resolve()));
}

afterEach(() => (server.listening ? stopListening() : undefined));

describe("a connection that does not come about", () => {
  it("a connection that does not come about is unavailable when no server listens", async () => {
    const address = await listen(() => {});
    await stopListening();
    await expect(new TediousSqlServers().connect(address, credentials, 5_000)).rejects.toMatchObject({
      service: "sql-server",
      kind: "unavailable",
      code: "ConnectionLost",
    });
  });

  it("a connection that does not come about is unavailable when the other side hangs up", async () => {
    const address = await listen((socket) => socket.destroy());
    await expect(new TediousSqlServers().connect(address, credentials, 5_000)).rejects.toMatchObject({
      kind: "unavailable",
      code: "ConnectionLost",
    });
  });

  it("a connection that does not come about is a timeout when the other side keeps silent, and says nothing of the password", async () => {
    const address = await listen(() => {});
    const error: unknown = await new TediousSqlServers().connect(address, credentials, 100).catch((reason) => reason);
    expect(error).toMatchObject({ kind: "unavailable", code: "Timeout" });
    expect(inspect(error, { depth: null })).not.toContain(credentials.password);
  });
});

describe("a statement whose cancel the server does not confirm", () => {
  const count = "SELECT COUNT(*) FROM dbo.Customers";
  let local: LocalInstance;
  let session: TediousSession;

  beforeAll(async () => {
    local = await openLocalInstance();
    // The first connection takes longer: the code for TLS is loaded, and the certificate is made.
    await (await new TediousSqlServers().connect(local.address, local.dba, 20_000)).close();
    session = await new TediousSqlServers().connect(local.address, local.dba, 1_500);
  });
  beforeEach(async () => {
    await session.readScalar("shop", count);
    local.faults.add({ service: "sql-server", action: "Request", kind: "hang", times: 1, delayMs: 60_000 });
  });
  afterAll(async () => {
    await session.close();
    await local.close();
  });

  it("a statement whose cancel the server does not confirm ends with its connection: the next statement has a new one, or is unavailable while none comes about", async () => {
    await expect(session.readScalar("shop", count)).rejects.toMatchObject({ kind: "unavailable", code: "Timeout" });
    local.faults.add({ service: "sql-server", action: "Login", kind: "lost-request", times: 1 });
    const lost = { kind: "unavailable", code: "ConnectionLost" };
    await expect(session.readScalar("shop", count)).rejects.toMatchObject(lost);
    expect(await session.readScalar("shop", count)).toEqual({ type: "int", text: "400" });
    expect(await session.readScalar("shop", "SELECT @@TRANCOUNT")).toEqual({ type: "int", text: "1" });
    expect((await session.listDatabases()).map((database) => database.name)).toEqual(["shop"]);
  });

  it("a statement whose cancel the server does not confirm is the only check that fails: those behind it are run", async () => {
    const checks = ["slow", "quick"].map((name) => ({ name, database: "shop", sql: count, expect: { equals: 400 } }));
    const cursor = { stage: "checks" as const, index: 0 };
    const start = { route: "private" as const, tables: [], checks: [], cursor, sizeBytes: null, collations: [] };
    const clock = { nowMs: () => 0 };
    const done = await runVerificationSlice(session, { objects: [], checks, writeBack: "none" }, start, 1, clock);
    expect(done.checks.map(({ name, passed, text }) => [name, passed, withValues(text)])).toEqual([
      ["slow", false, "slow: too slow: it took longer than the time of one statement"],
      ["quick", true, "quick: is 400, expected equal to 400"],
    ]);
  });
});

describe("an answer that begins and does not end", () => {
  /** Passes everything on; after `stall` only so many bytes of what the server says. */
  async function proxyTo(target: { readonly host: string; readonly port: number }) {
    let left = Number.POSITIVE_INFINITY;
    const address = await listen((socket) => {
      const upstream = connect(target);
      sockets.add(upstream);
      upstream.on("error", () => {});
      socket.pipe(upstream);
      upstream.on("data", (data: Buffer) => {
        socket.write(data.subarray(0, left));
        left = Math.max(0, left - data.length);
      });
    });
    const stall = (bytes: number) => {
      left = bytes;
    };
    return { address, stall };
  }

  it("an answer that begins and does not end is a timeout, although the server has spoken in time", async () => {
    const local = await openLocalInstance();
    const { address, stall } = await proxyTo(local.address);
    const session = await new TediousSqlServers().connect(address, local.dba, 1_500);
    const [orders] = await session.describeTables("shop", [{ schema: "dbo", name: "Orders" }]);
    // Packets have 4 KB: the first one arrives.
    stall(9_000);
    const all = { after: null, upTo: null, limit: 1_000 };
    const reading = session.readKeyedHashes({ database: "shop", schema: "dbo", name: "Orders" }, orders!, all);
    await expect(reading).rejects.toMatchObject({ kind: "unavailable", code: "Timeout" });
    await session.close();
    await local.close();
  });

  it("an answer that begins and does not end is not tried at a port that is none", async () => {
    const nowhere = { host: "127.0.0.1", port: 70_000 };
    await expect(new TediousSqlServers().connect(nowhere, credentials, 100)).rejects.toMatchObject({
      service: "sql-server",
      kind: "unavailable",
    });
  });
});

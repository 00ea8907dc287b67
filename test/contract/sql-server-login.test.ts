import { createConnection } from "node:net";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let running = true;
let reads = 0;
let bug: Error | undefined;
const reported: unknown[] = [];
const clients: TediousClient[] = [];

beforeEach(async () => {
  running = true;
  bug = undefined;
  reported.length = 0;
  server = await listeningInstance({
    isRunning: () => running,
    beforeRead: () => {
      reads += 1;
      if (bug) throw bug;
    },
    reportBug: (error) => reported.push(error),
  });
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.listeners.close();
});

async function connect(options: Parameters<typeof TediousClient.connect>[1] = {}): Promise<TediousClient> {
  const client = await TediousClient.connect(server.address, options);
  clients.push(client);
  return client;
}

/** What the server says before it refuses a login; tedious itself keeps only the text. */
async function refusal(options: Parameters<typeof TediousClient.connect>[1]): Promise<string> {
  return connect(options).then(
    () => "admitted",
    (error: Error) => error.message,
  );
}

describe("logging in with tedious", () => {
  test.each([true, false])("logging in with tedious works when the client asks for encryption: %s", async (encrypt) => {
    const client = await connect({ driver: { encrypt } });
    expect(await client.value("SELECT 1")).toBe(1);
  });

  test.each(["7_1", "7_2", "7_3_A", "7_3_B", "7_4"])("logging in with tedious speaks TDS %s", async (tdsVersion) => {
    const client = await connect({ database: "shop", driver: { tdsVersion } });
    const [row] = await client.rows(
      "SELECT 1, N'你好', CAST(1.5 AS decimal(10, 2)), CAST('2026-11-20T08:15:00' AS datetime), CAST(N'lang' AS nvarchar(max)), NULL, CAST(9007199254740993 AS bigint)",
    );
    expect(row).toEqual([1, "你好", 1.5, new Date("2026-11-20T08:15:00Z"), "lang", null, "9007199254740993"]);
    const dates = await client.rows("SELECT CAST('2026-11-20' AS date), CAST('08:15:00.1234567' AS time)");
    const old = ["2026-11-20", "08:15:00.1234567"];
    const modern = [new Date("2026-11-20T00:00:00Z"), new Date("1970-01-01T08:15:00.123Z")];
    expect(dates[0]).toEqual(tdsVersion < "7_3" ? old : modern);
  });

  test("logging in with tedious opens the database that the client names, and master without a name", async () => {
    expect(await (await connect({ database: "shop" })).value("SELECT DB_NAME()")).toBe("shop");
    expect(await (await connect()).value("SELECT DB_NAME()")).toBe("master");
  });

  test("logging in with tedious refuses wrong passwords, unknown logins and databases in SQL Server's words", async () => {
    expect(await refusal({ password: "wrong" })).toContain("Login failed for user 'dba'.");
    expect(await refusal({ user: "nobody" })).toContain("Login failed for user 'nobody'.");
    expect(await refusal({ database: "absent" })).toContain("Login failed for user 'dba'.");
    server.instance.data.createDatabase("private", "Chinese_PRC_CI_AS", 0);
    expect(await refusal({ user: "reader", database: "private" })).toContain("Login failed for user 'reader'.");
  });

  test("logging in with tedious cuts off clients that the whitelist does not admit", async () => {
    server.instance.whitelist.set("default", ["10.0.0.1"]);
    expect(await refusal({})).toMatch(/ECONNRESET|socket hang up|Connection lost/);
    server.instance.whitelist.set("default", ["192.168.0.10"]);
    expect(await refusal({})).toBe("admitted");
  });

  test("logging in with tedious judges the public address by the public peer", async () => {
    const open = server.listeners.take(server.instance, "public");
    await expect(TediousClient.connect(open)).rejects.toThrow();
    server.instance.whitelist.set("laptop", ["203.0.113.0/24"]);
    const client = await TediousClient.connect(open);
    clients.push(client);
    expect(await client.value("SELECT @@SERVERNAME")).toBe("rm-test0001");
  });

  test("logging in with tedious settles what is computed lazily before each request", async () => {
    const client = await connect();
    const before = reads;
    await client.query("SELECT 1");
    expect(reads).toBe(before + 1);
  });

  test("logging in with tedious ends connections of an instance that stops running, and those of a released address", async () => {
    const first = await connect();
    running = false;
    await expect(first.query("SELECT 1")).rejects.toThrow();
    running = true;
    const second = await connect();
    server.listeners.release(server.address);
    await expect(second.query("SELECT 1")).rejects.toThrow();
    await expect(TediousClient.connect(server.address)).rejects.toThrow();
  });

  test("logging in with tedious keeps addresses ready for the next instance", async () => {
    const one = server.listeners.take(server.instance, "private");
    const other = await TediousClient.connect(one);
    clients.push(other);
    expect(await other.value("SELECT 2")).toBe(2);
  });
});

test("bytes that are no TDS end the connection", async () => {
  const socket = createConnection(server.address);
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  socket.on("error", () => socket.destroy());
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await ended;
  expect(socket.destroyed).toBe(true);
});

describe("a bug of the engine", () => {
  const slip = new TypeError("a slip");

  test("a bug of the engine at a login is told to the client and reported, and ends that connection only", async () => {
    const before = await connect();
    bug = slip;
    expect(await refusal({})).toContain("A bug of the local cloud's SQL engine: TypeError: a slip");
    bug = undefined;
    expect(reported).toEqual([slip]);
    expect(await before.value("SELECT 1")).toBe(1);
    expect(await refusal({})).toBe("admitted");
  });

  test("a bug of the engine in a request is error 50599 and reported, and the connection goes on", async () => {
    const client = await connect();
    bug = slip;
    expect(await client.error("SELECT 1")).toBe(50599);
    bug = undefined;
    expect(reported).toEqual([slip]);
    expect(await client.value("SELECT 1")).toBe(1);
  });
});

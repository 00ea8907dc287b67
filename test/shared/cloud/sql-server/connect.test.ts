import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { TediousSqlServers } from "../../../../shared/cloud/sql-server/tedious";

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
  it("is unavailable when nobody listens", async () => {
    const address = await listen(() => {});
    await stopListening();
    await expect(new TediousSqlServers().connect(address, credentials, 5_000)).rejects.toMatchObject({
      service: "sql-server",
      kind: "unavailable",
      code: "ConnectionLost",
    });
  });

  it("is unavailable when the other side hangs up", async () => {
    const address = await listen((socket) => socket.destroy());
    await expect(new TediousSqlServers().connect(address, credentials, 5_000)).rejects.toMatchObject({
      kind: "unavailable",
      code: "ConnectionLost",
    });
  });

  it("is a timeout when the other side keeps silent, and says nothing of the password", async () => {
    const address = await listen(() => {});
    const error: unknown = await new TediousSqlServers().connect(address, credentials, 100).catch((reason) => reason);
    expect(error).toMatchObject({ kind: "unavailable", code: "Timeout" });
    expect(inspect(error, { depth: null })).not.toContain(credentials.password);
  });
});

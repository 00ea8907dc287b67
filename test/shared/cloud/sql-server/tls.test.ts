import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { inspect } from "node:util";
import type { Encryption } from "../../../../emulator/rds/instance";
import { packetType } from "../../../../emulator/sql-server/tds/packet";
import { serverCertificate } from "../../../../emulator/sql-server/tls/certificate";
import type { CloudError } from "../../../../shared/cloud/cloud-error";
import type { SqlServerAddress } from "../../../../shared/cloud/sql-server";
import { TediousSqlServers } from "../../../../shared/cloud/sql-server/tedious";
import { strictTls, type TlsPolicy } from "../../../../shared/cloud/sql-server/tls";
import { type ListeningInstance, listeningInstance, password } from "../../../emulator/sql-server/listening-instance";

const dba = { userName: "dba", password };
let server: ListeningInstance;
/** Between the product and the server: keeps what the product says, byte by byte. */
let wire: Server;
let said: Buffer[] = [];

beforeAll(async () => {
  server = await listeningInstance({ newestTlsOf2008R2: "TLSv1" });
  wire = createServer((socket) => {
    const upstream = connect(server.address);
    for (const end of [socket, upstream]) end.on("error", () => end.destroy());
    socket.on("data", (bytes) => said.push(bytes));
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => wire.listen(0, "127.0.0.1", resolve));
});

beforeEach(() => {
  said = [];
});

afterAll(async () => {
  wire.close();
  await server.listeners.close();
});

/** What comes of a login: the answer of a query, or the code of the refusal. */
async function logIn(kind: SqlServerAddress["kind"], encryption: Encryption, policy: Partial<TlsPolicy> = {}) {
  server.instance.encryption = encryption;
  const { port } = wire.address() as AddressInfo;
  try {
    const servers = new TediousSqlServers({ ...strictTls, ...policy });
    const session = await servers.connect({ host: "127.0.0.1", port, ...(kind && { kind }) }, dba, 5_000);
    const databases = await session.listDatabases();
    await session.close();
    return databases.some(({ name }) => name === "shop") ? "logged in" : "sees nothing";
  } catch (error) {
    expect(inspect(error, { depth: null })).not.toContain(password);
    return error as CloudError;
  }
}

/** Types of the packets that were sent bare, the first of them at least. */
const firstBytes = () => said.map((bytes) => bytes[0]);

describe("a server that offers no TLS, or somebody who says so in its place", () => {
  test.each(["public", undefined] as const)(
    "a server that offers no TLS, or somebody who says so in its place is told no login at an address that is %s",
    async (kind) => {
      const refusal = await logIn(kind, "not-supported");
      expect(refusal).toMatchObject({ kind: "refused", code: "tls-not-offered" });
      expect((refusal as Error).message).toMatch(/offers no TLS\. The login was not sent.*Turn on SSL/);
      expect(firstBytes()).toEqual([packetType.prelogin]);
    },
  );

  test("a server that offers no TLS, or somebody who says so in its place is told none at a private address either, unless TLS is only preferred there", async () => {
    expect(await logIn("private", "not-supported")).toMatchObject({ code: "tls-not-offered" });
    expect(firstBytes()).not.toContain(packetType.login7);
    expect(await logIn("private", "not-supported", { privateAddresses: "preferred" })).toBe("logged in");
    expect(firstBytes()).toContain(packetType.login7);
    expect(await logIn("public", "not-supported", { privateAddresses: "preferred" })).toMatchObject({
      code: "tls-not-offered",
    });
  });
});

test.each(["offered", "required"] as const)(
  "a login goes through TLS where it is %s, TLS 1.0 at worst",
  async (how) => {
    for (const kind of ["public", "private"] as const)
      for (const privateAddresses of ["required", "preferred"] as const)
        expect(await logIn(kind, how, { privateAddresses })).toBe("logged in");
    expect(firstBytes()).not.toContain(packetType.login7);
  },
);

describe("with a CA file", () => {
  test("a server whose certificate the authority issued is believed", async () => {
    expect(await logIn("public", "offered", { certificateAuthority: (await serverCertificate()).authority })).toBe(
      "logged in",
    );
  });

  test("another one gets no login", async () => {
    const refusal = await logIn("private", "offered", { certificateAuthority: otherAuthority });
    expect(refusal).toMatchObject({ kind: "refused", code: "certificate-not-trusted" });
    expect((refusal as Error).message).toMatch(/not believed .*The login was not sent.*REWIND_SQL_CA_FILE/);
  });
});

/** A certificate of somebody else. */
const otherAuthority = `-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUY0FKtTr6it9bDuQlgithEMFZkgswCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMjAxMDQ1NjQ2WhgP
MjEyNjExMDcwNDU2NDZaMBwxGjAYBgNVBAMMEUFub3RoZXIgYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5M5LqT3E8eGcfoTrGI9E/hLRCsXXLg4b
iDMDv19lTdYRFE7DWJ2EDm7gNSV+wWr3YLihdosAjXjOiKe9HqFXPqNTMFEwHQYD
VR0OBBYEFDqXjnr6KX9tNyHT7XwSIpDhioTeMB8GA1UdIwQYMBaAFDqXjnr6KX9t
NyHT7XwSIpDhioTeMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIg
XFC3J4OOO8arTzIRFoJ1TbOfrm1O1NcC69eGJtAdrroCIQD/gZDUmaQw3oBuBXaH
43fBpVPfwhEswspeeMs9ZBTp6Q==
-----END CERTIFICATE-----`;

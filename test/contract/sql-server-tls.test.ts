import { connect as connectSocket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { Encryption } from "../../emulator/rds/instance";
import { MessageReader, packetType } from "../../emulator/sql-server/tds/packet";
import { encryption, negotiate, readEncryption } from "../../emulator/sql-server/tds/prelogin";
import { serverCertificate } from "../../emulator/sql-server/tls/certificate";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";
import { exchange } from "../hostile/raw-socket";
import { login, packet, preLogin } from "../hostile/tds-bytes";

/** A server of today, and a 2008 R2 without its last patches. */
let today: ListeningInstance;
let old: ListeningInstance;
const reported: unknown[] = [];
const reportBug = (error: unknown) => reported.push(error);

beforeAll(async () => {
  today = await listeningInstance({ version: "2019", reportBug });
  old = await listeningInstance({ reportBug, newestTlsOf2008R2: "TLSv1" });
});

afterAll(async () => {
  await Promise.all([today.listeners.close(), old.listeners.close()]);
  expect(reported).toEqual([]);
});

type Driver = NonNullable<NonNullable<Parameters<typeof TediousClient.connect>[1]>["driver"]>;

/** The TLS through which tedious is logged in and reads several packets, or the error. */
async function tlsOf(server: ListeningInstance, policy: Encryption, driver: Driver): Promise<string> {
  server.instance.encryption = policy;
  let protocol = "in clear";
  const client = await TediousClient.connect(server.address, { driver }, (connection) =>
    connection.on("secure", (cleartext) => {
      protocol = String(cleartext.getProtocol());
    }),
  ).catch((error: Error) => error);
  if (client instanceof Error) return client.message;
  expect(String(await client.value("SELECT REPLICATE(N'long ', 800)")).length).toBe(4_000);
  await client.close();
  return protocol;
}

test.each([
  ["offered", true, "TLSv1.2"],
  ["offered", false, "in clear"],
  ["required", true, "TLSv1.2"],
  ["required", false, "Server requires encryption, set 'encrypt' config option to true."],
  ["not-supported", true, "in clear"],
  ["not-supported", false, "in clear"],
] as const)("where TLS is %s, tedious with encrypt %s does this: %s", async (policy, encrypt, expected) => {
  expect(await tlsOf(today, policy, { encrypt })).toBe(expected);
});

test("a client that knows the authority checks who the server is", async () => {
  const { authority } = await serverCertificate();
  const checking = { encrypt: true, trustServerCertificate: false };
  const cryptoCredentialsDetails = { ca: authority };
  expect(await tlsOf(today, "offered", { ...checking, cryptoCredentialsDetails })).toBe("TLSv1.2");
  expect(await tlsOf(today, "offered", checking)).toContain("unable to verify the first certificate");
  const otherName = { ...checking, cryptoCredentialsDetails, serverName: "other.example" };
  expect(await tlsOf(today, "offered", otherName)).toContain("other.example. is not in the cert's altnames");
});

test("an old server knows TLS 1.0 alone", async () => {
  const cryptoCredentialsDetails = { minVersion: "TLSv1" as const, ciphers: "DEFAULT:@SECLEVEL=0" };
  expect(await tlsOf(old, "required", { encrypt: true, cryptoCredentialsDetails })).toBe("TLSv1");
  expect(await tlsOf(old, "required", { encrypt: true })).toContain("unsupported protocol");
});

test.each([
  ["off", "offered", "off", "login"],
  ["off", "required", "required", "session"],
  ["off", "not-supported", "notSupported", "none"],
  ["on", "offered", "on", "session"],
  ["on", "required", "on", "session"],
  ["on", "not-supported", "notSupported", "none"],
  ["notSupported", "offered", "notSupported", "none"],
  ["notSupported", "required", "required", "session"],
  ["notSupported", "not-supported", "notSupported", "none"],
  ["required", "offered", "on", "session"],
  ["required", "required", "on", "session"],
  ["required", "not-supported", "notSupported", "none"],
] as const)("a client's %s with TLS %s is answered %s (MS-TDS 2.2.6.5)", (asked, policy, answer, scope) => {
  const payload = withEncryption(encryption[asked]);
  expect(negotiate(readEncryption(payload), policy)).toEqual({ answer: encryption[answer], scope });
});

test("a client that says OFF sends its login through TLS, and everything else in clear", async () => {
  today.instance.encryption = "offered";
  const messages = await loginOnly(today.address.port, withEncryption(encryption.off), [
    packet(packetType.login7, login("dba", undefined, "")),
    packet(packetType.sqlBatch, batch("SELECT N'in clear'")),
  ]);
  expect(messages.map(({ type }) => type)).toEqual([packetType.response, packetType.response]);
  expect(messages[1]!.payload.includes(Buffer.from("in clear", "utf16le"))).toBe(true);
});

test("a login in clear is cut off where TLS was agreed on", async () => {
  today.instance.encryption = "required";
  const pieces = [packet(packetType.prelogin, preLogin), packet(packetType.login7, login("dba", undefined, ""))];
  const answer = await exchange(today.address.port, pieces);
  const [prelogin, ...more] = [...new MessageReader().feed(answer)];
  expect([prelogin?.type, more]).toEqual([packetType.response, []]);
});

/** A PRELOGIN whose option ENCRYPTION, its last byte, is `value`. */
function withEncryption(value: number): Buffer {
  return Buffer.concat([preLogin.subarray(0, -1), Buffer.from([value])]);
}

function batch(sql: string): Buffer {
  const headers = Buffer.from([22, 0, 0, 0, 18, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  return Buffer.concat([headers, Buffer.from(sql, "utf16le")]);
}

/**
 * A client that encrypts its login alone, as older ones do by default: PRELOGIN, the handshake in PRELOGIN messages, the first of
 * `requests` through TLS, the others in clear. @returns the answers to the requests
 */
function loginOnly(port: number, prelogin: Buffer, requests: readonly Buffer[]) {
  return new Promise<{ readonly type: number; readonly payload: Buffer }[]>((resolve, reject) => {
    const socket = connectSocket({ host: "127.0.0.1", port });
    const reader = new MessageReader();
    const answers: { type: number; payload: Buffer }[] = [];
    const waiting = [...requests];
    let secured = false;
    const records = new Duplex({
      read: () => {},
      write: (bytes: Buffer, _encoding, done) => {
        socket.write(secured ? bytes : packet(packetType.prelogin, bytes));
        done();
      },
    });
    const shakeHands = () => {
      const tls = connectTls({ socket: records, rejectUnauthorized: false, maxVersion: "TLSv1.2" }, () => {
        secured = true;
        tls.write(waiting.shift()!);
      });
      tls.on("error", reject);
    };
    socket.on("error", reject);
    socket.on("data", (bytes) => {
      for (const message of reader.feed(bytes)) {
        if (message.type === packetType.prelogin) records.push(message.payload);
        else if (!secured) shakeHands();
        else {
          answers.push(message);
          const next = waiting.shift();
          if (next) socket.write(next);
          else socket.destroy();
        }
      }
    });
    socket.on("close", () => resolve(answers));
    socket.write(packet(packetType.prelogin, prelogin));
  });
}

import fc from "fast-check";
import { SqlError } from "../../emulator/data/sql-error";
import { ProtocolError } from "../../emulator/sql-server/tds/byte-reader";
import { readLogin7 } from "../../emulator/sql-server/tds/login7";
import { MessageReader, packetType } from "../../emulator/sql-server/tds/packet";
import { readEncryption } from "../../emulator/sql-server/tds/prelogin";
import { readRpc } from "../../emulator/sql-server/tds/requests";
import { type ListeningInstance, listeningInstance, password } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";
import { anyText } from "./arbitrary";
import { damaged, exchange } from "./raw-socket";
import { login, packet, preLogin } from "./tds-bytes";

/** No bytes of a client crash or hang the SQL Server of the local cloud: another client is served afterwards. */
let local: ListeningInstance;

beforeAll(async () => {
  local = await listeningInstance();
});

afterEach(async () => {
  const client = await TediousClient.connect(local.address);
  expect(await client.value("SELECT COUNT(*) FROM sys.tables")).toBe(0);
  await client.close();
});

afterAll(() => local.listeners.close());

const greeting = [packet(packetType.prelogin, preLogin), packet(packetType.login7, login())];
const headers = Buffer.from([22, 0, 0, 0, 18, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
const batch = (sql: string) => Buffer.concat([headers, Buffer.from(sql, "utf16le")]);
/** sp_executesql N'SELECT @a', N'@a int', @a = 7. */
const call = Buffer.concat([
  headers,
  Buffer.from([0xff, 0xff, 10, 0, 0, 0]),
  ...["SELECT @a", "@a int"].map((text) => {
    const bytes = Buffer.from(text, "utf16le");
    return Buffer.concat([Buffer.from([0, 0, 0xe7, bytes.length, 0, 9, 4, 0xd0, 0, 0x34, bytes.length, 0]), bytes]);
  }),
  Buffer.from([2, 0x40, 0, 0x61, 0, 0, 0x26, 4, 4, 7, 0, 0, 0]),
]);

/** sp_executesql with a parameter, up to its type. */
const unnamedParameter = Buffer.concat([headers, Buffer.from([0xff, 0xff, 10, 0, 0, 0, 0, 0])]);
const parameterTypes = [
  0x26, 0x28, 0x29, 0x2a, 0x2b, 0x6a, 0x6d, 0x6f, 0xa5, 0xa7, 0xe7, 0xf1, 0x23, 0x63, 0x24, 0x68, 0x6e, 0x22,
];
/** A parameter's type with any lengths and any value. */
const typedBytes = fc
  .tuple(
    fc.constantFrom(...parameterTypes),
    fc.array(fc.oneof(fc.nat(16), fc.nat(255)), { minLength: 8, maxLength: 60 }),
  )
  .map(([type, bytes]) => Buffer.from([type, ...bytes]));

const types = Object.values(packetType) as number[];
const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const anyPacket = fc.tuple(fc.constantFrom(...types), anyBytes, fc.nat(255)).map((parts) => packet(...parts));

test("the login and the call that get damaged below are good ones", async () => {
  const answer = await exchange(local.address.port, [...greeting, packet(packetType.rpc, call)]);
  expect(answer.includes(Buffer.from("Changed database", "utf16le"))).toBe(true);
  expect(answer.includes(Buffer.from([0xd1, 4, 7, 0, 0, 0]))).toBe(true);
});

test("any bytes before the login", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(anyBytes, anyPacket, ...greeting.map(damaged)), { maxLength: 4 }),
      async (pieces) => {
        await exchange(local.address.port, pieces);
      },
    ),
    { numRuns: 400 },
  ));

test("any texts, lengths and packet sizes in a login", () => {
  const text = fc.oneof(
    anyText,
    fc.nat(9_000).map((length) => "x".repeat(length)),
    fc.constantFrom("dba", "shop", password),
  );
  return fc.assert(
    fc.asyncProperty(text, text, text, fc.nat(0xffff_ffff), async (user, secret, database, size) => {
      const payload = login(user, secret, database, size);
      const pieces: Buffer[] = [];
      for (let at = 0; at < payload.length; at += 32_000)
        pieces.push(packet(packetType.login7, payload.subarray(at, at + 32_000), at + 32_000 < payload.length ? 0 : 1));
      await exchange(local.address.port, [greeting[0]!, ...pieces]);
    }),
    { numRuns: 200 },
  );
});

test("any bytes where a TLS handshake is expected, in PRELOGIN messages or bare", () => {
  const insisting = packet(packetType.prelogin, Buffer.concat([preLogin.subarray(0, -1), Buffer.from([1])]));
  const flight = anyBytes.map((bytes) => packet(packetType.prelogin, Buffer.concat([Buffer.from([22, 3, 1]), bytes])));
  return fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(flight, anyPacket), { minLength: 1, maxLength: 3 }), async (pieces) => {
      await exchange(local.address.port, [insisting, ...pieces]);
    }),
    { numRuns: 200 },
  );
});

test("any bytes after the login", () => {
  const good = [batch("SELECT 1"), call, Buffer.concat([headers, Buffer.from([5, 0, 0, 0])])];
  const kinds = [packetType.sqlBatch, packetType.rpc, packetType.transactionManager];
  const parameter = typedBytes.map((bytes) => packet(packetType.rpc, Buffer.concat([unnamedParameter, bytes])));
  const request = fc.oneof(
    anyPacket,
    parameter,
    fc.tuple(fc.constantFrom(...types), anyBytes).map(([type, bytes]) => packet(type, Buffer.concat([headers, bytes]))),
    ...good.map((payload, index) => damaged(payload).map((bytes) => packet(kinds[index]!, bytes))),
    ...good.map((payload, index) => damaged(packet(kinds[index]!, payload))),
  );
  return fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 4 }), async (requests) => {
      const answer = await exchange(local.address.port, [...greeting, ...requests]);
      expect(answer.includes(Buffer.from("Changed database", "utf16le"))).toBe(true);
    }),
    { numRuns: 800 },
  );
});

test("any text of a statement is answered with rows or an error of SQL Server's", async () => {
  const client = await TediousClient.connect(local.address, { database: "shop" });
  const word = fc.oneof(
    fc.constantFrom(
      ..."SELECT FROM WHERE GROUP BY ORDER HAVING TOP UNION ALL AS CASE WHEN THEN ELSE END NULL AND OR NOT IN EXISTS LIKE".split(
        " ",
      ),
    ),
    fc.constantFrom(
      ..."( ) , . ; * + - / % = < > <> >= @a @@ROWCOUNT [a] 'text' N'text' 0x1F 1 1.5 1e5 -- /* */ dbo.T sys.tables a COUNT(*) SUM(1) CAST(1 CONVERT(".split(
        " ",
      ),
    ),
    fc.constantFrom(
      ..."INSERT INTO VALUES UPDATE SET DELETE DECLARE IF BEGIN WHILE EXEC PRINT WITH OVER PARTITION JOIN ON LEFT CROSS APPLY".split(
        " ",
      ),
    ),
    anyText,
  );
  const sql = fc.oneof(
    fc.array(word, { maxLength: 14 }).map((words) => words.join(" ")),
    damaged(
      Buffer.from(
        "SELECT TOP 3 a.name, COUNT(*) AS n FROM sys.tables a WHERE a.name LIKE N'x%' GROUP BY a.name ORDER BY 1 DESC",
      ),
    ).map((bytes) => bytes.toString("latin1")),
  );
  await fc.assert(
    fc.asyncProperty(sql, async (text) => {
      if (/WHILE|WAITFOR|CREATE/i.test(text)) return;
      expect(await client.error(text)).not.toBe(50599);
    }),
    { numRuns: 1_500 },
  );
  await client.close();
});

test("any bytes are messages, or an error of the protocol or of SQL Server", () => {
  const decoders: ((bytes: Buffer) => unknown)[] = [
    (bytes) => [...new MessageReader().feed(bytes)],
    (bytes) => readLogin7(bytes),
    (bytes) => readEncryption(bytes),
    (bytes) => readRpc(bytes, 74),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...decoders),
      fc.oneof(
        typedBytes.map((bytes) => Buffer.concat([unnamedParameter, bytes])),
        anyBytes,
        damaged(call),
        damaged(login()),
        damaged(preLogin),
        damaged(greeting[1]!),
      ),
      (decode, bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          if (!(error instanceof ProtocolError || error instanceof SqlError)) throw error;
        }
      },
    ),
    { numRuns: 10_000 },
  );
});

import { ISOLATION_LEVEL, Request, TYPES } from "tedious";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance({ version: "2016" });
  client = await TediousClient.connect(server.address, { database: "shop" });
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

describe("parameters of every usual type arrive and come back exactly", () => {
  const day = new Date("2026-11-20T00:00:00Z");
  const moment = new Date("2026-11-20T08:15:30.120Z");
  test.each([
    ["bit", TYPES.Bit, true, true],
    ["tinyint", TYPES.TinyInt, 255, 255],
    ["smallint", TYPES.SmallInt, -32_768, -32_768],
    ["int", TYPES.Int, 2_147_483_647, 2_147_483_647],
    ["bigint", TYPES.BigInt, "9223372036854775807", "9223372036854775807"],
    ["float", TYPES.Float, 0.1, 0.1],
    ["real", TYPES.Real, 0.5, 0.5],
    ["money", TYPES.Money, -12.5, -12.5],
    ["smallmoney", TYPES.SmallMoney, 1.25, 1.25],
    ["date", TYPES.Date, day, day],
    ["time", TYPES.Time, new Date("1970-01-01T08:15:30.120Z"), new Date("1970-01-01T08:15:30.120Z")],
    ["datetime", TYPES.DateTime, moment, moment],
    ["smalldatetime", TYPES.SmallDateTime, new Date("2026-11-20T08:15:00Z"), new Date("2026-11-20T08:15:00Z")],
    ["datetime2", TYPES.DateTime2, moment, moment],
    ["datetimeoffset", TYPES.DateTimeOffset, moment, moment],
    ["nvarchar", TYPES.NVarChar, "Zoë 王芳 😀", "Zoë 王芳 😀"],
    ["varchar", TYPES.VarChar, "plain", "plain"],
    ["long nvarchar", TYPES.NVarChar, "长".repeat(9000), "长".repeat(9000)],
    ["varbinary", TYPES.VarBinary, Buffer.from([0, 1, 255]), Buffer.from([0, 1, 255])],
    [
      "uniqueidentifier",
      TYPES.UniqueIdentifier,
      "0E984725-C51C-4BF4-9960-E1C80E27ABA0",
      "0E984725-C51C-4BF4-9960-E1C80E27ABA0",
    ],
    ["an empty text", TYPES.NVarChar, "", ""],
    ["NULL", TYPES.Int, null, null],
  ])("%s", async (_, type, value, expected) => {
    expect(await client.value("SELECT @value", { value: { type, value } })).toEqual(expected);
  });

  test("decimal", async () => {
    const decimal = { type: TYPES.Decimal, value: -1234.5678, options: { precision: 12, scale: 4 } };
    const [row] = await client.rows("SELECT @value, CONVERT(nvarchar(60), @value * 3)", { value: decimal });
    expect(row).toEqual([-1234.5678, "-3703.7034"]);
  });
});

describe("procedure calls", () => {
  test("output parameters come back", async () => {
    const { returned } = await client.query("SET @twice = @n * 2; SET @name = N'neu'", {
      n: { type: TYPES.Int, value: 21 },
      twice: { type: TYPES.Int, value: null, output: true },
      name: { type: TYPES.NVarChar, value: "alt", output: true },
    });
    expect(returned).toEqual({ twice: 42, name: "neu" });
  });

  test("a prepared statement runs as often as one likes", async () => {
    const values: unknown[] = [];
    const request = new Request("SELECT @n + 1", () => {});
    request.addParameter("n", TYPES.Int);
    request.on("row", (columns: { value: unknown }[]) => values.push(columns[0]!.value));
    const step = (act: () => void) =>
      new Promise<void>((resolve, reject) => {
        request.callback = (error: Error | null | undefined) => (error ? reject(error) : resolve());
        act();
      });
    await new Promise<void>((resolve) => {
      request.once("prepared", () => resolve());
      client.connection.prepare(request);
    });
    await step(() => client.connection.execute(request, { n: 1 }));
    await step(() => client.connection.execute(request, { n: 41 }));
    await step(() => client.connection.unprepare(request));
    expect(values).toEqual([2, 42]);
  });

  test("an unknown procedure is refused, a known one named as not played", async () => {
    expect(await client.error("EXEC dbo.nothing")).toBe(2812);
    expect(await client.error("EXEC sp_helptext 'a'")).toBe(50501);
  });
});

test("several result sets, messages and counts arrive in their order", async () => {
  const { sets, messages, rowCount } = await client.query(
    "SELECT 1 AS a UNION ALL SELECT 2; PRINT 'between'; SELECT N'x' AS b",
  );
  expect(sets).toEqual([[[1], [2]], [["x"]]]);
  expect(messages).toEqual(["between"]);
  expect(rowCount).toBe(3);
});

test("a result larger than a packet arrives whole", async () => {
  await client.query("CREATE TABLE wide (id int PRIMARY KEY, note nvarchar(2000))");
  const values = Array.from({ length: 200 }, (_, index) => `(${index}, REPLICATE(N'ä${index % 10}', 900))`).join(", ");
  await client.query(`INSERT INTO wide VALUES ${values}`);
  const rows = await client.rows("SELECT id, note FROM wide ORDER BY id");
  expect(rows).toHaveLength(200);
  expect(rows[199]).toEqual([199, "ä9".repeat(900)]);
});

test("transactions of the protocol begin, commit and roll back", async () => {
  const { connection } = client;
  const call = (act: (done: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
  await client.query("CREATE TABLE counted (id int PRIMARY KEY)");
  await call((done) => connection.beginTransaction(done, "first", ISOLATION_LEVEL.SERIALIZABLE));
  await client.query("INSERT INTO counted VALUES (1)");
  expect(await client.value("SELECT @@TRANCOUNT")).toBe(1);
  await call((done) => connection.rollbackTransaction(done));
  expect(await client.value("SELECT COUNT(*) FROM counted")).toBe(0);
  await call((done) => connection.beginTransaction(done));
  await client.query("INSERT INTO counted VALUES (2)");
  await call((done) => connection.commitTransaction(done));
  expect(await client.rows("SELECT id, @@TRANCOUNT FROM counted")).toEqual([[2, 0]]);
  await expect(call((done) => connection.saveTransaction(done, "here"))).rejects.toMatchObject({ number: 50501 });
});

test("a cancelled request leaves the connection usable", async () => {
  const cancelled = new Promise<string>((resolve) => {
    const request = new Request("SELECT 1", (error) =>
      resolve((error as { code?: string } | null)?.code ?? "finished"),
    );
    client.connection.execSqlBatch(request);
    client.connection.cancel();
  });
  expect(await cancelled).toBe("ECANCEL");
  expect(await client.value("SELECT 3")).toBe(3);
});

test("a reset forgets settings and the open transaction", async () => {
  await client.query("SET XACT_ABORT ON; SET LOCK_TIMEOUT 5; BEGIN TRANSACTION");
  await new Promise<void>((resolve, reject) => client.connection.reset((error) => (error ? reject(error) : resolve())));
  expect(await client.rows("SELECT @@TRANCOUNT, @@LOCK_TIMEOUT")).toEqual([[0, -1]]);
});

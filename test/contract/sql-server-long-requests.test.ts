import { Request } from "tedious";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** Batches that never end, or nearly: they are taken back, bounded, and keep nobody else waiting. */
const endless = "WHILE 1 = 1 SET NOCOUNT ON";
let local: ListeningInstance;
let client: TediousClient;
const open: TediousClient[] = [];

async function connect(driver: { readonly requestTimeout?: number } = {}): Promise<TediousClient> {
  const connected = await TediousClient.connect(local.address, { database: "shop", driver });
  open.push(connected);
  return connected;
}

beforeEach(async () => {
  local = await listeningInstance();
  client = await connect();
  await client.query("CREATE TABLE dbo.T (Id int NOT NULL PRIMARY KEY)");
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  await local.listeners.close();
});

/** Runs a batch; `during` is called when its first message has come. @returns the code of the error that it ends with */
function run(on: TediousClient, sql: string, during: () => void): Promise<string | undefined> {
  return new Promise((resolve) => {
    on.connection.once("infoMessage", during);
    on.connection.execSqlBatch(
      new Request(`PRINT 'begun'; ${sql}`, (error) => resolve((error as { code?: string } | undefined)?.code)),
    );
  });
}

/** PRINT waits in the response for a full packet; this fills it. */
const filled = "DECLARE @i int = 0; WHILE @i < 100 BEGIN PRINT REPLICATE('x', 100); SET @i += 1 END;";

test("a batch that its client cancels is stopped, and the connection serves on", async () => {
  const code = await run(client, `${filled} ${endless}`, () => client.connection.cancel());
  expect(code).toBe("ECANCEL");
  expect(await client.value("SELECT 1")).toBe(1);
});

test("a batch that is cancelled as soon as it is sent is stopped as well", async () => {
  const cancelled = run(client, endless, () => {});
  client.connection.cancel();
  expect(await cancelled).toBe("ECANCEL");
  expect(await client.value("SELECT 1")).toBe(1);
});

test("a procedure call that is taken back by its timeout is stopped", async () => {
  const impatient = await connect({ requestTimeout: 50 });
  await expect(impatient.query(endless, {})).rejects.toMatchObject({ code: "ETIMEOUT" });
  // The connection still serves; how quickly is not the question here.
  impatient.connection.config.options.requestTimeout = 30_000;
  expect(await impatient.value("SELECT 1")).toBe(1);
});

test("meanwhile others are served", async () => {
  const other = await connect();
  const stopped = run(client, endless, () => {});
  await other.query("INSERT INTO dbo.T VALUES (1), (2)");
  expect(await other.value("SELECT COUNT(*) FROM dbo.T")).toBe(2);
  client.connection.cancel();
  expect(await stopped).toBe("ECANCEL");
});

test("a batch sees what others do between its statements", async () => {
  const other = await connect();
  const waits = client.value("WHILE NOT EXISTS (SELECT * FROM dbo.T) SET NOCOUNT ON; SELECT Id FROM dbo.T");
  await other.query("INSERT INTO dbo.T VALUES (7)");
  expect(await waits).toBe(7);
});

test("what was done before the cancel stays, and the transaction stays open", async () => {
  await run(client, `BEGIN TRAN; INSERT INTO dbo.T VALUES (1); ${filled} ${endless}`, () => client.connection.cancel());
  expect(await client.value("SELECT @@TRANCOUNT")).toBe(1);
  await client.query("COMMIT");
  expect(await client.value("SELECT COUNT(*) FROM dbo.T")).toBe(1);
});

test("under XACT_ABORT the cancel rolls the transaction back", async () => {
  await client.query("SET XACT_ABORT ON");
  await run(client, `BEGIN TRAN; INSERT INTO dbo.T VALUES (1); ${filled} ${endless}`, () => client.connection.cancel());
  expect(await client.rows("SELECT @@TRANCOUNT, (SELECT COUNT(*) FROM dbo.T)")).toEqual([[0, 0]]);
});

test("TRY does not catch a cancel", async () => {
  const caught = `BEGIN TRY ${filled} ${endless} END TRY BEGIN CATCH INSERT INTO dbo.T VALUES (1) END CATCH`;
  expect(await run(client, caught, () => client.connection.cancel())).toBe("ECANCEL");
  expect(await client.value("SELECT COUNT(*) FROM dbo.T")).toBe(0);
});

test("a client that goes away ends its batch", async () => {
  const gone = await connect();
  const broken = run(gone, endless, () => {});
  gone.connection.close();
  await broken;
  expect(await client.value("SELECT 1")).toBe(1);
});

test("a batch without end is stopped, whatever it catches and calls", async () => {
  const patient = await connect({ requestTimeout: 60_000 });
  const caught = "BEGIN TRY EXEC (N'WHILE 1 = 1 IF 1 = 0 RETURN') END TRY BEGIN CATCH SET @i = 1 END CATCH";
  expect(await patient.error(`DECLARE @i int; WHILE 1 = 1 ${caught}`)).toBe(50501);
}, 60_000);

test("a statement that looks at too many rows is stopped", async () => {
  const hundred = `SELECT 1 AS n FROM (VALUES ${Array(100).fill("(1)").join(", ")}) AS v(n)`;
  const crossed = `WITH h AS (${hundred}) SELECT COUNT(*) FROM h a CROSS JOIN h b CROSS JOIN h c`;
  expect(await client.value(crossed)).toBe(1_000_000);
  const subquery = `WITH h AS (${hundred}) SELECT COUNT(*) FROM h a CROSS JOIN h b CROSS JOIN h c WHERE a.n < ALL (SELECT n FROM h)`;
  expect(await client.error(`${crossed} CROSS JOIN h d`)).toBe(50501);
  expect(await client.error(subquery.replace("c WHERE", "c CROSS JOIN h d WHERE"))).toBe(50501);
});

test("a client that reads slowly gets every row", async () => {
  const rows = "WITH t AS (SELECT 1 AS n FROM (VALUES (1),(1),(1),(1),(1),(1),(1),(1),(1),(1)) v(n)) ";
  const request = `${rows} SELECT REPLICATE('x', 4000) FROM t a CROSS JOIN t b CROSS JOIN t c`;
  const seen = await new Promise<number>((resolve, reject) => {
    let count = 0;
    const reading = new Request(request, (error) => (error ? reject(error) : resolve(count)));
    reading.on("row", () => {
      count++;
      if (count % 100 !== 0) return;
      reading.pause();
      setImmediate(() => reading.resume());
    });
    client.connection.execSqlBatch(reading);
  });
  expect(seen).toBe(1_000);
});

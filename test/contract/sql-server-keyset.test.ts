import { createHash } from "node:crypto";
import { TYPES } from "tedious";
import type { Row } from "../../emulator/data/database";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** Reading a table page by page in key order, with a hash for each row: how two databases are compared. */
const rowCount = 10_000;
const regions = ["北京", "Köln", "beta", "Alpha", "São Paulo", "zeta", "上海", "ålesund"];

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance();
  client = await TediousClient.connect(server.address, { database: "shop" });
  await client.query(
    "CREATE TABLE dbo.Orders (Region nvarchar(20) NOT NULL, Id int NOT NULL, a decimal(12, 2) NULL, PRIMARY KEY (Region, Id))",
  );
  const rows = Array.from(
    { length: rowCount },
    (_, id): Row => [regions[id % 8]!, id, id % 3 === 0 ? null : `${id}.50`],
  );
  server.instance.data
    .database("shop")!
    .commit(server.clock.nowMs(), [{ kind: "insert", schema: "dbo", table: "Orders", rows }]);
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

const select = (where: string) => `
  SELECT TOP (2000) CONVERT(NVARCHAR(4000), [Region]) AS k0, CONVERT(NVARCHAR(20), [Id]) AS k1,
    HASHBYTES('SHA1', CASE WHEN [a] IS NULL THEN N'~' ELSE N'=' + CONVERT(NVARCHAR(41), [a]) END) AS h0
  FROM [dbo].[Orders] ${where} ORDER BY [Region], [Id] OPTION (MAXDOP 1)`;

const after =
  "WHERE ([Region] > CONVERT(NVARCHAR(20), @k0) OR ([Region] = CONVERT(NVARCHAR(20), @k0) AND [Id] > CONVERT(INT, @k1)))";
const seek =
  "WHERE [Region] >= CONVERT(NVARCHAR(20), @k0) AND ([Region] > CONVERT(NVARCHAR(20), @k0) OR ([Region] = CONVERT(NVARCHAR(20), @k0) AND [Id] > CONVERT(INT, @k1)))";

test.each([
  ["a plain bound", after],
  ["a bound that an index can seek", seek],
])("pages by %s visit every row once, in order, with its hash", async (_, bound) => {
  const seen: unknown[][] = [];
  let page = await client.rows(select(""), {});
  while (page.length > 0) {
    seen.push(...page);
    const last = page.at(-1)!;
    page = await client.rows(select(bound), {
      k0: { type: TYPES.NVarChar, value: last[0] },
      k1: { type: TYPES.NVarChar, value: last[1] },
    });
  }
  expect(seen).toHaveLength(rowCount);
  expect(new Set(seen.map((row) => row[1])).size).toBe(rowCount);
  const order = await client.rows("SELECT Region FROM Orders GROUP BY Region ORDER BY Region");
  expect([...new Set(seen.map((row) => row[0]))]).toEqual(order.map(([region]) => region));
  const wrong = seen.filter(([, id, hash]) => {
    const text = Number(id) % 3 === 0 ? "~" : `=${id}.50`;
    return !createHash("sha1")
      .update(Buffer.from(text, "utf16le"))
      .digest()
      .equals(hash as Buffer);
  });
  expect(wrong).toEqual([]);
});

test("a row that another writer adds is on its page at once", async () => {
  const database = server.instance.data.database("shop")!;
  database.commit(server.clock.nowMs(), [{ kind: "insert", schema: "dbo", table: "Orders", rows: [["!", 1, null]] }]);
  expect(await client.value("SELECT TOP 1 Region FROM Orders ORDER BY Region, Id")).toBe("!");
  const id = database.table("dbo", "Orders")!.findRow(["Region", "Id"], ["!", 1])!;
  database.commit(server.clock.nowMs(), [{ kind: "delete", schema: "dbo", table: "Orders", ids: [id] }]);
  expect(await client.value("SELECT COUNT_BIG(*) FROM dbo.Orders OPTION (MAXDOP 1)")).toBe(String(rowCount));
});

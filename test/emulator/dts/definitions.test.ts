import { instanceOf } from "../../../emulator/rds/managed-instance";
import { type ListeningInstance, listeningInstance } from "../sql-server/listening-instance";
import { TediousClient } from "../sql-server/tedious-client";
import { runningJob, type TwoInstances, twoInstances } from "./two-instances";

/** Definitions go the whole way: from the master's log into a restored instance, and through DTS into another database. */
let local: ListeningInstance;
let client: TediousClient;

const tables = `
  CREATE TABLE dbo.Codes (
    Code nvarchar(20) COLLATE Japanese_CS_AS_KS_WS NOT NULL CONSTRAINT PK_Codes PRIMARY KEY NONCLUSTERED,
    Name nvarchar(20) NOT NULL CONSTRAINT UQ_Codes UNIQUE, N int NULL CONSTRAINT DF_N DEFAULT 7 CONSTRAINT CK_N CHECK (N < 9), Note varchar(10) COLLATE Latin1_General_BIN2 NULL);
  CREATE UNIQUE CLUSTERED INDEX CX ON dbo.Codes (Name, Code DESC);
  CREATE UNIQUE INDEX UX ON dbo.Codes (N) INCLUDE (Note) WHERE N > 0;
  CREATE INDEX IX ON dbo.Codes (Note); ALTER INDEX IX ON dbo.Codes DISABLE;
  INSERT dbo.Codes VALUES (N'あ', N'a', 0, 'x'), (N'ア', N'b', 0, 'y'), (N'A', N'c', 1, 'z')`;

const catalog = `
  SELECT i.name, i.type_desc, i.is_unique, i.is_primary_key, i.is_unique_constraint, i.is_disabled, i.filter_definition,
    ic.key_ordinal, ic.is_descending_key, ic.is_included_column, c.name, c.collation_name
  FROM sys.indexes i JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id
  JOIN sys.columns c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
  WHERE i.object_id = OBJECT_ID('dbo.Codes') ORDER BY i.index_id, ic.index_column_id`;

beforeAll(async () => {
  local = await listeningInstance();
  client = await TediousClient.connect(local.address, { database: "shop" });
  await client.query(tables);
});
afterAll(async () => {
  await client.close();
  await local.listeners.close();
});

/** The master's databases as of now, on the source of a DTS job. */
function withDefinitions(): TwoInstances {
  const world = twoInstances();
  const { name, collation, commits } = local.instance.data.database("shop")!;
  const copy = world.source.data.createDatabase(name, collation, 0);
  for (const { atMs, changes } of commits) copy.commit(atMs, changes);
  return world;
}

test("a restored instance has the same indexes and collations, and enforces them", async () => {
  const nowMs = local.clock.nowMs();
  const data = local.instance.data.rebuildAt(nowMs);
  const restored = instanceOf(
    { id: "sub1", createdAtMs: nowMs, whitelist: { default: ["192.168.0.0/16"] }, data },
    nowMs,
  );
  const other = await TediousClient.connect(local.listeners.take(restored, "private"), { database: "shop" });
  const expected = await client.rows(catalog);
  expect(expected).toHaveLength(7);
  expect(await other.rows(catalog)).toEqual(expected);
  expect(await other.error("INSERT dbo.Codes VALUES (N'ｱ', N'd', 1, NULL)")).toBe(2601);
  await other.query("INSERT dbo.Codes VALUES (N'ｱ', N'd', 0, NULL)");
  await other.close();
});

test("DTS brings the table with its keys, indexes, collations and defaults", () => {
  const world = withDefinitions();
  const jobId = runningJob(world, {
    shop: { name: "copy", all: false, Table: { Codes: { name: "Codes", all: true } } },
  });
  world.advance(60_000);
  expect(world.dts.job(jobId)).toMatchObject({ status: "Finished", errorMessage: "" });
  const [source, target] = [world.source.data.database("shop")!, world.master.data.database("copy")!];
  expect(target.table("dbo", "Codes")!.definition).toEqual(source.table("dbo", "Codes")!.definition);
  expect([...target.table("dbo", "Codes")!.rows.values()]).toHaveLength(3);
});

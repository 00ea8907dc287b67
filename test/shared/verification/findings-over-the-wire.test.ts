import type { ColumnShape } from "../../../shared/cloud/sql-server";
import { type TediousSession, TediousSqlServers } from "../../../shared/cloud/sql-server/tedious";
import { withValues } from "../../../shared/restore/model/row-value";
import { surveyTarget } from "../../../shared/verification/target-survey";
import { type ListeningInstance, listeningInstance, password } from "../../emulator/sql-server/listening-instance";
import { TediousClient } from "../../emulator/sql-server/tedious-client";

/** Rows are looked up by their values in T-SQL that a 2008 R2 server takes, in the types and collations of the columns. */
interface Side {
  readonly local: ListeningInstance;
  readonly client: TediousClient;
  readonly session: TediousSession;
}
let backup: Side;
let master: Side;

async function open(): Promise<Side> {
  const local = await listeningInstance({ version: "2008r2" });
  const client = await TediousClient.connect(local.address, { database: "shop" });
  await client.query("CREATE DATABASE app COLLATE Chinese_PRC_CI_AS");
  await client.query("USE app");
  return {
    local,
    client,
    session: await new TediousSqlServers().connect(local.address, { userName: "dba", password }, 10_000),
  };
}

beforeAll(async () => {
  [backup, master] = [await open(), await open()];
});

afterAll(async () => {
  for (const { local, client, session } of [backup, master]) {
    await session.close();
    await client.close();
    await local.listeners.close();
  }
});

async function run({ client }: Side, ...statements: string[]): Promise<void> {
  for (const statement of statements) await client.query(statement);
}

test("values are found in their columns' own types, NULL too, in more rows than one statement takes", async () => {
  await run(
    master,
    "CREATE TABLE dbo.Kinds (Id int NOT NULL PRIMARY KEY, Code varchar(10) NULL, At datetime NULL, Sum money NULL, Raw varbinary(4) NULL)",
    "INSERT dbo.Kinds VALUES (1, 'Ab', '2026-11-20T08:15:00.123', 1.2345, 0x0102), (2, NULL, NULL, NULL, NULL)",
    `INSERT dbo.Kinds (Id, Code) VALUES ${Array.from({ length: 20 }, (_, id) => `(${id + 500}, 'c${id + 490}')`).join(", ")}`,
  );
  const address = { database: "app", schema: "dbo", name: "Kinds" };
  const [shape] = await master.session.describeTables("app", [address]);
  const column = (name: string): ColumnShape => shape!.columns.find((one) => one.name === name)!;
  const all = ["Code", "At", "Sum", "Raw"].map(column);
  const byId = { by: [column("Id")], columns: all };
  const found = await master.session.findValues(address, byId, [["2"], ["1"], ["5"]]);
  expect([...found].sort((left, right) => left.asked - right.asked)).toEqual([
    { asked: 0, values: [null, null, null, null] },
    { asked: 1, values: ["Ab", "2026-11-20T08:15:00.123", "1.2345", "0102"] },
  ]);
  for (const one of found) {
    const again = await master.session.findValues(address, { by: all, columns: [column("Id")] }, [one.values]);
    expect(again).toEqual([{ asked: 0, values: [one.asked === 0 ? "2" : "1"] }]);
  }
  const codes = Array.from({ length: 520 }, (_, index) => [`C${index}`]);
  const many = await master.session.findValues(address, { by: [column("Code")], columns: [column("Id")] }, codes);
  expect(many).toHaveLength(20);
  expect(many.find(({ asked }) => asked === 509)).toEqual({ asked: 509, values: ["519"] });
});

test("held values, those of a filtered index too, taken identity values, and rows left behind are found over the wire", async () => {
  const table =
    "(Id int IDENTITY(1,1) NOT NULL PRIMARY KEY, Code nvarchar(20) NULL, Email nvarchar(40) NULL, Gone bit NOT NULL)";
  const rows = "(Id, Code, Email, Gone) VALUES";
  for (const side of [backup, master])
    await run(
      side,
      `CREATE TABLE dbo.Orders ${table}`,
      "CREATE UNIQUE INDEX UX_Live ON dbo.Orders (Code) WHERE Gone = 0",
      "ALTER TABLE dbo.Orders ADD CONSTRAINT UQ_Email UNIQUE (Email)",
      "SET IDENTITY_INSERT dbo.Orders ON",
      side === backup
        ? `INSERT dbo.Orders ${rows} (1, N'A', N'a@x', 0), (2, N'B', N'b@x', 0), (3, N'C', N'c@x', 0), (4, N'D', N'd@x', 1), (5, N'E', N'e@x', 0)`
        : `INSERT dbo.Orders ${rows} (1, N'Z', N'z@x', 0), (7, N'b', N'q@x', 0), (8, N'C', N'r@x', 1), (9, N'D', N's@x', 0), (10, N'X', N'E@X', 0)`,
      "SET IDENTITY_INSERT dbo.Orders OFF",
    );
  await run(
    backup,
    "CREATE TABLE dbo.Lines (OrderId int NOT NULL, Line int NOT NULL, PRIMARY KEY (OrderId, Line), CONSTRAINT FK_Lines FOREIGN KEY (OrderId) REFERENCES dbo.Orders (Id) ON DELETE CASCADE)",
    "INSERT dbo.Lines VALUES (1, 1), (2, 1), (2, 2), (5, 1)",
  );
  await run(master, "CREATE TABLE dbo.Lines (OrderId int NOT NULL, Line int NOT NULL, PRIMARY KEY (OrderId, Line))");
  await run(master, "INSERT dbo.Lines VALUES (1, 1), (5, 1)");
  const databases = [
    {
      database: "app",
      targetDatabase: "app",
      createsDatabase: false,
      characterSet: "",
      whole: false,
      tables: [{ schema: "dbo", name: "Orders", targetName: "Orders", rows: null }],
    },
  ];
  const { clock } = master.local;
  const ends = { source: backup.session, master: master.session };
  const seen = await surveyTarget(ends, "missing-rows", databases, null, clock.nowMs() + 20_000, clock);
  expect(seen.obstacle).toBeNull();
  expect(seen.notes.slice(1).map(withValues)).toEqual([
    "app.dbo.Orders: 4 of 5 rows are missing; 2 can be added; 1 row has other values and stays.",
    "app.dbo.Orders: 1 missing row cannot be added, because other rows of the master hold its values in UNIQUE constraint UQ_Email (Email) (for example the missing row 5 has e@x, which row 10 holds).",
    "app.dbo.Orders: 1 missing row cannot be added, because other rows of the master hold its values in unique index UX_Live (Code) (for example the missing row 2 has B, which row 7 holds).",
    expect.stringContaining("whether DTS leaves out rows that cannot be added"),
    "app.dbo.Orders: 1 row of the backup has an identity value in Id that another row seems to have by now: most of the other columns differ (for example 1). This row of the backup is not added.",
    "2 rows that refer to missing rows are missing too and are not added: app.dbo.Lines by FK_Lines to app.dbo.Orders (for example (2, 1)). Choose that table too.",
  ]);
});

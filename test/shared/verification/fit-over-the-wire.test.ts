import { type TediousSession, TediousSqlServers } from "../../../shared/cloud/sql-server/tedious";
import { withValues } from "../../../shared/restore/model/row-value";
import type { PlannedDatabase } from "../../../shared/restore/plan/plan";
import type { WriteBackMode } from "../../../shared/restore/write-back";
import { surveyTarget } from "../../../shared/verification/target-survey";
import { type ListeningInstance, listeningInstance, password } from "../../emulator/sql-server/listening-instance";
import { TediousClient } from "../../emulator/sql-server/tedious-client";

/** What will fail at the write is told from both sides' catalogs, in T-SQL that a 2008 R2 server takes. */
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
  const session = await new TediousSqlServers().connect(local.address, { userName: "dba", password }, 10_000);
  return { local, client, session };
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

let made = 0;

/** One database on both sides. @returns what the survey says of table T, whose rows or structure come from the backup */
async function survey(
  mode: WriteBackMode,
  was: readonly string[],
  is: readonly string[],
  targetName = "T",
): Promise<{ code: string | null; text: string; notes: string; foreignKeys: readonly string[] }> {
  const database = `fit${++made}`;
  for (const [{ client }, statements] of [
    [backup, was],
    [master, is],
  ] as const) {
    await client.query(`CREATE DATABASE ${database} COLLATE Chinese_PRC_CI_AS`);
    await client.query(`USE ${database}`);
    for (const statement of statements) await client.query(statement);
  }
  const databases: PlannedDatabase[] = [
    {
      database,
      targetDatabase: database,
      createsDatabase: false,
      characterSet: "",
      whole: false,
      tables: [{ schema: "dbo", name: "T", targetName, rows: null }],
    },
  ];
  const { clock } = master.local;
  const ends = { source: backup.session, master: master.session };
  const seen = await surveyTarget(ends, mode, databases, null, clock.nowMs() + 20_000, clock);
  const plain = (text: string) => withValues(text).replaceAll(`${database}.`, "");
  return {
    code: seen.obstacle?.code ?? null,
    text: plain(seen.obstacle?.text ?? ""),
    notes: seen.notes.map(plain).join("\n"),
    foreignKeys: (seen.foreignKeys ?? []).map(({ sql }) => sql.replaceAll(`[${database}].`, "")),
  };
}

const id = "Id int NOT NULL CONSTRAINT PK_T PRIMARY KEY";
const table = (...columns: string[]) => `CREATE TABLE dbo.T (${[id, ...columns].join(", ")})`;

describe("missing-rows is refused before the approval, where no row could be added without loss", () => {
  test.each([
    [
      "a new column without a default",
      table("Name varchar(9) NULL"),
      table("Name varchar(9) NULL", "Region char(2) NOT NULL"),
      "column Region char(2) may not be NULL, has no default, and gets no value from the backup",
    ],
    [
      "a column that is gone",
      table("Name varchar(9) NULL"),
      table(),
      "column Name is not on the master, so its values would be lost",
    ],
    [
      "a column of another type",
      table("Name nvarchar(9) NULL"),
      table("Name varchar(9) NULL"),
      "column Name is nvarchar(9) in the backup and varchar(9) on the master",
    ],
    [
      "a column that is computed by now",
      table("Twice int NULL"),
      table("Twice AS Id * 2"),
      "column Twice is computed on the master, which takes no values for it",
    ],
  ])("%s", async (_, was, is, problem) => {
    const { code, text } = await survey("missing-rows", [was], [is]);
    expect(code).toBe("target-columns-unfit");
    expect(text).toBe(
      `Rows of the backup cannot be added to dbo.T on the master as it is now: ${problem}. Change the table for the restore, or ask again for side-by-side.`,
    );
  });

  test.each([
    ["a default", "Region char(2) NOT NULL CONSTRAINT DF_Region DEFAULT 'CN'"],
    ["NULL", "Region char(2) NULL"],
    ["a computed value", "Region AS Id + 1"],
    ["a value of the server", "Region rowversion NOT NULL"],
  ])("but not for a new column that gets %s", async (_, column) => {
    const { code, notes } = await survey("missing-rows", [table(), "INSERT dbo.T VALUES (1)"], [table(column)]);
    expect([code, notes]).toEqual([null, expect.stringContaining("dbo.T: 1 of 1 row is missing and is added.")]);
  });

  test("nor for a column that is wider by now", async () => {
    const was = [table("Name varchar(5) NULL", "Qty int NULL"), "INSERT dbo.T VALUES (1, 'abcde', 7)"];
    const { code, notes } = await survey("missing-rows", was, [table("Name nvarchar(9) NULL", "Qty bigint NULL")]);
    expect([code, notes]).toEqual([null, expect.stringContaining("dbo.T: 1 of 1 row is missing and is added.")]);
  });
});

describe("missing rows that the master does not take are counted", () => {
  test.each([
    [
      "too long",
      "Name varchar(9) NULL",
      "Name varchar(3) NULL",
      "'abc'",
      "'abcd'",
      "column Name, varchar(9) in the backup and varchar(3) on the master",
    ],
    [
      "too large",
      "Qty int NULL",
      "Qty tinyint NULL",
      "255",
      "256",
      "column Qty, int in the backup and tinyint on the master",
    ],
    ["NULL", "Qty int NULL", "Qty int NOT NULL", "1", "NULL", "column Qty, which may not be NULL on the master"],
    [
      "against a new check",
      "Qty int NULL",
      "Qty int NULL CONSTRAINT CK_Qty CHECK (Qty > 0)",
      "1",
      "0",
      "CHECK constraint CK_Qty ([Qty]>(0))",
    ],
  ])("%s", async (_, was, is, fits, doesNotFit, about) => {
    const rows = `INSERT dbo.T VALUES (1, ${fits}), (2, ${doesNotFit}), (3, ${fits})`;
    const { code, notes } = await survey(
      "missing-rows",
      [table(was), rows],
      [table(is), `INSERT dbo.T VALUES (3, ${fits})`],
    );
    expect(code).toBeNull();
    expect(notes).toContain("dbo.T: 2 of 3 rows are missing; 1 can be added.");
    expect(notes).toContain(`dbo.T: 1 missing row cannot be added, because it does not fit ${about} (for example 2).`);
  });

  test("missing rows that the master does not take are counted and where none is left to add, the restore is refused", async () => {
    const was = [table("Qty int NULL"), "INSERT dbo.T VALUES (1, NULL)"];
    const { code, text } = await survey("missing-rows", was, [table("Qty int NOT NULL")]);
    expect(code).toBe("rows-do-not-fit");
    expect(text).toMatch(
      /^No missing row can be added\. dbo\.T: 1 missing row cannot be added, because it does not fit/,
    );
  });

  test("a check that is disabled, or that the backup keeps, counts for none", async () => {
    const check = "CONSTRAINT CK_Qty CHECK (Qty > 0)";
    const was = [table("Qty int NULL", check), "INSERT dbo.T VALUES (1, 1)"];
    const is = [
      table("Qty int NULL", check, "CONSTRAINT CK_More CHECK (Qty > 5)"),
      "ALTER TABLE dbo.T NOCHECK CONSTRAINT CK_More",
    ];
    const { notes } = await survey("missing-rows", was, is);
    expect(notes).toContain("dbo.T: 1 of 1 row is missing and is added.");
  });
});

describe("foreign keys of the master", () => {
  const parent = "CREATE TABLE dbo.P (Id int NOT NULL PRIMARY KEY)";
  const child = table("ParentId int NULL CONSTRAINT FK_T_P REFERENCES dbo.P (Id)");

  test("foreign keys of the master that are disabled ask for no parents, and it is said", async () => {
    const was = [parent, child, "INSERT dbo.P VALUES (1)", "INSERT dbo.T VALUES (1, 1)"];
    const is = [parent, child, "ALTER TABLE dbo.T NOCHECK CONSTRAINT FK_T_P"];
    const { code, notes } = await survey("missing-rows", was, is);
    expect(code).toBeNull();
    expect(notes).toContain(
      "dbo.T: the foreign key FK_T_P to dbo.P is disabled on the master: rows are added whether the rows that they refer to are there or not.",
    );
  });

  test("foreign keys of the master that are not trusted check new rows all the same", async () => {
    const was = [parent, child, "INSERT dbo.P VALUES (1)", "INSERT dbo.T VALUES (1, 1)"];
    const is = [
      parent,
      child,
      "ALTER TABLE dbo.T NOCHECK CONSTRAINT FK_T_P",
      "ALTER TABLE dbo.T WITH NOCHECK CHECK CONSTRAINT FK_T_P",
    ];
    expect((await survey("missing-rows", was, is)).code).toBe("parent-rows-missing");
    const withParent = await survey("missing-rows", was, [...is, "INSERT dbo.P VALUES (1)"]);
    expect(withParent.notes).toContain("FK_T_P to dbo.P is not trusted: rows that were there before may break it.");
  });

  test("foreign keys of the master by which a table refers to itself are named", async () => {
    const tree = table("Boss int NULL CONSTRAINT FK_Boss REFERENCES dbo.T (Id)");
    const { notes } = await survey("missing-rows", [tree, "INSERT dbo.T VALUES (1, NULL)"], [tree]);
    expect(notes).toContain("dbo.T refers to itself by the foreign key FK_Boss. DTS adds rows in an order of its own");
  });

  test("foreign keys of the master that go with a dropped table are named, with the statement that makes them again", async () => {
    const lines =
      "CREATE TABLE dbo.[Lines] (Id int NOT NULL PRIMARY KEY, TId int NOT NULL CONSTRAINT FK_Lines REFERENCES dbo.T (Id) ON DELETE CASCADE)";
    const { code, notes, foreignKeys } = await survey(
      "same-name",
      [parent, child, lines],
      [parent, "CREATE TABLE dbo.[Lines] (Id int NOT NULL PRIMARY KEY, TId int NOT NULL)"],
    );
    expect(code).toBeNull();
    expect(foreignKeys).toEqual([
      "ALTER TABLE [dbo].[Lines] WITH CHECK ADD CONSTRAINT [FK_Lines] FOREIGN KEY ([TId]) REFERENCES [dbo].[T] ([Id]) ON DELETE CASCADE;",
      "ALTER TABLE [dbo].[T] WITH CHECK ADD CONSTRAINT [FK_T_P] FOREIGN KEY ([ParentId]) REFERENCES [dbo].[P] ([Id]);",
    ]);
    expect(notes).toContain(
      "The foreign key FK_Lines of dbo.Lines is not on the master and may not come back with the rows.",
    );
  });
});

describe("names that the restored table needs", () => {
  test.each([
    ["a view", "CREATE VIEW dbo.T AS SELECT 1 AS Id", "The master has a view "],
    ["a synonym", "CREATE SYNONYM dbo.T FOR dbo.Elsewhere", "The master has a synonym "],
  ])("names that the restored table needs held by %s refuse the restore", async (_, holder, said) => {
    const { code, text } = await survey("same-name", [table()], [holder]);
    expect([code, text]).toEqual([
      "target-exists",
      expect.stringContaining(`${said}dbo.T, so no table dbo.T can be made.`),
    ]);
  });

  test.each([
    ["its primary key's", "PK_T", [table()], "primary key"],
    [
      "a check's, which differs by case only",
      "CK_QTY",
      [table("Qty int NULL CONSTRAINT ck_qty CHECK (Qty > 0)")],
      "check constraint",
    ],
  ])(
    "names that the restored table needs held by a table that was renamed out of the way: %s",
    async (_, held, was, kind) => {
      const constraint =
        kind === "primary key" ? `CONSTRAINT ${held} PRIMARY KEY` : `CONSTRAINT ${held} CHECK (Id > 0)`;
      const { code, text } = await survey("same-name", was, [`CREATE TABLE dbo.T_old (Id int NOT NULL ${constraint})`]);
      expect(code).toBe("constraint-name-taken");
      expect(text).toContain(`and the ${kind} dbo.`);
      expect(text).toContain(" of dbo.T_old has it on the master. Names of constraints exist once in a schema.");
    },
  );

  test("names that the restored table needs are free where only the server named them, or another schema has them", async () => {
    const was = [table("Qty int NULL DEFAULT 0 CHECK (Qty > 0)")];
    const is = ["CREATE TABLE dbo.Other (Id int NOT NULL, Qty int NULL DEFAULT 0 CHECK (Qty > 0))"];
    expect((await survey("same-name", was, is)).code).toBeNull();
  });

  test("names that the restored table needs are its own for a copy beside the table", async () => {
    expect((await survey("side-by-side", [table()], [table()], "T_before")).code).toBe("constraint-name-taken");
    const keyless = ["CREATE TABLE dbo.T (Id int NOT NULL)"];
    expect((await survey("side-by-side", keyless, keyless, "T_before")).code).toBeNull();
  });
});

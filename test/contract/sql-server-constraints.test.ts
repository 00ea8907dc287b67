import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** Foreign keys, checks and defaults: what they enforce, when they do not, and how the catalog shows them. */
let local: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  local = await listeningInstance({ version: "2008r2" });
});
afterAll(() => local.listeners.close());
beforeEach(async () => {
  local.instance.data.dropDatabase("shop", local.clock.nowMs());
  local.instance.data.createDatabase("shop", "Chinese_PRC_CI_AS", local.clock.nowMs());
  client = await TediousClient.connect(local.address, { database: "shop" });
  await client.query(`
    CREATE TABLE dbo.P (Id int NOT NULL CONSTRAINT PK_P PRIMARY KEY, Name nvarchar(20) NULL);
    CREATE TABLE dbo.C (Id int NOT NULL CONSTRAINT PK_C PRIMARY KEY, P int NULL CONSTRAINT DF_C_P DEFAULT (1),
      N int NULL CONSTRAINT CK_N CHECK (N > 0), M int NULL);
    INSERT dbo.P VALUES (1, N'one'), (2, N'two'), (3, N'three'); INSERT dbo.C VALUES (10, 1, 5, 6), (20, 2, 5, 6), (30, NULL, NULL, 6)`);
});
afterEach(() => client.close());

const children = () => client.rows("SELECT Id, P FROM dbo.C ORDER BY Id");
const trust = (view: string) => client.rows(`SELECT name, is_disabled, is_not_trusted FROM sys.${view} ORDER BY name`);
const refused = (sql: string) =>
  client.query(sql).then(
    () => undefined,
    (error: { number: number; message: string }) => [error.number, error.message],
  );

describe("a check", () => {
  test("a check refuses a row for which it is false, not one for which it is unknown", async () => {
    expect(await refused("INSERT dbo.C (Id, N) VALUES (40, 0)")).toEqual([
      547,
      'The INSERT statement conflicted with the CHECK constraint "CK_N". The conflict occurred in database "shop", table "dbo.C", column \'N\'.',
    ]);
    expect(await refused("UPDATE dbo.C SET N = N - 5 WHERE Id = 10")).toEqual([
      547,
      'The UPDATE statement conflicted with the CHECK constraint "CK_N". The conflict occurred in database "shop", table "dbo.C", column \'N\'.',
    ]);
    await client.query("INSERT dbo.C (Id, N) VALUES (40, NULL)");
  });

  test("a check of two columns names none, and is not made over rows that break it", async () => {
    expect(await refused("ALTER TABLE dbo.C ADD CONSTRAINT CK_NM CHECK (N > M)")).toEqual([
      547,
      'The ALTER TABLE statement conflicted with the CHECK constraint "CK_NM". The conflict occurred in database "shop", table "dbo.C".',
    ]);
    await client.query("ALTER TABLE dbo.C WITH NOCHECK ADD CONSTRAINT CK_NM CHECK (N > M)");
    expect(await trust("check_constraints")).toEqual([
      ["CK_N", false, false],
      ["CK_NM", false, true],
    ]);
    expect(await client.error("INSERT dbo.C VALUES (40, NULL, 1, 1)")).toBe(547);
    expect(await client.error("ALTER TABLE dbo.C WITH CHECK CHECK CONSTRAINT CK_NM")).toBe(547);
    await client.query("UPDATE dbo.C SET M = 1; ALTER TABLE dbo.C WITH CHECK CHECK CONSTRAINT CK_NM");
    expect((await trust("check_constraints"))[1]).toEqual(["CK_NM", false, false]);
  });

  test("a check is switched off and on", async () => {
    await client.query("ALTER TABLE dbo.C NOCHECK CONSTRAINT CK_N; INSERT dbo.C (Id, N) VALUES (40, -1)");
    expect(await trust("check_constraints")).toEqual([["CK_N", true, true]]);
    await client.query("ALTER TABLE dbo.C CHECK CONSTRAINT ALL");
    expect(await trust("check_constraints")).toEqual([["CK_N", false, true]]);
    expect(await client.error("INSERT dbo.C (Id, N) VALUES (50, -1)")).toBe(547);
    expect(await refused("ALTER TABLE dbo.C NOCHECK CONSTRAINT CK_X")).toEqual([
      4917,
      "Constraint 'CK_X' does not exist.",
    ]);
    expect(await client.error("ALTER TABLE dbo.C NOCHECK CONSTRAINT PK_C")).toBe(11415);
  });

  test.each([
    ["N IN (1, 2) AND M <> 3", "(([N]=(2) OR [N]=(1)) AND [M]<>(3))"],
    ["N BETWEEN 1 AND 5 OR M IS NOT NULL", "([N]>=(1) AND [N]<=(5) OR [M] IS NOT NULL)"],
    ["(LEN(Name) > -1)", "(len([Name])>(-1))"],
    [
      "Name LIKE N'a%' AND NOT (Name = 'it''s' OR Name IS NULL)",
      "([Name] like N'a%' AND NOT ([Name]='it''s' OR [Name] IS NULL))",
    ],
  ])("a check is shown as SQL Server rewrites it: %s", async (written, shown) => {
    await client.query(`CREATE TABLE dbo.S (N int, M int, Name nvarchar(9), CHECK (${written}))`);
    expect(await client.rows("SELECT definition FROM sys.check_constraints WHERE name <> 'CK_N'")).toEqual([[shown]]);
    expect(
      await client.rows(
        "SELECT CHECK_CLAUSE FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS WHERE CONSTRAINT_NAME <> 'CK_N'",
      ),
    ).toEqual([[shown]]);
  });

  test("a check goes with DROP CONSTRAINT, and its name is free then", async () => {
    expect(await client.error("CREATE TABLE dbo.X (Y int CONSTRAINT CK_N CHECK (Y > 0))")).toBe(2714);
    await client.query("ALTER TABLE dbo.C DROP CONSTRAINT CK_N; INSERT dbo.C (Id, N) VALUES (40, -1)");
    await client.query("CREATE TABLE dbo.X (Y int CONSTRAINT CK_N CHECK (Y > 0))");
  });
});

describe("a default", () => {
  test("a default is a constraint with a name and a definition", async () => {
    await client.query(`ALTER TABLE dbo.C ADD CONSTRAINT DF_C_M DEFAULT 0 FOR M;
      ALTER TABLE dbo.C ADD At datetime NOT NULL DEFAULT GETDATE(), Who nvarchar(9) DEFAULT N'me'`);
    const rows =
      await client.rows(`SELECT d.name, c.name, d.definition, d.is_system_named FROM sys.default_constraints d
      JOIN sys.columns c ON c.default_object_id = d.object_id AND c.column_id = d.parent_column_id ORDER BY c.column_id`);
    expect(rows).toEqual([
      ["DF_C_P", "P", "((1))", false],
      ["DF_C_M", "M", "((0))", false],
      [expect.stringMatching(/^DF__C__At__[0-9A-F]{8}$/), "At", "(getdate())", true],
      [expect.stringMatching(/^DF__C__Who__[0-9A-F]{8}$/), "Who", "(N'me')", true],
    ]);
    expect(await client.error("ALTER TABLE dbo.C ADD CONSTRAINT DF_2 DEFAULT 0 FOR M")).toBe(1781);
    await client.query("ALTER TABLE dbo.C DROP CONSTRAINT DF_C_M; INSERT dbo.C (Id) VALUES (40)");
    expect(await client.rows("SELECT P, M, Who FROM dbo.C WHERE Id = 40")).toEqual([[1, null, "me"]]);
  });
});

describe("a foreign key", () => {
  const add = (rest = "") =>
    client.query(`ALTER TABLE dbo.C ADD CONSTRAINT FK_C_P FOREIGN KEY (P) REFERENCES dbo.P (Id) ${rest}`);

  test("a foreign key names the constraint, the table and the column", async () => {
    await add();
    expect(await refused("INSERT dbo.C (Id, P) VALUES (40, 9)")).toEqual([
      547,
      'The INSERT statement conflicted with the FOREIGN KEY constraint "FK_C_P". The conflict occurred in database "shop", table "dbo.P", column \'Id\'.',
    ]);
    expect(await refused("DELETE dbo.P WHERE Id = 2")).toEqual([
      547,
      'The DELETE statement conflicted with the REFERENCE constraint "FK_C_P". The conflict occurred in database "shop", table "dbo.C", column \'P\'.',
    ]);
    expect(await refused("UPDATE dbo.P SET Id = 9 WHERE Id = 1")).toEqual([
      547,
      'The UPDATE statement conflicted with the REFERENCE constraint "FK_C_P". The conflict occurred in database "shop", table "dbo.C", column \'P\'.',
    ]);
    await client.query("UPDATE dbo.P SET Id = 3 - Id WHERE Id < 3; DELETE dbo.P WHERE Id = 3");
  });

  test("a foreign key that is switched off is not enforced, and orphans do not come back to haunt other rows", async () => {
    await add();
    await client.query(
      "ALTER TABLE dbo.C NOCHECK CONSTRAINT FK_C_P; INSERT dbo.C (Id, P) VALUES (40, 9); DELETE dbo.P WHERE Id = 1",
    );
    expect(await trust("foreign_keys")).toEqual([["FK_C_P", true, true]]);
    expect(await client.error("DROP TABLE dbo.P")).toBe(3726);
    await client.query("ALTER TABLE dbo.C CHECK CONSTRAINT FK_C_P");
    expect(await trust("foreign_keys")).toEqual([["FK_C_P", false, true]]);
    // Orphans stay; only what changes now is looked at.
    await client.query("DELETE dbo.P WHERE Id = 3; UPDATE dbo.C SET N = 7 WHERE Id = 20");
    expect(await client.error("INSERT dbo.C (Id, P) VALUES (50, 9)")).toBe(547);
    expect(await refused("ALTER TABLE dbo.C WITH CHECK CHECK CONSTRAINT ALL")).toEqual([
      547,
      expect.stringMatching(/^The ALTER TABLE statement conflicted with the FOREIGN KEY constraint "FK_C_P"/),
    ]);
    await client.query("UPDATE dbo.C SET P = 2; ALTER TABLE dbo.C WITH CHECK CHECK CONSTRAINT ALL");
    expect(await trust("foreign_keys")).toEqual([["FK_C_P", false, false]]);
  });

  test("a foreign key is added over orphans only WITH NOCHECK", async () => {
    await client.query("UPDATE dbo.C SET P = 9 WHERE Id = 10");
    await expect(add()).rejects.toMatchObject({ number: 547 });
    await client.query("ALTER TABLE dbo.C WITH NOCHECK ADD CONSTRAINT FK_C_P FOREIGN KEY (P) REFERENCES dbo.P");
    expect(await trust("foreign_keys")).toEqual([["FK_C_P", false, true]]);
  });

  test.each([
    [
      "CASCADE",
      [
        [20, 2],
        [30, null],
      ],
      [
        [10, 9],
        [20, 2],
        [30, null],
      ],
    ],
    [
      "SET NULL",
      [
        [10, null],
        [20, 2],
        [30, null],
      ],
      [
        [10, null],
        [20, 2],
        [30, null],
      ],
    ],
    [
      "SET DEFAULT",
      [
        [10, 3],
        [20, 2],
        [30, null],
      ],
      [
        [10, 3],
        [20, 2],
        [30, null],
      ],
    ],
  ])("a foreign key with %s carries a delete and an update on", async (action, deleted, updated) => {
    await client.query(
      "ALTER TABLE dbo.C DROP CONSTRAINT DF_C_P; ALTER TABLE dbo.C ADD CONSTRAINT DF_C_P DEFAULT 3 FOR P",
    );
    await add(`ON DELETE ${action} ON UPDATE ${action}`);
    await client.query("BEGIN TRAN; DELETE dbo.P WHERE Id = 1");
    expect(await children()).toEqual(deleted);
    await client.query("ROLLBACK; UPDATE dbo.P SET Id = 9 WHERE Id = 1");
    expect(await children()).toEqual(updated);
    const rule = action.replace(" ", "_");
    expect(
      await client.rows(
        "SELECT delete_referential_action_desc, update_referential_action_desc, delete_referential_action FROM sys.foreign_keys",
      ),
    ).toEqual([[rule, rule, ["CASCADE", "SET NULL", "SET DEFAULT"].indexOf(action) + 1]]);
    expect(
      await client.rows(
        "SELECT CONSTRAINT_NAME, UNIQUE_CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS",
      ),
    ).toEqual([["FK_C_P", "PK_P", action, action]]);
  });

  test("cascades through several tables, at COMMIT as well, and a restore repeats it", async () => {
    await add("ON DELETE CASCADE");
    await client.query(`CREATE TABLE dbo.G (C int CONSTRAINT FK_G REFERENCES dbo.C (Id) ON DELETE CASCADE);
      INSERT dbo.G VALUES (10), (20); BEGIN TRAN; DELETE dbo.P WHERE Id = 1; COMMIT`);
    expect(await client.rows("SELECT C FROM dbo.G")).toEqual([[20]]);
    const past = local.instance.data.database("shop")!.rebuildAt(local.clock.nowMs());
    expect([...past.table("dbo", "G")!.rows.values()]).toEqual([[20]]);
  });

  test("a foreign key may not cascade by two ways or in a circle", async () => {
    await add("ON DELETE CASCADE");
    const circle = "ALTER TABLE dbo.P ADD C int NULL CONSTRAINT FK_P_C REFERENCES dbo.C (Id)";
    expect((await refused(`${circle} ON DELETE SET NULL`))?.[0]).toBe(1785);
    expect(
      await client.error("CREATE TABLE dbo.S (Id int PRIMARY KEY, Up int REFERENCES dbo.S ON DELETE CASCADE)"),
    ).toBe(1785);
    expect(
      await client.error(
        "CREATE TABLE dbo.S (A int REFERENCES dbo.P ON DELETE CASCADE, B int REFERENCES dbo.C ON DELETE CASCADE)",
      ),
    ).toBe(1785);
    await client.query(circle);
    await client.query("UPDATE dbo.P SET C = 20 WHERE Id = 1");
    expect(await client.error("DELETE dbo.P WHERE Id = 2")).toBe(547);
    expect(await client.error("DROP TABLE dbo.C")).toBe(3726);
  });

  test("a foreign key to its own table looks at the rows as the statement leaves them", async () => {
    await client.query("CREATE TABLE dbo.S (Id int PRIMARY KEY, Up int NULL CONSTRAINT FK_S REFERENCES dbo.S (Id))");
    await client.query("INSERT dbo.S VALUES (1, 2), (2, 1)");
    expect(await refused("INSERT dbo.S VALUES (3, 4)")).toEqual([
      547,
      expect.stringMatching(/conflicted with the FOREIGN KEY SAME TABLE constraint "FK_S"/),
    ]);
    expect(await refused("DELETE dbo.S WHERE Id = 1")).toEqual([
      547,
      expect.stringMatching(/conflicted with the SAME TABLE REFERENCE constraint "FK_S"/),
    ]);
    await client.query("DELETE dbo.S; DROP TABLE dbo.S");
  });

  test.each([
    ["another type", "CREATE TABLE dbo.X (P bigint REFERENCES dbo.P (Id))", 1778],
    [
      "another collation",
      "CREATE UNIQUE INDEX U ON dbo.P (Name); CREATE TABLE dbo.X (P nvarchar(5) COLLATE Latin1_General_BIN REFERENCES dbo.P (Name))",
      1757,
    ],
    [
      "a filtered index",
      "CREATE UNIQUE INDEX U ON dbo.P (Name) WHERE Id > 1; CREATE TABLE dbo.X (P nvarchar(20) REFERENCES dbo.P (Name))",
      1776,
    ],
  ])("a foreign key does not refer to a column of %s", async (_, sql, number) => {
    expect(await client.error(sql)).toBe(number);
  });
});

import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** Views, synonyms and new names: everything in a schema shares one space of names. */
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
  await client.query(`CREATE TABLE dbo.Orders (Id int NOT NULL CONSTRAINT PK_Orders PRIMARY KEY, Name nvarchar(20) NOT NULL,
    N int NULL CONSTRAINT DF_N DEFAULT 0 CONSTRAINT CK_N CHECK (N >= 0), Up int CONSTRAINT FK_Up REFERENCES dbo.Orders (Id), CONSTRAINT UQ_Orders UNIQUE (Name));
    INSERT dbo.Orders VALUES (1, N'one', 1, NULL), (2, N'two', 2, 1)`);
});
afterEach(() => client.close());

describe("a view", () => {
  test("a view is read like a table, as its tables are now", async () => {
    await client.query(
      "CREATE VIEW dbo.Small (Number, Label) AS WITH x AS (SELECT Id, Name FROM dbo.Orders WHERE N < 2) SELECT Id, Name FROM x",
    );
    expect(await client.rows("SELECT v.Label FROM dbo.Small AS v JOIN Orders o ON o.Id = v.Number")).toEqual([["one"]]);
    await client.query("INSERT dbo.Orders (Id, Name, N) VALUES (3, N'three', 0)");
    expect(await client.rows("SELECT Number FROM Small ORDER BY Number")).toEqual([[1], [3]]);
    await client.query("CREATE VIEW dbo.Smaller AS SELECT Number FROM dbo.Small WHERE Number > 1");
    expect(await client.rows("SELECT * FROM dbo.Smaller")).toEqual([[3]]);
    await client.query("DROP VIEW dbo.Small");
    expect(await client.error("SELECT * FROM dbo.Smaller")).toBe(208);
  });

  test("a view is in the catalog", async () => {
    const text = "CREATE VIEW dbo.V AS SELECT Id FROM dbo.Orders";
    await client.query(text);
    expect(await client.rows("SELECT name, type, OBJECTPROPERTY(object_id, 'IsView') FROM sys.views")).toEqual([
      ["V", "V ", 1],
    ]);
    expect(await client.rows("SELECT TABLE_NAME, VIEW_DEFINITION FROM INFORMATION_SCHEMA.VIEWS")).toEqual([
      ["V", text],
    ]);
    expect(
      await client.rows("SELECT TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES ORDER BY TABLE_NAME"),
    ).toEqual([
      ["Orders", "BASE TABLE"],
      ["V", "VIEW"],
    ]);
    expect(await client.rows("SELECT OBJECT_ID('dbo.V', 'V') - OBJECT_ID('dbo.V'), OBJECT_ID('dbo.V', 'U')")).toEqual([
      [0, null],
    ]);
  });

  test.each([
    ["behind another statement", "SELECT 1; CREATE VIEW dbo.V AS SELECT 1 AS x", 111],
    ["over nothing", "CREATE VIEW dbo.V AS SELECT * FROM dbo.Absent", 208],
    ["with a column without a name", "CREATE VIEW dbo.V AS SELECT 1", 4511],
    ["with one name twice", "CREATE VIEW dbo.V AS SELECT Id, Id FROM dbo.Orders", 4506],
    ["in order", "CREATE VIEW dbo.V AS SELECT Id FROM dbo.Orders ORDER BY Id", 1033],
    ["under a table's name", "CREATE VIEW dbo.orders AS SELECT 1 AS x", 2714],
    ["dropped that is a table", "DROP VIEW dbo.Orders", 3705],
    ["dropped that is not there", "DROP VIEW dbo.V", 3701],
  ])("%s is refused", async (_, sql, number) => {
    expect(await client.error(sql)).toBe(number);
  });

  test("a view is no table to change or drop", async () => {
    await client.query("CREATE VIEW dbo.V AS SELECT Id FROM dbo.Orders");
    expect(await client.error("INSERT dbo.V VALUES (1)")).toBe(50501);
    await expect(client.query("DROP TABLE dbo.V")).rejects.toMatchObject({
      number: 3705,
      message: "Cannot use DROP TABLE with 'dbo.V' because 'dbo.V' is a view. Use DROP VIEW.",
    });
  });
});

describe("a synonym", () => {
  test("a synonym stands for a table in every statement", async () => {
    await client.query(
      "CREATE SYNONYM dbo.O FOR shop.dbo.Orders; INSERT dbo.O (Id, Name) VALUES (3, N'three'); UPDATE O SET N = 9 WHERE Id = 3",
    );
    expect(await client.rows("SELECT o.N FROM dbo.O AS o WHERE o.Id = 3")).toEqual([[9]]);
    expect(await client.rows("SELECT name, type, base_object_name FROM sys.synonyms")).toEqual([
      ["O", "SN", "[shop].[dbo].[Orders]"],
    ]);
    expect(await client.error("DROP TABLE dbo.O")).toBe(3705);
    await client.query("DROP SYNONYM dbo.O");
    expect(await client.error("SELECT * FROM dbo.O")).toBe(208);
  });

  test("a synonym of nothing can be made and not read", async () => {
    await client.query("CREATE SYNONYM dbo.O FOR dbo.Later");
    await expect(client.query("SELECT * FROM dbo.O")).rejects.toMatchObject({
      number: 5313,
      message: "Synonym 'dbo.O' refers to an invalid object.",
    });
    await client.query("CREATE TABLE dbo.Later (x int)");
    expect(await client.rows("SELECT * FROM dbo.O")).toEqual([]);
  });
});

test.each([
  ["a table", "CREATE TABLE dbo.%s (x int)"],
  ["a primary key", "CREATE TABLE dbo.Fresh (x int CONSTRAINT %s PRIMARY KEY)"],
  ["a check", "ALTER TABLE dbo.Orders ADD CONSTRAINT %s CHECK (Id > 0)"],
  ["a default", "CREATE TABLE dbo.Fresh (x int CONSTRAINT %s DEFAULT 0)"],
  ["a foreign key", "ALTER TABLE dbo.Orders ADD CONSTRAINT %s FOREIGN KEY (Up) REFERENCES dbo.Orders (Id)"],
  ["a view", "CREATE VIEW dbo.%s AS SELECT 1 AS x"],
  ["a synonym", "CREATE SYNONYM dbo.%s FOR dbo.Orders"],
])("%s takes no name that anything else has", async (_, sql) => {
  await client.query("CREATE VIEW dbo.V AS SELECT 1 AS x");
  await client.query("CREATE SYNONYM dbo.S FOR dbo.Orders");
  for (const name of ["Orders", "PK_Orders", "UQ_Orders", "CK_N", "DF_N", "FK_Up", "V", "S"])
    await expect(client.query(sql.replace("%s", name))).rejects.toMatchObject({
      number: 2714,
      message: `There is already an object named '${name}' in the database.`,
    });
  await client.query(sql.replace("%s", "Free"));
});

test("sys.objects shows everything with its type", async () => {
  await client.query("CREATE VIEW dbo.V AS SELECT 1 AS x");
  await client.query("CREATE SYNONYM dbo.S FOR dbo.V");
  const rows = await client.rows(
    "SELECT name, type, type_desc, OBJECT_NAME(parent_object_id) FROM sys.objects ORDER BY name",
  );
  expect(rows).toEqual([
    ["CK_N", "C ", "CHECK_CONSTRAINT", "Orders"],
    ["DF_N", "D ", "DEFAULT_CONSTRAINT", "Orders"],
    ["FK_Up", "F ", "FOREIGN_KEY_CONSTRAINT", "Orders"],
    ["Orders", "U ", "USER_TABLE", null],
    ["PK_Orders", "PK", "PRIMARY_KEY_CONSTRAINT", "Orders"],
    ["S", "SN", "SYNONYM", null],
    ["UQ_Orders", "UQ", "UNIQUE_CONSTRAINT", "Orders"],
    ["V", "V ", "VIEW", null],
  ]);
  expect(
    await client.rows(
      "SELECT CONSTRAINT_NAME, CONSTRAINT_TYPE FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS ORDER BY CONSTRAINT_NAME",
    ),
  ).toEqual([
    ["CK_N", "CHECK"],
    ["FK_Up", "FOREIGN KEY"],
    ["PK_Orders", "PRIMARY KEY"],
    ["UQ_Orders", "UNIQUE"],
  ]);
});

describe("sp_rename", () => {
  test("sp_rename gives a table another name; its constraints keep theirs and stand in the way of a new one", async () => {
    const id = await client.value("SELECT OBJECT_ID('dbo.Orders')");
    const { messages } = await client.query("EXEC sp_rename 'dbo.Orders', 'Orders_old'");
    expect(messages).toEqual([
      "Caution: Changing any part of an object name could break scripts and stored procedures.",
    ]);
    expect(await client.rows("SELECT Id FROM dbo.Orders_old ORDER BY Id")).toEqual([[1], [2]]);
    expect(await client.error("SELECT * FROM dbo.Orders")).toBe(208);
    expect(await client.value("SELECT OBJECT_ID('dbo.Orders_old')")).toBe(id);
    expect(await client.error("INSERT dbo.Orders_old VALUES (3, N'x', 0, 9)")).toBe(547);
    expect(await client.error("CREATE TABLE dbo.Orders (Id int CONSTRAINT PK_Orders PRIMARY KEY)")).toBe(2714);
    await client.query(
      "EXEC sp_rename N'dbo.PK_Orders', N'PK_Orders_old', 'OBJECT'; CREATE TABLE dbo.Orders (Id int CONSTRAINT PK_Orders PRIMARY KEY)",
    );
    const past = local.instance.data.database("shop")!.rebuildAt(local.clock.nowMs());
    expect(past.table("dbo", "Orders_old")!.definition.primaryKey!.name).toBe("PK_Orders_old");
    expect(past.table("dbo", "Orders_old")!.rowCount).toBe(2);
  });

  test("sp_rename gives columns and indexes other names, and foreign keys follow", async () => {
    await client.query(`CREATE TABLE dbo.L (O int CONSTRAINT FK_L REFERENCES dbo.Orders (Id)); CREATE INDEX IX ON dbo.L (O);
      EXEC sp_rename 'dbo.Orders.Id', 'Number', 'COLUMN'; EXEC sp_rename @objname = 'dbo.L.IX', @newname = 'IX_L', @objtype = 'INDEX';
      EXEC sp_rename 'Orders', 'Sales'`);
    expect(await client.rows("SELECT Number FROM dbo.Sales")).toEqual([[1], [2]]);
    expect(await client.error("INSERT dbo.L VALUES (9)")).toBe(547);
    await client.query("INSERT dbo.L VALUES (2)");
    expect(await client.error("DELETE dbo.Sales WHERE Number = 1")).toBe(547);
    expect(
      await client.rows("SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.L') AND index_id > 1"),
    ).toEqual([["IX_L"]]);
  });

  test.each([
    ["nothing", "EXEC sp_rename 'dbo.Absent', 'x'", 15225],
    ["nothing of that type", "EXEC sp_rename 'dbo.Orders', 'x', 'COLUMN'", 15248],
    ["to a taken name", "EXEC sp_rename 'dbo.Orders', 'CK_N'", 15335],
    ["to a taken column", "EXEC sp_rename 'dbo.Orders.Id', 'Name', 'COLUMN'", 15335],
    ["a column of a check", "EXEC sp_rename 'dbo.Orders.N', 'M', 'COLUMN'", 15336],
  ])("%s is refused", async (_, sql, number) => {
    expect(await client.error(sql)).toBe(number);
  });
});

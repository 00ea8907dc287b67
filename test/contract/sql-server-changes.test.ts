import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeEach(async () => {
  server = await listeningInstance();
  client = await TediousClient.connect(server.address, { database: "shop" });
  await client.query(`
    CREATE TABLE dbo.Parents (Id int NOT NULL CONSTRAINT PK_Parents PRIMARY KEY CLUSTERED (Id ASC), Code varchar(5) NOT NULL CONSTRAINT UQ_Code UNIQUE);
    CREATE TABLE dbo.Children (
      Id int IDENTITY(100, 10) NOT NULL,
      ParentId int NULL,
      Name nvarchar(10) NOT NULL DEFAULT (N'none'),
      Price decimal(8, 2) NOT NULL CONSTRAINT DF_Price DEFAULT ((9.5)),
      Twice AS Price * 2,
      Stamp rowversion,
      CONSTRAINT PK_Children PRIMARY KEY (Id),
      CONSTRAINT FK_Children_Parents FOREIGN KEY (ParentId) REFERENCES dbo.Parents (Id)
    );
    INSERT INTO Parents VALUES (1, 'a'), (2, 'b'), (3, 'c')`);
});

afterEach(async () => {
  await client.close();
  await server.listeners.close();
});

const shop = () => server.instance.data.database("shop")!;

describe("INSERT", () => {
  test("INSERT fills identities, defaults, computed columns and rowversions, and leaves one commit in the log", async () => {
    const before = shop().sequence;
    const { rowCount } = await client.query("INSERT Children (ParentId) VALUES (1), (2)");
    expect(rowCount).toBe(2);
    expect(shop().sequence).toBe(before + 1);
    expect(await client.rows("SELECT Id, ParentId, Name, Price, Twice FROM Children ORDER BY Id")).toEqual([
      [100, 1, "none", 9.5, 19],
      [110, 2, "none", 9.5, 19],
    ]);
    expect(await client.rows("SELECT SCOPE_IDENTITY(), @@IDENTITY, IDENT_CURRENT('dbo.Children')")).toEqual([
      [110, 110, 110],
    ]);
    expect(await client.value("SELECT COUNT(DISTINCT Stamp) FROM Children WHERE DATALENGTH(Stamp) = 8")).toBe(2);
  });

  test("INSERT takes rows of a query, the word DEFAULT, and OUTPUT", async () => {
    await client.query("INSERT INTO Children (ParentId, Name) SELECT Id, Code + N'!' FROM Parents WHERE Id > 1");
    const inserted = await client.rows(
      "INSERT Children (Name, Price) OUTPUT inserted.Id, inserted.Twice VALUES (DEFAULT, 1)",
    );
    expect(inserted).toEqual([[120, 2]]);
    await client.query("INSERT INTO Children DEFAULT VALUES");
    expect(await client.rows("SELECT Name FROM Children ORDER BY Id")).toEqual([["b!"], ["c!"], ["none"], ["none"]]);
  });

  test("INSERT counts on behind rows of other writers", async () => {
    const stamp = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1]);
    const row = [500, null, "dts", "1.00", null, stamp];
    shop().commit(server.clock.nowMs(), [{ kind: "insert", schema: "dbo", table: "Children", rows: [row] }]);
    await client.query("INSERT Children (Name) VALUES (N'x')");
    expect(await client.rows("SELECT Id, Name FROM Children ORDER BY Id")).toEqual([
      [500, "dts"],
      [510, "x"],
    ]);
  });

  test("explicit identities only with IDENTITY_INSERT", async () => {
    expect(await client.error("INSERT Children (Id) VALUES (7)")).toBe(544);
    await client.query("SET IDENTITY_INSERT dbo.Children ON; INSERT Children (Id, Name) VALUES (7, N'seven')");
    expect(await client.error("INSERT Children (Name) VALUES (N'no id')")).toBe(545);
    await client.query("SET IDENTITY_INSERT dbo.Children OFF");
    expect(await client.value("SELECT Name FROM Children WHERE Id = 7")).toBe("seven");
  });

  test.each([
    ["a taken key", "INSERT Parents VALUES (4, 'd'), (1, 'x')", 2627],
    ["a taken unique value, whatever its case", "INSERT Parents VALUES (4, 'A')", 2627],
    ["a missing parent", "INSERT Children (ParentId) VALUES (99)", 547],
    ["NULL where none may be", "INSERT Children (Name) VALUES (NULL)", 515],
    ["a text that is too long", "INSERT Children (Name) VALUES (N'12345678901')", 8152],
    ["too few values", "INSERT Parents VALUES (4)", 213],
    ["more columns than values", "INSERT Parents (Id, Code) VALUES (4)", 109],
    ["an unknown column", "INSERT Parents (Nothing) VALUES (4)", 207],
    ["a computed column", "INSERT Children (Twice) VALUES (4)", 271],
    ["a rowversion", "INSERT Children (Stamp) VALUES (0x01)", 273],
    ["a text for bytes", "CREATE TABLE b (x varbinary(5)); INSERT b VALUES ('a')", 257],
  ])("INSERT refuses %s and changes nothing", async (_, sql, number) => {
    const counts = "SELECT (SELECT COUNT(*) FROM Parents), (SELECT COUNT(*) FROM Children)";
    const before = await client.rows(counts);
    expect(await client.error(sql)).toBe(number);
    expect(await client.rows(counts)).toEqual(before);
  });

  test("blanks beyond the length do not count, fixed lengths are filled up", async () => {
    await client.query("CREATE TABLE fixed (c char(4), b binary(3)); INSERT fixed VALUES ('ab      ', 0x01)");
    expect(await client.rows("SELECT c + '|', b FROM fixed")).toEqual([["ab  |", Buffer.from([1, 0, 0])]]);
  });
});

describe("UPDATE and DELETE", () => {
  test("UPDATE and DELETE change rows by themselves and by joins", async () => {
    await client.query("INSERT Children (ParentId, Name) VALUES (1, N'x'), (2, N'y'), (NULL, N'z')");
    expect((await client.query("UPDATE Children SET Price += 1, Name = DEFAULT WHERE ParentId IS NULL")).rowCount).toBe(
      1,
    );
    await client.query(
      "UPDATE c SET Name = p.Code FROM dbo.Children c JOIN dbo.Parents AS p ON p.Id = c.ParentId WHERE p.Id = 2",
    );
    expect(await client.rows("SELECT Name, Price FROM Children ORDER BY Id")).toEqual([
      ["x", 9.5],
      ["b", 9.5],
      ["none", 10.5],
    ]);
    const gone = await client.rows(
      "DELETE c OUTPUT deleted.Name FROM Children c JOIN Parents p ON p.Id = c.ParentId WHERE p.Code = 'B'",
    );
    expect(gone).toEqual([["b"]]);
    expect((await client.query("DELETE TOP (1) FROM Children")).rowCount).toBe(1);
    expect(await client.value("SELECT COUNT(*) FROM Children")).toBe(1);
  });

  test("a whole column of keys may move at once", async () => {
    await client.query("UPDATE Parents SET Id = Id + 1");
    expect(await client.rows("SELECT Id, Code FROM Parents ORDER BY Id")).toEqual([
      [2, "a"],
      [3, "b"],
      [4, "c"],
    ]);
  });

  test("a new rowversion with each change", async () => {
    await client.query("INSERT Children (Name) VALUES (N'x')");
    const before = await client.value("SELECT Stamp FROM Children");
    await client.query("UPDATE Children SET Name = N'y'");
    expect(await client.value("SELECT Stamp FROM Children")).not.toEqual(before);
  });

  test.each([
    ["a parent with children goes", "DELETE FROM Parents WHERE Id = 1", 547],
    ["a parent's key changes", "UPDATE Parents SET Id = 9 WHERE Id = 1", 547],
    ["a child's parent is none", "UPDATE Children SET ParentId = 9", 547],
    ["keys meet", "UPDATE Parents SET Id = 3 WHERE Id = 2", 2627],
    ["an identity changes", "UPDATE Children SET Id = 1", 8102],
    ["a referenced table is emptied", "TRUNCATE TABLE Parents", 4712],
    ["a referenced table is dropped", "DROP TABLE Parents", 3726],
  ])("UPDATE and DELETE is refused when %s", async (_, sql, number) => {
    await client.query("INSERT Children (ParentId) VALUES (1)");
    expect(await client.error(sql)).toBe(number);
    expect(await client.rows("SELECT Id FROM Parents ORDER BY Id")).toEqual([[1], [2], [3]]);
  });

  test("TRUNCATE begins the table anew", async () => {
    await client.query(
      "INSERT Children (ParentId) VALUES (1), (2); TRUNCATE TABLE Children; INSERT Children (ParentId) VALUES (3)",
    );
    expect(await client.rows("SELECT Id, ParentId FROM Children")).toEqual([[100, 3]]);
  });

  test("a batch goes on after a constraint's error, and not after a conversion's", async () => {
    await client.error("INSERT Parents VALUES (1, 'x'); INSERT Parents VALUES (4, 'd')");
    await client.error("INSERT Parents VALUES (CAST('five' AS int), 'e'); INSERT Parents VALUES (6, 'f')");
    expect(await client.rows("SELECT Id FROM Parents ORDER BY Id")).toEqual([[1], [2], [3], [4]]);
  });
});

describe("definitions", () => {
  test.each([
    ["a taken table name", "CREATE TABLE Parents (x int)", 2714],
    ["a taken constraint name", "CREATE TABLE t (x int CONSTRAINT PK_Parents PRIMARY KEY)", 2714],
    ["a column twice", "CREATE TABLE t (x int, X int)", 2705],
    ["a schema that is not there", "CREATE TABLE other.t (x int)", 2760],
    ["a reference to nothing", "CREATE TABLE t (x int REFERENCES absent (id))", 1767],
    ["a reference to no key", "CREATE TABLE t (x varchar(5) REFERENCES Children (Name))", 1776],
    ["a key that may be NULL", "CREATE TABLE t (x int NULL PRIMARY KEY)", 8111],
    ["an unknown type", "CREATE TABLE t (x nothing)", 2715],
    ["a drop of nothing", "DROP TABLE absent", 3701],
    ["a columnstore index", "CREATE NONCLUSTERED COLUMNSTORE INDEX i ON Parents (Code)", 50501],
    ["a check that is not replicated", "CREATE TABLE t (x int CHECK NOT FOR REPLICATION (x > 0))", 50501],
  ])("definitions refuse %s", async (_, sql, number) => {
    expect(await client.error(sql)).toBe(number);
  });

  test("tables are altered with their rows", async () => {
    await client.query("ALTER TABLE Parents ADD Note nvarchar(10) NULL, Rank int NOT NULL DEFAULT 5");
    await client.query("ALTER TABLE Parents ADD CONSTRAINT UQ_Both UNIQUE (Id, Code)");
    expect(await client.rows("SELECT Id, Note, Rank FROM Parents WHERE Id < 3 ORDER BY Id")).toEqual([
      [1, null, 5],
      [2, null, 5],
    ]);
    await client.query("ALTER TABLE Children DROP CONSTRAINT FK_Children_Parents");
    await client.query("INSERT Children (ParentId) VALUES (99)");
    expect(
      await client.error("ALTER TABLE Children ADD CONSTRAINT FK FOREIGN KEY (ParentId) REFERENCES Parents (Id)"),
    ).toBe(547);
    expect(await client.error("ALTER TABLE Parents ADD Late int NOT NULL")).toBe(4901);
  });

  test("databases come and go", async () => {
    await client.query("CREATE DATABASE [my db] COLLATE Latin1_General_CI_AS");
    const { messages } = await client.query("USE [my db]");
    expect(messages).toEqual(["Changed database context to 'my db'."]);
    await client.query("CREATE TABLE t (x varchar(10)); INSERT t VALUES ('é')");
    expect(await client.rows("SELECT x, DATALENGTH(x) FROM [my db].dbo.t")).toEqual([["é", 1]]);
    expect(await client.error("CREATE DATABASE shop")).toBe(1801);
    expect(await client.error("DROP DATABASE [my db]")).toBe(3702);
    await client.query("USE shop; DROP DATABASE [my db]");
    expect(await client.error("USE [my db]")).toBe(911);
    expect(server.instance.data.database("my db")).toBeUndefined();
  });

  test("texts of two collations do not compare by themselves", async () => {
    await client.query(
      "CREATE DATABASE other COLLATE Latin1_General_CI_AS; USE other; CREATE TABLE t (x nvarchar(5)); INSERT t VALUES (N'A'); USE shop",
    );
    const join = "SELECT COUNT(*) FROM Parents p JOIN other.dbo.t t ON t.x = p.Code";
    expect(await client.error(join)).toBe(468);
    expect(await client.value(`${join} COLLATE DATABASE_DEFAULT`)).toBe(1);
  });
});

describe("rights", () => {
  const as = async (user: string, act: (other: TediousClient) => Promise<void>) => {
    const other = await TediousClient.connect(server.address, { user, database: "shop" });
    await act(other).finally(() => other.close());
  };

  test("a ReadOnly login reads and changes nothing", () =>
    as("reader", async (reader) => {
      expect(await reader.value("SELECT COUNT(*) FROM Parents")).toBe(3);
      for (const sql of ["INSERT Parents VALUES (4, 'd')", "UPDATE Parents SET Code = 'z'", "DELETE FROM Parents"])
        expect(await reader.error(sql)).toBe(229);
      expect(await reader.error("CREATE TABLE t (x int)")).toBe(262);
      expect(await reader.error("DROP TABLE Parents")).toBe(3701);
      expect(await reader.error("SELECT * FROM sys.dm_db_partition_stats")).toBe(262);
    }));

  test("a ReadWrite login changes rows but no tables", () =>
    as("writer", async (writer) => {
      expect(await writer.error("INSERT Parents VALUES (4, 'd')")).toBeUndefined();
      expect(await writer.error("ALTER TABLE Parents ADD x int")).toBe(4902);
      expect(await writer.error("CREATE DATABASE mine")).toBe(262);
    }));

  test("a login with a grant on one table enters the database, and sees and touches that table alone", async () => {
    const grants = [{ database: "shop", schema: "dbo", table: "parents", actions: ["SELECT", "INSERT"] as const }];
    const { password } = server.instance.data.login("reader")!;
    server.instance.data.setLogin({ name: "clerk", password, super: false, rights: {}, grants }, 0);
    await as("clerk", async (clerk) => {
      expect(await clerk.value("SELECT COUNT(*) FROM Parents")).toBeGreaterThan(0);
      expect(await clerk.error("INSERT Parents VALUES (9, 'i')")).toBeUndefined();
      expect(await clerk.error("DELETE FROM Parents WHERE Id = 9")).toBe(229);
      expect(await clerk.error("SELECT COUNT(*) FROM Children")).toBe(229);
      expect(await clerk.rows("SELECT name FROM sys.tables")).toEqual([["Parents"]]);
      expect(await clerk.rows("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES")).toEqual([["Parents"]]);
      expect(
        await clerk.rows(
          "SELECT HAS_PERMS_BY_NAME('[dbo].[Parents]', 'OBJECT', 'SELECT'), HAS_PERMS_BY_NAME('dbo.Parents', 'OBJECT', 'UPDATE'), HAS_PERMS_BY_NAME('dbo.Children', 'OBJECT', 'SELECT'), HAS_PERMS_BY_NAME('shop', 'DATABASE', 'SELECT'), HAS_PERMS_BY_NAME('shop', 'DATABASE', 'CONNECT'), HAS_DBACCESS('shop'), OBJECT_ID('dbo.Children'), IS_MEMBER('db_datareader')",
        ),
      ).toEqual([[1, 0, null, 0, 1, 1, null, 0]]);
    });
  });

  test("a database without rights stays closed, and rights can change while connected", async () => {
    server.instance.data.createDatabase("private", "Chinese_PRC_CI_AS", 0);
    await as("reader", async (reader) => {
      expect(await reader.error("USE private")).toBe(916);
      expect(await reader.error("SELECT * FROM private.sys.tables")).toBe(916);
      const login = server.instance.data.login("reader")!;
      server.instance.data.setLogin({ ...login, rights: { private: "DBOwner" } }, 0);
      expect(await reader.error("USE private; CREATE TABLE t (x int)")).toBeUndefined();
    });
  });
});

test("a locked instance is read-only", async () => {
  server.instance.lockMode = "LockByDiskQuota";
  expect(await client.error("DELETE FROM dbo.Parents")).toBe(3906);
  expect(await client.error("CREATE DATABASE other")).toBe(3906);
  expect(await client.value("SELECT COUNT(*) FROM dbo.Parents")).toBe(3);
  server.instance.lockMode = "Unlock";
  await client.query("DELETE FROM dbo.Parents");
});

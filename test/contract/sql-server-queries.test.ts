import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance();
  client = await TediousClient.connect(server.address, { database: "shop" });
  await client.query(`
    CREATE TABLE dbo.Customers (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NOT NULL, City varchar(20) NULL);
    CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, CustomerId int NULL, Total decimal(12, 2) NOT NULL, PlacedAt datetime NULL);
    INSERT INTO Customers VALUES (1, N'Ann', 'Bonn'), (2, N'bob', 'Köln'), (3, N'Łukasz', NULL), (4, N'王芳', 'BONN ');
    INSERT INTO Orders VALUES (10, 1, 12.50, '2026-01-31T10:00:00'), (11, 1, 100.00, '2026-02-28T10:00:00.003'),
      (12, 2, 9.99, NULL), (13, NULL, 0.01, '2025-12-31T23:59:59.997')`);
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

/** Statement and its rows; a statement whose order is free sorts by itself. */
const cases: [sql: string, rows: unknown[][]][] = [
  ["SELECT Id FROM Customers WHERE City = 'bonn' ORDER BY Id", [[1], [4]]],
  ["SELECT Id FROM Customers WHERE Name LIKE N'%U%' OR Name LIKE '[a-b]%' ORDER BY Id", [[1], [2], [3]]],
  ["SELECT Id FROM Customers WHERE Name LIKE '_o_' AND NOT City IS NULL", [[2]]],
  ["SELECT Id FROM Customers WHERE City <> 'Bonn'", [[2]]],
  ["SELECT Id FROM Customers WHERE Id NOT IN (SELECT CustomerId FROM Orders)", []],
  [
    "SELECT Id FROM Customers c WHERE NOT EXISTS (SELECT * FROM Orders o WHERE o.CustomerId = c.Id) ORDER BY 1",
    [[3], [4]],
  ],
  ["SELECT Id FROM Orders WHERE Total BETWEEN 9.99 AND 12.5 ORDER BY Total DESC", [[10], [12]]],
  ["SELECT Id FROM Orders ORDER BY Total", [[13], [12], [10], [11]]],
  ["SELECT TOP 2 Id FROM Orders ORDER BY PlacedAt DESC", [[11], [10]]],
  ["SELECT TOP (50) PERCENT Id FROM Orders ORDER BY Id", [[10], [11]]],
  ["SELECT Id FROM Orders ORDER BY PlacedAt, Id", [[12], [13], [10], [11]]],
  [
    "SELECT c.Name, o.Id FROM Customers c JOIN Orders o ON o.CustomerId = c.Id ORDER BY o.Id",
    [
      ["Ann", 10],
      ["Ann", 11],
      ["bob", 12],
    ],
  ],
  [
    "SELECT c.Id, o.Id FROM Customers c LEFT JOIN Orders o ON o.CustomerId = c.Id AND o.Total > 50 ORDER BY c.Id",
    [
      [1, 11],
      [2, null],
      [3, null],
      [4, null],
    ],
  ],
  [
    "SELECT c.Id, o.Id FROM Customers AS c FULL OUTER JOIN Orders o ON o.CustomerId = c.Id WHERE c.Id IS NULL OR o.Id IS NULL ORDER BY c.Id, o.Id",
    [
      [null, 13],
      [3, null],
      [4, null],
    ],
  ],
  ["SELECT o.Id FROM Orders o RIGHT JOIN Customers c ON c.Id = o.CustomerId WHERE o.Id IS NULL", [[null], [null]]],
  ["SELECT COUNT(*) FROM Customers CROSS JOIN Orders", [[16]]],
  ["SELECT COUNT(*) FROM Customers c, Orders o WHERE c.Id = o.CustomerId", [[3]]],
  ["SELECT a.Id FROM (Customers a INNER JOIN Customers b ON a.Id = b.Id + 1) WHERE b.Id = 2", [[3]]],
  [
    "SELECT CustomerId, COUNT(*), SUM(Total), MIN(Total), MAX(Total) FROM Orders GROUP BY CustomerId ORDER BY CustomerId",
    [
      [null, 1, 0.01, 0.01, 0.01],
      [1, 2, 112.5, 12.5, 100],
      [2, 1, 9.99, 9.99, 9.99],
    ],
  ],
  ["SELECT UPPER(City) FROM Customers GROUP BY UPPER(City) HAVING COUNT(*) > 1", [["BONN"]]],
  ["SELECT COUNT(*), COUNT(City), COUNT(DISTINCT City), COUNT_BIG(*) FROM Customers", [[4, 3, 2, "4"]]],
  [
    "SELECT SUM(Total), AVG(Id), MAX(Name) FROM Orders CROSS JOIN (SELECT Name FROM Customers WHERE 1 = 0) n",
    [[null, null, null]],
  ],
  ["SELECT COUNT(*) FROM Orders WHERE 1 = 0 GROUP BY CustomerId", []],
  ["SELECT DISTINCT CustomerId FROM Orders WHERE CustomerId IS NOT NULL ORDER BY CustomerId DESC", [[2], [1]]],
  ["SELECT Id FROM Customers UNION SELECT CustomerId FROM Orders ORDER BY Id", [[null], [1], [2], [3], [4]]],
  ["SELECT 1 UNION ALL SELECT 1", [[1], [1]]],
  ["SELECT Id FROM Customers EXCEPT SELECT CustomerId FROM Orders ORDER BY 1", [[3], [4]]],
  ["SELECT Id FROM Customers INTERSECT SELECT CustomerId FROM Orders ORDER BY Id", [[1], [2]]],
  ["SELECT 1 UNION SELECT 2 EXCEPT SELECT 2", [[1]]],
  [
    "WITH big AS (SELECT * FROM Orders WHERE Total > 10), one (Id) AS (SELECT TOP 1 Id FROM big ORDER BY Id DESC) SELECT Id FROM one",
    [[11]],
  ],
  ["SELECT x.n FROM (VALUES (1, N'a'), (2, NULL)) AS x(n, t) WHERE t IS NULL", [[2]]],
  [
    "SELECT (SELECT MAX(Total) FROM Orders o WHERE o.CustomerId = c.Id) FROM Customers c WHERE Id < 3 ORDER BY Id",
    [[100], [9.99]],
  ],
  ["SELECT Id FROM Orders WHERE Total >= ALL (SELECT Total FROM Orders)", [[11]]],
  ["SELECT Id FROM Orders WHERE Id = ANY (SELECT MAX(Id) FROM Orders)", [[13]]],
  [
    "SELECT ROW_NUMBER() OVER (ORDER BY Total DESC), Id FROM Orders WHERE Id < 12 ORDER BY Id",
    [
      ["2", 10],
      ["1", 11],
    ],
  ],
  [
    "SELECT Id, COUNT(*) OVER (PARTITION BY CustomerId) FROM Orders ORDER BY Id",
    [
      [10, 2],
      [11, 2],
      [12, 1],
      [13, 1],
    ],
  ],
  [
    "SELECT CASE Id WHEN 1 THEN 'one' WHEN 2 THEN 'two' END FROM Customers WHERE Id <= 3 ORDER BY Id",
    [["one"], ["two"], [null]],
  ],
  ["SELECT Total * 2 AS twice FROM Orders WHERE Id = 10 ORDER BY twice", [[25]]],
  [
    'SELECT [Id], "Name" FROM [shop].[dbo].[Customers] WITH (NOLOCK) WHERE Customers.Id = 1 OPTION (MAXDOP 1, RECOMPILE)',
    [[1, "Ann"]],
  ],
  ["SELECT c.* FROM Customers c WHERE c.Id = 2", [[2, "bob", "Koln"]]],
  ["SELECT Id FROM Customers ORDER BY Name COLLATE Latin1_General_BIN", [[1], [2], [3], [4]]],
  ["SELECT Id FROM Customers WHERE Name COLLATE Latin1_General_CS_AS = 'ANN'", []],
  [
    "DECLARE @s nvarchar(100) = N''; SELECT @s = @s + Name + N';' FROM Customers WHERE Id < 3; SELECT @s",
    [["Ann;bob;"]],
  ],
  ["SELECT TOP 1 WITH TIES CustomerId FROM Orders WHERE CustomerId = 1 ORDER BY CustomerId", [[1], [1]]],
  ["SELECT 5 /* a /* nested */ comment */ -- and another\n", [[5]]],
];

test.each(cases)("%s", async (sql, rows) => {
  expect(await client.rows(sql)).toEqual(rows);
});

const refusals: [sql: string, number: number][] = [
  ["SELECT FROM Customers", 156],
  ["SELECT * FROM", 102],
  ["SELECT 'open", 105],
  ["SELECT Nothing FROM Customers", 207],
  ["SELECT x.Id FROM Customers c", 4104],
  ["SELECT Id FROM Customers c JOIN Orders o ON o.CustomerId = c.Id", 209],
  ["SELECT * FROM dbo.Absent", 208],
  ["SELECT * FROM absent.dbo.Customers", 208],
  ["SELECT @missing", 137],
  ["SELECT Name, COUNT(*) FROM Customers", 8120],
  ["SELECT Id FROM Customers WHERE COUNT(*) > 1", 147],
  ["SELECT (SELECT Id FROM Customers)", 512],
  ["SELECT (SELECT Id, Name FROM Customers WHERE Id = 1)", 116],
  ["SELECT 1 UNION SELECT 1, 2", 205],
  ["SELECT * FROM (SELECT Id FROM Customers ORDER BY Id) x", 1033],
  ["SELECT 1 / 0", 8134],
  ["SELECT N'a' + 1", 245],
  ["SELECT 2147483647 + 1", 8115],
  ["SELECT Id FROM Customers WHERE Id", 4145],
  ["SELECT nothing(1)", 195],
  ["SELECT LEN(1, 2)", 174],
];

test.each(refusals)("%s is refused with error %i", async (sql, number) => {
  expect(await client.error(sql)).toBe(number);
});

test("names longer than 128 characters are refused, wherever they stand", async () => {
  const long = "x".repeat(129);
  for (const sql of [`SELECT 1 AS '${long}'`, `SELECT 1 AS ${long}`, `SELECT 1 AS [${long}]`, `SELECT @${long}`])
    expect(await client.error(sql)).toBe(103);
});

describe("what the engine does not play is named, never guessed", () => {
  test.each([
    "MERGE Customers USING Orders ON 1 = 1 WHEN MATCHED THEN DELETE;",
    "SELECT * INTO #t FROM Customers",
    "SELECT Id FROM Customers FOR XML PATH",
    "SELECT CustomerId FROM Orders GROUP BY ROLLUP (CustomerId)",
    "SELECT CHECKSUM(1)",
    "SELECT SUM(Total) OVER (ORDER BY Id) FROM Orders",
    "WAITFOR DELAY '00:00:01'",
    "CREATE VIEW v WITH SCHEMABINDING AS SELECT 1 AS x",
    "SELECT * FROM sys.dm_exec_requests",
    "DECLARE c CURSOR FOR SELECT 1",
    "WITH n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n) SELECT * FROM n",
  ])("%s", async (sql) => {
    expect(await client.error(sql)).toBe(50501);
  });
});

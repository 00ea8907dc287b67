import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  server = await listeningInstance({ version: "2016" });
  client = await TediousClient.connect(server.address, { database: "shop" });
  await client.query(`
    CREATE TABLE p (id int IDENTITY CONSTRAINT PK_p PRIMARY KEY, a varchar(10) NOT NULL, b int NULL, CONSTRAINT UQ_p UNIQUE (a, b));
    CREATE TABLE c (id int NOT NULL CONSTRAINT PK_c PRIMARY KEY, pid int NULL CONSTRAINT FK_p REFERENCES p (id),
      sid int NULL CONSTRAINT FK_c REFERENCES c (id));
    INSERT p (a, b) VALUES ('x', NULL), ('y', 2); INSERT c VALUES (1, 1, NULL), (2, NULL, 1)`);
});

afterAll(async () => {
  await client.close();
  await server.listeners.close();
});

/** Statement, and the number, class, state and text of its error, as sys.messages and SQL Server's documents have them. */
const errors: [sql: string, number: number, severity: number, state: number, text: string][] = [
  [
    "INSERT p (a) VALUES ('X')",
    2627,
    14,
    1,
    "Violation of UNIQUE KEY constraint 'UQ_p'. Cannot insert duplicate key in object 'dbo.p'. The duplicate key value is (X, <NULL>).",
  ],
  [
    "INSERT c VALUES (2, NULL, NULL)",
    2627,
    14,
    1,
    "Violation of PRIMARY KEY constraint 'PK_c'. Cannot insert duplicate key in object 'dbo.c'. The duplicate key value is (2).",
  ],
  [
    "INSERT p (a) VALUES (NULL)",
    515,
    16,
    2,
    "Cannot insert the value NULL into column 'a', table 'shop.dbo.p'; column does not allow nulls. INSERT fails.",
  ],
  [
    "UPDATE p SET a = NULL",
    515,
    16,
    2,
    "Cannot insert the value NULL into column 'a', table 'shop.dbo.p'; column does not allow nulls. UPDATE fails.",
  ],
  [
    "INSERT c VALUES (3, 9, NULL)",
    547,
    16,
    0,
    `The INSERT statement conflicted with the FOREIGN KEY constraint "FK_p". The conflict occurred in database "shop", table "dbo.p", column 'id'.`,
  ],
  [
    "UPDATE c SET sid = 9",
    547,
    16,
    0,
    `The UPDATE statement conflicted with the FOREIGN KEY SAME TABLE constraint "FK_c". The conflict occurred in database "shop", table "dbo.c", column 'id'.`,
  ],
  [
    "DELETE FROM p",
    547,
    16,
    0,
    `The DELETE statement conflicted with the REFERENCE constraint "FK_p". The conflict occurred in database "shop", table "dbo.c", column 'pid'.`,
  ],
  [
    "DELETE FROM c WHERE id = 1",
    547,
    16,
    0,
    `The DELETE statement conflicted with the SAME TABLE REFERENCE constraint "FK_c". The conflict occurred in database "shop", table "dbo.c", column 'sid'.`,
  ],
  [
    "TRUNCATE TABLE absent",
    4701,
    16,
    1,
    `Cannot find the object "absent" because it does not exist or you do not have permissions.`,
  ],
  [
    "SELECT CAST('2026-02-30' AS datetime)",
    242,
    16,
    3,
    "The conversion of a varchar data type to a datetime data type resulted in an out-of-range value.",
  ],
  [
    "SELECT CAST(N'2026-01-01 24:00' AS smalldatetime)",
    242,
    16,
    3,
    "The conversion of a nvarchar data type to a smalldatetime data type resulted in an out-of-range value.",
  ],
  [
    "SELECT CAST('2026-02-30' AS date)",
    241,
    16,
    1,
    "Conversion failed when converting date and/or time from character string.",
  ],
  [
    "SELECT CAST('none' AS smalldatetime)",
    295,
    16,
    3,
    "Conversion failed when converting character string to smalldatetime data type.",
  ],
  [
    "SELECT CAST(1e9 AS datetime)",
    8115,
    16,
    2,
    "Arithmetic overflow error converting expression to data type datetime.",
  ],
  [
    "SELECT CAST('300' AS tinyint)",
    244,
    16,
    1,
    "The conversion of the varchar value '300' overflowed an INT1 column. Use a larger integer column.",
  ],
  [
    "SELECT CAST('70000' AS smallint)",
    244,
    16,
    2,
    "The conversion of the varchar value '70000' overflowed an INT2 column. Use a larger integer column.",
  ],
  [
    "SELECT CAST('3000000000' AS int)",
    248,
    16,
    1,
    "The conversion of the varchar value '3000000000' overflowed an int column.",
  ],
  ["SELECT CAST('x' AS bigint)", 8114, 16, 1, "Error converting data type varchar to bigint."],
  ["SELECT CAST(70000 AS smallint)", 220, 16, 1, "Arithmetic overflow error for data type smallint, value = 70000."],
  ["SELECT CAST(3e9 AS int)", 232, 16, 3, "Arithmetic overflow error for type int, value = 3000000000.000000."],
  ["SELECT POWER(10, 10)", 232, 16, 3, "Arithmetic overflow error for type int, value = 10000000000.000000."],
  ["SELECT CAST(1e6 AS varchar(2))", 232, 16, 2, "Arithmetic overflow error for type varchar, value = 1000000.000000."],
  ["SELECT 2147483647 + 1", 8115, 16, 2, "Arithmetic overflow error converting expression to data type int."],
  [
    "SELECT CAST(12345 AS nvarchar(3))",
    8115,
    16,
    2,
    "Arithmetic overflow error converting expression to data type nvarchar.",
  ],
  [
    "SELECT CAST(CAST(123.45 AS decimal(9, 2)) AS decimal(4, 2))",
    8115,
    16,
    8,
    "Arithmetic overflow error converting numeric to data type numeric.",
  ],
  [
    "SELECT CAST(1e9 AS decimal(4, 2))",
    8115,
    16,
    6,
    "Arithmetic overflow error converting float to data type numeric.",
  ],
  [
    "SELECT CAST(123.45 AS varchar(3))",
    8115,
    16,
    5,
    "Arithmetic overflow error converting numeric to data type varchar.",
  ],
  [
    "SELECT CAST($123 AS varchar(3))",
    234,
    16,
    2,
    "There is insufficient result space to convert a money value to varchar.",
  ],
  ["SELECT LEFT('a', -1)", 537, 16, 3, "Invalid length parameter passed to the LEFT or SUBSTRING function."],
  ["SELECT SUBSTRING('a', 1, -1)", 537, 16, 3, "Invalid length parameter passed to the LEFT or SUBSTRING function."],
  ["SELECT RIGHT('a', -1)", 536, 16, 2, "Invalid length parameter passed to the right function."],
  ["SELECT * FROM (SELECT 1 AS a, 2 AS A) x", 8156, 16, 1, "The column 'A' was specified multiple times for 'x'."],
  [
    "WITH x (a, a) AS (SELECT 1, 2) SELECT 1 FROM x",
    8156,
    16,
    1,
    "The column 'a' was specified multiple times for 'x'.",
  ],
  ["SELECT 1 FROM (SELECT 1) x (a, b)", 8159, 16, 1, "'x' has fewer columns than were specified in the column list."],
  [
    "SELECT CAST(1 AS bit) + CAST(1 AS bit)",
    402,
    16,
    1,
    "The data types bit and bit are incompatible in the add operator.",
  ],
  [
    "SELECT COALESCE(NULL, NULL)",
    4127,
    16,
    1,
    "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.",
  ],
  [
    "SELECT NULLIF(NULL, 1)",
    4151,
    16,
    1,
    "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.",
  ],
  [
    "SELECT DATEADD(hour, 1, CAST('2026-01-01' AS date))",
    9810,
    16,
    1,
    "The datepart hour is not supported by date function dateadd for data type date.",
  ],
  [
    "SELECT DATEPART(year, CAST('10:00' AS time))",
    9810,
    16,
    1,
    "The datepart year is not supported by date function datepart for data type time.",
  ],
  [
    "SELECT DATENAME(minute, CAST('2026-01-01' AS date))",
    9810,
    16,
    1,
    "The datepart minute is not supported by date function datename for data type date.",
  ],
  [
    "SELECT 1 WHERE 'a' COLLATE Latin1_General_CI_AS = 'b' COLLATE Latin1_General_BIN",
    468,
    16,
    9,
    'Cannot resolve the collation conflict between "Latin1_General_BIN" and "Latin1_General_CI_AS" in the equal to operation.',
  ],
  [
    "SELECT 'a' COLLATE Latin1_General_CI_AS + 'b' COLLATE Latin1_General_BIN",
    468,
    16,
    9,
    'Cannot resolve the collation conflict between "Latin1_General_BIN" and "Latin1_General_CI_AS" in the add operation.',
  ],
  [
    "SELECT CAST(1 AS uniqueidentifier)",
    529,
    16,
    1,
    "Explicit conversion from data type int to uniqueidentifier is not allowed.",
  ],
  [
    "UPDATE p SET b = 1, B = 2",
    264,
    16,
    1,
    "The column name 'b' is specified more than once in the SET clause or column list of an INSERT. A column cannot be assigned more than one value in the same clause. Modify the clause to make sure that a column is updated only once. If this statement updates or inserts columns into a view, column aliasing can conceal the duplication in your code.",
  ],
  ["SELECT TOP (-1) id FROM p", 1060, 15, 1, "A TOP N or FETCH rowcount value may not be negative."],
];

test.each(errors)("%s", async (sql, number, severity, state, text) => {
  const error = await client.query(sql).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ number, class: severity, state, message: text });
});

test("a deadlock names the session", async () => {
  const other = await TediousClient.connect(server.address, { database: "shop" });
  const spid = await client.value("BEGIN TRANSACTION; UPDATE p SET b = 7 WHERE id = 2; SELECT @@SPID");
  await other.query("UPDATE p SET b = 8 WHERE id = 2");
  await other.close();
  await expect(client.query("COMMIT")).rejects.toMatchObject({
    number: 1205,
    class: 13,
    message: `Transaction (Process ID ${spid}) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.`,
  });
});

import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

let server: ListeningInstance;
let client: TediousClient;
let other: TediousClient;

beforeEach(async () => {
  server = await listeningInstance({ version: "2016" });
  client = await TediousClient.connect(server.address, { database: "shop" });
  other = await TediousClient.connect(server.address, { database: "shop" });
  await client.query(
    "CREATE TABLE a (id int PRIMARY KEY, n int); CREATE TABLE b (id int PRIMARY KEY); INSERT a VALUES (1, 10), (2, 20)",
  );
});

afterEach(async () => {
  await Promise.all([client.close(), other.close()]);
  await server.listeners.close();
});

const numbers = (from: TediousClient) => from.rows("SELECT id, n FROM a ORDER BY id");

test("no other session sees a change before COMMIT, and the log gets one commit", async () => {
  const { sequence } = server.instance.data.database("shop")!;
  await client.query(
    "BEGIN TRANSACTION; UPDATE a SET n = 0; DELETE FROM a WHERE id = 2; INSERT a VALUES (3, 30); UPDATE a SET n = 31 WHERE id = 3",
  );
  expect(await numbers(client)).toEqual([
    [1, 0],
    [3, 31],
  ]);
  expect(await numbers(other)).toEqual([
    [1, 10],
    [2, 20],
  ]);
  await client.query("COMMIT");
  expect(await numbers(other)).toEqual([
    [1, 0],
    [3, 31],
  ]);
  expect(server.instance.data.database("shop")!.sequence).toBe(sequence + 1);
});

test("ROLLBACK leaves nothing, tables included", async () => {
  await client.query("BEGIN TRAN; CREATE TABLE c (x int); INSERT c VALUES (1); DELETE FROM a; ROLLBACK TRAN");
  expect(await numbers(client)).toEqual([
    [1, 10],
    [2, 20],
  ]);
  expect(await client.error("SELECT * FROM c")).toBe(208);
});

test("only the outermost COMMIT writes", async () => {
  await client.query("BEGIN TRAN; BEGIN TRAN; DELETE FROM a; COMMIT");
  expect(await client.value("SELECT @@TRANCOUNT")).toBe(1);
  expect(await numbers(other)).toHaveLength(2);
  await client.query("COMMIT");
  expect(await numbers(other)).toHaveLength(0);
  expect(await client.error("COMMIT")).toBe(3902);
  expect(await client.error("ROLLBACK")).toBe(3903);
});

describe("two transactions on one table", () => {
  test("two transactions on one table that change different rows are both committed, each with the rows that it inserted", async () => {
    await client.query(
      "BEGIN TRAN; UPDATE a SET n = 1 WHERE id = 1; INSERT a VALUES (3, 0); UPDATE a SET n = 3 WHERE id = 3",
    );
    await other.query(
      "BEGIN TRAN; UPDATE a SET n = 2 WHERE id = 2; INSERT a VALUES (4, 0), (5, 0); DELETE a WHERE id = 4; COMMIT",
    );
    await client.query("COMMIT");
    expect(await numbers(client)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [5, 0],
    ]);
  });

  test.each([
    ["change one row", "UPDATE a SET n = 1 WHERE id = 1", "UPDATE a SET n = 2 WHERE id = 1"],
    ["change and delete one row", "UPDATE a SET n = 1 WHERE id = 1", "DELETE a WHERE id = 1"],
    ["insert one key", "INSERT a VALUES (3, 1)", "INSERT a VALUES (3, 2)"],
    ["change a row and the table", "UPDATE a SET n = 1 WHERE id = 1", "ALTER TABLE a ADD x int"],
  ])("two transactions on one table that %s: the later COMMIT is the deadlock victim", async (_, mine, others) => {
    await client.query(`BEGIN TRAN; ${mine}`);
    await other.query(`BEGIN TRAN; ${others}; COMMIT`);
    const before = await other.rows("SELECT * FROM a ORDER BY id");
    expect(await client.error("COMMIT")).toBe(1205);
    expect(await client.value("SELECT @@TRANCOUNT")).toBe(0);
    expect(await client.rows("SELECT * FROM a ORDER BY id")).toEqual(before);
  });

  test("two transactions on one table never give one identity or rowversion value twice, rolled back or not", async () => {
    await client.query("CREATE TABLE c (id int IDENTITY PRIMARY KEY, v rowversion, x int NOT NULL)");
    await client.query("BEGIN TRAN; INSERT c (x) VALUES (1)");
    await other.query("INSERT c (x) VALUES (2)");
    await client.query("COMMIT; BEGIN TRAN; INSERT c (x) VALUES (3); ROLLBACK");
    expect(await client.error("INSERT c (x) VALUES (NULL)")).toBe(515);
    await client.query("INSERT c (x) VALUES (5)");
    expect(await client.rows("SELECT id, x FROM c ORDER BY id")).toEqual([
      [1, 1],
      [2, 2],
      [5, 5],
    ]);
    expect(await client.value("SELECT COUNT(DISTINCT v) FROM c")).toBe(3);
  });
});

test("transactions on different tables do not disturb each other", async () => {
  await client.query("BEGIN TRAN; INSERT b VALUES (1)");
  await other.query("DELETE FROM a");
  await client.query("COMMIT");
  expect(await client.rows("SELECT (SELECT COUNT(*) FROM a), (SELECT COUNT(*) FROM b)")).toEqual([[0, 1]]);
});

test("an error keeps the transaction unless XACT_ABORT is on", async () => {
  await client.error("BEGIN TRAN; INSERT a VALUES (3, 30); INSERT a VALUES (1, 0)");
  expect(await client.value("SELECT @@TRANCOUNT")).toBe(1);
  await client.query("COMMIT");
  expect(await numbers(client)).toHaveLength(3);
  expect(
    await client.error(
      "SET XACT_ABORT ON; BEGIN TRAN; INSERT a VALUES (4, 40); INSERT a VALUES (1, 0); INSERT a VALUES (5, 50)",
    ),
  ).toBe(2627);
  expect(await client.value("SELECT @@TRANCOUNT")).toBe(0);
  expect(await numbers(client)).toHaveLength(3);
});

test("TRY and CATCH", async () => {
  const { sets } = await client.query(`
    BEGIN TRY
      BEGIN TRAN; INSERT a VALUES (3, 30); INSERT a VALUES (1, 0); SELECT 'never'; COMMIT
    END TRY
    BEGIN CATCH
      SELECT ERROR_NUMBER(), ERROR_SEVERITY(), XACT_STATE(), @@TRANCOUNT; ROLLBACK
    END CATCH
    SELECT COUNT(*), ERROR_NUMBER() FROM a`);
  expect(sets).toEqual([[[2627, 14, 1, 1]], [[2, null]]]);
  expect(await client.error("BEGIN TRY SELECT 1 / 0 END TRY BEGIN CATCH THROW END CATCH")).toBe(8134);
  expect(
    await client.error("BEGIN TRY RAISERROR('low', 5, 1); THROW 51000, N'mine', 2 END TRY BEGIN CATCH THROW END CATCH"),
  ).toBe(51000);
});

test("implicit transactions begin with the first statement", async () => {
  await client.query("SET IMPLICIT_TRANSACTIONS ON");
  await client.query("DELETE FROM a");
  expect(await client.value("SELECT @@TRANCOUNT")).toBe(1);
  await client.query("ROLLBACK; SET IMPLICIT_TRANSACTIONS OFF");
  expect(await numbers(client)).toHaveLength(2);
});

test("a client that goes away takes its transaction with it", async () => {
  await client.query("BEGIN TRAN; DELETE FROM a");
  await client.close();
  expect(await numbers(other)).toHaveLength(2);
});

test("IF, WHILE, variables and texts run as written", async () => {
  const { sets, messages } = await client.query(`
    DECLARE @i int = 1, @sum int, @text nvarchar(100);
    SET @sum = 0;
    WHILE 1 = 1
    BEGIN
      IF @i > 4 BREAK
      IF @i % 2 = 0 BEGIN SET @i += 1; CONTINUE END
      SET @sum = @sum + @i; SET @i = @i + 1
    END
    IF EXISTS (SELECT * FROM a WHERE n = @sum) PRINT 'no' ELSE PRINT N'sum ' + CONVERT(nvarchar(10), @sum)
    SELECT @text = N'SELECT @p * 2 AS twice; SET @out = @p';
    DECLARE @out int; EXEC sp_executesql @text, N'@p int, @out int OUTPUT', @p = 21, @out = @out OUTPUT;
    EXEC (N'SELECT ' + N'7'); SELECT @out, @@ROWCOUNT; RETURN; SELECT 'never'`);
  expect(messages).toEqual(["sum 4"]);
  expect(sets).toEqual([[[42]], [[7]], [[21, 1]]]);
});

test("a DECLARE inside a loop declares once", async () => {
  const { sets } = await client.query(
    "DECLARE @i int = 0; WHILE @i < 3 BEGIN DECLARE @x int = @i; SET @i += 1 END; SELECT @x",
  );
  expect(sets).toEqual([[[2]]]);
  expect(await client.error("DECLARE @y int; DECLARE @Y int")).toBe(134);
});

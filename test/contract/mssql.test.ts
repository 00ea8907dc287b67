import sql from "mssql";
import { type ListeningInstance, listeningInstance, password } from "../emulator/sql-server/listening-instance";

let server: ListeningInstance;
let pool: sql.ConnectionPool;

beforeAll(async () => {
  server = await listeningInstance({ version: "2019" });
  pool = await new sql.ConnectionPool({
    server: server.address.host,
    port: server.address.port,
    user: "dba",
    password,
    database: "shop",
    pool: { max: 3 },
    options: { encrypt: true, trustServerCertificate: true },
  }).connect();
  await pool
    .request()
    .batch("CREATE TABLE dbo.Notes (Id int IDENTITY PRIMARY KEY, Body nvarchar(max), At datetime2(3))");
});

afterAll(async () => {
  await pool.close();
  await server.listeners.close();
});

test("mssql writes and reads with named inputs and outputs", async () => {
  const inserted = await pool
    .request()
    .input("body", sql.NVarChar(sql.MAX), "Grüße 你好")
    .input("at", sql.DateTime2(3), new Date("2026-11-20T08:15:00.123Z"))
    .output("id", sql.Int)
    .query("INSERT INTO dbo.Notes (Body, At) VALUES (@body, @at); SET @id = SCOPE_IDENTITY(); SELECT @id AS id");
  expect(inserted.output).toEqual({ id: 1 });
  expect(inserted.rowsAffected[0]).toBe(1);
  const read = await pool.request().input("id", sql.Int, 1).query("SELECT Body, At FROM dbo.Notes WHERE Id = @id");
  expect(read.recordset).toEqual([{ Body: "Grüße 你好", At: new Date("2026-11-20T08:15:00.123Z") }]);
});

test("statements run side by side over a pool", async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => index);
  const answers = await Promise.all(
    numbers.map((number) => pool.request().input("n", sql.Int, number).query("SELECT @n AS n")),
  );
  expect(answers.map((answer) => answer.recordset[0].n)).toEqual(numbers);
});

test("transactions hide their changes until they commit", async () => {
  const transaction = new sql.Transaction(pool);
  await transaction.begin();
  await new sql.Request(transaction).query("DELETE FROM dbo.Notes");
  const outside = await pool.request().query("SELECT COUNT(*) AS n FROM dbo.Notes");
  const inside = await new sql.Request(transaction).query("SELECT COUNT(*) AS n FROM dbo.Notes");
  await transaction.rollback();
  expect([outside.recordset[0].n, inside.recordset[0].n]).toEqual([1, 0]);
});

test("prepared statements", async () => {
  const statement = new sql.PreparedStatement(pool);
  statement.input("n", sql.Int);
  await statement.prepare("SELECT @n * @n AS square");
  const first = await statement.execute({ n: 7 });
  const second = await statement.execute({ n: 8 });
  await statement.unprepare();
  expect([first.recordset[0].square, second.recordset[0].square]).toEqual([49, 64]);
});

test("errors carry SQL Server's number", async () => {
  await expect(pool.request().query("SELECT * FROM dbo.Absent")).rejects.toMatchObject({
    number: 208,
    message: "Invalid object name 'dbo.Absent'.",
  });
});

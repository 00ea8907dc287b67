import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** Names and keys are equal as the database's collation says. */
let local: ListeningInstance;
let client: TediousClient;

async function open(collation: string): Promise<void> {
  local = await listeningInstance({ collation });
  client = await TediousClient.connect(local.address, { database: "shop" });
}
afterEach(async () => {
  await client.close();
  await local.listeners.close();
});

const created = "CREATE TABLE dbo.T (Code nvarchar(10) NOT NULL PRIMARY KEY, Note nvarchar(10) NULL)";
const filled = "INSERT INTO dbo.T (Code) VALUES (N'a'), (N'A'), (N'á')";

describe("under _CS_AS", () => {
  beforeEach(() => open("Latin1_General_CS_AS"));

  test("keys that differ in case or accents are different", async () => {
    await client.query(`${created}; ${filled}`);
    expect(await client.value("SELECT COUNT(*) FROM dbo.T")).toBe(3);
    expect(await client.error("INSERT INTO dbo.T (Code) VALUES (N'A ')")).toBe(2627);
    await client.query("UPDATE dbo.T SET Code = N'B' WHERE Code = N'A'");
    expect(await client.rows("SELECT Code FROM dbo.T WHERE Code IN (N'a', N'B')")).toEqual([["a"], ["B"]]);
  });

  test("tables, columns and aliases are found by their exact names", async () => {
    await client.query(`${created}; CREATE TABLE dbo.t (Code int, code int)`);
    await client.query("INSERT INTO dbo.t (code, Code) VALUES (1, 2)");
    expect(await client.rows("SELECT x.Code, x.code FROM dbo.t AS x")).toEqual([[2, 1]]);
    expect(await client.rows("SELECT COUNT(DISTINCT object_id) FROM sys.tables")).toEqual([[2]]);
    expect(await client.error("SELECT CODE FROM dbo.T")).toBe(207);
    expect(await client.error("SELECT X.Code FROM dbo.t AS x")).toBe(4104);
    expect(await client.error("INSERT INTO dbo.T (CODE) VALUES (N'a')")).toBe(207);
    await client.query("DROP TABLE dbo.t");
    expect(await client.error("SELECT * FROM dbo.t")).toBe(208);
    expect(await client.rows("SELECT Code FROM dbo.T")).toEqual([]);
  });

  test("foreign keys compare with case", async () => {
    await client.query(`${created}; INSERT INTO dbo.T (Code) VALUES (N'a')`);
    await client.query("CREATE TABLE dbo.Child (Code nvarchar(10) NOT NULL REFERENCES dbo.T (Code))");
    expect(await client.error("INSERT INTO dbo.Child VALUES (N'A')")).toBe(547);
    await client.query("INSERT INTO dbo.Child VALUES (N'a')");
  });
});

describe.each([
  ["Chinese_PRC_CI_AS", "INSERT INTO dbo.T (Code) VALUES (N'a'), (N'á')", "N'A'"],
  ["Latin1_General_CI_AI", "INSERT INTO dbo.T (Code) VALUES (N'a')", "N'Á'"],
  ["Latin1_General_BIN2", filled, "N'a '"],
])("under %s", (collation, rows, taken) => {
  test("keys are equal as it says", async () => {
    await open(collation);
    await client.query(`${created}; ${rows}`);
    expect(await client.error(`INSERT INTO dbo.T (Code) VALUES (${taken})`)).toBe(2627);
  });
});

test("letters that are equal to two others", async () => {
  await open("Chinese_PRC_CI_AS");
  const equal = (left: string, right: string, collation: string) =>
    client.value(`SELECT CASE WHEN N'${left}' COLLATE ${collation} = N'${right}' THEN 1 ELSE 0 END`);
  expect(await equal("straße", "STRASSE", "Chinese_PRC_CI_AS")).toBe(1);
  expect(await equal("Ærø", "aerø", "Latin1_General_CI_AS")).toBe(1);
  expect(await equal("Œuvre", "OEuvre", "Latin1_General_CS_AS")).toBe(1);
  expect(await equal("Œuvre", "oeuvre", "Latin1_General_CS_AS")).toBe(0);
  expect(await equal("ß", "ss", "Latin1_General_BIN")).toBe(0);
  expect(await client.value("SELECT CASE WHEN N'ß' LIKE N'_' THEN LEN(N'ß') END")).toBe(1);
});

test.each([
  [
    "Chinese_PRC_CI_AS",
    ["王", "a", "阿", "Z", "1", "b王", "bc", "é", "e", "F"],
    ["1", "a", "bc", "b王", "e", "é", "F", "Z", "阿", "王"],
  ],
  ["Korean_Wansung_CI_AS", ["가", "z", "1"], ["1", "z", "가"]],
  ["Cyrillic_General_CI_AS", ["я", "а", "z", "A"], ["A", "z", "а", "я"]],
])("under %s the language's own letters come last", async (collation, texts, order) => {
  await open(collation);
  const rows = await client.rows(
    `SELECT v FROM (VALUES ${texts.map((text) => `(N'${text}')`).join(", ")}) x (v) ORDER BY v`,
  );
  expect(rows.flat()).toEqual(order);
});

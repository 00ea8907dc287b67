import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/** What comes of two columns of different collations (Books Online, "Collation precedence"). */
let local: ListeningInstance;
let client: TediousClient;

beforeAll(async () => {
  local = await listeningInstance({ version: "2016", collation: "Latin1_General_CI_AS" });
  client = await TediousClient.connect(local.address, { database: "shop" });
  await client.query(`CREATE TABLE t (a varchar(9) COLLATE Latin1_General_CS_AS, b varchar(9) COLLATE Latin1_General_CI_AI, n int);
    INSERT t VALUES ('x', 'X', 1)`);
});
afterAll(async () => {
  await client.close();
  await local.listeners.close();
});

const names = '"Latin1_General_CI_AI" and "Latin1_General_CS_AS"';
const shown = (operator: string, column = 1) =>
  `Cannot resolve collation conflict between ${names} in ${operator} operator occurring in SELECT statement column ${column}.`;

test.each([
  ["a sum", "SELECT n, a + b FROM t", 451, shown("add", 2)],
  ["CASE", "SELECT CASE n WHEN 1 THEN a ELSE b END FROM t", 451, shown("CASE")],
  ["COALESCE", "SELECT COALESCE(a, b) FROM t", 451, shown("CASE")],
  ["UNION ALL", "SELECT n, a FROM t UNION ALL SELECT n, b FROM t", 451, shown("UNION ALL", 2)],
  ["a sum in a derived table", "SELECT 1 AS x FROM (SELECT a + b AS c FROM t) q", 451, shown("add")],
  [
    "UNION",
    "SELECT a FROM t UNION SELECT b FROM t",
    468,
    `Cannot resolve the collation conflict between ${names} in the UNION operation.`,
  ],
  [
    "EXCEPT",
    "SELECT a FROM t EXCEPT SELECT b FROM t",
    468,
    `Cannot resolve the collation conflict between ${names} in the EXCEPT operation.`,
  ],
  [
    "a comparison",
    "SELECT n FROM t WHERE a = b",
    468,
    `Cannot resolve the collation conflict between ${names} in the equal to operation.`,
  ],
  [
    "a comparison of a sum",
    "SELECT n FROM t WHERE a + b = 'xx'",
    468,
    `Cannot resolve the collation conflict between ${names} in the equal to operation.`,
  ],
  [
    "a sum into a column",
    "INSERT t (a) SELECT a + b FROM t",
    457,
    `Implicit conversion of varchar value to varchar cannot be performed because the collation of the value is unresolved due to a collation conflict between ${names} in add operator.`,
  ],
  ["a sum into its own column", "UPDATE t SET a = a + b", 457, undefined],
  ["a sum into a variable", "DECLARE @v varchar(20); SELECT @v = a + b FROM t", 457, undefined],
  ["two COLLATE", "SELECT a COLLATE Latin1_General_BIN + b COLLATE Latin1_General_CI_AS FROM t", 468, undefined],
  [
    "two COLLATE in CASE",
    "SELECT CASE n WHEN 1 THEN a COLLATE Latin1_General_BIN ELSE b COLLATE Latin1_General_CI_AS END FROM t",
    468,
    undefined,
  ],
])("%s", async (_title, sql, number, message) => {
  await expect(client.query(sql)).rejects.toMatchObject({ number, ...(message && { message }) });
});

test.each([
  ["a sum with COLLATE", "SELECT a + b COLLATE Latin1_General_BIN FROM t", [["xX"]]],
  ["COLLATE of a sum", "SELECT (a + b) COLLATE Latin1_General_CI_AI FROM t", [["xX"]]],
  ["a text that is no column's", "SELECT a + 'y' + CAST(n AS varchar(5)) FROM t", [["xy1"]]],
  ["what does not look at the order of letters", "SELECT LEN(a + b), n FROM t", [[2, 1]]],
  ["UNION with COLLATE", "SELECT a COLLATE Latin1_General_CI_AI FROM t UNION SELECT b FROM t", [["x"]]],
  ["UNION ALL with COLLATE", "SELECT a FROM t UNION ALL SELECT b COLLATE Latin1_General_CS_AS FROM t", [["x"], ["X"]]],
  ["a comparison with COLLATE", "SELECT n FROM t WHERE a COLLATE Latin1_General_CI_AS = b", [[1]]],
  ["CASE with texts of one collation", "SELECT CASE n WHEN 1 THEN a ELSE 'other' END FROM t", [["x"]]],
])("no conflict: %s", async (_title, sql, rows) => {
  expect(await client.rows(sql)).toEqual(rows);
});

import * as fc from "fast-check";
import { isSingleSelect } from "../../shared/check-sql/single-select";
import { type TediousSession, TediousSqlServers } from "../../shared/cloud/sql-server/tedious";
import { type ListeningInstance, listeningInstance, password } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

/**
 * Texts that try to write. The judge is the server: whatever is taken as a check runs there, as a login that may do everything, and
 * afterwards each row is where it was.
 */
let local: ListeningInstance;
let session: TediousSession;
let client: TediousClient;

beforeAll(async () => {
  local = await listeningInstance();
  session = await new TediousSqlServers().connect(local.address, { userName: "dba", password }, 10_000);
  client = await TediousClient.connect(local.address, { database: "shop" });
  const { clock, instance } = local;
  instance.data.database("shop")!.commit(clock.nowMs(), [
    {
      kind: "create-table",
      definition: {
        schema: "dbo",
        name: "T",
        columns: [{ name: "Id", type: { name: "int" }, nullable: false }],
        primaryKey: { name: "PK_T", columns: ["Id"] },
        uniqueConstraints: [],
        foreignKeys: [],
        triggers: [],
      },
    },
    { kind: "insert", schema: "dbo", table: "T", rows: [[1], [2], [3]] },
  ]);
});
afterAll(async () => {
  await session.close();
  await client.close();
  await local.listeners.close();
});

const rows = () => [...local.instance.data.database("shop")!.table("dbo", "T")!.rows.values()].map(([id]) => id);

/** As a check, and, harder, as it stands and without a transaction around. */
async function run(sql: string): Promise<void> {
  await session.readScalar("shop", sql).catch(() => {});
  await client.query(sql).catch(() => {});
  expect(rows()).toEqual([1, 2, 3]);
}

const writes = [
  "DELETE dbo.T",
  "DELETE FROM dbo.T WHERE 1=1",
  "UPDATE dbo.T SET Id = Id + 10",
  "INSERT dbo.T VALUES (9)",
  "EXEC('DELETE dbo.T')",
  "DROP TABLE dbo.T",
  "TRUNCATE TABLE dbo.T",
];
const ends = ["", " COMMIT", "; COMMIT", " COMMIT --", "\nCOMMIT /*"];
const planted = writes.flatMap((write) =>
  ends.flatMap((end) => [
    `SELECT a=0e${write}${end}`,
    `SELECT 1 FROM dbo.T WHERE 1=0x${write}${end}`,
    `SELECT 1.${write}${end}`,
    `SELECT $1${write}${end}`,
    `SELECT 1) AS c ${write}${end}`,
    `SELECT 1) AS c (v) ${write}${end} --`,
    `SELECT 1) AS c (v); ${write}${end}; SELECT * FROM (SELECT 1`,
    `SELECT 1 --\r${write}${end}`,
    `SELECT 1 --\u2028${write}${end}`,
    `SELECT 1 /* /* */ */ ${write}${end}`,
    `SELECT 1 /*/ ${write}${end} /*/`,
    `SELECT ']' AS [a]]] ${write}${end}`,
    `SELECT '' '${write}${end}`,
  ]),
);

test("no planted text is taken", () => {
  expect(planted.filter(isSingleSelect)).toEqual([]);
});

test("the judge can tell: what is refused for a number that a word follows writes, when it is run as it stands", async () => {
  const sql = "SELECT a=0eDELETE FROM dbo.T";
  expect(isSingleSelect(sql)).toBe(false);
  await client.query(`BEGIN TRAN; ${sql}`);
  expect(await client.value("SELECT COUNT(*) FROM dbo.T")).toBe(0);
  await client.query("ROLLBACK");
  expect(await client.error(`SELECT TOP (2) c.v FROM (\n${sql}\n) AS c (v)`)).toBeGreaterThan(0);
});

test("whatever is taken changes no row", async () => {
  const piece = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ..."SELECT|SELECT 1|1|Id|dbo.T|FROM|FROM dbo.T|WHERE 1=1|UNION ALL|AS c|(v)|TOP (1)|(|)|,|=|;|N|COMMIT|ORDER BY 1|CASE WHEN 1=1 THEN 1 END".split(
          "|",
        ),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ..."'|''|\"|[|]|]]|--|/*|*/|\n|\r\n|\r|\\\n|0e|0x|1.|.5|1e+|$1|$|N'|*|/|-|\u00a0|\u3000|\u2028|；|）|＇".split(
          "|",
        ),
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom(...writes) },
  );
  const glue = fc.constantFrom("", "", " ", "\n");
  const text = fc.array(fc.tuple(piece, glue), { maxLength: 12 }).map((parts) => `SELECT ${parts.flat().join("")}`);
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(text, async (sql) => {
      if (!isSingleSelect(sql)) return;
      taken += 1;
      await run(sql);
    }),
    { numRuns: 1_500 },
  );
  expect((await session.readScalar("shop", "SELECT @@TRANCOUNT")).text).toBe("1");
  expect(taken).toBeGreaterThan(20);
});

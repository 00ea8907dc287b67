import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";

const [early, late] = readFileSync(join(__dirname, "valid-statements.sql"), "utf8")
  .split(/^-- Behind.*$/m)
  .map((part) => part.split("\n").filter((line) => line !== "" && !line.startsWith("--"))) as [string[], string[]];

/** What SQL Server says of text that is wrong; for these statements it would be a lie. */
const lies = [102, 156, 174, 195, 207, 208, 241, 281];
const notPlayed = 50_501;

/** The number of the error that each statement ends with, each over tables of its own. */
async function numbersOf(statements: readonly string[], version: string): Promise<Map<string, number | undefined>> {
  const local = await listeningInstance({ version });
  const client = await TediousClient.connect(local.address, { database: "master" });
  const numbers = new Map<string, number | undefined>();
  for (const sql of statements) {
    await begin(client, local);
    numbers.set(sql, await client.error(sql));
  }
  await client.close();
  await local.listeners.close();
  return numbers;
}

async function begin(client: TediousClient, { instance: { data }, clock }: ListeningInstance): Promise<void> {
  await client.query("USE master; IF @@TRANCOUNT > 0 ROLLBACK; SET NOCOUNT OFF; SET XACT_ABORT OFF");
  data.dropDatabase("shop", clock.nowMs());
  data.createDatabase("shop", "Chinese_PRC_CI_AS", clock.nowMs());
  await client.query(`USE shop; CREATE TABLE t (id int IDENTITY PRIMARY KEY, a varchar(10), n int, p text); CREATE TABLE u (id int, a varchar(10), n int);
    INSERT t (a, n) VALUES ('x', 1); EXEC ('CREATE VIEW v AS SELECT id, n FROM t')`);
}

function those(numbers: ReadonlyMap<string, number | undefined>, wanted: (number: number | undefined) => boolean) {
  return [...numbers].filter(([, number]) => wanted(number));
}

test.each([
  ["2008r2", early],
  ["2022", [...early, ...late]],
] as const)("on %s valid statements are played or say that they are not", async (version, statements) => {
  expect(statements.length).toBeGreaterThan(400);
  const numbers = await numbersOf(statements, version);
  expect(those(numbers, (number) => number !== undefined && lies.includes(number))).toEqual([]);
  expect(those(numbers, (number) => number !== undefined && number !== notPlayed)).toEqual([]);
});

test("no TRY catches that a statement is not played", async () => {
  const unplayed = those(await numbersOf(late, "2022"), (number) => number === notPlayed).map(([sql]) => sql);
  // These stand at the beginning of a batch or of nothing at all.
  const inside = unplayed.filter((sql) => !/^(CREATE|ALTER|WITH|END)/.test(sql));
  expect(inside.length).toBeGreaterThan(20);
  const caught = inside.map(
    (sql) => `BEGIN TRY ${sql.replace(/;$/, "")}; END TRY BEGIN CATCH PRINT 'caught' END CATCH`,
  );
  expect(those(await numbersOf(caught, "2022"), (number) => number !== notPlayed)).toEqual([]);
});

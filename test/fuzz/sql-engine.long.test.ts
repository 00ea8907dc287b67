import { type ListeningInstance, listeningInstance } from "../emulator/sql-server/listening-instance";
import { TediousClient } from "../emulator/sql-server/tedious-client";
import { Chance } from "../simulation/chance";
import { randomChange } from "./change";
import { randomIdentities } from "./identities";
import { type Expected, randomQuery } from "./query";
import { definition, insertion, randomTables, type Table } from "./schema";
import { randomTwoSessions } from "./two-sessions";
import { foldedText, shown, type Value } from "./value";

/**
 * Random schemas, queries, changes and transactions against an evaluation of the test's own and against algebraic identities.
 * Another seed: `SQL_FUZZ_SEED=7 SQL_FUZZ_ROUNDS=50 npx jest test/fuzz`.
 */
const seed = Number(process.env["SQL_FUZZ_SEED"] ?? 20261201);
const rounds = Number(process.env["SQL_FUZZ_ROUNDS"] ?? 15);
const perRound = { queries: 120, identities: 6, changes: 60, pairs: 12 } as const;

const counts = { queries: 0, rows: 0, identities: 0, changes: 0, refused: 0, transactions: 0, pairs: 0, victims: 0 };

let server: ListeningInstance;
let client: TediousClient;
let other: TediousClient;

beforeAll(async () => {
  server = await listeningInstance({ version: "2016", collation: "Latin1_General_CI_AS" });
  client = await TediousClient.connect(server.address, { database: "shop" });
  other = await TediousClient.connect(server.address, { database: "shop" });
});

afterAll(async () => {
  await Promise.all([client.close(), other.close()]);
  await server.listeners.close();
  console.log(`sql fuzzer: seed ${seed}, ${rounds} rounds, ${JSON.stringify(counts)}`);
});

test.each(Array.from({ length: rounds }, (_, round) => round))("round %i", async (round) => {
  const tables = randomTables(new Chance(seed, round * 4));
  await client.query(tables.map((table) => `${definition(table)}\n${insertion(table)}`).join("\n"));
  try {
    await queries(new Chance(seed, round * 4 + 1), tables);
    await identities(new Chance(seed, round * 4 + 2), tables);
    await changes(new Chance(seed, round * 4 + 3), tables);
    await twoSessions(new Chance(seed, round * 4 + 3), tables);
  } finally {
    const names = [...tables].reverse().map(({ name }) => `DROP TABLE ${name}`);
    await client.query(`IF @@TRANCOUNT > 0 ROLLBACK; ${names.join("; ")}`);
  }
});

/** What a failure must show to be found again. */
const setting = (tables: readonly Table[]) =>
  tables.map((table) => `${definition(table)}\n${insertion(table)}`).join("\n");

async function answered(sql: string, tables: readonly Table[], loose: boolean): Promise<string[][]> {
  const rows = await client.rows(sql).catch((error: Error) => {
    throw new Error(`${error.message}\n${setting(tables)}\n${sql}`);
  });
  return rows.map((row) => row.map((value) => text(value, loose)));
}

function text(value: unknown, loose: boolean): string {
  if (value === null) return "NULL";
  return loose ? foldedText(String(value)) : String(value);
}

const inOrder = (rows: readonly string[][]) => rows.map((row) => JSON.stringify(row)).sort();

async function queries(chance: Chance, tables: readonly Table[]): Promise<void> {
  for (let number = 0; number < perRound.queries; number++) {
    const query: Expected = randomQuery(chance, tables);
    const found = await answered(query.sql, tables, query.loose);
    const wanted = query.rows.map((row) =>
      row.map((value) => (query.loose && value !== "NULL" ? foldedText(value) : value)),
    );
    const same = query.ordered
      ? JSON.stringify(found) === JSON.stringify(wanted)
      : JSON.stringify(inOrder(found)) === JSON.stringify(inOrder(wanted));
    if (!same) fail(query.sql, tables, wanted, found);
    counts.queries++;
    counts.rows += found.length;
  }
}

function fail(sql: string, tables: readonly Table[], wanted: unknown, found: unknown): never {
  throw new Error(
    `seed ${seed}: wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}\n${setting(tables)}\n${sql}`,
  );
}

async function identities(chance: Chance, tables: readonly Table[]): Promise<void> {
  const rowsOf = async (list: readonly string[]) => {
    const answers: string[][] = [];
    for (const sql of list) answers.push(...(await answered(sql, tables, true)));
    return inOrder(answers);
  };
  for (let number = 0; number < perRound.identities; number++) {
    for (const { name, left, right } of randomIdentities(chance, tables)) {
      const [lefts, rights] = [await rowsOf(left), await rowsOf(right)];
      if (JSON.stringify(lefts) !== JSON.stringify(rights))
        fail(`${name}: ${left.join("\n+ ")}\n= ${right.join("\n+ ")}`, tables, lefts, rights);
      counts.identities++;
    }
  }
}

/** Changes, some of them in transactions, which are committed or rolled back. */
async function changes(chance: Chance, tables: readonly Table[]): Promise<void> {
  let before: Value[][][] | undefined;
  for (let number = 0; number < perRound.changes; number++) {
    if (!before && chance.happens(0.2)) {
      await client.query("BEGIN TRANSACTION");
      before = tables.map(({ rows }) => rows);
      counts.transactions++;
    }
    await change(chance, tables);
    if (!before || chance.happens(0.7)) continue;
    const keeps = chance.happens(0.5);
    await client.query(keeps ? "COMMIT" : "ROLLBACK");
    if (!keeps) for (const [index, table] of tables.entries()) table.rows = before[index]!;
    before = undefined;
    await requireRows(tables, keeps ? "COMMIT" : "ROLLBACK");
  }
}

async function change(chance: Chance, tables: readonly Table[]): Promise<void> {
  const { sql, table, outcome } = randomChange(chance, tables);
  const shownBefore = setting(tables);
  const found = await client.query(sql).then(
    ({ rowCount }) => ({ count: rowCount }),
    (error: Error & { number?: number; errors?: { number?: number }[] }) => ({
      error: error.number ?? error.errors?.[0]?.number,
      message: error.message,
    }),
  );
  const same =
    "errors" in outcome
      ? "error" in found && outcome.errors.includes(found.error!)
      : "count" in found && found.count === outcome.count;
  if (!same)
    throw new Error(
      `seed ${seed}: wanted ${JSON.stringify(outcome, replacer)}, found ${JSON.stringify(found)}\n${shownBefore}\n${sql}`,
    );
  if ("rows" in outcome) table.rows = outcome.rows;
  else counts.refused++;
  counts.changes++;
  await requireRows([table], sql, shownBefore);
}

/** Transactions of two sessions at once: both are committed, or the later one is the deadlock victim. */
async function twoSessions(chance: Chance, tables: readonly Table[]): Promise<void> {
  for (let number = 0; number < perRound.pairs; number++) {
    const { table, first, second, conflicts, rows } = randomTwoSessions(chance, tables);
    const before = setting(tables);
    await client.query(["IF @@TRANCOUNT > 0 COMMIT", "BEGIN TRANSACTION", ...first].join("; "));
    await other.query(["BEGIN TRANSACTION", ...second, "COMMIT"].join("; "));
    const error = await client.error("COMMIT");
    const statements = `${first.join("; ")}\n${second.join("; ")}`;
    if (error !== (conflicts ? 1205 : undefined)) fail(statements, tables, conflicts, error);
    table.rows = rows;
    counts.pairs++;
    if (conflicts) counts.victims++;
    await requireRows([table], statements, before);
  }
}

const replacer = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);

async function requireRows(tables: readonly Table[], sql: string, before = setting(tables)): Promise<void> {
  for (const table of tables) {
    const items = table.columns.map(({ name, kind }) =>
      kind === "text" ? name : `CONVERT(varchar(40), ${name}${kind === "date" ? ", 23" : ""})`,
    );
    const found = await answered(`SELECT ${items.join(", ")} FROM ${table.name}`, tables, false);
    const wanted = table.rows.map((row) => row.map((value) => shown(value, false)));
    if (JSON.stringify(inOrder(found)) !== JSON.stringify(inOrder(wanted)))
      throw new Error(
        `seed ${seed}: after ${sql}\nwanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}\n${before}`,
      );
  }
}

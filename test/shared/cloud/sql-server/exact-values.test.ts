import fc from "fast-check";
import type { Row } from "../../../../emulator/data/database";
import type { SqlType } from "../../../../emulator/data/sql-value";
import { TdsConnection } from "../../../../shared/cloud/sql-server/connection";
import { bytes } from "../../../../shared/cloud/sql-server/row";
import { combineRowHash, planRowHash } from "../../../../shared/cloud/sql-server/row-hash";
import { type TediousSession, TediousSqlServers } from "../../../../shared/cloud/sql-server/tedious";
import { strictTls } from "../../../../shared/cloud/sql-server/tls";
import { everyType } from "./every-type";
import { type LocalInstance, openLocalInstance } from "./local-instance";

/** Two different values of one type never have one hash, and one value always has one: over every type, read over the wire. */
type Value = Exclude<Row[number], null>;

const count = 60;
const whole = (min: number, max: number) => fc.integer({ min, max });
const digits = (value: number, length: number) => String(value).padStart(length, "0");
/** A number of `scale` digits behind the point, as it is stored. */
const exact = (most: bigint, scale: number) =>
  fc.bigInt({ min: -most, max: most }).map((value) => {
    const text = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
    return `${value < 0n ? "-" : ""}${text.slice(0, -scale)}.${text.slice(-scale)}`;
  });
const day = fc
  .tuple(whole(1990, 2026), whole(1, 12), whole(1, 28))
  .map(([year, month, date]) => `${year}-${digits(month, 2)}-${digits(date, 2)}`);
const clock = fc
  .tuple(whole(0, 23), whole(0, 59), whole(0, 59))
  .map((parts) => parts.map((part) => digits(part, 2)).join(":"));
const fraction = (scale: number) =>
  fc.oneof(fc.constant(0), fc.constant(1), whole(0, 10 ** scale - 1)).map((value) => digits(value, scale));
const moment = (scale: number) =>
  fc.tuple(day, clock, fraction(scale)).map(([date, time, rest]) => `${date}T${time}.${rest}`);
const units = (...more: string[]) =>
  fc.array(fc.constantFrom("a", "A", " ", "|", "=", "~", "1", ":", ...more), { maxLength: 4 });
const plainText = units("茶", "é").map((list) => list.join(""));
const wideText = units("\uD83C", "\uDF75", "\uD83D", "\uFFFD", "ａ", "ア", "あ", "e\u0301", "\u0000").map((list) =>
  list.join(""),
);
const binary = fc.uint8Array({ maxLength: 6 });

const values: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  Flag: fc.boolean(),
  Tiny: whole(0, 255),
  Small: whole(-32768, 32767),
  Whole: whole(-(2 ** 31), 2 ** 31 - 1),
  Big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  Exact: exact(10n ** 38n - 1n, 4),
  Money: exact(2n ** 63n - 1n, 4),
  Float: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 0.3, 0.1 + 0.2, 5e-324)),
  Real: fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, Math.fround(0.1))),
  Day: day,
  Time: fc.tuple(clock, fraction(7)).map(([time, rest]) => `${time}.${rest}`),
  Moment: fc
    .tuple(day, clock, fc.constantFrom("000", "003", "007"))
    .map(([date, time, rest]) => `${date}T${time}.${rest}`),
  Minute: fc
    .tuple(day, whole(0, 23), whole(0, 59))
    .map(([date, hour, minute]) => `${date}T${digits(hour, 2)}:${digits(minute, 2)}:00.000`),
  Exactly: moment(7),
  Zoned: fc.tuple(moment(3), fc.constantFrom("+08:00", "+00:00", "-05:30")).map(([at, offset]) => `${at}${offset}`),
  Fixed: plainText.map((text) =>
    text
      .replace(/[^ -~]/g, "x")
      .padEnd(4)
      .slice(0, 4),
  ),
  Ansi: plainText,
  Wide: wideText.map((text) => text.padEnd(4).slice(0, 4)),
  Text: wideText,
  Long: wideText,
  Old: wideText,
  Bytes: binary,
  Photo: binary,
  Guid: fc.uuid().map((guid) => guid.toUpperCase()),
  Document: whole(0, 10 ** 6).map((value) => `<a>${value}</a>`),
};

let local: LocalInstance;
let connection: TdsConnection;
let session: TediousSession;
let tables = 0;

beforeAll(async () => {
  local = await openLocalInstance();
  local.instance.data.createDatabase("exact", "Chinese_PRC_CI_AS", local.clock.nowMs());
  connection = await TdsConnection.open(local.address, local.dba, 10_000, strictTls);
  await connection.batch("use", "USE exact");
  session = await new TediousSqlServers().connect(local.address, local.dba, 10_000);
});

afterAll(async () => {
  await session.close();
  await connection.close();
  await local.close();
});

/** Under which two values are the same to the last bit. */
function bitsOf(value: Value): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return Object.is(value, -0) ? "-0" : String(value);
}

async function hashesOf(type: SqlType, list: readonly Value[], byCharacters: boolean): Promise<string[]> {
  const name = `T${tables++}`;
  local.instance.data.database("exact")!.commit(local.clock.nowMs(), [
    {
      kind: "create-table",
      definition: {
        schema: "dbo",
        name,
        columns: [
          { name: "Id", type: { name: "int" }, nullable: false },
          { name: "V", type, nullable: false },
        ],
        primaryKey: { name: `PK_${name}`, columns: ["Id"] },
        uniqueConstraints: [],
        foreignKeys: [],
        triggers: [],
      },
    },
    { kind: "insert", schema: "dbo", table: name, rows: list.map((value, id): Row => [id, value]) },
  ]);
  const [shape] = await session.describeTables("exact", [{ schema: "dbo", name }]);
  const plan = planRowHash([{ ...shape!.columns[1]!, byCharacters }]);
  const [selected] = [...plan.hashed, ...plan.long];
  const rows = await connection.query("test", `SELECT ${selected} AS v FROM dbo.[${name}] AS t ORDER BY t.Id`);
  return rows.map((row) =>
    plan.hashed.length > 0
      ? combineRowHash([bytes(row, "v")], [])
      : combineRowHash([], [row["v"] as string | Uint8Array]),
  );
}

test.each(everyType.map(([name, type]) => [name, type] as const))("%s keeps all its bits", async (name, type) => {
  const sample = fc.sample(values[name]!, { numRuns: count, seed: 20261120 });
  const list = [...sample, ...sample.slice(0, 10)];
  for (const byCharacters of /char|text/.test(type.name) ? [false, true] : [false]) {
    const hashes = await hashesOf(type, list, byCharacters);
    const pairs = new Set(list.map((value, index) => `${bitsOf(value)} ${hashes[index]}`));
    expect(pairs.size).toBe(new Set(list.map(bitsOf)).size);
    expect(new Set(hashes).size).toBe(pairs.size);
  }
});

test.each<[string, SqlType, Value, Value]>([
  ["float, one bit apart", { name: "float" }, 0.3, 0.1 + 0.2],
  ["float, 0.0 and -0.0", { name: "float" }, 0, -0],
  ["real, one bit apart", { name: "real" }, Math.fround(16777216), Math.fround(16777218)],
  ["nvarchar(max), two lone surrogates", { name: "nvarchar", length: "max" }, "hi \uD83D", "hi \uD83E"],
  ["nvarchar(max), a lone surrogate and U+FFFD", { name: "nvarchar", length: "max" }, "\uD83D", "\uFFFD"],
  ["ntext", { name: "ntext" }, "\uD83D", "\uD83E"],
  ["nvarchar(20)", { name: "nvarchar", length: 20 }, "\uD83D", "\uD83E"],
  ["nvarchar(20), letter and mark", { name: "nvarchar", length: 20 }, "\u00E9", "e\u0301"],
  ["varchar(20), a blank at the end", { name: "varchar", length: 20 }, "a", "a "],
  [
    "datetimeoffset, one moment",
    { name: "datetimeoffset", scale: 0 },
    "2026-11-20T08:00:00+08:00",
    "2026-11-20T00:00:00+00:00",
  ],
  [
    "datetime2(7), 100 ns",
    { name: "datetime2", scale: 7 },
    "2026-11-20T08:00:00.0000001",
    "2026-11-20T08:00:00.0000002",
  ],
  ["varbinary, a zero at the end", { name: "varbinary", length: 8 }, new Uint8Array([1]), new Uint8Array([1, 0])],
  ["smallmoney", { name: "smallmoney" }, "214748.3646", "214748.3647"],
  ["text", { name: "text" }, "绿", "茶"],
  ["varchar(max)", { name: "varchar", length: "max" }, "a", "A"],
])("values that differ in their last digit have different hashes: %s", async (_, type, left, right) => {
  const hashes = await hashesOf(type, [left, right, left], false);
  expect(hashes[0]).not.toBe(hashes[1]);
  expect(hashes[0]).toBe(hashes[2]);
});

import * as fc from "fast-check";
import { TediousSqlServers } from "../../../shared/cloud/sql-server/tedious";
import { withValues } from "../../../shared/restore/model/row-value";
import type { Check } from "../../../shared/restore/request/request";
import { runCheck } from "../../../shared/verification/check";
import { type LocalInstance, openLocalInstance } from "../cloud/sql-server/local-instance";

/** A value as SQL, the text that people write for it, and the text of the next value of its type. */
interface Value {
  readonly sql: string;
  readonly text: string;
  readonly neighbour: string;
}

const two = (value: number) => String(value).padStart(2, "0");
const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${length - 1}}$`));
const quoted = (text: string) => `N'${text.replaceAll("'", "''")}'`;
const converted = (type: string, text: string) => `CONVERT(${type}, ${quoted(text)})`;

const whole = (type: string, bits: number) =>
  fc
    .bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 2n })
    .map((value): Value => ({ sql: converted(type, `${value}`), text: `${value}`, neighbour: `${value + 1n}` }));

/** The digits stand in front of a point that is `scale` digits from the right. */
const exact = (type: string, length: number, scale: number) =>
  fc.tuple(digits(length), fc.boolean()).map(([units, negative]): Value => {
    const shown = (text: string) => `${negative ? "-" : ""}${text.slice(0, -scale)}.${text.slice(-scale)}`;
    const next = String(BigInt(units) - 1n).padStart(length, "0");
    return { sql: converted(type, shown(units)), text: shown(units), neighbour: shown(next) };
  });

const floating = fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-300, max: 1e300 }).map((value): Value => {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + 1n);
  return {
    sql: `CONVERT(FLOAT, ${value.toExponential(17)})`,
    text: String(value),
    neighbour: String(bits.getFloat64(0)),
  };
});

const real = fc.integer({ min: 1, max: 0x7f00_0000 }).map((image): Value => {
  const bits = new DataView(new ArrayBuffer(4));
  const at = (one: number) => {
    bits.setInt32(0, one);
    return bits.getFloat32(0);
  };
  return {
    sql: `CONVERT(REAL, ${at(image).toExponential(17)})`,
    text: String(at(image)),
    neighbour: String(at(image + 1)),
  };
});

const day = fc.integer({ min: 0, max: 60_000 }).map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map(two).join(":"));
const ticks = fc.integer({ min: 0, max: 9_999_998 });
const tick = (value: number) => String(value).padStart(7, "0");
const separator = fc.constantFrom("T", " ");

const date = day.map(
  (text): Value => ({
    sql: converted("DATE", text),
    text,
    neighbour: new Date(Date.parse(text) + 86_400_000).toISOString().slice(0, 10),
  }),
);
const time = fc.tuple(clock, ticks).map(([at, fraction]): Value => {
  const text = `${at}.${tick(fraction)}`;
  return { sql: converted("TIME(7)", text), text, neighbour: `${at}.${tick(fraction + 1)}` };
});
const dateTime = fc.tuple(day, separator, clock, fc.constantFrom("000", "003", "007")).map(([on, t, at, ms]): Value => {
  const next = { "000": "003", "003": "007", "007": "010" }[ms];
  return {
    sql: converted("DATETIME", `${on}T${at}.${ms}`),
    text: `${on}${t}${at}.${ms}`,
    neighbour: `${on}${t}${at}.${next}`,
  };
});
const dateTime2 = fc.tuple(day, separator, clock, ticks).map(
  ([on, t, at, fraction]): Value => ({
    sql: converted("DATETIME2(7)", `${on}T${at}.${tick(fraction)}`),
    text: `${on}${t}${at}.${tick(fraction)}`,
    neighbour: `${on}${t}${at}.${tick(fraction + 1)}`,
  }),
);
const zoned = fc.tuple(day, clock, ticks, fc.integer({ min: -13, max: 12 })).map(([on, at, fraction, hours]): Value => {
  const of = (zone: number) => `${on}T${at}.${tick(fraction)}${zone < 0 ? "-" : "+"}${two(Math.abs(zone))}:00`;
  return { sql: converted("DATETIMEOFFSET(7)", of(hours)), text: of(hours), neighbour: of(hours + 1) };
});

const letters = fc.string({ unit: fc.constantFrom(..."aA0'\"[]-/*;绿Łß🍵 "), minLength: 1, maxLength: 9 });
const text = letters.map((value): Value => ({ sql: quoted(value), text: value, neighbour: `${value} ` }));
const padded = letters.map(
  (value): Value => ({
    sql: converted("NCHAR(20)", value),
    text: value.padEnd(20),
    neighbour: value.padEnd(19),
  }),
);
const bytes = fc.uint8Array({ minLength: 1, maxLength: 16 }).map((value): Value => {
  const hex = Buffer.from(value).toString("hex");
  return { sql: `0x${hex}`, text: `0x${hex}`, neighbour: `0x${hex}00` };
});
const guid = fc.uuid().map(
  (value): Value => ({
    sql: converted("UNIQUEIDENTIFIER", value),
    text: value,
    neighbour: value.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
  }),
);
const bit = fc.boolean().map(
  (value): Value => ({
    sql: `CONVERT(BIT, ${Number(value)})`,
    text: String(Number(value)),
    neighbour: String(Number(!value)),
  }),
);

let local: LocalInstance;
let close: () => Promise<void>;
let run: (sql: string, expect: Check["expect"]) => ReturnType<typeof runCheck>;

beforeAll(async () => {
  local = await openLocalInstance();
  const session = await new TediousSqlServers().connect(local.address, local.dba, 10_000);
  close = () => session.close();
  run = (sql, expected) => runCheck(session, { name: "c", database: "shop", sql, expect: expected }, "shop");
});
afterAll(async () => {
  await close();
  await local.close();
});

test.each<[string, fc.Arbitrary<Value>]>([
  ["SMALLINT", whole("SMALLINT", 16)],
  ["INT", whole("INT", 32)],
  ["BIGINT", whole("BIGINT", 64)],
  ["DECIMAL(38,10)", exact("DECIMAL(38,10)", 38, 10)],
  ["NUMERIC(19,18)", exact("NUMERIC(19,18)", 19, 18)],
  ["MONEY", exact("MONEY", 18, 4)],
  ["SMALLMONEY", exact("SMALLMONEY", 9, 4)],
  ["FLOAT", floating],
  ["REAL", real],
  ["BIT", bit],
  ["DATE", date],
  ["TIME(7)", time],
  ["DATETIME", dateTime],
  ["DATETIME2(7)", dateTime2],
  ["DATETIMEOFFSET(7)", zoned],
  ["NVARCHAR", text],
  ["NCHAR(20)", padded],
  ["VARBINARY", bytes],
  ["UNIQUEIDENTIFIER", guid],
])("a check of %s passes for the value's own text and fails for its neighbour's", async (_, values) => {
  await fc.assert(
    fc.asyncProperty(values, async ({ sql, text, neighbour }) => {
      const select = `SELECT ${sql} AS v`;
      expect(await run(select, { equals: text })).toMatchObject({ passed: true });
      expect(await run(select, { equals: neighbour })).toMatchObject({ passed: false });
    }),
    { numRuns: 6 },
  );
});

test("bounds are met digit by digit", async () => {
  const select = "SELECT CONVERT(BIGINT, 9007199254740993)";
  expect(await run(select, { min: "9007199254740993", max: "9007199254740993" })).toMatchObject({ passed: true });
  const beyond = await run(select, { max: "9007199254740992" });
  expect(beyond.passed).toBe(false);
  expect(withValues(beyond.text)).toBe("c: is 9007199254740993, expected at most 9007199254740992");
});

import fc from "fast-check";
import {
  compareByLookup,
  compareRange,
  type KeyedTable,
  type RangeDifference,
} from "../../../shared/verification/key-range";
import { column, type MemoryRow, MemorySqlServer, shape } from "./memory-sql-server";

const columns = [column("Region", "int"), column("Id", "int"), column("Note", "nvarchar(20)", { nullable: true })];
const key = ["Region", "Id"];

function keyed(rows: MemoryRow[]): KeyedTable & { session: MemorySqlServer } {
  const session = new MemorySqlServer();
  session.add({ shape: shape("shop", "Orders", columns, key), rows });
  return {
    session,
    address: { database: "shop", schema: "dbo", name: "Orders" },
    shape: { key, columns },
    side: "in the backup",
  };
}

async function compareAll(left: MemoryRow[], right: MemoryRow[], size: number) {
  const [source, target] = [keyed(left), keyed(right)];
  const found = { missing: 0, different: 0, extra: 0, ranges: 0 };
  let after: readonly string[] | null = null;
  do {
    const range = await compareRange(source, target, after, size);
    found.missing += range.missing.length;
    found.different += range.different.length;
    found.extra += range.extra.length;
    found.ranges += 1;
    after = range.after;
  } while (after !== null && found.ranges < 500);
  return { ...found, reads: source.session.calls.length + target.session.calls.length };
}

describe("ranges of keys", () => {
  it("find what a comparison of two sets finds, whatever the rows and the size of a range", async () => {
    const row = fc.record({
      Region: fc.integer({ min: 1, max: 4 }),
      Id: fc.integer({ min: 1, max: 15 }),
      Note: fc.constantFrom("a", "b", null),
    });
    const identity = (one: { Region: number; Id: number }) => `${one.Region} ${one.Id}`;
    const table = fc.uniqueArray(row, { selector: identity, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(table, table, fc.integer({ min: 1, max: 9 }), async (left, right, size) => {
        const there = new Map(right.map((one) => [identity(one), one.Note]));
        const here = new Set(left.map(identity));
        expect(await compareAll(left, right, size)).toMatchObject({
          missing: left.filter((one) => !there.has(identity(one))).length,
          different: left.filter((one) => there.has(identity(one)) && there.get(identity(one)) !== one.Note).length,
          extra: right.filter((one) => !here.has(identity(one))).length,
        });
      }),
    );
  });

  it("read each side once per range while both are equal, and never more than was asked for", async () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ Region: 1, Id: index, Note: null }));
    const found = await compareAll(rows, rows, 10);
    expect(found).toEqual({ missing: 0, different: 0, extra: 0, ranges: 11, reads: 22 });
  });

  it("move on through many more rows on the target than the source has between two keys", async () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({ Region: 1, Id: index, Note: null }));
    const found = await compareAll([many[0]!, many[999]!], many, 10);
    expect(found).toMatchObject({ missing: 0, different: 0, extra: 998 });
    expect(found.ranges).toBeLessThan(500);
  });
});

describe("ranges of keys that have many texts", () => {
  const fold = (text: string) => text.toLowerCase().trimEnd();
  const code = fc.constantFrom("a", "A", "a ", "b", "B", "c", "C ", "d", "D", "e", "E", "f");
  const row = fc.record({ Code: code, Qty: fc.integer({ min: 1, max: 2 }) });

  function coded(rows: MemoryRow[], collation: string): KeyedTable {
    const session = new MemorySqlServer();
    const textColumns = [column("Code", "nvarchar(5)", { collation }), column("Qty", "int")];
    session.add({ shape: shape("shop", "Codes", textColumns, ["Code"]), rows });
    const address = { database: "shop", schema: "dbo", name: "Codes" };
    return { session, address, shape: { key: ["Code"], columns: textColumns }, side: "in the backup" };
  }

  test.each([
    ["of one collation", compareRange, "Latin1_General_CI_AS", fold],
    ["of two collations, by look-up", compareByLookup, "Latin1_General_BIN2", (text: string) => text],
  ] as const)(
    "%s find what the master's equality says, with duplicates on the master too",
    async (_, compare, collation, identity) => {
      const backup = fc.uniqueArray(row, { selector: (one) => identity(one.Code), maxLength: 10 });
      await fc.assert(
        fc.asyncProperty(
          backup,
          fc.array(row, { maxLength: 14 }),
          fc.integer({ min: 1, max: 5 }),
          async (left, right, size) => {
            const [source, target] = [coded(left, collation), coded(right, "Latin1_General_CI_AS")];
            const found = { missing: 0, different: 0, extra: 0 };
            for (let after: readonly string[] | null = null, more = true; more; more = after !== null) {
              const range: RangeDifference = await compare(source, target, after, size);
              found.missing += range.missing.length;
              found.different += range.different.length + range.otherTexts.length;
              found.extra += range.extra.length;
              after = range.after;
            }
            const there = left.filter((one) => right.some((other) => fold(other.Code) === fold(one.Code)));
            const same = there.filter((one) => right.some((other) => other.Code === one.Code && other.Qty === one.Qty));
            expect(found).toEqual({
              missing: left.length - there.length,
              different: there.length - same.length,
              extra: compare === compareRange ? right.length - there.length : 0,
            });
          },
        ),
      );
    },
  );
});

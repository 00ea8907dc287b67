import fc from "fast-check";
import { ManualClock } from "../../../emulator/core/clock";
import { TablestoreService } from "../../../emulator/tablestore/tablestore-service";
import { infMax, infMin } from "../../../emulator/tablestore/value";

function counters(options: { clock?: ManualClock; indexLagMs?: number } = {}) {
  const clock = options.clock ?? new ManualClock(1_000_000);
  const service = new TablestoreService({ clock, indexLagMs: options.indexLagMs });
  service.createTable({
    name: "counters",
    primaryKey: [{ name: "id", type: "INTEGER" }],
    definedColumns: [{ name: "count", type: "INTEGER" }],
    indexes: [{ name: "by_count", primaryKey: ["count"], definedColumns: [] }],
  });
  return { clock, service };
}

const idsByCount = (service: TablestoreService) =>
  service
    .getRange({
      table: "by_count",
      direction: "FORWARD",
      start: { count: infMin, id: infMin },
      end: { count: infMax, id: infMax },
    })
    .rows.map((row) => row.primaryKey["id"]);

test("an index ends up as the table sorted anew, whatever is written in whatever order", () => {
  const write = fc.record({
    id: fc.bigInt({ min: 0n, max: 5n }),
    count: fc.option(fc.bigInt({ min: -2n, max: 2n })),
    kind: fc.constantFrom("PUT", "UPDATE", "DELETE"),
    waitMs: fc.nat(150),
    looks: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
      const { clock, service } = counters({ indexLagMs: 100 });
      const model = new Map<bigint, bigint | null>();
      for (const { id, count, kind, waitMs, looks } of writes) {
        clock.advance(waitMs);
        if (looks) idsByCount(service);
        const target = { table: "counters", primaryKey: { id } };
        if (kind === "DELETE") service.deleteRow(target);
        else if (kind === "PUT") service.putRow({ ...target, columns: count === null ? {} : { count } });
        else if (count === null) service.updateRow({ ...target, put: { seen: true }, delete: ["count"] });
        else service.updateRow({ ...target, put: { count } });
        if (kind === "DELETE") model.delete(id);
        else model.set(id, count);
      }
      clock.advance(100);
      const expected = [...model]
        .filter((entry): entry is [bigint, bigint] => entry[1] !== null)
        .sort(([leftId, left], [rightId, right]) => Number(left - right) || Number(leftId - rightId));
      expect(idsByCount(service)).toEqual(expected.map(([id]) => id));
    }),
  );
});

test("text orders by its UTF-8 bytes, not by its UTF-16 units", () => {
  const service = new TablestoreService({ clock: new ManualClock(0) });
  service.createTable({ name: "words", primaryKey: [{ name: "word", type: "STRING" }] });
  for (const word of ["😀", "｡", "a"]) service.putRow({ table: "words", primaryKey: { word }, columns: {} });
  const { rows } = service.getRange({
    table: "words",
    direction: "FORWARD",
    start: { word: infMin },
    end: { word: infMax },
  });
  expect(rows.map((row) => row.primaryKey["word"])).toEqual(["a", "｡", "😀"]);
});

test("a page looks at 5,000 rows at most, even if a filter leaves none of them", () => {
  const { service } = counters();
  for (let id = 0n; id < 5_001n; id++) service.putRow({ table: "counters", primaryKey: { id }, columns: { n: id } });
  const page = service.getRange({
    table: "counters",
    direction: "FORWARD",
    start: { id: infMin },
    end: { id: infMax },
    filter: { kind: "column", name: "n", comparator: "LESS_THAN", value: 0n, passIfMissing: false },
  });
  expect(page).toEqual({ rows: [], nextStart: { id: 5_000n } });
});

test("a page ends after 4 MB", () => {
  const { service } = counters();
  const text = "x".repeat(1024 * 1024);
  for (let id = 0n; id < 6n; id++) service.putRow({ table: "counters", primaryKey: { id }, columns: { text } });
  const page = service.getRange({
    table: "counters",
    direction: "BACKWARD",
    start: { id: infMax },
    end: { id: infMin },
  });
  expect(page.rows.map((row) => row.primaryKey["id"])).toEqual([5n, 4n, 3n, 2n]);
  expect(page.nextStart).toEqual({ id: 1n });
});

test("an integer beyond 64 bits is refused, also as a sum", () => {
  const { service } = counters();
  const target = { table: "counters", primaryKey: { id: 1n } };
  const refused = expect.objectContaining({ code: "OTSParameterInvalid" });
  expect(() => service.putRow({ ...target, columns: { count: 2n ** 63n } })).toThrow(refused);
  service.putRow({ ...target, columns: { count: 2n ** 63n - 1n } });
  expect(() => service.updateRow({ ...target, increment: { count: 1n } })).toThrow(refused);
  expect(service.getRow(target)?.columns).toEqual({ count: 2n ** 63n - 1n });
});

test("a table that is never updated refuses updates and may expire under an index", () => {
  const clock = new ManualClock(0);
  const service = new TablestoreService({ clock });
  service.createTable({
    name: "once",
    primaryKey: [{ name: "id", type: "INTEGER" }],
    definedColumns: [{ name: "count", type: "INTEGER" }],
    indexes: [{ name: "by_count", primaryKey: ["count"], definedColumns: [] }],
    timeToLiveSeconds: 86_400,
    allowUpdate: false,
  });
  const target = { table: "once", primaryKey: { id: 1n } };
  expect(() => service.updateRow({ ...target, put: { count: 1n } })).toThrow(
    expect.objectContaining({ code: "OTSParameterInvalid" }),
  );
  service.putRow({ ...target, columns: { count: 1n } });
  expect(idsByCount(service)).toEqual([1n]);
  clock.advance(86_400_000);
  expect(idsByCount(service)).toEqual([]);
});

test("a batch of no rows or of too many is refused whole", () => {
  const { service } = counters();
  const refused = expect.objectContaining({ code: "OTSParameterInvalid" });
  const writes = Array.from({ length: 201 }, (_, id) => ({
    type: "PUT" as const,
    table: "counters",
    primaryKey: { id: BigInt(id) },
    columns: {},
  }));
  expect(() => service.batchWriteRow([])).toThrow(refused);
  expect(() => service.batchWriteRow(writes)).toThrow(refused);
  expect(service.getRow({ table: "counters", primaryKey: { id: 0n } })).toBeUndefined();
  expect(service.batchWriteRow(writes.slice(1)).every((outcome) => outcome.ok)).toBe(true);
});

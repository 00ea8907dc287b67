import { type LocalTablestore, startTablestore } from "../emulator/tablestore/local-tablestore";
import { columnsOf, integer, keyOf, refusal, sdk } from "../emulator/tablestore/official-client";

const lagMs = 500;
let local: LocalTablestore;

beforeEach(async () => {
  local = await startTablestore({ indexLagMs: lagMs });
});

afterEach(() => local.close());

const ignore = new sdk.Condition(sdk.RowExistenceExpectation.IGNORE, null);
const reservedThroughput = { capacityUnit: { read: 0, write: 0 } };
const due = { name: "due", primaryKey: ["phase", "nextCheckAtMs"], definedColumn: ["master"] };

function restoresTable(changes: object = {}): object {
  return {
    tableMeta: {
      tableName: "restores",
      primaryKey: [{ name: "restoreId", type: "STRING" }],
      definedColumn: [
        { name: "phase", type: 4 },
        { name: "nextCheckAtMs", type: 1 },
        { name: "master", type: 4 },
      ],
    },
    reservedThroughput,
    tableOptions: { timeToLive: -1, maxVersions: 1 },
    indexMetas: [due],
    ...changes,
  };
}

function save(restoreId: string, columns: object[]) {
  return local.client["putRow"]!({
    tableName: "restores",
    primaryKey: [{ restoreId }],
    attributeColumns: columns,
    condition: ignore,
  });
}

const restore = (phase: string, nextCheckAtMs: number, master: string) => [
  { phase },
  { nextCheckAtMs: integer(nextCheckAtMs) },
  { master },
];

async function read(tableName: string, start: object[], end: object[], rest: object = {}) {
  const answer = await local.client["getRange"]!({
    tableName,
    direction: sdk.Direction.FORWARD,
    inclusiveStartPrimaryKey: start,
    exclusiveEndPrimaryKey: end,
    ...rest,
  });
  const next = answer.nextStartPrimaryKey;
  return { ids: answer.rows.map((row) => keyOf(row)["restoreId"]), rows: answer.rows, next };
}

const everything = { start: [{ restoreId: sdk.INF_MIN }], end: [{ restoreId: sdk.INF_MAX }] };
const duePhase = (phase: string) => ({
  start: [{ phase }, { nextCheckAtMs: sdk.INF_MIN }, { restoreId: sdk.INF_MIN }],
  end: [{ phase }, { nextCheckAtMs: sdk.INF_MAX }, { restoreId: sdk.INF_MAX }],
});
const readDue = async (phase: string) => (await read("due", duePhase(phase).start, duePhase(phase).end)).ids;

describe("tables", () => {
  test("tables are created, described, listed, updated and deleted", async () => {
    await local.client["createTable"]!(restoresTable());
    await local.client["createTable"]!({
      tableMeta: { tableName: "locks", primaryKey: [{ name: "master", type: "STRING" }] },
      reservedThroughput,
      tableOptions: { timeToLive: 86_400, maxVersions: 1 },
    });
    expect((await local.client["listTable"]!({})).tableNames).toEqual(["locks", "restores"]);
    const described = await local.client["describeTable"]!({ tableName: "restores" });
    expect(described.tableMeta.primaryKey).toMatchObject([{ name: "restoreId", type: 2 }]);
    expect(described.tableMeta.definedColumn).toMatchObject([
      { name: "phase", type: 4 },
      { name: "nextCheckAtMs", type: 1 },
      { name: "master", type: 4 },
    ]);
    expect(described.tableOptions).toMatchObject({ timeToLive: -1, maxVersions: 1, allowUpdate: true });
    expect(described.indexMetas).toMatchObject([due]);
    await local.client["updateTable"]!({ tableName: "locks", tableOptions: { timeToLive: -1 } });
    expect((await local.client["describeTable"]!({ tableName: "locks" })).tableOptions.timeToLive).toBe(-1);
    await local.client["deleteTable"]!({ tableName: "restores" });
    expect((await local.client["listTable"]!({})).tableNames).toEqual(["locks"]);
    expect(await refusal(read("due", duePhase("open").start, duePhase("open").end))).toEqual({
      status: 404,
      code: "OTSObjectNotExist",
    });
  });

  test("two of one name are refused, and so is an absent one", async () => {
    await local.client["createTable"]!(restoresTable());
    expect(await refusal(local.client["createTable"]!(restoresTable()))).toEqual({
      status: 409,
      code: "OTSObjectAlreadyExist",
    });
    for (const operation of ["describeTable", "deleteTable"]) {
      expect(await refusal(local.client[operation]!({ tableName: "nowhere" }))).toEqual({
        status: 404,
        code: "OTSObjectNotExist",
      });
    }
    expect(await refusal(local.client["getRow"]!({ tableName: "nowhere", primaryKey: [{ a: "1" }] }))).toEqual({
      status: 404,
      code: "OTSObjectNotExist",
    });
  });

  const options = (changes: object) => ({ tableOptions: { timeToLive: -1, maxVersions: 1, ...changes } });
  test.each([
    ["a name with a hyphen", { tableMeta: { tableName: "my-table", primaryKey: [{ name: "id", type: "STRING" }] } }],
    ["no key", { tableMeta: { tableName: "restores", primaryKey: [] } }],
    ["a life of a minute", options({ timeToLive: 60 })],
    ["no life", options({ timeToLive: undefined })],
    ["no number of versions", options({ maxVersions: undefined })],
    ["a life and an index, while updates are allowed", options({ timeToLive: 86_400 })],
    ["reserved throughput", { reservedThroughput: { capacityUnit: { read: 1, write: 0 } } }],
    [
      "a predefined column whose type is a name (the client sends 0 for it)",
      {
        tableMeta: {
          tableName: "restores",
          primaryKey: [{ name: "restoreId", type: "STRING" }],
          definedColumn: [{ name: "phase", type: "DCT_STRING" }],
        },
        indexMetas: [],
      },
    ],
    ["an index on a column that is not predefined", { indexMetas: [{ ...due, primaryKey: ["label"] }] }],
  ])("tables refuses a table with %s", async (_, changes) => {
    expect(await refusal(local.client["createTable"]!(restoresTable(changes)))).toEqual({
      status: 400,
      code: "OTSParameterInvalid",
    });
  });

  test.each([
    ["several versions", options({ maxVersions: 3 })],
    ["a stream", { streamSpecification: { enableStream: true, expirationTime: 24 } }],
    ["a local index", { indexMetas: [{ ...due, indexType: 1, indexUpdateMode: 1 }] }],
  ])("tables says that %s is not played", async (_, changes) => {
    expect(await refusal(local.client["createTable"]!(restoresTable(changes)))).toEqual({
      status: 501,
      code: "EmulatorNotImplemented",
    });
  });
});

describe("ranges", () => {
  beforeEach(async () => {
    await local.client["createTable"]!(restoresTable());
    for (const id of ["b", "a", "d", "c"]) await save(id, restore("open", 1, `rm-${id}`));
  });

  test("ranges are read in the order of the key, start inclusive, end exclusive", async () => {
    const { ids, next } = await read("restores", [{ restoreId: "b" }], [{ restoreId: "d" }]);
    expect(ids).toEqual(["b", "c"]);
    expect(next).toBeNull();
  });

  test("ranges are read backward", async () => {
    const backward = { direction: sdk.Direction.BACKWARD };
    expect((await read("restores", [{ restoreId: "c" }], [{ restoreId: "a" }], backward)).ids).toEqual(["c", "b"]);
    expect((await read("restores", everything.end, everything.start, backward)).ids).toEqual(["d", "c", "b", "a"]);
    expect((await read("restores", [{ restoreId: "bb" }], everything.start, backward)).ids).toEqual(["b", "a"]);
  });

  test("a page ends at its limit and names the row that the next one starts with", async () => {
    const first = await read("restores", everything.start, everything.end, { limit: 3 });
    expect(first.ids).toEqual(["a", "b", "c"]);
    expect(first.next).toEqual([{ name: "restoreId", value: "d" }]);
    const second = await read("restores", [{ restoreId: first.next?.[0]?.value }], everything.end, { limit: 3 });
    expect(second.ids).toEqual(["d"]);
    expect(second.next).toBeNull();
  });

  test("a filter leaves rows out, and columns that are named come alone", async () => {
    const columnFilter = new sdk.SingleColumnCondition("master", "rm-b", sdk.ComparatorType["GREATER_THAN"]!, false);
    const answer = await read("restores", everything.start, everything.end, {
      columnFilter,
      columnsToGet: ["master"],
      limit: 1,
    });
    expect(answer.ids).toEqual(["c"]);
    expect(columnsOf(answer.rows[0]!)).toEqual({ master: "rm-c" });
    expect(answer.next).toEqual([{ name: "restoreId", value: "d" }]);
  });

  test("an empty range is an empty list, a reversed one is refused", async () => {
    expect((await read("restores", [{ restoreId: "x" }], [{ restoreId: "z" }])).ids).toEqual([]);
    const invalid = { status: 400, code: "OTSParameterInvalid" };
    expect(await refusal(read("restores", [{ restoreId: "d" }], [{ restoreId: "a" }]))).toEqual(invalid);
    expect(await refusal(read("restores", [{ restoreId: "a" }], [{ restoreId: "a" }]))).toEqual(invalid);
    const backward = { direction: sdk.Direction.BACKWARD };
    expect(await refusal(read("restores", [{ restoreId: "a" }], [{ restoreId: "d" }], backward))).toEqual(invalid);
  });
});

describe("a global secondary index", () => {
  beforeEach(() => local.client["createTable"]!(restoresTable()));

  test("a global secondary index shows a write after its delay, ordered by its own key", async () => {
    await save("late", restore("open", 300, "rm-1"));
    await save("soon", restore("open", 100, "rm-2"));
    await save("over", restore("closed", 50, "rm-3"));
    expect(await readDue("open")).toEqual([]);
    local.clock.advance(lagMs);
    expect(await readDue("open")).toEqual(["soon", "late"]);
    const { rows } = await read(
      "due",
      [{ phase: "open" }, { nextCheckAtMs: sdk.INF_MIN }, { restoreId: sdk.INF_MIN }],
      [{ phase: "open" }, { nextCheckAtMs: integer(101) }, { restoreId: sdk.INF_MIN }],
    );
    expect(rows.map(columnsOf)).toEqual([{ master: "rm-2" }]);
    expect(rows.map(keyOf)).toEqual([{ phase: "open", nextCheckAtMs: 100n, restoreId: "soon" }]);
  });

  test("a global secondary index moves and loses rows with the table", async () => {
    await save("r", restore("open", 100, "rm-1"));
    local.clock.advance(lagMs);
    await local.client["updateRow"]!({
      tableName: "restores",
      primaryKey: [{ restoreId: "r" }],
      updateOfAttributeColumns: [{ PUT: [{ phase: "closed" }] }],
      condition: ignore,
    });
    expect(await readDue("open")).toEqual(["r"]);
    local.clock.advance(lagMs);
    expect(await readDue("open")).toEqual([]);
    expect(await readDue("closed")).toEqual(["r"]);
    await local.client["deleteRow"]!({ tableName: "restores", primaryKey: [{ restoreId: "r" }], condition: ignore });
    local.clock.advance(lagMs);
    expect(await readDue("closed")).toEqual([]);
  });

  test("a global secondary index leaves out rows without an index column or with one of another type", async () => {
    await save("missing", [{ phase: "open" }]);
    await save("mistyped", [{ phase: "open" }, { nextCheckAtMs: "100" }]);
    await save("double", [{ phase: "open" }, { nextCheckAtMs: 100 }]);
    await save("whole", restore("open", 100, "rm-1"));
    local.clock.advance(lagMs);
    expect(await readDue("open")).toEqual(["whole"]);
  });

  test("a global secondary index is read row by row too, and never written", async () => {
    await save("r", restore("open", 100, "rm-1"));
    local.clock.advance(lagMs);
    const primaryKey = [{ phase: "open" }, { nextCheckAtMs: integer(100) }, { restoreId: "r" }];
    const { row } = await local.client["getRow"]!({ tableName: "due", primaryKey });
    expect(columnsOf(row)).toEqual({ master: "rm-1" });
    const call = local.client["deleteRow"]!({ tableName: "due", primaryKey, condition: ignore });
    expect(await refusal(call)).toEqual({ status: 400, code: "OTSParameterInvalid" });
  });

  test("created later it takes what is there only if asked to, and is dropped", async () => {
    await save("old", restore("open", 100, "rm-1"));
    const phaseOf = async (name: string) =>
      (await local.client["describeTable"]!({ tableName: "restores" })).indexMetas.find((index) => index.name === name)
        ?.indexSyncPhase;
    const create = (name: string, includeBaseData: boolean) =>
      local.client["createIndex"]!({
        mainTableName: "restores",
        indexMeta: { name, primaryKey: ["master"], definedColumn: [] },
        includeBaseData,
      });
    await create("history", true);
    await create("fresh", false);
    expect([await phaseOf("history"), await phaseOf("fresh")]).toEqual([sdk.SyncPhase.FULL, sdk.SyncPhase.INCR]);
    local.clock.advance(lagMs);
    expect(await phaseOf("history")).toBe(sdk.SyncPhase.INCR);
    const all = async (name: string) => {
      const bound = (limit: object) => [{ master: limit }, { restoreId: limit }];
      return (await read(name, bound(sdk.INF_MIN), bound(sdk.INF_MAX))).ids;
    };
    expect(await all("history")).toEqual(["old"]);
    expect(await all("fresh")).toEqual([]);
    await local.client["dropIndex"]!({ mainTableName: "restores", indexName: "history" });
    expect(await refusal(all("history"))).toEqual({ status: 404, code: "OTSObjectNotExist" });
    expect(await refusal(create("restores", false))).toEqual({ status: 409, code: "OTSObjectAlreadyExist" });
  });
});

test("rows expire by the clock, columns one by one", async () => {
  await local.client["createTable"]!({
    tableMeta: { tableName: "once", primaryKey: [{ name: "key", type: "STRING" }] },
    reservedThroughput,
    tableOptions: { timeToLive: 86_400, maxVersions: 1 },
  });
  const target = { tableName: "once", primaryKey: [{ key: "k" }], condition: ignore };
  await local.client["putRow"]!({ ...target, attributeColumns: [{ old: "1" }] });
  local.clock.advance(86_399_000);
  await local.client["updateRow"]!({ ...target, updateOfAttributeColumns: [{ PUT: [{ young: "2" }] }] });
  local.clock.advance(1_000);
  expect(columnsOf((await local.client["getRow"]!(target)).row)).toEqual({ young: "2" });
  local.clock.advance(86_400_000);
  expect((await local.client["getRow"]!(target)).row).toEqual({});
  const expectNotExist = new sdk.Condition(sdk.RowExistenceExpectation.EXPECT_NOT_EXIST, null);
  await local.client["putRow"]!({ ...target, condition: expectNotExist, attributeColumns: [{ again: "3" }] });
});

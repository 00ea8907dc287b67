import { type LocalTablestore, startMs, startTablestore } from "../emulator/tablestore/local-tablestore";
import {
  type AnsweredRow,
  type BatchReadAnswer,
  type BatchWriteAnswer,
  columnsOf,
  integer,
  keyOf,
  refusal,
  sdk,
} from "../emulator/tablestore/official-client";

const ignore = new sdk.Condition(sdk.RowExistenceExpectation.IGNORE, null);
const expectExist = new sdk.Condition(sdk.RowExistenceExpectation.EXPECT_EXIST, null);
const expectNotExist = new sdk.Condition(sdk.RowExistenceExpectation.EXPECT_NOT_EXIST, null);

let local: LocalTablestore;

beforeEach(async () => {
  local = await startTablestore();
  await local.client["createTable"]!({
    tableMeta: {
      tableName: "events",
      primaryKey: [
        { name: "restore", type: "STRING" },
        { name: "number", type: "INTEGER" },
        { name: "digest", type: "BINARY" },
      ],
    },
    reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
    tableOptions: { timeToLive: -1, maxVersions: 1 },
  });
});

afterEach(() => local.close());

const key = (restore: string, number: number, digest = "d") => [
  { restore },
  { number: integer(number) },
  { digest: Buffer.from(digest) },
];

function put(primaryKey: object[], attributeColumns: object[], condition: object = ignore, rest: object = {}) {
  return local.client["putRow"]!({ tableName: "events", primaryKey, attributeColumns, condition, ...rest });
}

function update(
  primaryKey: object[],
  updateOfAttributeColumns: object[],
  condition: object = ignore,
  rest: object = {},
) {
  return local.client["updateRow"]!({ tableName: "events", primaryKey, updateOfAttributeColumns, condition, ...rest });
}

function remove(primaryKey: object[], condition: object = ignore) {
  return local.client["deleteRow"]!({ tableName: "events", primaryKey, condition });
}

async function get(primaryKey: object[], rest: object = {}): Promise<AnsweredRow> {
  return (await local.client["getRow"]!({ tableName: "events", primaryKey, ...rest })).row;
}

describe("values", () => {
  test("every type comes back as it was put, columns in the order of their names", async () => {
    await put(key("表格存储", -7, "\u0000bytes"), [
      { text: "中文 and 😀" },
      { big: sdk.Long.fromString("-9223372036854775808") },
      { real: -0.32 },
      { yes: true },
      { no: false },
      { blob: Buffer.from([0, 255, 10]) },
      { empty: "" },
    ]);
    const row = await get(key("表格存储", -7, "\u0000bytes"));
    expect(keyOf(row)).toEqual({ restore: "表格存储", number: -7n, digest: Buffer.from("\u0000bytes") });
    expect(columnsOf(row)).toEqual({
      big: -(2n ** 63n),
      blob: Buffer.from([0, 255, 10]),
      empty: "",
      no: false,
      real: -0.32,
      text: "中文 and 😀",
      yes: true,
    });
    expect(Object.keys(columnsOf(row))).toEqual(["big", "blob", "empty", "no", "real", "text", "yes"]);
  });

  test("a cell's version is the service's time of the write", async () => {
    await put(key("r", 1), [{ a: "1" }]);
    local.clock.advance(1500);
    await update(key("r", 1), [{ PUT: [{ b: "2" }] }]);
    const row = await get(key("r", 1));
    expect(row.attributes?.map((cell) => [cell.columnName, cell.timestamp.toNumber()])).toEqual([
      ["a", startMs],
      ["b", startMs + 1500],
    ]);
  });

  test("an absent row is an empty object", async () => {
    expect(await get(key("nobody", 1))).toEqual({});
  });

  test("putting replaces the whole row", async () => {
    await put(key("r", 1), [{ a: "1" }, { b: "2" }]);
    await put(key("r", 1), [{ c: "3" }]);
    expect(columnsOf(await get(key("r", 1)))).toEqual({ c: "3" });
  });

  test("a row may be a key alone", async () => {
    await put(key("r", 1), []);
    expect(keyOf(await get(key("r", 1)))).toMatchObject({ restore: "r" });
  });

  test("a large value travels whole, one over 2 MB is refused", async () => {
    const large = "x".repeat(2 * 1024 * 1024);
    await put(key("r", 1), [{ record: large }]);
    expect(columnsOf(await get(key("r", 1)))).toEqual({ record: large });
    expect(await refusal(put(key("r", 1), [{ record: `${large}x` }]))).toEqual({
      status: 400,
      code: "OTSParameterInvalid",
    });
  });
});

describe("keys", () => {
  test.each([
    ["a missing column", [{ restore: "r" }]],
    ["another name", [{ restore: "r" }, { count: integer(1) }, { digest: Buffer.from("d") }]],
    ["another order", [{ number: integer(1) }, { restore: "r" }, { digest: Buffer.from("d") }]],
    ["another type", [{ restore: "r" }, { number: "1" }, { digest: Buffer.from("d") }]],
  ])("keys refuses a key with %s", async (_, wrong) => {
    expect(await refusal(put(wrong, [{ a: "1" }]))).toEqual({ status: 400, code: "OTSInvalidPK" });
    expect(await refusal(get(wrong))).toEqual({ status: 400, code: "OTSInvalidPK" });
  });

  test("keys refuses an open key outside ranges", async () => {
    const open = [{ restore: "r" }, { number: sdk.INF_MIN }, { digest: Buffer.from("d") }];
    expect(await refusal(get(open))).toEqual({ status: 400, code: "OTSParameterInvalid" });
  });

  test("keys refuses a key column over 1 KB and an attribute named like a key column", async () => {
    const invalid = { status: 400, code: "OTSParameterInvalid" };
    expect(await refusal(put(key("r".repeat(1025), 1), []))).toEqual(invalid);
    expect(await refusal(put(key("r", 1), [{ number: "1" }]))).toEqual(invalid);
  });

  test("keys says that auto-increment is not played", async () => {
    const counted = [{ restore: "r" }, { number: sdk.PK_AUTO_INCR }, { digest: Buffer.from("d") }];
    expect(await refusal(put(counted, []))).toEqual({ status: 501, code: "EmulatorNotImplemented" });
  });
});

describe("updates", () => {
  test("put, delete and add to columns in one step", async () => {
    await put(key("r", 1), [{ kept: "k" }, { gone: "g" }, { count: integer(40) }]);
    await update(key("r", 1), [
      { PUT: [{ added: true }] },
      { DELETE_ALL: ["gone"] },
      { INCREMENT: [{ count: integer(2) }, { fresh: integer(-1) }] },
    ]);
    expect(columnsOf(await get(key("r", 1)))).toEqual({ added: true, count: 42n, fresh: -1n, kept: "k" });
  });

  test("an update adds an absent row, deletions alone do not", async () => {
    await update(key("new", 1), [{ PUT: [{ a: "1" }] }]);
    await update(key("none", 1), [{ DELETE_ALL: ["a"] }]);
    expect(columnsOf(await get(key("new", 1)))).toEqual({ a: "1" });
    expect(await get(key("none", 1))).toEqual({});
  });

  test("a row stays when its last column is deleted", async () => {
    await put(key("r", 1), [{ a: "1" }]);
    await update(key("r", 1), [{ DELETE_ALL: ["a"] }]);
    const row = await get(key("r", 1));
    expect(keyOf(row)).toMatchObject({ restore: "r" });
    expect(columnsOf(row)).toEqual({});
  });

  test("adding to a column that is no integer is refused and changes nothing", async () => {
    await put(key("r", 1), [{ a: "1" }, { b: integer(1) }]);
    const call = update(key("r", 1), [{ INCREMENT: [{ b: integer(1) }, { a: integer(1) }] }]);
    expect(await refusal(call)).toEqual({ status: 400, code: "OTSParameterInvalid" });
    expect(columnsOf(await get(key("r", 1)))).toEqual({ a: "1", b: 1n });
  });

  test("the row's key or the columns afterwards come back if asked for", async () => {
    const answeredKey = await put(key("r", 1), [{ count: integer(1) }], ignore, {
      returnContent: { returnType: sdk.ReturnType.Primarykey },
    });
    expect(keyOf(answeredKey.row)).toEqual({ restore: "r", number: 1n, digest: Buffer.from("d") });
    const counted = await update(key("r", 1), [{ INCREMENT: [{ count: integer(9) }] }], ignore, {
      returnContent: { returnType: sdk.ReturnType.AfterModify, returnColumns: ["count"] },
    });
    expect(columnsOf(counted.row)).toEqual({ count: 10n });
  });

  test("updates says that single versions of a cell are not played", async () => {
    const call = update(key("r", 1), [{ DELETE: [{ a: 1496826473186 }] }]);
    expect(await refusal(call)).toEqual({ status: 501, code: "EmulatorNotImplemented" });
    const chosen = put(key("r", 1), [{ a: "1", timestamp: 1496826473186 }]);
    expect(await refusal(chosen)).toEqual({ status: 501, code: "EmulatorNotImplemented" });
  });
});

describe("conditions", () => {
  const failed = { status: 403, code: "OTSConditionCheckFail" };

  test("a row is created once", async () => {
    await put(key("r", 1), [{ a: "first" }], expectNotExist);
    expect(await refusal(put(key("r", 1), [{ a: "second" }], expectNotExist))).toEqual(failed);
    expect(columnsOf(await get(key("r", 1)))).toEqual({ a: "first" });
  });

  test("an absent row is neither updated nor deleted when it is expected", async () => {
    expect(await refusal(update(key("r", 1), [{ PUT: [{ a: "1" }] }], expectExist))).toEqual(failed);
    expect(await refusal(remove(key("r", 1), expectExist))).toEqual(failed);
    expect(await get(key("r", 1))).toEqual({});
  });

  test("deleting needs no row unless one is expected", async () => {
    await put(key("r", 1), [{ a: "1" }]);
    await remove(key("r", 1), expectExist);
    await remove(key("r", 1));
    expect(await get(key("r", 1))).toEqual({});
  });

  const { SingleColumnCondition: Single, ComparatorType: comparator, LogicalOperator: logical } = sdk;
  const whereVersion = (value: number) =>
    new sdk.Condition(
      sdk.RowExistenceExpectation.EXPECT_EXIST,
      new Single("version", integer(value), comparator["EQUAL"]!, false),
    );

  test("conditions of two saves that read the same version one wins", async () => {
    await put(key("r", 1), [{ version: integer(1) }]);
    const save = (writer: string) =>
      refusal(update(key("r", 1), [{ PUT: [{ version: integer(2) }, { writer }] }], whereVersion(1)));
    const outcomes = await Promise.all([save("one"), save("two")]);
    expect(outcomes.filter((outcome) => outcome.code === "OTSConditionCheckFail")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.code === undefined)).toHaveLength(1);
  });

  test.each([
    ["EQUAL", [false, true, false]],
    ["NOT_EQUAL", [true, false, true]],
    ["GREATER_THAN", [false, false, true]],
    ["GREATER_EQUAL", [false, true, true]],
    ["LESS_THAN", [true, false, false]],
    ["LESS_EQUAL", [true, true, false]],
  ])("%s compares the stored value with the given one", async (name, expected) => {
    const outcomes: boolean[] = [];
    for (const stored of [-1, 5, 10]) {
      await put(key("r", 1), [{ n: integer(stored) }]);
      const condition = new sdk.Condition(
        sdk.RowExistenceExpectation.IGNORE,
        new Single("n", integer(5), comparator[name]!, false),
      );
      outcomes.push((await refusal(remove(key("r", 1), condition))).code === undefined);
    }
    expect(outcomes).toEqual(expected);
  });

  test.each([
    [true, undefined],
    [false, "OTSConditionCheckFail"],
  ])("a missing column answers what passIfMissing %s says", async (passIfMissing, code) => {
    await put(key("r", 1), [{ a: "1" }]);
    const condition = new sdk.Condition(
      sdk.RowExistenceExpectation.IGNORE,
      new Single("b", "x", comparator["EQUAL"]!, passIfMissing),
    );
    expect((await refusal(remove(key("r", 1), condition))).code).toBe(code);
  });

  test("an integer is not a double, nor text", async () => {
    await put(key("r", 1), [{ n: integer(5) }]);
    for (const other of [5, "5"]) {
      const condition = new sdk.Condition(
        sdk.RowExistenceExpectation.IGNORE,
        new Single("n", other, comparator["EQUAL"]!, true),
      );
      expect(await refusal(remove(key("r", 1), condition))).toEqual(failed);
    }
  });

  test("AND, OR and NOT combine", async () => {
    const isOpen = new Single("state", "open", comparator["EQUAL"]!, false);
    const isDue = new Single("due", integer(100), comparator["LESS_EQUAL"]!, false);
    const not = new sdk.CompositeCondition(logical.NOT);
    not.addSubCondition(isDue);
    const and = new sdk.CompositeCondition(logical.AND);
    and.addSubCondition(isOpen);
    and.addSubCondition(not);
    const or = new sdk.CompositeCondition(logical.OR);
    or.addSubCondition(isOpen);
    or.addSubCondition(isDue);
    const passes = async (condition: object, state: string, due: number) => {
      await put(key("r", 1), [{ state }, { due: integer(due) }]);
      const call = remove(key("r", 1), new sdk.Condition(sdk.RowExistenceExpectation.IGNORE, condition));
      return (await refusal(call)).code === undefined;
    };
    expect(await passes(and, "open", 200)).toBe(true);
    expect(await passes(and, "open", 50)).toBe(false);
    expect(await passes(or, "closed", 50)).toBe(true);
    expect(await passes(or, "closed", 200)).toBe(false);
  });
});

describe("reading", () => {
  beforeEach(() => put(key("r", 1), [{ a: "1" }, { b: "2" }, { c: "3" }]));

  test("reading answers the columns that are named, and no row that has none of them", async () => {
    expect(columnsOf(await get(key("r", 1), { columnsToGet: ["c", "a"] }))).toEqual({ a: "1", c: "3" });
    expect(await get(key("r", 1), { columnsToGet: ["z"] })).toEqual({});
  });

  test("a filter hides the row, and does not see columns that are not read", async () => {
    const columnFilter = new sdk.SingleColumnCondition("a", "1", sdk.ComparatorType["EQUAL"]!, false);
    expect(columnsOf(await get(key("r", 1), { columnFilter }))).toEqual({ a: "1", b: "2", c: "3" });
    expect(await get(key("r", 1), { columnFilter, columnsToGet: ["b"] })).toEqual({});
  });

  test("a pagination filter is a window over the columns", async () => {
    const columnFilter = new sdk.ColumnPaginationFilter(1, 1);
    expect(columnsOf(await get(key("r", 1), { columnFilter }))).toEqual({ b: "2" });
  });
});

describe("batches", () => {
  test("rows are read in their order, absent ones empty, wrong keys by themselves", async () => {
    await put(key("r", 1), [{ a: "1" }]);
    const answer = (await local.client["batchGetRow"]!({
      tables: [
        { tableName: "events", primaryKey: [key("r", 1), key("r", 2), [{ restore: "r" }]] },
        { tableName: "nowhere", primaryKey: [key("r", 1)] },
      ],
    })) as unknown as BatchReadAnswer;
    expect(answer.tables.flat().map((row) => [row.isOk, row.errorCode])).toEqual([
      [true, null],
      [true, null],
      [false, "OTSInvalidPK"],
      [false, "OTSObjectNotExist"],
    ]);
    const [found, absent] = answer.tables[0]!;
    expect(columnsOf(found!)).toEqual({ a: "1" });
    expect(absent!.primaryKey).toBeNull();
  });

  test("rows are written each on its own", async () => {
    await put(key("taken", 1), [{ a: "old" }]);
    const answer = (await local.client["batchWriteRow"]!({
      tables: [
        {
          tableName: "events",
          rows: [
            { type: "PUT", condition: expectNotExist, primaryKey: key("taken", 1), attributeColumns: [{ a: "new" }] },
            { type: "PUT", condition: ignore, primaryKey: key("fresh", 1), attributeColumns: [{ a: "new" }] },
            {
              type: "UPDATE",
              condition: ignore,
              primaryKey: key("counted", 1),
              attributeColumns: [{ INCREMENT: [{ n: integer(3) }] }],
              returnContent: { returnType: sdk.ReturnType.AfterModify, returnColumns: ["n"] },
            },
            { type: "DELETE", condition: expectExist, primaryKey: key("absent", 1) },
          ],
        },
      ],
    })) as unknown as BatchWriteAnswer;
    expect(answer.tables.map((row) => row.errorCode)).toEqual([
      "OTSConditionCheckFail",
      null,
      null,
      "OTSConditionCheckFail",
    ]);
    expect(columnsOf(answer.tables[2]!)).toEqual({ n: 3n });
    expect(columnsOf(await get(key("taken", 1)))).toEqual({ a: "old" });
    expect(columnsOf(await get(key("fresh", 1)))).toEqual({ a: "new" });
  });
});

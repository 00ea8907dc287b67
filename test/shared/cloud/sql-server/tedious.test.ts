import type { TableDefinition } from "../../../../emulator/data/table-definition";
import { shopTables } from "../../../../emulator/sample/shop-tables";
import { comparableColumns } from "../../../../shared/cloud/sql-server/comparable-columns";
import { type TediousSession, TediousSqlServers } from "../../../../shared/cloud/sql-server/tedious";
import { addEveryType, everyType, types } from "./every-type";
import { type LocalInstance, openLocalInstance } from "./local-instance";

let local: LocalInstance;
let session: TediousSession;

beforeAll(async () => {
  local = await openLocalInstance();
  addEveryType(local.instance.data.createDatabase("types", "Chinese_PRC_CI_AS", local.clock.nowMs()));
  session = await new TediousSqlServers().connect(local.address, local.dba, 10_000);
});

afterAll(async () => {
  await session.close();
  await local.close();
});

describe("a session", () => {
  it("a session lists databases with collation and state", async () => {
    expect(await session.listDatabases()).toEqual([
      { name: "shop", collation: "Chinese_PRC_CI_AS", online: true },
      { name: "types", collation: "Chinese_PRC_CI_AS", online: true },
    ]);
  });

  it("a session describes tables as they were declared", async () => {
    const [lines] = await session.describeTables("shop", [{ schema: "dbo", name: "OrderLines" }]);
    expect(lines).toMatchObject({
      database: "shop",
      schema: "dbo",
      name: "OrderLines",
      key: ["OrderId", "LineNumber"],
      foreignKeys: [{ name: "FK_OrderLines_Products", referencedSchema: "dbo", referencedTable: "Products" }],
      enabledTriggers: [],
    });
    expect(lines?.columns.map((column) => [column.name, column.type])).toEqual([
      ["OrderId", "int"],
      ["LineNumber", "smallint"],
      ["ProductId", "int"],
      ["Quantity", "int"],
      ["Price", "decimal(12,2)"],
    ]);
  });

  it("a session describes all tables of a database, and only those that are there", async () => {
    const all = await session.describeTables("shop", null);
    expect(all.map((shape) => shape.name).sort()).toEqual(shopTables.map((table) => table.name).sort());
    expect(await session.describeTables("shop", [{ schema: "dbo", name: "Nothing" }])).toEqual([]);
  });

  it("a session knows identities, NULLs, enabled triggers and every type", async () => {
    const [shape] = await session.describeTables("types", [{ schema: "dbo", name: types.name }]);
    expect(shape?.columns[0]).toMatchObject({
      name: "Id",
      type: "int",
      nullable: false,
      identity: true,
      computed: false,
    });
    expect(shape?.columns[1]).toMatchObject({ type: "bit", nullable: true, identity: false });
    expect(shape?.columns.map((column) => column.type)).toEqual(
      ["int", "bit", "tinyint", "smallint", "int", "bigint", "decimal(38,4)", "money", "float", "real"].concat(
        ["date", "time(7)", "datetime", "smalldatetime", "datetime2(7)", "datetimeoffset(3)", "char(4)", "varchar(20)"],
        ["nchar(4)", "nvarchar(20)", "nvarchar(max)", "ntext", "varbinary(16)", "varbinary(max)", "uniqueidentifier"],
        ["xml"],
      ),
    );
    expect(shape?.enabledTriggers).toEqual(["Audit"]);
  });

  it("a session knows every unique key with what it enforces, and which columns have a collation", async () => {
    const indexes: TableDefinition["indexes"] = [
      { name: "IX_Plain", columns: ["A"], unique: false },
      { name: "IX_Wide", columns: ["B"], included: ["A"], unique: true },
      { name: "IX_Off", columns: ["A"], unique: true, disabled: true },
      {
        name: "IX_Some",
        columns: ["A"],
        unique: true,
        filter: { text: "([A]>(0))", columns: ["A"], holds: () => false },
      },
    ];
    const definition: TableDefinition = {
      ...types,
      name: "Keys",
      triggers: [],
      columns: [
        { name: "A", type: { name: "int" }, nullable: false },
        { name: "B", type: { name: "varchar", length: 9 }, nullable: false, collation: "Latin1_General_BIN2" },
      ],
      primaryKey: { name: "PK_Keys", columns: ["B", "A"] },
      uniqueConstraints: [{ name: "UQ_Keys", columns: ["A"] }],
      indexes,
    };
    local.instance.data.database("types")!.commit(local.clock.nowMs(), [{ kind: "create-table", definition }]);
    const [shape] = await session.describeTables("types", [{ schema: "dbo", name: "Keys" }]);
    const on = { enabled: true, filtered: false };
    expect(shape?.uniqueKeys).toEqual([
      { name: "PK_Keys", kind: "primary-key", columns: ["B", "A"], ...on },
      { name: "UQ_Keys", kind: "unique-constraint", columns: ["A"], ...on },
      { name: "IX_Off", kind: "unique-index", columns: ["A"], enabled: false, filtered: false },
      {
        name: "IX_Some",
        kind: "unique-index",
        columns: ["A"],
        enabled: true,
        filtered: true,
        condition: "(([A]>(0)))",
      },
      { name: "IX_Wide", kind: "unique-index", columns: ["B"], ...on },
    ]);
    expect(shape?.key).toEqual(["B", "A"]);
    expect(shape?.columns.map((column) => column.collation)).toEqual([null, "Latin1_General_BIN2"]);
  });

  it("a session counts rows", async () => {
    const address = { database: "shop", schema: "dbo", name: "Orders" };
    expect(await session.countRows(address)).toBe(local.shop.table("dbo", "Orders")?.rowCount);
  });

  it("a session knows the sizes of single tables, which add up to the database's, as a login that may only read", async () => {
    const reader = await new TediousSqlServers().connect(local.address, local.report, 10_000);
    try {
      const names = shopTables.map(({ schema, name }) => ({ schema, name }));
      const sizes = await reader.tableSizes("shop", [...names, { schema: "dbo", name: "Nothing" }]);
      expect(sizes.map((size) => size.name).sort()).toEqual(names.map((table) => table.name).sort());
      const orders = local.shop.table("dbo", "Orders")!;
      const rowBytes = orders.rowCount * orders.definition.columns.length * 12;
      expect(sizes.find((size) => size.name === "Orders")?.bytes).toBe((Math.ceil(rowBytes / 8192) + 1) * 8192);
      const tableBytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
      expect(await reader.databaseSizeBytes("shop")).toBe(tableBytes);
      // The files hold the log and the catalog as well.
      const files = await reader.databaseFiles("shop");
      expect(files).toEqual({ bytes: expect.any(Number), isEncrypted: false });
      expect(files.bytes).toBeGreaterThan(tableBytes + 8 * 1024 ** 2);
    } finally {
      await reader.close();
    }
  });

  it("a session tells which tables a login may read by grants on single tables", async () => {
    const clerk = { userName: "clerk", password: "Clerk-2026" };
    local.instance.data.setLogin(
      {
        name: clerk.userName,
        password: clerk.password,
        super: false,
        rights: {},
        grants: [{ database: "shop", schema: "dbo", table: "Orders", actions: ["SELECT"] }],
      },
      local.clock.nowMs(),
    );
    const names = ["Orders", "Customers", "Nothing"].map((name) => ({ schema: "dbo", name }));
    const reader = await new TediousSqlServers().connect(local.address, clerk, 10_000);
    try {
      expect(await reader.permissions("shop")).toEqual({ select: false, write: false, createDatabase: false });
      expect(await reader.readableTables("shop", names)).toEqual([{ schema: "dbo", name: "Orders" }]);
      expect(await reader.countRows({ database: "shop", schema: "dbo", name: "Orders" })).toBeGreaterThan(0);
    } finally {
      await reader.close();
    }
    expect((await session.readableTables("shop", names)).map((table) => table.name).sort()).toEqual([
      "Customers",
      "Orders",
    ]);
  });

  it("a session knows rights", async () => {
    expect(await session.permissions("shop")).toMatchObject({ select: true, write: true });
    const reader = await new TediousSqlServers().connect(local.address, local.report, 10_000);
    try {
      expect(await reader.permissions("shop")).toEqual({ select: true, write: false, createDatabase: false });
    } finally {
      await reader.close();
    }
  });
});

describe("a keyed read", () => {
  it("a keyed read pages through a composite key without a gap or a repetition", async () => {
    const address = { database: "shop", schema: "dbo", name: "OrderLines" };
    const [shape] = await session.describeTables("shop", [address]);
    const seen: string[] = [];
    let after: readonly string[] | null = null;
    for (;;) {
      const page = await session.readKeyedHashes(address, shape!, { after, upTo: null, limit: 1500 });
      seen.push(...page.map((row) => row.key.join("/")));
      if (page.length < 1500) break;
      after = page.at(-1)!.key;
    }
    const rows = [...local.shop.table("dbo", "OrderLines")!.rows.values()];
    const expected = rows.map((row) => [Number(row[0]), Number(row[1])]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
    expect(seen).toEqual(expected.map((key) => key.join("/")));
  });

  it("a keyed read ends at an inclusive upper bound", async () => {
    const address = { database: "shop", schema: "dbo", name: "Orders" };
    const [shape] = await session.describeTables("shop", [address]);
    const page = await session.readKeyedHashes(address, shape!, { after: ["10"], upTo: ["13"], limit: 100 });
    expect(page.map((row) => row.key)).toEqual([["11"], ["12"], ["13"]]);
  });

  it("a keyed read gives every row of every type a hash of its own, and the same one each time", async () => {
    const address = { database: "types", schema: "dbo", name: types.name };
    const [shape] = await session.describeTables("types", [address]);
    const columns = comparableColumns(shape!).compared;
    expect(columns).toHaveLength(types.columns.length);
    const read = () =>
      session.readKeyedHashes(address, { key: ["Id"], columns }, { after: null, upTo: null, limit: 100 });
    const rows = await read();
    expect(rows).toHaveLength(2 + everyType.length);
    expect(new Set(rows.map((row) => row.hash)).size).toBe(rows.length);
    expect(await read()).toEqual(rows);
  });

  const keyTypes = everyType.filter(
    ([, type]) => !["float", "real", "ntext", "xml"].includes(type.name) && type.length !== "max",
  );
  it.each(keyTypes)("a keyed read pages by a key of type %s: bounds come back exactly", async (name, type, value) => {
    const table = `By${name}`;
    const definition: TableDefinition = {
      ...types,
      name: table,
      triggers: [],
      columns: [{ name: "K", type, nullable: false }],
      primaryKey: { name: `PK_${table}`, columns: ["K"] },
    };
    local.instance.data.database("types")!.commit(local.clock.nowMs(), [
      { kind: "create-table", definition },
      { kind: "insert", schema: "dbo", table, rows: [[value]] },
    ]);
    const address = { database: "types", schema: "dbo", name: table };
    const [shape] = await session.describeTables("types", [address]);
    expect(shape?.key).toEqual(["K"]);
    const range = { after: null, upTo: null, limit: 5 };
    const [row] = await session.readKeyedHashes(address, shape!, range);
    expect(await session.readKeyedHashes(address, shape!, { ...range, after: row!.key })).toEqual([]);
    expect(await session.readKeyedHashes(address, shape!, { ...range, upTo: row!.key })).toEqual([row]);
  });
});

describe("a check's SELECT", () => {
  it.each([
    ["SELECT COUNT(*) FROM dbo.Customers", "int", "400"],
    ["SELECT CONVERT(BIGINT, 9223372036854775807) -- all of it", "bigint", "9223372036854775807"],
    ["SELECT N'绿茶'; -- tea", "nvarchar(2)", "绿茶"],
    ["SELECT NULL", "int", null],
    ["SELECT OrderId FROM dbo.Orders WHERE OrderId = -1", "int", null],
    ["SELECT TOP (1) OrderId FROM dbo.Orders ORDER BY OrderId", "int", "1"],
    ["SELECT 1 UNION SELECT 1", "int", "1"],
    ["SELECT MAX(OrderId) AS a FROM dbo.Orders WITH (NOLOCK)", "int", "3600"],
  ])("%s yields a %s, %p", async (sql, type, text) => {
    expect(await session.readScalar("shop", sql)).toEqual({ type, text });
  });

  const edges: [string, string, string][] = [
    ["Flag", "bit", "1"],
    ["Tiny", "tinyint", "255"],
    ["Small", "smallint", "-32768"],
    ["Whole", "int", "2147483647"],
    ["Big", "bigint", "9223372036854775807"],
    ["Exact", "decimal(38,4)", "1234567890123456789012345678901234.5678"],
    ["Money", "money", "922337203685477.5807"],
    ["Float", "float", "0.1"],
    ["Real", "real", "0.5"],
    ["Day", "date", "2026-11-20"],
    ["Time", "time(7)", "08:15:00.1234567"],
    ["Moment", "datetime", "2026-11-20 08:15:00.997"],
    ["Minute", "smalldatetime", "2026-11-20 08:15:00.000"],
    ["Exactly", "datetime2(7)", "2026-11-20 08:15:00.1234567"],
    ["Zoned", "datetimeoffset(3)", "2026-11-20 08:15:00.123 +08:00"],
    ["Fixed", "char(4)", "ab  "],
    ["Ansi", "varchar(20)", "ab "],
    ["Wide", "nchar(4)", "绿茶  "],
    ["Text", "nvarchar(20)", "Łukasz's | 绿茶 🍵"],
    ["Old", "ntext", "old text"],
    ["Bytes", "varbinary(16)", "0x0001FEFF"],
    ["Guid", "uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF"],
    ["Document", "xml", "<a>1</a>"],
  ];
  it.each(edges)(
    "a check's SELECT of column %s yields a %s, %s, and NULL where it is NULL",
    async (column, type, text) => {
      const of = (id: number) =>
        session.readScalar("types", `SELECT ${column} FROM dbo.[Every]]Type] WHERE Id = ${id}`);
      expect(await of(1)).toEqual({ type, text });
      expect(await of(2)).toEqual({ type, text: null });
    },
  );

  it.each(["Long", "Photo"])("a check's SELECT does not bring the whole of a huge value: %s", async (column) => {
    const sql = `SELECT ${column} FROM dbo.[Every]]Type] WHERE Id = 1`;
    await expect(session.readScalar("types", sql)).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/\(max\), has more than 1000 characters or bytes; compare a part of it/),
    });
    expect(await session.readScalar("types", sql.replace(column, `DATALENGTH(${column})`))).toMatchObject({
      text: column === "Long" ? "18000" : "9000",
    });
  });

  it("a check's SELECT is refused when it is no single SELECT or yields more than one value", async () => {
    const several = (what: string) => `The check yields several ${what}; it must yield one value.`;
    for (const [sql, message] of [
      ["DELETE FROM dbo.Orders", "A check is one SELECT and nothing else."],
      ["SELECT 1, 2", several("columns")],
      ["SELECT * FROM dbo.Orders", several("columns")],
      ["SELECT OrderId FROM dbo.Orders", several("rows")],
    ] as const)
      await expect(session.readScalar("shop", sql)).rejects.toMatchObject({ code: "sql-error", message });
  });

  it("a check's SELECT leaves no transaction open, whether it worked or not", async () => {
    await session.readScalar("shop", "SELECT 1");
    await expect(session.readScalar("shop", "SELECT 1 FROM dbo.Nowhere")).rejects.toMatchObject({ code: "no-table" });
    expect(await session.readScalar("shop", "SELECT @@TRANCOUNT")).toEqual({ type: "int", text: "1" });
  });
});

describe("refusals", () => {
  it("name what is not there and what is not allowed", async () => {
    await expect(session.describeTables("gone", null)).rejects.toMatchObject({ kind: "refused", code: "no-database" });
    const nowhere = { database: "shop", schema: "dbo", name: "Nowhere" };
    await expect(session.countRows(nowhere)).rejects.toMatchObject({ kind: "refused", code: "no-table" });
    const reader = await new TediousSqlServers().connect(local.address, local.report, 10_000);
    try {
      await expect(reader.describeTables("types", null)).rejects.toMatchObject({ code: "no-permission" });
      expect((await reader.readScalar("shop", "SELECT COUNT(*) FROM dbo.Customers")).text).toBe("400");
    } finally {
      await reader.close();
    }
  });

  it("name a login that fails, without its password", async () => {
    const wrong = { userName: "shop_dba", password: "not-the-one" };
    const attempt = new TediousSqlServers().connect(local.address, wrong, 10_000);
    await expect(attempt).rejects.toMatchObject({ kind: "refused", code: "login-failed" });
    await expect(attempt).rejects.not.toThrow("not-the-one");
  });
});

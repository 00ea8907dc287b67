import type { TableShape, UniqueKey } from "../../../shared/cloud/sql-server";
import { withoutValues, withValues } from "../../../shared/restore/model/row-value";
import type { PlannedDatabase } from "../../../shared/restore/plan/plan";
import { surveyTarget } from "../../../shared/verification/target-survey";
import { column, type MemoryRow, MemorySqlServer, shape } from "./memory-sql-server";

/** What the survey says of rows by their values, before anybody approves missing-rows. */
const clock = { nowMs: () => 0 };
const unique = (name: string, columns: string[], more: Partial<UniqueKey> = {}): UniqueKey => ({
  name,
  kind: "unique-constraint",
  columns,
  enabled: true,
  filtered: false,
  ...more,
});
const plan: PlannedDatabase[] = [
  {
    database: "shop",
    targetDatabase: "shop",
    createsDatabase: false,
    characterSet: "",
    whole: false,
    tables: [{ schema: "dbo", name: "Orders", targetName: "Orders", rows: null }],
  },
];

const columns = [
  column("Id", "int", { identity: true }),
  column("Code", "nvarchar(20)", { nullable: true }),
  column("Customer", "int"),
  column("Deleted", "bit"),
];
const base = shape("shop", "Orders", columns, ["Id"]);
const order = (Id: number, Code: string | null, Customer = 1, Deleted = 0): MemoryRow => ({
  Id,
  Code,
  Customer,
  Deleted,
});
const with_ = (...keys: UniqueKey[]): TableShape => ({ ...base, uniqueKeys: [...base.uniqueKeys, ...keys] });

function server(table: TableShape, rows: MemoryRow[]): MemorySqlServer {
  const made = new MemorySqlServer();
  made.add({ shape: table, rows });
  return made;
}

async function survey(source: MemorySqlServer, master: MemorySqlServer) {
  const seen = await surveyTarget({ source, master }, "missing-rows", plan, null, 1_000, clock);
  return {
    code: seen.obstacle?.code ?? null,
    obstacle: withValues(seen.obstacle?.text ?? ""),
    notes: seen.notes.slice(1).map(withValues),
    forEverybody: [...seen.notes, seen.obstacle?.text ?? ""].map(withoutValues).join(" "),
  };
}

const backup = [order(1, "A"), order(2, "B"), order(3, "C"), order(4, null)];
const codes = unique("UQ_Code", ["Code"]);
const consequence =
  "shop.dbo.Orders: whether DTS leaves out a row that cannot be added or fails at the first one is not known, so other rows may be added in part only; either way the restore ends as failed. Change these values on the master first, or ask again for side-by-side.";

describe("unique values of missing rows that other rows hold by now", () => {
  test.each<[string, UniqueKey, MemoryRow, string]>([
    [
      "a unique constraint",
      codes,
      order(9, "B"),
      "UNIQUE constraint UQ_Code (Code) (for example the missing row 2 has B, which row 9 holds)",
    ],
    ["the collation's equality", codes, order(9, "b "), "(for example the missing row 2 has B, which row 9 holds)"],
    ["a unique index", { ...codes, kind: "unique-index" }, order(9, "B"), "unique index UQ_Code (Code)"],
    ["NULL, which is one value", codes, order(9, null), "(for example the missing row 4 has NULL, which row 9 holds)"],
    [
      "several columns",
      unique("UQ_Both", ["Customer", "Code"]),
      order(9, "B"),
      "(for example the missing row 2 has (1, B), which row 9 holds)",
    ],
  ])("unique values of missing rows that other rows hold by now are counted: %s", async (_, key, holder, told) => {
    const { code, notes, forEverybody } = await survey(
      server(base, backup),
      server(with_(key), [order(1, "A"), holder]),
    );
    expect(code).toBeNull();
    expect(notes[0]).toBe("shop.dbo.Orders: 3 of 4 rows are missing; 2 can be added.");
    expect(notes[1]).toMatch(
      /^shop\.dbo\.Orders: 1 missing row cannot be added, because other rows of the master hold its/,
    );
    expect(notes[1]).toContain(told);
    expect(notes[2]).toBe(consequence);
    expect(forEverybody).toContain("(for example (shown to data-reader))");
  });

  test.each<[string, UniqueKey[]]>([
    ["a disabled index", [{ ...codes, enabled: false }]],
    ["a key that holds the compared one", [unique("UQ_More", ["Id", "Code"])]],
    ["no other key", []],
  ])("unique values of missing rows that other rows hold by now do not count for %s", async (_, keys) => {
    const { code, notes } = await survey(server(base, backup), server(with_(...keys), [order(1, "A"), order(9, "B")]));
    expect(code).toBeNull();
    expect(notes).toEqual(["shop.dbo.Orders: 3 of 4 rows are missing and are added."]);
  });

  test("unique values of missing rows that other rows hold by now count once for a row that two keys refuse", async () => {
    const { notes } = await survey(
      server(base, backup),
      server(with_(codes, unique("UQ_Both", ["Customer", "Code"])), [order(8, "C"), order(9, "B"), order(1, "A")]),
    );
    expect(notes[0]).toBe("shop.dbo.Orders: 3 of 4 rows are missing; 1 can be added.");
    expect(notes.filter((note) => note.includes("2 missing rows cannot be added"))).toHaveLength(2);
    expect(notes.at(-1)).toContain("leaves out rows that cannot be added");
  });

  test("forbid the write-back where no missing row is left to add", async () => {
    const { code, obstacle } = await survey(
      server(base, backup.slice(0, 2)),
      server(with_(codes), [order(1, "A"), order(9, "B")]),
    );
    expect(code).toBe("unique-values-held");
    expect(obstacle).toMatch(
      /^No missing row can be added\. shop\.dbo\.Orders: 1 missing row cannot be added, .*row 9 holds\)\. Nothing was written\./,
    );
  });

  test("unique values of missing rows that other rows hold by now of a filtered index count among the rows that meet its condition, on both sides", async () => {
    const live = unique("UX_Live", ["Code"], {
      kind: "unique-index",
      filtered: true,
      condition: "([Deleted]=(0))",
    });
    const source = server(base, [...backup, order(5, "D", 1, 1)]);
    const master = server(with_(live), [order(1, "A"), order(7, "C", 1, 1), order(8, "D"), order(9, "B")]);
    for (const one of [source, master]) one.conditions.set("([Deleted]=(0))", (row) => row["Deleted"] === 0);
    const { notes } = await survey(source, master);
    expect(notes[1]).toContain("1 missing row cannot be added");
    expect(notes[1]).toContain("the missing row 2 has B, which row 9 holds");
  });

  test("unique values of missing rows that other rows hold by now that cannot be looked up are said to be not measured", async () => {
    const live = unique("UX_Live", ["Code"], { filtered: true, condition: "([Gone]=(0))" });
    const master = with_(live, unique("UQ_New", ["Tax"]), unique("UQ_Share", ["Share"]));
    const more = { columns: [...columns, column("Tax", "int", { nullable: true }), column("Share", "float")] };
    const { notes } = await survey(
      server({ ...base, columns: [...columns, column("Share", "float")] }, backup),
      server({ ...master, ...more }, [order(1, "A")]),
    );
    const text = notes.join("\n");
    expect(text).toContain("values of missing rows in UNIQUE constraint UX_Live (Code) was not measured (sql-error: ");
    expect(text).toContain(
      "UQ_New (Tax) was not measured (column Tax is not in the backup). A missing row whose values",
    );
    expect(text).toContain("(values of Share, of type float, cannot be looked up)");
    expect(text).not.toContain("leaves out");
  });
});

describe("old identity values that other rows have by now", () => {
  const taken = (rows: MemoryRow[], table = base) => survey(server(table, backup), server(table, rows));

  test("old identity values that other rows have by now are counted where most of the other columns differ", async () => {
    const { notes, forEverybody } = await taken([
      order(1, "A", 2),
      order(2, "X", 7),
      order(3, "Y", 7, 1),
      order(4, null),
    ]);
    expect(notes).toEqual([
      "shop.dbo.Orders: 0 of 4 rows are missing and are added; 3 rows have other values and stay.",
      "shop.dbo.Orders: 2 rows of the backup have identity values in Id that another row seems to have by now: most of the other columns differ (for example 2). These rows of the backup are not added.",
    ]);
    expect(forEverybody).toContain("(for example (shown to data-reader))");
  });

  test("old identity values that other rows have by now are told of in the singular, and not where the key is no identity column", async () => {
    const rows = [order(1, "A"), order(2, "X", 7), order(3, "C"), order(4, null)];
    expect((await taken(rows)).notes[1]).toContain("1 row of the backup has an identity value in Id that another row");
    const plain = { ...base, columns: [column("Id", "int"), ...columns.slice(1)] };
    expect((await taken(rows, plain)).notes).toHaveLength(1);
  });

  test("old identity values that other rows have by now are not looked for where no other column can be compared by value", async () => {
    const long = shape("shop", "Orders", [columns[0]!, column("Text", "nvarchar(max)")], ["Id"]);
    const { notes } = await survey(server(long, [{ Id: 1, Text: "a" }]), server(long, [{ Id: 1, Text: "b" }]));
    expect(notes[1]).toBe(
      "shop.dbo.Orders: whether new rows have taken old values of the identity column Id was not measured (no other column has values that can be compared one by one).",
    );
  });
});

describe("rows that refer to missing rows and are missing too", () => {
  const line = (Id: number, OrderId: number | null): MemoryRow => ({ Id, OrderId });
  const table = (name: string, parent: string, type = "int") =>
    shape("shop", name, [column("Id", "int"), column(parent, type, { nullable: true })], ["Id"]);
  const reference = (name: string, column_: string, to: string) => ({
    to: { schema: "dbo", name: to },
    key: { name: `FK_${name}`, schema: "dbo", table: name, columns: [column_], referencedColumns: ["Id"] },
  });
  const lines = table("Lines", "OrderId");
  const ends = (
    onMaster: MemoryRow[] | null,
    backupLines = [line(10, 1), line(11, 2), line(12, 2), line(13, 3), line(14, null)],
  ) => {
    const [source, master] = [server(base, backup), server(base, [order(1, "A"), order(4, null)])];
    source.add({ shape: lines, rows: backupLines });
    if (onMaster) master.add({ shape: lines, rows: onMaster });
    source.references.push(reference("Lines", "OrderId", "Orders"));
    return { source, master };
  };
  const told = async ({ source, master }: ReturnType<typeof ends>) => (await survey(source, master)).notes.slice(1);

  test("rows that refer to missing rows and are missing too are counted, and those that are there do not count", async () => {
    expect(await told(ends([line(10, 1), line(13, 1), line(14, null)]))).toEqual([
      "2 rows that refer to missing rows are missing too and are not added: shop.dbo.Lines by FK_Lines to shop.dbo.Orders (for example 11). Choose that table too.",
    ]);
    expect(await told(ends([line(10, 1), line(11, 1), line(12, 1)]))).toEqual([
      "1 row that refers to a missing row is missing too and is not added: shop.dbo.Lines by FK_Lines to shop.dbo.Orders (for example 13). Choose that table too.",
    ]);
    expect(await told(ends([line(11, 1), line(12, 1), line(13, 1)]))).toEqual([]);
  });

  test("rows that refer to missing rows and are missing too are followed from table to table, and not in a circle", async () => {
    const both = ends([line(10, 1), line(14, null)]);
    const parts = shape("shop", "Parts", [column("Id", "int"), column("LineId", "int")], ["Id"]);
    both.source.add({
      shape: parts,
      rows: [
        { Id: 70, LineId: 10 },
        { Id: 71, LineId: 11 },
      ],
    });
    both.master.add({ shape: parts, rows: [{ Id: 70, LineId: 10 }] });
    both.source.references.push(reference("Parts", "LineId", "Lines"), reference("Lines", "OrderId", "Parts"));
    const notes = await told(both);
    expect(notes[0]).toMatch(/^3 rows .* shop\.dbo\.Lines by FK_Lines to shop\.dbo\.Orders/);
    expect(notes[1]).toMatch(/^1 row .* shop\.dbo\.Parts by FK_Parts to shop\.dbo\.Lines \(for example 71\)/);
    expect(notes).toHaveLength(2);
  });

  test("rows that refer to missing rows and are missing too are no matter where the table refers to itself", async () => {
    const both = ends([line(10, 1), line(11, 1), line(12, 1), line(13, 1)]);
    both.source.references.push(reference("Orders", "Customer", "Orders"));
    expect(await told(both)).toEqual([]);
  });

  test("rows that refer to missing rows and are missing too are not measured where the table is gone", async () => {
    expect(await told(ends(null))).toEqual([
      "Whether rows that refer to missing rows are missing too was not measured: shop.dbo.Lines by FK_Lines to shop.dbo.Orders (the table is not on the master). Look there, and choose that table too if they are.",
    ]);
  });
});

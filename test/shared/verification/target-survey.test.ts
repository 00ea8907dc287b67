import { CloudError } from "../../../shared/cloud/cloud-error";
import type { ColumnShape, TableShape, UniqueKey } from "../../../shared/cloud/sql-server";
import { isSurveyed, type TargetSurvey } from "../../../shared/restore/model/record";
import type { PlannedDatabase } from "../../../shared/restore/plan/plan";
import { giveUpComparing } from "../../../shared/verification/missing-rows";
import { surveyTarget } from "../../../shared/verification/target-survey";
import { column, type MemoryRow, MemorySqlServer, shape } from "./memory-sql-server";

const clock = { nowMs: () => 0 };
const columns = [column("Id", "int"), column("Text", "nvarchar(50)")];
const rights = { select: true, write: true, createDatabase: true };

const toldApart = "shop.dbo.Orders: rows are told apart by PRIMARY KEY (Id), which the master enforces.";

function orders(more: Partial<TableShape> = {}): TableShape {
  return { ...shape("shop", "Orders", columns, ["Id"]), ...more };
}

function rows(from: number, to: number): MemoryRow[] {
  return Array.from({ length: to - from }, (_, index) => ({ Id: from + index, Text: `row ${from + index}` }));
}

function server(...tables: [TableShape, MemoryRow[]][]): MemorySqlServer {
  const made = new MemorySqlServer();
  for (const [tableShape, tableRows] of tables) made.add({ shape: tableShape, rows: tableRows });
  return made;
}

function plan(overrides: Partial<PlannedDatabase> = {}): PlannedDatabase[] {
  const tables = [{ schema: "dbo", name: "Orders", targetName: "Orders", rows: null }];
  const database = { database: "shop", targetDatabase: "shop", createsDatabase: false, characterSet: "", whole: false };
  return [{ ...database, tables, ...overrides }];
}

async function survey(
  ends: { source: MemorySqlServer | null; master: MemorySqlServer },
  mode: "same-name" | "missing-rows" | "side-by-side",
  databases = plan(),
  earlier: TargetSurvey | null = null,
): Promise<TargetSurvey> {
  return surveyTarget(ends, mode, databases, earlier, 1_000, clock);
}

describe("the survey of the master", () => {
  test("the survey of the master refuses to write into a table that DTS could not tell from another schema's", async () => {
    const archived: [TableShape, MemoryRow[]] = [orders({ schema: "archive" }), rows(0, 3)];
    const source = server([orders(), rows(0, 3)]);
    const added = await survey({ source, master: server([orders(), rows(0, 1)], archived) }, "missing-rows");
    expect(added.obstacle).toMatchObject({ code: "table-name-in-two-schemas" });
    expect(added.obstacle?.text).toContain("archive.Orders is there beside dbo.Orders");
    const dropped = await survey({ source, master: server(archived) }, "same-name");
    expect(dropped.obstacle).toMatchObject({ code: "table-name-in-two-schemas" });
    const copied = plan({ targetDatabase: "copy", createsDatabase: true });
    expect((await survey({ source, master: server(archived) }, "side-by-side", copied)).obstacle).toBeNull();
  });

  test("the survey of the master refuses when the temporary instance's login may not read, and points to the secret of the backup", async () => {
    const source = server([orders(), rows(0, 3)]);
    source.permissions = async () => ({ ...rights, select: false });
    source.readableTables = async () => [];
    const { obstacle } = await survey({ source, master: server() }, "same-name");
    expect(obstacle).toMatchObject({ code: "source-not-readable" });
    expect(obstacle?.text).toContain("may not read shop.dbo.Orders. Nothing was written.");
    expect(obstacle?.text).toContain("temporaryInstanceSecret");
  });

  test("the survey of the master accepts grants on the chosen tables for reading, and wants all of a whole database", async () => {
    const source = server([orders(), rows(0, 3)]);
    source.permissions = async () => ({ ...rights, select: false });
    expect((await survey({ source, master: server() }, "same-name")).obstacle).toBeNull();
    const whole = await survey({ source, master: server() }, "same-name", plan({ whole: true }));
    expect(whole.obstacle).toMatchObject({ code: "source-not-readable" });
    expect(whole.obstacle?.text).toContain("all of shop");
  });

  test("the survey of the master lets the comparison read the master by a grant on the table, where the login may write the database", async () => {
    const ends = { source: server([orders(), rows(0, 3)]), master: server([orders(), rows(0, 2)]) };
    ends.master.permissions = async () => ({ ...rights, select: false });
    expect((await survey(ends, "missing-rows")).obstacle).toBeNull();
    ends.master.permissions = async () => ({ select: false, write: false, createDatabase: false });
    const { obstacle } = await survey(ends, "missing-rows");
    expect(obstacle).toMatchObject({ code: "target-not-writable" });
    expect(obstacle?.text).toContain("A grant on single tables is not enough for DTS");
  });

  test("the survey of the master refuses when the master's login may not write, and names the grant", async () => {
    const master = server();
    for (const lacking of [{ write: false }, { select: false }]) {
      master.permissions = async () => ({ ...rights, ...lacking });
      master.readableTables = async () => [];
      const { obstacle } = await survey({ source: server([orders(), []]), master }, "same-name");
      expect(obstacle).toMatchObject({ code: "target-not-writable" });
      expect(obstacle?.text).toContain("DBOwner on shop");
    }
    master.permissions = async () => {
      throw new CloudError("refused", "sql-server", "use", "no-permission", "no access");
    };
    expect((await survey({ source: server([orders(), []]), master }, "same-name")).obstacle).toMatchObject({
      code: "target-not-writable",
    });
  });

  test("the survey of the master passes on what may pass by itself", async () => {
    const master = server();
    master.permissions = async () => {
      throw new CloudError("unavailable", "sql-server", "use", "ConnectionLost", "no connection");
    };
    await expect(survey({ source: null, master }, "same-name")).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("the survey of the master says in the plan that a login which cannot create databases may have no right in a new one", async () => {
    const master = server([orders(), rows(0, 3)]);
    const databases = plan({ targetDatabase: "shop-copy", createsDatabase: true });
    const ends = { source: server([orders(), rows(0, 3)]), master };
    master.permissions = async () => ({ ...rights, createDatabase: false });
    const told = await survey(ends, "side-by-side", databases);
    expect(told.notes.join()).toContain("the precheck of shop-copy names CHECK_AUTH_DEST");
    master.permissions = async () => rights;
    expect(await survey(ends, "side-by-side", databases)).toEqual({ obstacle: null, notes: [], before: null });
  });

  test("the survey of the master finds names that are taken without regard to case, and goes on without the temporary instance", async () => {
    const master = server([orders({ name: "ORDERS" }), rows(0, 1)]);
    master.describeTables = async () => [orders({ name: "ORDERS" })];
    const { obstacle } = await survey({ source: null, master }, "same-name");
    expect(obstacle).toMatchObject({ code: "target-exists" });
    expect(await survey({ source: null, master: server() }, "same-name")).toMatchObject({
      obstacle: null,
      notes: [],
      before: null,
    });
  });

  const key = (columns: string[], more: Partial<UniqueKey> = {}): UniqueKey => ({
    name: "UK",
    kind: "primary-key",
    columns,
    enabled: true,
    filtered: false,
    ...more,
  });
  const index = (columns: string[], more: Partial<UniqueKey> = {}) => key(columns, { kind: "unique-index", ...more });
  const number = (more: Partial<ColumnShape>) => [column("Id", "int", more), columns[1]!];

  test.each<[string, Partial<TableShape>, string]>([
    ["dropped", { uniqueKeys: [] }, "The master has no unique key."],
    [
      "over more columns",
      { uniqueKeys: [key(["Id", "Text"])] },
      "The master has PRIMARY KEY (Id, Text) with Id int, Text",
    ],
    [
      "over another column",
      { uniqueKeys: [key(["Text"])] },
      "The master has PRIMARY KEY (Text) with Text nvarchar(50)",
    ],
    ["disabled", { uniqueKeys: [key(["Id"], { enabled: false })] }, "PRIMARY KEY (Id) with Id int, which is disabled."],
    [
      "filtered",
      { uniqueKeys: [index(["Id"], { filtered: true })] },
      "unique index UK (Id) with Id int, which is filtered.",
    ],
    ["of another type", { columns: number({ type: "bigint" }) }, "The master has PRIMARY KEY (Id) with Id bigint."],
    [
      "over a column that may be NULL",
      { columns: number({ nullable: true }), uniqueKeys: [index(["Id"])] },
      "unique index UK (Id) with Id int, which allows NULL in Id.",
    ],
  ])(
    "the survey of the master refuses missing-rows where the master's key is %s, and names both keys",
    async (_, more, told) => {
      const ends = { source: server([orders(), rows(0, 3)]), master: server([orders(more), rows(0, 2)]) };
      const { obstacle, before } = await survey(ends, "missing-rows");
      expect(obstacle?.code).toBe("target-without-key");
      expect(obstacle?.text).toContain("The backup has PRIMARY KEY (Id) with Id int.");
      expect(obstacle?.text).toContain(told);
      expect(obstacle?.text).toContain("ask again for side-by-side.");
      expect(before).toBeNull();
    },
  );

  test("the survey of the master refuses missing-rows where the master's key is over fewer columns: one row would keep another one out", async () => {
    const both = { uniqueKeys: [key(["Id", "Text"])] };
    const ends = { source: server([orders(both), rows(0, 3)]), master: server([orders(), rows(0, 2)]) };
    expect((await survey(ends, "missing-rows")).obstacle?.text).toContain("The backup's PRIMARY KEY (Id, Text) tells");
  });

  test.each<[string, Partial<TableShape>, Partial<TableShape>, string]>([
    ["a unique index on the master", {}, { uniqueKeys: [index(["Id"])] }, "unique index UK (Id)"],
    ["a unique index in the backup", { uniqueKeys: [index(["Id"])] }, {}, "PRIMARY KEY (Id)"],
    [
      "another order of the columns",
      { uniqueKeys: [key(["Id", "Text"])] },
      { uniqueKeys: [key(["Text", "Id"])] },
      "PRIMARY KEY (Text, Id)",
    ],
    [
      "a second key that both sides have",
      { uniqueKeys: [key(["Id"]), index(["Text"])] },
      { uniqueKeys: [key(["Id", "Text"]), index(["Text"])] },
      "unique index UK (Text)",
    ],
  ])("the survey of the master accepts for missing-rows %s", async (_, backup, master, told) => {
    const ends = { source: server([orders(backup), rows(0, 3)]), master: server([orders(master), rows(0, 2)]) };
    const { obstacle, notes, keys } = await survey(ends, "missing-rows");
    expect(obstacle).toBeNull();
    expect(notes[0]).toBe(`shop.dbo.Orders: rows are told apart by ${told}, which the master enforces.`);
    expect(notes.at(-1)).toBe("shop.dbo.Orders: 1 of 3 rows is missing and is added.");
    expect(keys).toMatchObject([{ database: "shop", schema: "dbo", name: "Orders" }]);
  });

  test("the survey of the master refuses missing-rows where the backup cannot be read", async () => {
    const { obstacle } = await survey({ source: null, master: server([orders(), rows(0, 2)]) }, "missing-rows");
    expect(obstacle).toMatchObject({ code: "source-not-reachable" });
  });

  test("the survey of the master refuses missing-rows where two keys of the backup are one key on the master", async () => {
    const codes = (collation: string) =>
      shape("shop", "Orders", [column("Code", "varchar(10)", { collation })], ["Code"]);
    const source = server([codes("Latin1_General_CS_AS"), [{ Code: "abc" }, { Code: "ABC" }, { Code: "def" }]]);
    const { obstacle } = await survey({ source, master: server([codes("Latin1_General_CI_AS"), []]) }, "missing-rows");
    expect(obstacle?.code).toBe("keys-collide");
    expect(obstacle?.text).toMatch(/1 row cannot be added .*colliding: abc/);
  });

  test("the survey of the master compares in slices and tells how many rows are missing", async () => {
    const ends = { source: server([orders(), rows(0, 700)]), master: server([orders(), rows(0, 500)]) };
    let now = 0;
    const moving = { nowMs: () => now };
    ends.source.onCall = (call) => {
      if (call.startsWith("readKeyedHashes")) now += 600;
    };
    let seen = await surveyTarget(ends, "missing-rows", plan(), null, now + 500, moving);
    expect(isSurveyed(seen)).toBe(false);
    for (let slice = 0; slice < 20 && !isSurveyed(seen); slice++)
      seen = await surveyTarget(ends, "missing-rows", plan(), seen, now + 500, moving);
    expect(seen.obstacle).toBeNull();
    expect(seen.notes).toEqual([toldApart, "shop.dbo.Orders: 200 of 700 rows are missing and are added."]);
  });

  test("the survey of the master that is given up says that the missing rows could not be told beforehand", async () => {
    const ends = { source: server([orders(), rows(0, 700)]), master: server([orders(), rows(0, 500)]) };
    const begun = await surveyTarget(ends, "missing-rows", plan(), null, 0, clock);
    expect(isSurveyed(begun)).toBe(false);
    const given = giveUpComparing(begun, plan());
    expect(isSurveyed(given)).toBe(true);
    expect(given.notes).toEqual([toldApart, "shop.dbo.Orders: which rows are missing could not be told beforehand."]);
  });

  test("the survey of the master tells of a referred table without a key only that it could not be compared", async () => {
    const parent = shape("shop", "Customers", columns, []);
    const foreignKeys = [{ name: "FK", referencedSchema: "dbo", referencedTable: "Customers" }];
    const source = server([orders(), rows(0, 3)], [parent, rows(0, 2)]);
    const master = server([orders({ foreignKeys }), []], [parent, rows(0, 2)]);
    const { obstacle, notes } = await survey({ source, master }, "missing-rows");
    expect(obstacle).toBeNull();
    expect(notes.join()).toContain("shop.dbo.Customers is referred to and could not be compared by key");
  });
});

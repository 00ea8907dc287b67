import { CloudError } from "../../../shared/cloud/cloud-error";
import type { TableShape } from "../../../shared/cloud/sql-server";
import type { PlannedDatabase } from "../../../shared/restore/plan";
import { isSurveyed, type TargetSurvey } from "../../../shared/restore/record";
import { giveUpComparing } from "../../../shared/verification/missing-rows";
import { surveyTarget } from "../../../shared/verification/target-survey";
import { column, type MemoryRow, MemorySqlServer, shape } from "./memory-sql-server";

const clock = { nowMs: () => 0 };
const columns = [column("Id", "int"), column("Text", "nvarchar(50)")];
const rights = { select: true, write: true, createDatabase: true };

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
  test("refuses when the temporary instance's login may not read, and points to the secret of the backup", async () => {
    const source = server([orders(), rows(0, 3)]);
    source.permissions = async () => ({ ...rights, select: false });
    source.readableTables = async () => [];
    const { obstacle } = await survey({ source, master: server() }, "same-name");
    expect(obstacle).toMatchObject({ code: "source-not-readable" });
    expect(obstacle?.text).toContain("may not read shop.dbo.Orders. Nothing was written.");
    expect(obstacle?.text).toContain("temporaryInstanceSecret");
  });

  test("accepts grants on the chosen tables for reading, and wants all of a whole database", async () => {
    const source = server([orders(), rows(0, 3)]);
    source.permissions = async () => ({ ...rights, select: false });
    expect((await survey({ source, master: server() }, "same-name")).obstacle).toBeNull();
    const whole = await survey({ source, master: server() }, "same-name", plan({ whole: true }));
    expect(whole.obstacle).toMatchObject({ code: "source-not-readable" });
    expect(whole.obstacle?.text).toContain("all of shop");
  });

  test("lets the comparison read the master by a grant on the table, where the login may write the database", async () => {
    const ends = { source: server([orders(), rows(0, 3)]), master: server([orders(), rows(0, 2)]) };
    ends.master.permissions = async () => ({ ...rights, select: false });
    expect((await survey(ends, "missing-rows")).obstacle).toBeNull();
    ends.master.permissions = async () => ({ select: false, write: false, createDatabase: false });
    const { obstacle } = await survey(ends, "missing-rows");
    expect(obstacle).toMatchObject({ code: "target-not-writable" });
    expect(obstacle?.text).toContain("A grant on single tables is not enough for DTS");
  });

  test("refuses when the master's login may not write, and names the grant", async () => {
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

  test("passes on what may pass by itself", async () => {
    const master = server();
    master.permissions = async () => {
      throw new CloudError("unavailable", "sql-server", "use", "ConnectionLost", "no connection");
    };
    await expect(survey({ source: null, master }, "same-name")).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("says in the plan that a login which cannot create databases may have no right in a new one", async () => {
    const master = server([orders(), rows(0, 3)]);
    const databases = plan({ targetDatabase: "shop-copy", createsDatabase: true });
    const ends = { source: server([orders(), rows(0, 3)]), master };
    master.permissions = async () => ({ ...rights, createDatabase: false });
    const told = await survey(ends, "side-by-side", databases);
    expect(told.notes.join()).toContain("the precheck of shop-copy names CHECK_AUTH_DEST");
    master.permissions = async () => rights;
    expect(await survey(ends, "side-by-side", databases)).toEqual({ obstacle: null, notes: [], before: null });
  });

  test("finds names that are taken without regard to case, and goes on without the temporary instance", async () => {
    const master = server([orders({ name: "ORDERS" }), rows(0, 1)]);
    master.describeTables = async () => [orders({ name: "ORDERS" })];
    const { obstacle } = await survey({ source: null, master }, "same-name");
    expect(obstacle).toMatchObject({ code: "target-exists" });
    expect(await survey({ source: null, master: server() }, "same-name")).toEqual({
      obstacle: null,
      notes: [],
      before: null,
    });
  });

  test("refuses missing-rows when the two sides have no key in common", async () => {
    const drifted = orders({ columns: [column("Number", "int"), column("Text", "nvarchar(50)")], key: ["Number"] });
    const ends = { source: server([orders(), rows(0, 3)]), master: server([drifted, []]) };
    expect((await survey(ends, "missing-rows")).obstacle).toMatchObject({ code: "target-without-key" });
  });

  test("compares in slices and tells how many rows are missing", async () => {
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
    expect(seen.notes).toEqual(["shop.dbo.Orders: 200 of 700 rows are missing on the master and are added."]);
  });

  test("that is given up says that the missing rows could not be told beforehand", async () => {
    const ends = { source: server([orders(), rows(0, 700)]), master: server([orders(), rows(0, 500)]) };
    const begun = await surveyTarget(ends, "missing-rows", plan(), null, 0, clock);
    expect(isSurveyed(begun)).toBe(false);
    const given = giveUpComparing(begun, plan());
    expect(isSurveyed(given)).toBe(true);
    expect(given.notes).toEqual(["shop.dbo.Orders: which rows are missing could not be told beforehand."]);
  });

  test("tells of a referred table without a key only that it could not be compared", async () => {
    const parent = shape("shop", "Customers", columns, []);
    const foreignKeys = [{ name: "FK", referencedSchema: "dbo", referencedTable: "Customers" }];
    const source = server([orders(), rows(0, 3)], [parent, rows(0, 2)]);
    const master = server([orders({ foreignKeys }), []], [parent, rows(0, 2)]);
    const { obstacle, notes } = await survey({ source, master }, "missing-rows");
    expect(obstacle).toBeNull();
    expect(notes.join()).toContain("shop.dbo.Customers is referred to and could not be compared by key");
  });
});

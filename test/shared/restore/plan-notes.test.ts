import type { RestoreRecord } from "../../../shared/restore/model/record";
import { planDatabases } from "../../../shared/restore/plan/dts-objects";
import { planNotes } from "../../../shared/restore/plan/plan-notes";
import { record, request, restoreId } from "./samples";

const checked = { checksIdentity: true, allowsClear: false };

function notesOf(overrides: Partial<RestoreRecord>, sqlTls = checked): string[] {
  const made = record("prechecking", overrides);
  const databases = planDatabases(made.request, restoreId, made.createdAtMs, made.master, made.verification);
  return planNotes(made, databases, sqlTls);
}

describe("the notes of a plan", () => {
  test("the notes of a plan say how many have no room, and where they are", () => {
    const { verification } = record("prechecking");
    const notesFor = (count: number) =>
      notesOf({
        verification: {
          ...verification!,
          tables: [
            { ...verification!.tables[0]!, notes: Array.from({ length: count }, (_, index) => `note ${index}`) },
          ],
        },
      });
    expect(notesFor(199).at(-1)).toBe("shop.dbo.Orders: note 198");
    const cut = notesFor(250);
    expect(cut).toHaveLength(200);
    expect(cut.at(-2)).toBe("shop.dbo.Orders: note 197");
    expect(cut.at(-1)).toMatch(/^52 more notes have no room here.*verification\.tables/);
  });

  test("the notes of a plan say whom the answers are of", () => {
    const told = (sqlTls: typeof checked) => notesOf({}, sqlTls).join("\n");
    expect(told(checked)).not.toMatch(/identity|in clear/);
    expect(told({ ...checked, checksIdentity: false })).toContain("The identity of the SQL Servers is not checked");
    expect(told({ ...checked, allowsClear: true })).toContain("in clear where a SQL Server offers no TLS");
  });

  test("the notes of a plan say in copy-first which checks are not run", () => {
    const verification = { ...record("prechecking").verification!, route: "copy-first" as const, tables: [] };
    const check = { database: "SHOP", name: "back", sql: "SELECT 1", expect: { equals: 1 } };
    const objects = (restoredName: string | null) => [{ database: "shop", tables: [{ name: "Orders", restoredName }] }];
    const told = (restoredName: string | null, checks: unknown[]) =>
      notesOf({ verification, request: request({ objects: objects(restoredName), checks }) }).join("\n");
    expect(told("Orders_before", [check])).toContain("The checks of shop are not run");
    expect(told("Orders_before", [check])).toContain("(Orders as Orders_before)");
    expect(told(null, [check])).not.toContain("not run");
    expect(told("Orders_before", [])).not.toContain("not run");
  });
});

import type { TableDefinition } from "../../emulator/data/table-definition";
import { Scene, type Shop } from "./scene";

/** What stands in the way of missing rows by its values: said in the dry run, in the plan and in the outcome. Each test has its own master. */
const opened = new Map<"skips" | "fails", Promise<Scene>>();
function sceneWhere(secondaryKeyConflict: "skips" | "fails"): Promise<Scene> {
  const scene = opened.get(secondaryKeyConflict) ?? Scene.open({ cloud: { capabilities: { secondaryKeyConflict } } });
  opened.set(secondaryKeyConflict, scene);
  return scene;
}
afterAll(async () => {
  for (const scene of opened.values()) await (await scene).close();
});
jest.setTimeout(600_000);

const codes: TableDefinition = {
  schema: "dbo",
  name: "Codes",
  columns: [
    { name: "Id", type: { name: "int" }, nullable: false, identity: { seed: 1, increment: 1 } },
    { name: "Code", type: { name: "nvarchar", length: 20 }, nullable: true },
    { name: "Qty", type: { name: "int" }, nullable: true },
  ],
  primaryKey: { name: "PK_Codes", columns: ["Id"] },
  uniqueConstraints: [{ name: "UQ_Codes", columns: ["Code"] }],
  foreignKeys: [],
  triggers: [],
};
const uses: TableDefinition = {
  schema: "dbo",
  name: "Uses",
  columns: [
    { name: "Id", type: { name: "int" }, nullable: false },
    { name: "CodeId", type: { name: "int" }, nullable: true },
  ],
  primaryKey: { name: "PK_Uses", columns: ["Id"] },
  uniqueConstraints: [],
  foreignKeys: [
    {
      name: "FK_Uses",
      columns: ["CodeId"],
      referencedSchema: "dbo",
      referencedTable: "Codes",
      referencedColumns: ["Id"],
      onDelete: "cascade",
    },
  ],
  triggers: [],
};
type CodeRow = [id: number, code: string, qty: number];

/** dbo.Codes as it was, and what happened to it since; dbo.Uses, which refers to it, where it is wanted. @returns the request for the missing rows */
function addCodes(shop: Shop, was: CodeRow[], deleted: number[], added: CodeRow[], used: number[][] = []) {
  const { database } = shop.sample.shop;
  const madeMs = Date.parse(shop.restoreTime) + 65_000;
  const into = { schema: "dbo", table: "Codes" };
  const intoUses = { schema: "dbo", table: "Uses" };
  database.commit(madeMs, [
    { kind: "create-table", definition: codes },
    { kind: "insert", ...into, rows: was },
  ]);
  if (used.length > 0)
    database.commit(madeMs, [
      { kind: "create-table", definition: uses },
      { kind: "insert", ...intoUses, rows: used },
    ]);
  const idsWhere = (table: string, column: number) =>
    [...(database.table("dbo", table)?.rows ?? [])].flatMap(([id, row]) =>
      deleted.includes(Number(row[column])) ? id : [],
    );
  const nowMs = shop.scene.local.cloud.clock.nowMs();
  if (used.length > 0) database.commit(nowMs, [{ kind: "delete", ...intoUses, ids: idsWhere("Uses", 1) }]);
  database.commit(nowMs, [{ kind: "delete", ...into, ids: idsWhere("Codes", 0) }]);
  if (added.length > 0) database.commit(nowMs, [{ kind: "insert", ...into, rows: added }]);
  return {
    writeBack: "missing-rows",
    restoreTime: new Date(Math.ceil(madeMs / 1000) * 1000 + 5_000).toISOString(),
    objects: [{ database: "shop", tables: [{ name: "Codes" }] }],
    checks: [],
  };
}

/** What the dry run says of the tables. It reads for a few seconds at most: on a busy machine, another one may be needed. */
async function dryRunNotes(shop: Shop, request: Record<string, unknown>): Promise<string[]> {
  for (let asked = 1; ; asked++) {
    const { suitability } = await shop.ann.post<{ suitability: { tables: { notes: string[] }[] | null }[] }>(
      "/plans",
      shop.request(request),
    );
    if (asked === 20 || suitability.every(({ tables }) => tables !== null))
      return suitability.flatMap(({ tables }) => (tables ?? []).flatMap(({ notes }) => notes));
  }
}

const rows: CodeRow[] = [
  [1, "A", 1],
  [2, "B", 2],
  [3, "C", 3],
  [4, "D", 4],
];

test.concurrent.each(["skips", "fails"] as const)(
  "missing rows whose unique values other rows hold are counted before the approval, and never a success (DTS %s)",
  async (secondaryKeyConflict) => {
    const shop = await (await sceneWhere(secondaryKeyConflict)).addShop("rm-held");
    const request = addCodes(shop, rows, [2, 3], [[9, "b", 9]]);
    expect(await dryRunNotes(shop, request)).toContain(
      "Unique beside its key by UNIQUE constraint UQ_Codes (Code): missing-rows cannot add a row whose values there another row has by now. The plan counts such rows.",
    );
    const restoreId = await shop.start(request);
    const { plan } = await shop.approve(restoreId);
    expect(plan?.notes).toEqual(
      expect.arrayContaining([
        "shop.dbo.Codes: 2 of 4 rows are missing; 1 can be added.",
        "shop.dbo.Codes: 1 missing row cannot be added, because other rows of the master hold its values in UNIQUE constraint UQ_Codes (Code) (for example (shown to data-reader)).",
        "shop.dbo.Codes: whether DTS leaves out a row that cannot be added or fails at the first one is not known, so other rows may be added in part only; either way the restore ends as failed. Change these values on the master first, or ask again for side-by-side.",
      ]),
    );
    const done = await shop.reach(restoreId, "closed", "holding");
    expect(done.outcome).toBe("failed");
    const now = shop.rows("shop", "Codes").map((row) => row[0]);
    if (secondaryKeyConflict === "skips") {
      expect(done.reason).toMatchObject({ code: "rows-missing" });
      expect(done.reason?.text).toMatch(/^shop\.dbo\.Codes: 1 missing, .* 1 row was added\.$/);
      expect(now).toEqual([1, 3, 4, 9]);
    } else {
      expect(done.reason).toMatchObject({ code: "migration-failed" });
      expect(done.reason?.text).toContain(
        "DTS may have added rows to shop.dbo.Codes, where 2 keys were missing before; rows that were there are as they were.",
      );
      expect(now).toEqual([1, 4, 9]);
    }
  },
);

test.concurrent("where other rows hold the values of every missing row, nothing is configured", async () => {
  const shop = await (await sceneWhere("skips")).addShop("rm-allheld");
  const restoreId = await shop.start(addCodes(shop, rows, [2], [[9, "B", 9]]));
  const done = await shop.reach(restoreId, "closed", "holding");
  expect(done).toMatchObject({ outcome: "failed", reason: { code: "unique-values-held" }, leftOnMaster: [] });
  expect(done.reason?.text).toBe(
    "No missing row can be added. shop.dbo.Codes: 1 missing row cannot be added, because other rows of the master hold its values in UNIQUE constraint UQ_Codes (Code) (for example (shown to data-reader)). Nothing was written. Change these values on the master, or ask again for side-by-side.",
  );
  expect(shop.leftovers().jobs).toEqual([]);
});

test.concurrent("identity values that other rows have taken are counted, and those rows stay", async () => {
  const shop = await (await sceneWhere("skips")).addShop("rm-taken");
  const request = addCodes(shop, rows, [2, 3], [[2, "X", 77]]);
  expect((await dryRunNotes(shop, request)).join("\n")).toContain("Id is an identity column");
  const restoreId = await shop.start(request);
  const { plan } = await shop.approve(restoreId);
  expect(plan?.notes).toEqual(
    expect.arrayContaining([
      "shop.dbo.Codes: 1 of 4 rows is missing and is added; 1 row has other values and stays.",
      "shop.dbo.Codes: 1 row of the backup has an identity value in Id that another row seems to have by now: most of the other columns differ (for example (shown to data-reader)). This row of the backup is not added.",
    ]),
  );
  const done = await shop.reach(restoreId, "closed", "holding");
  expect(done).toMatchObject({ outcome: "succeeded", reason: { code: "no-row-missing" } });
  expect(done.reason?.text).toBe(
    "No key of the backup is absent on the master: 4 rows of 1 table. 1 row was added. 1 row has other values than in the backup and stays as it is.",
  );
  expect(shop.rows("shop", "Codes")).toEqual([rows[0], [2, "X", 77], rows[2], rows[3]]);
});

test.concurrent("rows that were deleted together with the missing ones are counted by table, and come back once it is chosen", async () => {
  const shop = await (await sceneWhere("skips")).addShop("rm-together");
  const used = [
    [10, 1],
    [11, 2],
    [12, 2],
    [13, 4],
  ];
  const request = addCodes(shop, rows, [2, 3], [], used);
  expect(await dryRunNotes(shop, request)).toContain(
    "Referred to by dbo.Uses (FK_Uses): rows there that were deleted together with rows of this table come back only if that table is chosen too.",
  );
  const alone = await shop.start(request);
  const { plan } = await shop.approve(alone);
  expect(plan?.notes).toContain(
    "2 rows that refer to missing rows are missing too and are not added: shop.dbo.Uses by FK_Uses to shop.dbo.Codes (for example (shown to data-reader)). Choose that table too.",
  );
  expect(await shop.reach(alone, "closed", "holding")).toMatchObject({ outcome: "succeeded" });
  expect(shop.rows("shop", "Codes")).toEqual(rows);
  expect(shop.rows("shop", "Uses")).toEqual([used[0], used[3]]);
  const objects = [{ database: "shop", tables: [{ name: "Codes" }, { name: "Uses" }] }];
  const both = await shop.start({ ...request, objects });
  const awaiting = await shop.approve(both);
  expect(awaiting.plan?.notes.join()).not.toContain("Choose that table too");
  const done = await shop.reach(both, "closed", "holding");
  expect(done.reason?.text).toContain("8 rows of 2 tables. 2 rows were added.");
  expect(shop.rows("shop", "Uses")).toEqual(used);
});

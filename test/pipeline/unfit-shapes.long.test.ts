import type { Change } from "../../emulator/data/commit";
import type { SqlValue } from "../../emulator/data/sql-value";
import type { ColumnDefinition, ForeignKey, TableDefinition } from "../../emulator/data/table-definition";
import { Scene, type Shop } from "./scene";

/** Tables of the master that take rows of the backup no more, or no table at all: more of what write-obstacles shows. Each test has its own master. */
let opened: Promise<Scene> | undefined;
const scene = () => {
  opened ??= Scene.open();
  return opened;
};
afterAll(async () => (await opened)?.close());
jest.setTimeout(600_000);

const id: ColumnDefinition = { name: "Id", type: { name: "int" }, nullable: false };
const note: ColumnDefinition = { name: "Note", type: { name: "nvarchar", length: 50 }, nullable: true };
const quantity: ColumnDefinition = { name: "Qty", type: { name: "int" }, nullable: true };

function table(name: string, more: Partial<TableDefinition> = {}): TableDefinition {
  return {
    schema: "dbo",
    name,
    columns: [id, note, quantity],
    primaryKey: { name: `PK_${name}`, columns: ["Id"] },
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
    ...more,
  };
}

function refersTo(parent: string, name: string, more: Partial<ForeignKey> = {}): ForeignKey {
  const to = { referencedSchema: "dbo", referencedTable: parent, referencedColumns: ["Id"] };
  return { name, columns: ["Qty"], ...to, ...more };
}

const create = (definition: TableDefinition): Change => ({ kind: "create-table", definition });
const drop = (name: string): Change => ({ kind: "drop-table", schema: "dbo", table: name });
const insert = (name: string, ...rows: SqlValue[][]): Change => ({ kind: "insert", schema: "dbo", table: name, rows });

/** What the master was, and what happened to it since. @returns the part of the request that asks for Items as they were */
function happened(shop: Shop, was: readonly Change[], since: readonly Change[]) {
  const { database } = shop.sample.shop;
  const madeMs = Date.parse(shop.restoreTime) + 65_000;
  for (const change of was) database.commit(madeMs, [change]);
  for (const change of since) database.commit(shop.scene.local.cloud.clock.nowMs(), [change]);
  return {
    restoreTime: new Date(Math.ceil(madeMs / 1000) * 1000 + 5_000).toISOString(),
    objects: [{ database: "shop", tables: [{ name: "Items" }] }],
    checks: [],
  };
}

interface DryRun {
  readonly feasible: string;
  readonly prerequisites: readonly { readonly text: string }[];
  readonly suitability: readonly { readonly tables: readonly unknown[] | null; readonly notes: readonly string[] }[];
}

/** Everything that the dry run says. It reads for a few seconds at most: on a busy machine, another one may be needed. */
async function dryRun(shop: Shop, request: Record<string, unknown>): Promise<{ feasible: string; words: string }> {
  for (let asked = 1; ; asked++) {
    const { feasible, prerequisites, suitability } = await shop.ann.post<DryRun>("/plans", shop.request(request));
    if (asked < 20 && suitability.some(({ tables, notes }) => tables === null && notes.length === 0)) continue;
    const words = [...prerequisites.map(({ text }) => text), ...suitability.flatMap(({ notes }) => notes)];
    return { feasible, words: words.join("\n") };
  }
}

const rows: SqlValue[][] = [
  [1, "one", 1],
  [2, "a note of many letters", 2],
  [3, null, 3],
  [4, "four", -4],
];
const items = [create(table("Items")), insert("Items", ...rows)];
const region: ColumnDefinition = { name: "Region", type: { name: "int" }, nullable: false };

test.concurrent.each([
  [
    "new, NOT NULL and without default",
    [id, note, quantity, region],
    "column Region int may not be NULL, has no default, and gets no value from the backup",
  ],
  ["gone", [id, note], "column Qty is not on the master, so its values would be lost"],
  [
    "of another type",
    [id, { ...note, type: { name: "date" } }, quantity],
    "column Note is nvarchar(50) in the backup and date on the master",
  ],
  [
    "computed by now",
    [id, note, { ...quantity, computed: "[Id]*2" }],
    "column Qty is computed on the master, which takes no values for it",
  ],
] as [string, ColumnDefinition[], string][])(
  "missing-rows: a column that is %s ends the restore before anything is configured",
  async (about, columns, words) => {
    const shop = await (await scene()).addShop(`rm-column${about.replace(/\W.*/, "")}`);
    const request = happened(shop, items, [drop("Items"), create(table("Items", { columns }))]);
    const restoreId = await shop.start({ ...request, writeBack: "missing-rows" });
    const done = await shop.reach(restoreId, "closed", "holding");
    expect(done).toMatchObject({ outcome: "failed", reason: { code: "target-columns-unfit" }, leftOnMaster: [] });
    expect(done.reason?.text).toBe(
      `Rows of the backup cannot be added to shop.dbo.Items on the master as it is now: ${words}. Change the table for the restore, or ask again for side-by-side.`,
    );
    expect(shop.leftovers().jobs).toEqual([]);
  },
);

test.concurrent("missing-rows: rows that columns and checks of the master refuse are counted in the plan", async () => {
  const shop = await (await scene()).addShop("rm-refused");
  const narrow = { ...note, type: { name: "nvarchar" as const, length: 10 }, nullable: false };
  const condition = {
    text: "[Qty]>(0)",
    columns: ["Qty"],
    holds: (valueIn: (column: string) => SqlValue) => Number(valueIn("Qty")) > 0,
  };
  const now = table("Items", { columns: [id, narrow, quantity], checks: [{ name: "CK_Qty", condition }] });
  const request = {
    ...happened(shop, items, [drop("Items"), create(now)]),
    writeBack: "missing-rows",
  };
  const said = await dryRun(shop, request);
  expect(said.words).toContain(
    "shop.dbo.Items: rows that are added have to fit the table as it is now: a value in Id, Note (NOT NULL without default); CHECK constraint CK_Qty ([Qty]>(0)). The restore compares the backup with it before the approval, and counts the rows that do not fit.",
  );
  const restoreId = await shop.start(request);
  const { plan } = await shop.approve(restoreId);
  const notes = plan!.notes.join("\n");
  expect(notes).toContain("shop.dbo.Items: 4 of 4 rows are missing; 1 can be added.");
  for (const about of [
    "column Note, nvarchar(50) in the backup and nvarchar(10) on the master",
    "column Note, which may not be NULL on the master",
    "CHECK constraint CK_Qty ([Qty]>(0))",
  ])
    expect(notes).toMatch(
      new RegExp(`shop\\.dbo\\.Items: 1 missing row .*${about.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`),
    );
  const done = await shop.reach(restoreId, "closed", "holding");
  expect(done).toMatchObject({ outcome: "failed", reason: { code: "migration-failed" }, leftOnMaster: [] });
  expect(shop.rows("shop", "Items")).toEqual([]);
});

test.concurrent("missing-rows: keys in a circle and a key to the table itself are named, and a disabled key asks for no parents", async () => {
  const shop = await (await scene()).addShop("rm-twocircles");
  const tags = table("Tags", { foreignKeys: [refersTo("Items", "FK_Tags_Items")] });
  const withKeys = table("Items", {
    foreignKeys: [
      refersTo("Tags", "FK_Items_Tags"),
      refersTo("Items", "FK_Items_Items", { columns: ["Id"] }),
      refersTo("Gone", "FK_Items_Gone", { disabled: true, untrusted: true }),
    ],
  });
  const was = [create(table("Gone")), ...items, insert("Gone", [1, "x", 1], [2, "x", 2], [3, "x", 3], [4, "x", 4])];
  const request = happened(
    shop,
    [...was, create(table("Tags"))],
    [
      ...["Gone", "Items"].flatMap((name) => [drop(name), create(table(name))]),
      { kind: "alter-table", definition: tags },
      { kind: "alter-table", definition: withKeys },
    ],
  );
  const objects = [{ database: "shop", tables: [{ name: "Items" }, { name: "Tags" }] }];
  const asked = { ...request, objects, writeBack: "missing-rows" };
  const circle = /shop\.dbo\.Items refers to itself by the foreign key FK_Items_Items\./;
  expect((await dryRun(shop, asked)).words).toMatch(circle);
  const restoreId = await shop.start(asked);
  const { plan } = await shop.reach(restoreId, "awaiting-approval");
  const notes = plan!.notes.join("\n");
  expect(notes).toMatch(circle);
  expect(notes).toMatch(/which refers to shop\.dbo\.\w+ again \(foreign keys (FK_Items_Tags|FK_Tags_Items), FK_\w+\)/);
  expect(notes).toContain(
    "shop.dbo.Items: the foreign key FK_Items_Gone to shop.dbo.Gone is disabled on the master: rows are added whether the rows that they refer to are there or not.",
  );
});

test.concurrent("same-name: a synonym that holds the name is named in the dry run and ends the restore", async () => {
  const shop = await (await scene()).addShop("rm-synonym");
  const definition = { kind: "synonym", schema: "dbo", name: "Items", target: ["dbo", "Orders"] } as const;
  const since: Change[] = [drop("Items"), { kind: "create-object", definition }];
  const request = { ...happened(shop, items, since), writeBack: "same-name" };
  const words =
    "The master has a synonym shop.dbo.Items, so no table shop.dbo.Items can be made. It was left as it is.";
  const said = await dryRun(shop, request);
  expect(said.feasible).toBe("no");
  expect(said.words).toContain(words);
  const done = await shop.reach(await shop.start(request), "closed", "holding");
  expect(done).toMatchObject({ outcome: "failed", reason: { code: "target-exists" }, leftOnMaster: [] });
  expect(done.reason?.text).toContain(words);
});

test.concurrent("missing-rows that cannot read the temporary instance says so, and speaks of no copy", async () => {
  const shop = await (await scene()).addShop("rm-unread");
  const restoreId = await shop.start({ writeBack: "missing-rows", source: { allowPublicEndpoint: false } });
  const done = await shop.reach(restoreId, "closed", "holding");
  expect(done).toMatchObject({ outcome: "failed", reason: { code: "source-not-reachable" } });
  const told = `${await shop.timeline(restoreId)}\n${done.reason?.text}`;
  expect(told).toContain("missing-rows is not possible without reading it");
  expect(told).not.toMatch(/\bcop(y|ies|ied)\b/);
});

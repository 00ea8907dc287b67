import type { TableDefinition } from "../../emulator/data/table-definition";
import { shownAddresses } from "../../emulator/rds/instance-address";
import { TediousClient } from "../emulator/sql-server/tedious-client";
import { Scene, type Shop } from "./scene";

/** What the shapes of both sides say will fail at the write: said in the dry run, in the plan and in the outcome. Each test has its own master. */
let scene: Promise<Scene>;
beforeAll(() => {
  scene = Scene.open();
});
afterAll(async () => (await scene).close());
jest.setTimeout(600_000);

const parts: TableDefinition = {
  schema: "dbo",
  name: "Parts",
  columns: [
    { name: "Id", type: { name: "int" }, nullable: false },
    { name: "Name", type: { name: "nvarchar", length: 20 }, nullable: true },
    { name: "PartOf", type: { name: "int" }, nullable: true },
  ],
  primaryKey: { name: "PK_Parts", columns: ["Id"] },
  uniqueConstraints: [],
  foreignKeys: [],
  triggers: [],
};
const stock: TableDefinition = {
  ...parts,
  name: "Stock",
  columns: [
    { name: "Id", type: { name: "int" }, nullable: false },
    { name: "PartId", type: { name: "int" }, nullable: false },
  ],
  primaryKey: { name: "PK_Stock", columns: ["Id"] },
  foreignKeys: [
    {
      name: "FK_Stock_Parts",
      columns: ["PartId"],
      referencedSchema: "dbo",
      referencedTable: "Parts",
      referencedColumns: ["Id"],
    },
  ],
};

/** Tables as the backup has them, and statements that somebody has run on the master since. @returns the request, of dbo.Parts */
async function accident(
  id: string,
  asked: Readonly<Record<string, unknown>>,
  statements: readonly string[],
  tables: readonly TableDefinition[] = [parts],
): Promise<{ shop: Shop; request: Record<string, unknown> }> {
  const shop = await (await scene).addShop(id);
  const { database } = shop.sample.shop;
  const madeMs = Date.parse(shop.restoreTime) + 65_000;
  database.commit(madeMs, [
    ...tables.map((definition) => ({ kind: "create-table", definition }) as const),
    {
      kind: "insert",
      schema: "dbo",
      table: "Parts",
      rows: [
        [1, "bolt", null],
        [2, "a long screw", 1],
        [3, null, 1],
      ],
    },
  ]);
  await onMaster(shop, ...statements);
  const request = {
    restoreTime: new Date(Math.ceil(madeMs / 1000) * 1000 + 5_000).toISOString(),
    objects: [{ database: "shop", tables: [{ name: "Parts" }] }],
    checks: [],
    ...asked,
  };
  return { shop, request };
}

/** Runs statements on the master as its administrator, now. */
async function onMaster(shop: Shop, ...statements: readonly string[]): Promise<void> {
  const { instance, logins } = shop.sample;
  const { connectionString, port } = shownAddresses(instance)[0]!;
  const { userName: user, password } = logins.dba;
  const options = { user, password, database: "shop", driver: { encrypt: true, trustServerCertificate: true } };
  const client = await TediousClient.connect({ host: connectionString, port: Number(port) }, options);
  for (const statement of statements) await client.query(statement);
  await client.close();
}

interface DryRun {
  readonly feasible: string;
  readonly prerequisites: readonly { readonly code: string | null; readonly text: string }[];
  readonly suitability: readonly { readonly tables: unknown; readonly notes: readonly string[] }[];
}

/** It reads the master for a few seconds at most: on a busy machine, another one may be needed. */
async function dryRun(shop: Shop, request: Record<string, unknown>): Promise<DryRun> {
  for (let asked = 1; ; asked++) {
    const answer = await shop.ann.post<DryRun>("/plans", shop.request(request));
    if (asked === 20 || answer.suitability.every(({ tables }) => tables !== null)) return answer;
  }
}

test.concurrent("missing-rows: columns that take no rows are named, and nothing is configured", async () => {
  const { shop, request } = await accident("rm-unfit", { writeBack: "missing-rows" }, [
    "DELETE dbo.Parts WHERE Id = 3",
    "ALTER TABLE dbo.Parts ADD Site char(3) NOT NULL CONSTRAINT DF_Site DEFAULT 'HGH'",
    "ALTER TABLE dbo.Parts DROP CONSTRAINT DF_Site",
  ]);
  const done = await shop.reach(await shop.start(request), "holding");
  expect(done).toMatchObject({ outcome: "failed", reason: { code: "target-columns-unfit" }, plan: null });
  expect(done.reason?.text).toBe(
    "Rows of the backup cannot be added to shop.dbo.Parts on the master as it is now: column Site char(3) may not be NULL, has no default, and gets no value from the backup. Change the table for the restore, or ask again for side-by-side.",
  );
  expect(shop.leftovers().jobs).toEqual([]);
});

test.concurrent("missing-rows: rows that a new check does not take are counted in the plan, and the outcome is no success", async () => {
  const { shop, request } = await accident("rm-check", { writeBack: "missing-rows" }, [
    "DELETE dbo.Parts WHERE Id > 1",
    "ALTER TABLE dbo.Parts ADD CONSTRAINT CK_Name CHECK (LEN(Name) < 10)",
  ]);
  const restoreId = await shop.start(request);
  const { plan } = await shop.approve(restoreId);
  expect(plan?.notes).toEqual(
    expect.arrayContaining([
      "shop.dbo.Parts: 2 of 3 rows are missing; 1 can be added.",
      "shop.dbo.Parts: 1 missing row cannot be added, because it does not fit CHECK constraint CK_Name (len([Name])<(10)) (for example (shown to data-reader)).",
    ]),
  );
  const done = await shop.reach(restoreId, "holding");
  expect(done).toMatchObject({ outcome: "failed", reason: { code: "migration-failed" } });
  expect(shop.rows("shop", "Parts").map(([id]) => id)).not.toContain(2);
});

test.concurrent("missing-rows: circles and disabled keys are in the dry run and in the plan, and no text speaks of a copy", async () => {
  const { shop, request } = await accident("rm-circle", { writeBack: "missing-rows" }, [
    "DELETE dbo.Parts WHERE Id = 3",
    "ALTER TABLE dbo.Parts ADD CONSTRAINT FK_PartOf FOREIGN KEY (PartOf) REFERENCES dbo.Parts (Id)",
    "ALTER TABLE dbo.Parts WITH NOCHECK ADD CONSTRAINT FK_Product FOREIGN KEY (Id) REFERENCES dbo.Products (ProductId)",
    "ALTER TABLE dbo.Parts NOCHECK CONSTRAINT FK_Product",
  ]);
  const circle = expect.stringMatching(
    /^shop\.dbo\.Parts refers to itself by the foreign key FK_PartOf\. DTS adds rows in an order of its own/,
  );
  const disabled =
    "shop.dbo.Parts: the foreign key FK_Product to shop.dbo.Products is disabled on the master: rows are added whether the rows that they refer to are there or not.";
  expect((await dryRun(shop, request)).suitability[0]?.notes).toEqual([disabled, circle]);
  const restoreId = await shop.start(request);
  const { plan } = await shop.approve(restoreId);
  expect(plan?.notes).toEqual(expect.arrayContaining([disabled, circle]));
  const done = await shop.reach(restoreId, "closed");
  expect(done).toMatchObject({ outcome: "succeeded", reason: { code: "no-row-missing" } });
  const told = [...(plan?.notes ?? []), done.reason?.text, await shop.timeline(restoreId)].join("\n");
  expect(told).not.toMatch(/\bcop(y|ies)\b/i);
});

test.concurrent("same-name: a renamed table that kept the name of its key is named, and so is a view, before anything is configured", async () => {
  const renamed = await accident("rm-renamed", { writeBack: "same-name" }, ["EXEC sp_rename 'dbo.Parts', 'Parts_old'"]);
  const done = await renamed.shop.reach(await renamed.shop.start(renamed.request), "holding");
  expect(done).toMatchObject({ outcome: "failed", reason: { code: "constraint-name-taken" }, leftOnMaster: [] });
  expect(done.reason?.text).toBe(
    "The table shop.dbo.Parts needs the name dbo.PK_Parts for a constraint, and the primary key dbo.PK_Parts of shop.dbo.Parts_old has it on the master. Names of constraints exist once in a schema. Rename that one in shop (EXEC sp_rename N'[dbo].[PK_Parts]', N'PK_Parts_old', N'OBJECT'), or ask again for side-by-side in a new database.",
  );
  const viewed = await accident("rm-view", { writeBack: "same-name" }, [
    "DROP TABLE dbo.Parts",
    "CREATE VIEW dbo.Parts AS SELECT 1 AS Id",
  ]);
  const taken =
    "The master has a view shop.dbo.Parts, so no table shop.dbo.Parts can be made. It was left as it is. Rename it, or ask again for side-by-side.";
  const planned = await dryRun(viewed.shop, viewed.request);
  expect(planned).toMatchObject({ feasible: "no" });
  expect(planned.prerequisites).toEqual(
    expect.arrayContaining([expect.objectContaining({ code: "target-exists", text: taken })]),
  );
  const ended = await viewed.shop.reach(await viewed.shop.start(viewed.request), "holding");
  expect(ended).toMatchObject({ reason: { code: "target-exists", text: taken }, leftOnMaster: [] });
});

test.concurrent("side-by-side beside the table itself is refused in the dry run, because its key has the name", async () => {
  const beside = {
    objects: [{ database: "shop", restoredName: "shop", tables: [{ name: "Parts", restoredName: "Parts_before" }] }],
  };
  const { shop, request } = await accident("rm-beside", beside, ["DELETE dbo.Parts"]);
  const said =
    "The table shop.dbo.Parts_before needs the name dbo.PK_Parts for a constraint, and the primary key dbo.PK_Parts of shop.dbo.Parts has it on the master.";
  const planned = await dryRun(shop, request);
  expect(planned.prerequisites).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ code: "constraint-name-taken", text: expect.stringContaining(said) }),
    ]),
  );
});

test.concurrent("same-name: a name that is taken after the approval ends the restore before anything is written", async () => {
  const { shop, request } = await accident("rm-late", { writeBack: "same-name" }, ["DROP TABLE dbo.Parts"]);
  const restoreId = await shop.start(request);
  const { planHash } = await shop.reach(restoreId, "awaiting-approval");
  await onMaster(shop, "CREATE TABLE dbo.Other (Id int NOT NULL CONSTRAINT PK_Parts PRIMARY KEY)");
  await shop.command(restoreId, "approve", { planHash });
  const done = await shop.reach(restoreId, "holding");
  expect(done).toMatchObject({ outcome: "failed", reason: { code: "constraint-name-taken" }, leftOnMaster: [] });
  expect(done.reason?.text).toContain("the primary key dbo.PK_Parts of shop.dbo.Other has it on the master.");
});

test.concurrent("same-name: keys that went with the dropped table are in the plan and, with their statement, in the outcome", async () => {
  const { shop, request } = await accident(
    "rm-keys",
    { writeBack: "same-name" },
    ["ALTER TABLE dbo.Stock DROP CONSTRAINT FK_Stock_Parts", "DROP TABLE dbo.Parts"],
    [parts, stock],
  );
  const sql =
    "ALTER TABLE [shop].[dbo].[Stock] WITH CHECK ADD CONSTRAINT [FK_Stock_Parts] FOREIGN KEY ([PartId]) REFERENCES [dbo].[Parts] ([Id]);";
  const restoreId = await shop.start(request);
  const { plan } = await shop.approve(restoreId);
  expect(plan?.notes).toContain(
    `The foreign key FK_Stock_Parts of shop.dbo.Stock is not on the master and may not come back with the rows. Once they are back, make it again: ${sql}`,
  );
  const done = await shop.reach(restoreId, "closed");
  expect(done).toMatchObject({ outcome: "succeeded", reason: { code: "all-rows-present" } });
  expect(done.reason?.text).toBe(
    `Every key of the backup is on the master: 3 rows of 1 table. A foreign key is not there again: FK_Stock_Parts of shop.dbo.Stock. To make it: ${sql}`,
  );
  await onMaster(shop, sql);
});

import type { Capabilities } from "../../../emulator/capabilities";
import type { Instance } from "../../../emulator/rds/instance";
import { type ListeningInstance, listeningInstance } from "../sql-server/listening-instance";
import { TediousClient } from "../sql-server/tedious-client";
import { reserve, rowsOf, runningJob, type TwoInstances, twoInstances } from "./two-instances";

/** DTS writes as any client does: what the target's rules refuse, it cannot write. Both ends are made by SQL. */
let local: ListeningInstance;
beforeAll(async () => {
  local = await listeningInstance();
});
afterAll(() => local.listeners.close());

/** Runs SQL in the database `shop` of an instance, which is made if need be. */
async function run(instance: Instance, sql: readonly string[], collation: string): Promise<void> {
  const { data } = instance;
  if (!data.database("shop")) data.createDatabase("shop", collation, instance.createdAtMs);
  instance.whitelist.set("test", ["192.168.0.0/16"]);
  const address = local.listeners.take(instance, "private");
  const client = await TediousClient.connect(address, { database: "shop", user: "dba", password: "Secret1!" });
  for (const batch of sql) await client.query(batch);
  await client.close();
  local.listeners.release(address);
}

async function ends(
  source: string | readonly string[],
  master: string | readonly string[],
  capabilities: Partial<Capabilities> = {},
  collation = "Latin1_General_CI_AS",
): Promise<TwoInstances> {
  const world = twoInstances(capabilities);
  await run(world.source, [source].flat(), collation);
  await run(world.master, [master].flat(), collation);
  return world;
}

const into = (name: string, target = name) => ({
  shop: { name: "shop", all: false, Table: { [name]: { name: target, all: true } } },
});
const rowsOnly = { StructureInitialization: "false", Reserve: reserve("2") };
const finish = (world: TwoInstances, list: object, changes = {}) => {
  const jobId = runningJob(world, list, changes);
  world.advance(60_000);
  return world.dts.job(jobId)!;
};

const source = `CREATE TABLE dbo.T (Id int PRIMARY KEY, A nvarchar(20) NULL, N bigint NULL);
  INSERT dbo.T VALUES (1, N'one', 1), (2, NULL, 300), (3, N'three and more', -5)`;

test.each([
  [
    "NULL",
    "Id int PRIMARY KEY, A nvarchar(20) NOT NULL, N bigint",
    "Cannot insert the value NULL into column 'A', table 'shop.dbo.T'; column does not allow nulls. INSERT fails.",
  ],
  [
    "a column without a value or a default",
    "Id int PRIMARY KEY, A nvarchar(20), N bigint, B int NOT NULL",
    "Cannot insert the value NULL into column 'B', table 'shop.dbo.T'; column does not allow nulls. INSERT fails.",
  ],
  ["a long text", "Id int PRIMARY KEY, A nvarchar(5), N bigint", "String or binary data would be truncated."],
  [
    "a large number",
    "Id int PRIMARY KEY, A nvarchar(20), N tinyint",
    "Arithmetic overflow error converting expression to data type tinyint.",
  ],
  [
    "a text that is no number",
    "Id int PRIMARY KEY, A int, N bigint",
    "Conversion failed when converting the nvarchar value 'one' to data type int.",
  ],
  [
    "a text that is no date",
    "Id int PRIMARY KEY, A date, N bigint",
    "Conversion failed when converting date and/or time from character string.",
  ],
  [
    "a check",
    "Id int PRIMARY KEY, A nvarchar(20), N bigint CONSTRAINT CK CHECK (N > 0)",
    'The INSERT statement conflicted with the CHECK constraint "CK". The conflict occurred in database "shop", table "dbo.T", column \'N\'.',
  ],
  [
    "a foreign key",
    "Id int PRIMARY KEY, A nvarchar(20), N bigint CONSTRAINT FK REFERENCES dbo.P (Id)",
    'The INSERT statement conflicted with the FOREIGN KEY constraint "FK". The conflict occurred in database "shop", table "dbo.P", column \'Id\'.',
  ],
  ["a column that is gone", "Id int PRIMARY KEY, A nvarchar(20)", "Invalid column name 'N'."],
])("%s that the target does not take fails the job in the target's words", async (_, columns, message) => {
  const world = await ends(
    source,
    `CREATE TABLE dbo.P (Id bigint PRIMARY KEY); INSERT dbo.P VALUES (1); CREATE TABLE dbo.T (${columns})`,
  );
  const job = finish(world, into("T"), rowsOnly);
  expect(job.status).toBe("MigrationFailed");
  expect(job.errorMessage.replace(/^DTS-\d+: /, "")).toBe(message);
  expect(rowsOf(world.master, "shop", "T")).toEqual([]);
});

test("what was written before the value that does not fit stays", async () => {
  const world = await ends(source, "CREATE TABLE dbo.T (Id int PRIMARY KEY, A nvarchar(20) NOT NULL, N bigint)");
  const slow = twoInstances({}, { rowsPerSecond: 2 });
  slow.source.data.createDatabase("shop", "Latin1_General_CI_AS", 0);
  slow.master.data.createDatabase("shop", "Latin1_General_CI_AS", 0);
  for (const end of ["source", "master"] as const)
    for (const { atMs, changes } of world[end].data.database("shop")!.commits)
      slow[end].data.database("shop")!.commit(atMs, changes);
  expect(finish(slow, into("T"), rowsOnly).status).toBe("MigrationFailed");
  expect(rowsOf(slow.master, "shop", "T")).toEqual([[1, "one", 1n]]);
});

test("values are converted, missing ones get their default, disabled rules are not asked", async () => {
  const world = await ends(
    source,
    `CREATE TABLE dbo.P (Id int PRIMARY KEY);
     CREATE TABLE dbo.T (Number int IDENTITY(7, 2), N varchar(9), Id decimal(5, 1) PRIMARY KEY, A varchar(20), D int NOT NULL CONSTRAINT DF DEFAULT 4,
       CONSTRAINT CK CHECK (N > 0), CONSTRAINT FK FOREIGN KEY (D) REFERENCES dbo.P (Id));
     ALTER TABLE dbo.T NOCHECK CONSTRAINT ALL`,
  );
  expect(finish(world, into("T"), rowsOnly)).toMatchObject({ status: "Finished", errorMessage: "" });
  expect(rowsOf(world.master, "shop", "T")).toEqual([
    [7, "1", "1.0", "one", 4],
    [9, "300", "2.0", null, 4],
    [11, "-5", "3.0", "three and more", 4],
  ]);
});

describe.each([
  ["a unique constraint", "CONSTRAINT U UNIQUE (A)", "", "Violation of UNIQUE KEY constraint 'U'."],
  ["a unique index", "X int NULL", "CREATE UNIQUE INDEX U ON dbo.T (A) WHERE A IS NOT NULL", "with unique index 'U'."],
])("a new row whose values another row has in %s", (_, element, index, message) => {
  const master = `CREATE TABLE dbo.T (Id int PRIMARY KEY, A nvarchar(20) NULL, N bigint NULL, ${element}); ${index};
    INSERT dbo.T (Id, A) VALUES (9, N'ONE')`;

  test("a new row whose values another row has in %s is left out, where the switch says so", async () => {
    const world = await ends(source, master);
    expect(finish(world, into("T"), rowsOnly).status).toBe("Finished");
    expect(rowsOf(world.master, "shop", "T").map(([id]) => id)).toEqual([9, 2, 3]);
  });

  test("a new row whose values another row has in %s fails the job, where the switch says so", async () => {
    const world = await ends(source, master, { secondaryKeyConflict: "fails" });
    const job = finish(world, into("T"), rowsOnly);
    expect(job).toMatchObject({ status: "MigrationFailed", errorMessage: expect.stringContaining(message) });
    expect(job.errorMessage).toContain("The duplicate key value is (one).");
    expect(rowsOf(world.master, "shop", "T").map(([id]) => id)).toEqual([9]);
  });

  test("a new row whose values another row has in %s is no matter when the row is there already by its primary key", async () => {
    const world = await ends(source, `${master}; INSERT dbo.T (Id, A) VALUES (1, N'mine')`, {
      secondaryKeyConflict: "fails",
    });
    expect(finish(world, into("T"), rowsOnly).status).toBe("Finished");
  });
});

describe.each([
  ["computed", "A AS Id * 2", 'The column "A" cannot be modified because it is either a computed column'],
  ["a rowversion", "A rowversion", "Cannot insert an explicit value into a timestamp column."],
])("values of a column that is %s on the target", (_, column, message) => {
  const master = `CREATE TABLE dbo.T (Id int PRIMARY KEY, ${column}, N bigint NULL)`;

  test("values of a column that is %s on the target are left out, where the switch says so", async () => {
    const world = await ends(source, master);
    expect(finish(world, into("T"), rowsOnly).status).toBe("Finished");
    expect(rowsOf(world.master, "shop", "T").map((row) => [row[0], row[2]])).toEqual([
      [1, 1n],
      [2, 300n],
      [3, -5n],
    ]);
  });

  test("values of a column that is %s on the target fail the job, where the switch says so", async () => {
    const world = await ends(source, master, { serverMadeColumn: "fails" });
    const job = finish(world, into("T"), rowsOnly);
    expect(job).toMatchObject({ status: "MigrationFailed", errorMessage: expect.stringContaining(message) });
    expect(rowsOf(world.master, "shop", "T")).toEqual([]);
  });
});

test("keys meet as the target's column compares: one of two rows that are equal there is left out", async () => {
  const world = await ends(
    "CREATE TABLE dbo.T (Code nvarchar(9) COLLATE Latin1_General_CS_AS PRIMARY KEY); INSERT dbo.T VALUES (N'a'), (N'A'), (N'b'), (N'c')",
    "CREATE TABLE dbo.T (Code nvarchar(9) PRIMARY KEY); INSERT dbo.T VALUES (N'B')",
  );
  expect(finish(world, into("T"), rowsOnly).status).toBe("Finished");
  expect(rowsOf(world.master, "shop", "T").flat()).toEqual(["B", "a", "c"]);
});

describe("the structure stage", () => {
  const named =
    "CREATE TABLE dbo.T (Id int CONSTRAINT PK_T PRIMARY KEY, N int CONSTRAINT CK_T CHECK (N > 0) CONSTRAINT DF_T DEFAULT 1)";

  test.each([
    ["a view", ["CREATE VIEW dbo.T AS SELECT 1 AS x"], "T"],
    ["a synonym", ["CREATE SYNONYM dbo.T FOR dbo.Absent"], "T"],
    ["the key of a table that was renamed", [named, "EXEC sp_rename 'dbo.T', 'Old'"], "PK_T"],
    ["a check", ["CREATE TABLE dbo.O (N int CONSTRAINT CK_T CHECK (N > 0))"], "CK_T"],
    ["a default", ["CREATE TABLE dbo.O (N int CONSTRAINT DF_T DEFAULT 0)"], "DF_T"],
  ])("the structure stage is refused where %s has a name that it needs", async (_, master, name) => {
    const world = await ends(named, master);
    expect(finish(world, into("T"))).toMatchObject({
      status: "MigrationFailed",
      errorMessage: `DTS-1020042: There is already an object named '${name}' in the database.`,
    });
    expect(world.master.data.database("shop")!.table("dbo", "T")).toBeUndefined();
  });

  test("the structure stage brings checks and defaults; those that the server named get new names", async () => {
    const unnamed =
      "CREATE TABLE dbo.T (Id int PRIMARY KEY NOT NULL, N int CHECK (N > 0) DEFAULT 1); INSERT dbo.T VALUES (1, 1)";
    const world = await ends(unnamed, "CREATE TABLE dbo.Other (Id int)");
    expect(finish(world, into("T", "T_copy"))).toMatchObject({ status: "Finished", errorMessage: "" });
    const [of, to] = [world.source, world.master].map(
      (end, index) => end.data.database("shop")!.table("dbo", index === 0 ? "T" : "T_copy")!.definition,
    );
    expect(to!.checks).toHaveLength(1);
    expect(to!.checks![0]!.condition).toBe(of!.checks![0]!.condition);
    expect(to!.checks![0]!.name).toMatch(/^CK__T__N__[0-9A-F]{8}$/);
    expect(to!.checks![0]!.name).not.toBe(of!.checks![0]!.name);
    expect(to!.columns[1]!.defaultConstraint!.name).not.toBe(of!.columns[1]!.defaultConstraint!.name);
  });

  test("the structure stage brings the views and synonyms of a whole database", async () => {
    const world = await ends([named, "CREATE VIEW dbo.V AS SELECT N FROM dbo.T", "CREATE SYNONYM dbo.S FOR dbo.T"], []);
    expect(finish(world, { shop: { name: "copy", all: true } }).status).toBe("Finished");
    expect(
      world.master.data
        .database("copy")!
        .objects()
        .map(({ name }) => name),
    ).toEqual(["V", "S"]);
  });
});

describe("names", () => {
  const two =
    "CREATE TABLE dbo.Orders (Id int PRIMARY KEY); CREATE TABLE dbo.orders (Id int PRIMARY KEY); INSERT dbo.Orders VALUES (1); INSERT dbo.orders VALUES (2)";

  test("names that differ in case are two tables in a case-sensitive database", async () => {
    const world = await ends(two, [], {}, "Latin1_General_CS_AS");
    expect(finish(world, into("orders")).status).toBe("Finished");
    expect(rowsOf(world.master, "shop", "orders")).toEqual([[2]]);
    expect(world.master.data.database("shop")!.table("dbo", "Orders")).toBeUndefined();
    expect(finish(world, { shop: { name: "copy", all: true } }).status).toBe("Finished");
    expect(rowsOf(world.master, "copy", "Orders")).toEqual([[1]]);
  });

  test("names are one table in a case-insensitive one", async () => {
    const world = await ends("CREATE TABLE dbo.Orders (Id int PRIMARY KEY)", []);
    expect(finish(world, into("ORDERS", "Copy")).status).toBe("Finished");
    world.source.data.dropDatabase("shop", 0);
    await run(world.source, [two], "Latin1_General_CS_AS");
    const both = {
      shop: {
        name: "shop",
        all: false,
        Table: { Orders: { name: "Orders", all: true }, orders: { name: "orders", all: true } },
      },
    };
    expect(finish(world, both).precheckItems.filter(({ state }) => state === "Failed")).toMatchObject([
      { reason: "Two selected tables would become shop.dbo.orders." },
    ]);
  });

  test("names of columns that the target does not tell apart are an error", async () => {
    const world = await ends(
      "CREATE TABLE dbo.T (Id int PRIMARY KEY, Value int, value int); INSERT dbo.T VALUES (1, 2, 3)",
      [],
      {},
      "Latin1_General_CS_AS",
    );
    world.master.data.dropDatabase("shop", 0);
    await run(world.master, ["CREATE TABLE dbo.T (ID int PRIMARY KEY, VALUE int)"], "Latin1_General_CI_AS");
    expect(finish(world, into("T"), rowsOnly).errorMessage).toContain(
      "The column name 'value' is specified more than once",
    );
  });
});

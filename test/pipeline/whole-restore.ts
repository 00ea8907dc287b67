import { inKeyOrder, nothingLeft, type Scene } from "./scene";

/** The restore of the README, asserted by the rows themselves; run in both DTS orders. */
export async function restoreOverPublicEndpoint(scene: Scene, masterInstanceId: string): Promise<void> {
  const shop = await scene.addShop(masterInstanceId);
  const restoreId = await shop.start({ objects: [{ database: "shop" }] });
  const awaiting = await shop.approve(restoreId);
  expect(awaiting.verification).toMatchObject({
    route: "public",
    checks: expect.arrayContaining([expect.objectContaining({ name: "the orders are back", passed: true })]),
  });
  expect(awaiting.plan?.databases[0]?.tables.find((table) => table.name === "Orders")?.rows).toBe(
    shop.ordersBefore.length,
  );
  const closed = await shop.reach(restoreId, "closed");
  expect(closed).toMatchObject({
    outcome: "succeeded",
    leftOnMaster: [{ kind: "database", sizeBytes: expect.any(Number), sql: expect.stringContaining("DROP DATABASE") }],
  });
  expect(closed.comparison?.tables.map((table) => table.verdict)).toEqual([
    "equal",
    "equal",
    "equal",
    "equal",
    "equal",
  ]);
  const target = closed.plan!.databases[0]!.targetDatabase;
  expect(shop.rows(target, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
  for (const table of ["Customers", "Products", "OrderLines", "Payments"])
    expect(shop.rows(target, table)).toEqual(shop.rows("shop", table));
  expect(shop.rows("shop", "Orders")).toEqual([]);
  expect(shop.databases()).toEqual(["shop", target]);
  expect(shop.leftovers()).toEqual(nothingLeft);
  expect(scene.logs.join("\n")).not.toContain(shop.sample.logins.dba.password);
  expectTracedSteps(scene, restoreId);
}

/** Each run of each function is one line, and all of them are of one trace. */
function expectTracedSteps(scene: Scene, restoreId: string): void {
  const lines = scene.lines().filter((line) => line["restoreId"] === restoreId);
  const steps = lines.filter(({ msg }) => msg === "step");
  expect(new Set(steps.map(({ step }) => step))).toEqual(
    new Set([
      "create-temp-instance",
      "poll-restores",
      "verify-data",
      "precheck-migration",
      "start-migration",
      "compare-data",
      "clean-up",
    ]),
  );
  expect(new Set(steps.map(({ traceId }) => traceId)).size).toBe(1);
  for (const line of steps)
    expect(line).toMatchObject({
      requestId: expect.any(String),
      attempt: expect.any(Number),
      status: expect.any(String),
      durationMs: expect.any(Number),
      calls: expect.any(Number),
      waitedMs: expect.any(Number),
    });
  const starts = scene.lines().filter(({ msg }) => msg === "cold start");
  expect(new Set(starts.map(({ codeCache }) => codeCache))).toEqual(new Set(["accepted"]));
}

/** Without a public endpoint: checks run on the copy, and the outcome says that the source was not measured. */
export async function restoreCopyFirst(scene: Scene, masterInstanceId: string): Promise<void> {
  const shop = await scene.addShop(masterInstanceId);
  const restoreId = await shop.start({ source: { allowPublicEndpoint: false } });
  const awaiting = await shop.approve(restoreId);
  expect(awaiting.verification).toMatchObject({ route: "copy-first", checks: [] });
  const held = await shop.reach(restoreId, "holding");
  expect(held).toMatchObject({
    outcome: "finished-unverified",
    comparison: {
      tables: [{ name: "Orders", verdict: "unmeasured", targetRows: shop.ordersBefore.length }],
      checks: [{ name: "the orders are back", passed: true }],
    },
  });
  expect(shop.rows(held.plan!.databases[0]!.targetDatabase, "Orders")).toEqual(inKeyOrder(shop.ordersBefore));
  expect(shop.leftovers()).toMatchObject({ jobs: [], openGroups: [] });
  await shop.command(restoreId, "release");
  await shop.reach(restoreId, "closed");
  expect(shop.leftovers()).toEqual(nothingLeft);
}

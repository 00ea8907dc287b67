import { restoreRequestSchema } from "../../../shared/restore/request/request";
import { sourceOf } from "../../../shared/restore/source";
import { writeBackModes } from "../../../shared/restore/write-back";
import { hourMs, rowsOf, Scene, tableOf } from "./scene";

/** A new source and a new write-back mode are a row and a file each: nothing else of the product is told of them. */
jest.mock("../../../shared/restore/source/rows", () => ({
  rows: [
    ...jest.requireActual("../../../shared/restore/source/rows").rows,
    jest.requireActual("./invented/short-lived").shortLived,
  ],
}));
jest.mock("../../../shared/restore/write-back/rows", () => ({
  rows: [
    ...jest.requireActual("../../../shared/restore/write-back/rows").rows,
    jest.requireActual("./invented/full-copy").fullCopy,
  ],
}));

const invented = {
  source: { kind: "short-lived", allowPublicEndpoint: true },
  objects: [{ database: "shop", tables: [{ name: "Orders" }] }],
  writeBack: "full-copy",
};

function droppedTable(): Scene {
  const scene = new Scene();
  scene.addTable(tableOf("Orders"), rowsOf(0, 30));
  scene.dropTable("Orders");
  return scene;
}

test("a restore runs through by an invented source in an invented mode", async () => {
  const scene = droppedTable();
  const restoreId = await scene.ask(invented);
  const planned = await scene.reach(restoreId, "awaiting-approval");
  expect(planned.plan).toMatchObject({
    mode: "full-copy",
    notes: expect.arrayContaining(["An invented mode promises an equal copy."]),
  });
  expect(planned.expiresAtMs).toBe(planned.temporaryInstance!.createdAtMs! + 5 * hourMs);
  await scene.approve(restoreId);
  const record = await scene.reach(restoreId, "closed");
  expect(record).toMatchObject({
    outcome: "succeeded",
    reason: { code: "copy-equals-source", text: "The invented copy is equal: 30 rows of 1 table." },
  });
  expect(scene.rows("Orders")).toEqual(rowsOf(0, 30));
});

test("what the invented mode promises is what is judged: a row more is a failure, which same-name would only tell", async () => {
  const scene = droppedTable();
  const restoreId = await scene.into(invented, "comparing");
  scene.addRows("Orders", [[1000, "a new order"]]);
  const record = await scene.reach(restoreId, "holding");
  expect(record).toMatchObject({ outcome: "failed", reason: { code: "copy-differs" } });
});

test("requests may name them, and the dry run's words come from their rows", () => {
  const request = restoreRequestSchema.parse({
    masterInstanceId: "rm-shop",
    restoreTime: "2026-11-20T08:00:00Z",
    secretName: "rewind/rm-shop/dba",
    ...invented,
  });
  expect(sourceOf(request).cost).toBe("An invented source costs 1 CNY an hour.");
  expect(writeBackModes).toContain("full-copy");
});

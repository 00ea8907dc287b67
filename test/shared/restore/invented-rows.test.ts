import { chooseSource } from "../../../shared/restore/prerequisites/choose-source";
import { writeBackModes } from "../../../shared/restore/write-back";
import { context, facts, master, request } from "./samples";
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
  const asked = request(invented);
  const { row } = chooseSource(asked, facts(), context.nowMs, context.durations);
  expect(row.cost(asked, facts())).toBe("An invented source costs 1 CNY an hour.");
  expect(writeBackModes).toContain("full-copy");
});

test("auto takes the invented source for a master that the sources before it do not serve, and says why", () => {
  const asked = request({ writeBack: "side-by-side" });
  const choose = (version: string) =>
    chooseSource(asked, facts({ master: master({ engineVersion: version }) }), context.nowMs, context.durations).choice;
  expect(choose("2025_std_ha")).toMatchObject({
    kind: "short-lived",
    because: expect.stringContaining("short-lived is the first that nothing refuses"),
    others: expect.arrayContaining([
      expect.objectContaining({ kind: "native", obstacle: expect.stringContaining("2025_std_ha") }),
    ]),
  });
  expect(choose("2008r2")).toMatchObject({
    kind: "native",
    others: [{ kind: "database" }, { kind: "clone" }, { kind: "short-lived", obstacle: null }],
  });
});

test("a mode that a source does not serve passes it over, and refuses it where the request names it", () => {
  const served = chooseSource(request({ writeBack: "missing-rows" }), facts(), context.nowMs, context.durations);
  expect(served.choice.kind).toBe("native");
  const asked = request({ writeBack: "missing-rows", source: { kind: "short-lived" } });
  const { prerequisites } = chooseSource(asked, facts(), context.nowMs, context.durations);
  expect(prerequisites).toContainEqual(
    expect.objectContaining({ verdict: "fail", code: "mode-not-possible", text: "It adds no rows to live tables." }),
  );
});

test("where no source fits, the refusal names what stands in the way of each", () => {
  const modern = facts({ master: master({ engineVersion: "2019_std_ha" }) });
  const refusals = (changes: object) =>
    chooseSource(request(changes), modern, context.nowMs, context.durations).prerequisites.filter(
      ({ verdict }) => verdict === "fail",
    );
  const asked = { writeBack: "same-name" };
  expect(refusals({ ...asked, label: "broken" })).toMatchObject([
    {
      code: "no-source-fits",
      text: expect.stringMatching(/database: .*beside the live one.*short-lived: It is out of order/),
    },
  ]);
});

test("a source that the version rules out or that was not allowed is not named where another one is left", () => {
  const asked = request({ writeBack: "missing-rows" });
  const modern = facts({ master: master({ engineVersion: "2025_std_ha" }) });
  const { prerequisites } = chooseSource(asked, modern, context.nowMs, context.durations);
  expect(prerequisites.filter(({ verdict }) => verdict === "fail")).toMatchObject([
    { code: "mode-not-possible", text: "It adds no rows to live tables." },
  ]);
});

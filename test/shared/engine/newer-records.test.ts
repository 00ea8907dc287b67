import { tick } from "../../../shared/engine/poll";
import { Desk, minute } from "../api/desk";

/** While a deployment is under way, or was taken back, some records are of a newer version of the functions. */
let desk: Desk;
let newer: string;
let json: string;

const rowOf = (restoreId: string) => desk.world.tablestore.getRow({ table: "restores", primaryKey: { restoreId } })!;

function write(restoreId: string, change: object): string {
  const { columns } = rowOf(restoreId);
  const record = JSON.stringify({ ...JSON.parse(String(columns["record"])), ...change });
  desk.world.tablestore.putRow({
    table: "restores",
    primaryKey: { restoreId },
    columns: { ...columns, record },
    condition: { row: "EXPECT_EXIST" },
  });
  return record;
}

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
  newer = await desk.place({}, desk.nowMs - minute);
  json = write(newer, { schemaVersion: 2 });
});

test("one of them does not hold up the others, and stays as it is", async () => {
  const other = await desk.place({}, desk.nowMs - 1);
  expect(await tick(desk.deps)).toEqual({ ran: true, due: 1 });
  await desk.reach(other, "creating-source");
  expect(rowOf(newer).columns["record"]).toBe(json);
});

test("the API says what it is and what to do, and takes no command for it", async () => {
  for (const [method, path] of [
    ["GET", `/restores/${newer}`],
    ["POST", `/restores/${newer}/cancel`],
    ["GET", "/restores"],
  ] as const) {
    const answer = await desk.ask(method, path, method === "POST" ? { body: {} } : {});
    expect(answer).toMatchObject({ status: 503, body: { code: "cloud-unavailable" } });
    expect(answer.body.detail).toContain(`${newer} was written by a newer version`);
  }
  expect(await desk.deps.store.listCommands(newer)).toEqual([]);
});

test("a state that only the newer version has is as good as another form", async () => {
  json = write(newer, { schemaVersion: 1, status: "rehearsing" });
  expect(await tick(desk.deps)).toEqual({ ran: true, due: 0 });
  expect(rowOf(newer).columns["record"]).toBe(json);
});

test("a field that this version does not know goes through all of its saves", async () => {
  write(newer, { schemaVersion: 1, rehearsal: { byWhom: "ann" } });
  await desk.reach(newer, "verifying");
  expect(JSON.parse(String(rowOf(newer).columns["record"]))).toMatchObject({ rehearsal: { byWhom: "ann" } });
});

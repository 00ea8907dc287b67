import { tick } from "../../../shared/engine/poll";
import { Desk, minute } from "../api/desk";

/** Somebody wrote into the table by hand: a row of a master's history holds no record at all. */
let desk: Desk;
let spoiled: string;

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
  spoiled = await desk.place({}, desk.nowMs - minute);
});

function spoil(text: (json: string) => string): void {
  const table = "restores";
  const primaryKey = { restoreId: spoiled };
  const { columns } = desk.world.tablestore.getRow({ table, primaryKey })!;
  const record = text(String(columns["record"]));
  desk.world.tablestore.putRow({
    table,
    primaryKey,
    columns: { ...columns, record },
    condition: { row: "EXPECT_EXIST" },
  });
}

const kinds: readonly (readonly [string, (json: string) => string])[] = [
  ["half a record", (json) => json.slice(0, json.length / 2)],
  ["no object", () => "null"],
  ["the record of another restore", (json) => json.replaceAll(spoiled, "rw00000000000000")],
];

test.each(kinds)("%s: the other restores of the master get on, and the log names the row", async (_what, text) => {
  spoil(text);
  const other = await desk.place({}, desk.nowMs - 1);
  expect(await tick(desk.deps)).toMatchObject({ ran: true });
  await desk.reach(other, "awaiting-approval");
  const left = desk.world.logs.map((line) => JSON.parse(line)).filter((line) => line.message.includes("left out"));
  expect(left[0]).toMatchObject({
    level: "error",
    restoreId: spoiled,
    error: expect.stringMatching(/holds no record of it .* left untouched/),
  });
});

test.each(kinds)("%s: a read of the row by its own id is refused", async (_what, text) => {
  spoil(text);
  await expect(desk.deps.store.read(spoiled)).rejects.toMatchObject({ name: "SpoiledRecord" });
  const answer = await desk.ask("GET", `/restores/${spoiled}`);
  expect(answer).toMatchObject({ status: 500, body: { code: "internal-error" } });
});

const lists: readonly Record<string, string>[] = [{ masterInstanceId: "rm-shop" }, {}];

test.each(lists)("the restores of %j are listed without it", async (query) => {
  const other = await desk.place({});
  spoil(() => "");
  const listed = await desk.ask("GET", "/restores", { query });
  expect(listed).toMatchObject({ status: 200, body: { restores: [{ restoreId: other }] } });
  expect(listed.body.restores).toHaveLength(1);
});

test.each(lists)("a page of %j is filled up in its stead, so that the pages after it are found", async (whose) => {
  const older = await desk.place({}, desk.nowMs);
  await desk.world.scheduler.run(desk.nowMs + minute, () => false);
  spoiled = await desk.place({});
  await desk.world.scheduler.run(desk.nowMs + minute, () => false);
  const newest = await desk.place({});
  spoil(() => "");
  const page = (query: Record<string, string>) =>
    desk.ask("GET", "/restores", { query: { ...whose, limit: "2", ...query } });
  const first = await page({});
  expect(first.body.restores).toMatchObject([{ restoreId: newest }, { restoreId: expect.any(String) }]);
  const second = await page({ before: first.body.next });
  const ids = [...first.body.restores, ...second.body.restores].map((row: { restoreId: string }) => row.restoreId);
  expect(ids).toEqual([...new Set(ids)]);
  expect(ids).toContain(older);
  expect(ids).toHaveLength(3);
  expect(second.body.next).toBeNull();
});

test("more of them than a page of the due list do not hide the other restores", async () => {
  const spoil = (restoreId: string) => {
    const row = { table: "restores", primaryKey: { restoreId } };
    const { columns } = desk.world.tablestore.getRow(row)!;
    desk.world.tablestore.putRow({ ...row, columns: { ...columns, record: "" }, condition: { row: "EXPECT_EXIST" } });
  };
  for (let count = 0; count < 450; count++) spoil(await desk.place({}, desk.nowMs - minute));
  spoil(spoiled);
  const other = await desk.place({}, desk.nowMs - 1);
  expect(await tick(desk.deps)).toEqual({ ran: true, due: 1 });
  await desk.reach(other, "awaiting-approval");
});

import { SeededRandom } from "../../../emulator/core/random";
import { deleteAllOrders, seedShop } from "../../../emulator/sample/shop";

const nowMs = Date.parse("2026-11-20T10:00:00Z");
const seed = () => seedShop(nowMs, new SeededRandom(1), { dba: "d", report: "r" });

describe("the sample shop", () => {
  test("the sample shop has five tables, more than ten thousand rows, and a history up to now", () => {
    const { database, rowCount } = seed();
    expect(database.tables()).toHaveLength(5);
    expect(rowCount).toBeGreaterThan(10_000);
    expect(database.commits.at(-1)!.atMs).toBeGreaterThan(nowMs - 10 * 60_000);
    expect(database.commits.every((commit, index, all) => index === 0 || commit.atMs >= all[index - 1]!.atMs)).toBe(
      true,
    );
  });

  test("the sample shop brings the deleted orders back when it is rebuilt to the minute before, and only them", () => {
    const { database, data } = seed();
    const accidentMs = nowMs + 60_000;
    const before = [...database.table("dbo", "Orders")!.rows.values()];
    const deleted = deleteAllOrders(database, accidentMs);
    expect(deleted).toBe(before.length);
    expect(database.table("dbo", "Orders")!.rowCount).toBe(0);
    const past = data.rebuildAt(accidentMs - 1).database("shop")!;
    expect([...past.table("dbo", "Orders")!.rows.values()]).toEqual(before);
    expect(data.rebuildAt(accidentMs).database("shop")!.table("dbo", "Orders")!.rowCount).toBe(0);
  });

  test("the sample shop has the passwords of the time it is rebuilt to", () => {
    const { data } = seed();
    data.setLogin({ ...data.login("shop_dba")!, password: "new" }, nowMs);
    expect(data.login("shop_dba")?.password).toBe("new");
    expect(data.rebuildAt(nowMs - 1).login("shop_dba")?.password).toBe("d");
  });

  test.each([
    ["China Standard Time", 8],
    ["Tokyo Standard Time", 9],
  ])("the sample shop has the times of a clock in %s, and none that is still to come there", (timeZone, hours) => {
    const { database } = seedShop(nowMs, new SeededRandom(1), { dba: "d", report: "r" }, timeZone);
    const { definition, rows } = database.table("dbo", "Orders")!;
    const placed = definition.columns.findIndex(({ name }) => name === "PlacedAt");
    const last = [...rows.values()].map((row) => Date.parse(`${row[placed]}Z`)).reduce((a, b) => Math.max(a, b));
    const localNowMs = nowMs + hours * 3_600_000;
    expect(last).toBeLessThanOrEqual(localNowMs);
    expect(last).toBeGreaterThan(localNowMs - 10 * 60_000);
  });
});

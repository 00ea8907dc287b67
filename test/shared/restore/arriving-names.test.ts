import * as fc from "fast-check";
import { arrivingDatabaseName, makeRestoreId } from "../../../shared/restore/model/names";

/** Names that RDS gives restored databases: lower-case letters, digits and underscores; a letter first, a letter or digit last. */
const legal = /^[a-z][a-z0-9_]*[a-z0-9]$/;
const restoreId = "rwmi3k2x9aabc123";

describe("names under which RDS restores databases", () => {
  test.each([
    ["shop", 64, "shop_r0mi3k2x9aabc123"],
    ["Shop-2", 64, "shop_2_r0mi3k2x9aabc123"],
    ["商店", 64, "db_r0mi3k2x9aabc123"],
    ["1st", 64, "st_r0mi3k2x9aabc123"],
    ["shop", 16, "r0mi3k2x9aabc123"],
  ])("%s with at most %i characters becomes %s", (database, lengthMax, name) => {
    expect(arrivingDatabaseName(database, 0, restoreId, lengthMax)).toBe(name);
  });

  test("Any names are made legal, short enough, distinct within one restore, and carry the whole restore id", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 128, unit: "grapheme" }), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(names, fc.constantFrom(64, 16), fc.nat(), (databases, lengthMax, atMs) => {
        const id = makeRestoreId(atMs, () => 0.5);
        const made = databases.map((database, index) => arrivingDatabaseName(database, index, id, lengthMax));
        for (const name of made) {
          expect(name).toMatch(legal);
          expect(name.length).toBeLessThanOrEqual(lengthMax);
          expect(name.endsWith(id.slice(2))).toBe(true);
        }
        expect(new Set(made).size).toBe(made.length);
      }),
    );
  });
});

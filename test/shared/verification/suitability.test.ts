import { suitability } from "../../../shared/verification/suitability";
import { column, shape } from "./memory-sql-server";

describe("suitability of a table", () => {
  it("suitability of a table has nothing to say about a plain table with a key", () => {
    expect(
      suitability(shape("shop", "Products", [column("Id", "int"), column("Title", "nvarchar(50)")], ["Id"])),
    ).toEqual([]);
  });

  it("suitability of a table names everything that an operator should know", () => {
    const notes = suitability({
      ...shape(
        "shop",
        "Orders",
        [
          column("Id", "int", { identity: true }),
          column("Sum", "decimal(12,2)", { computed: true }),
          column("Version", "timestamp"),
          column("Place", "geography"),
          column("Spot", "point"),
          column("Area", "geometry", { computed: true }),
        ],
        [],
      ),
      foreignKeys: [{ name: "FK_Customer", referencedSchema: "dbo", referencedTable: "Customers" }],
      enabledTriggers: ["Audit"],
    });
    expect(notes).toEqual([
      expect.stringContaining("only counts"),
      expect.stringContaining("Id is an identity column"),
      expect.stringContaining("Computed, so not compared: Sum, Area"),
      expect.stringContaining("Version is a rowversion"),
      expect.stringContaining("Place is of type geography: DTS does not move geography values."),
      expect.stringContaining("Spot is of type point: values of type point have no exact text."),
      expect.stringContaining("FK_Customer to dbo.Customers"),
      expect.stringContaining("Audit"),
    ]);
  });
});

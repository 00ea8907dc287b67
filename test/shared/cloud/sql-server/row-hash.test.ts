import { comparableColumns } from "../../../../shared/cloud/sql-server/comparable-columns";
import { combineRowHash, planRowHash } from "../../../../shared/cloud/sql-server/row-hash";
import { charactersFrame, fixedFrame, textForm } from "../../../../shared/cloud/sql-server/text-form";

const column = (name: string, type: string, computed = false) => ({
  name,
  type,
  nullable: true,
  identity: false,
  computed,
});

describe("comparable columns", () => {
  it("leave out computed columns and rowversions, and name with the reason those whose values have no text", () => {
    const columns = [
      column("Id", "int"),
      column("Sum", "int", true),
      column("V", "timestamp"),
      column("G", "geometry"),
      column("P", "dbo.Point"),
    ];
    expect(comparableColumns({ columns })).toEqual({
      compared: [columns[0]],
      leftOut: [
        { column: columns[3], reason: "DTS does not move geometry values" },
        { column: columns[4], reason: "values of type dbo.point have no exact text" },
      ],
    });
  });
});

describe("what is hashed where", () => {
  it.each(["nvarchar(max)", "varchar(8000)", "nvarchar(4000)", "text", "ntext", "xml"])(
    "%s is read in full",
    (type) => {
      expect(planRowHash([column("c", type)])).toEqual({ hashed: [], long: ["CONVERT(NVARCHAR(MAX), [c])"] });
    },
  );

  it.each(["varbinary(max)", "image", "varbinary(2000)"])("%s is read in full", (type) => {
    expect(planRowHash([column("c", type)])).toEqual({ hashed: [], long: ["CONVERT(VARBINARY(MAX), [c])"] });
  });

  it("groups columns so that no hashed text is longer than 4000 characters", () => {
    const types = [
      "nvarchar(3990)",
      "int",
      "nvarchar(2000)",
      "nvarchar(1990)",
      "binary(1000)",
      "varbinary(999)",
      "bit",
    ];
    const columns = types.map((type, index) => column(`c${index}`, type));
    const { hashed, long } = planRowHash(columns);
    expect(long).toEqual([]);
    const widths = hashed.map((text) =>
      columns.filter(({ name }) => text.includes(`[${name}]`)).reduce((sum, { type }) => sum + framedWidth(type), 0),
    );
    expect(widths.length).toBeGreaterThan(1);
    for (const width of widths) expect(width).toBeLessThanOrEqual(4000);
    for (const { name } of columns) expect(hashed.filter((text) => text.includes(`[${name}]`))).toHaveLength(1);
  });

  it("fills a group to the last character", () => {
    expect(planRowHash([column("a", "nvarchar(1993)"), column("b", "nvarchar(1993)")]).hashed).toHaveLength(1);
    expect(planRowHash([column("a", "nvarchar(1993)"), column("b", "nvarchar(1994)")]).hashed).toHaveLength(2);
  });
});

describe("the combined hash", () => {
  const part = new Uint8Array(20).fill(1);

  it("is one hexadecimal sha256", () => {
    expect(combineRowHash([part], [])).toMatch(/^[0-9a-f]{64}$/);
    expect(combineRowHash([part], [])).toBe(combineRowHash([part.slice()], []));
  });

  it("tells NULL from an empty text, and one long value from the next", () => {
    const hashes = [
      combineRowHash([part], [null]),
      combineRowHash([part], [""]),
      combineRowHash([part], ["~"]),
      combineRowHash([part], [null, null]),
      combineRowHash([part], ["ab", ""]),
      combineRowHash([part], ["a", "b"]),
      combineRowHash([part], []),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

function framedWidth(type: string): number {
  const form = textForm(type);
  if (form.kind === "fixed") return form.width + fixedFrame;
  if (form.kind === "characters") return form.width + charactersFrame;
  throw new Error(`${type} is not hashed by the server`);
}

import fc from "fast-check";
import type { ReadColumn } from "../../../../shared/cloud/sql-server";
import { comparableColumns } from "../../../../shared/cloud/sql-server/comparable-columns";
import { combineRowHash, planRowHash } from "../../../../shared/cloud/sql-server/row-hash";
import { charactersFrame, fixedFrame, textForm } from "../../../../shared/cloud/sql-server/text-form";

const column = (name: string, type: string, computed = false): ReadColumn => ({
  name,
  type,
  nullable: true,
  identity: false,
  computed,
  collation: /char|text/.test(type) ? "Chinese_PRC_CI_AS" : null,
});

describe("comparable columns", () => {
  it("comparable columns leave out computed columns and rowversions, and name with the reason those whose values have no text", () => {
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
  it.each(["nvarchar(max)", "nvarchar(4000)", "ntext", "xml"])("%s is read in full", (type) => {
    expect(planRowHash([column("c", type)])).toEqual({ hashed: [], long: ["CONVERT(NVARCHAR(MAX), t.[c])"] });
  });

  it.each(["varbinary(max)", "image", "varbinary(2000)", "varchar(max)", "varchar(2000)"])(
    "%s is read in full, as bytes",
    (type) => {
      expect(planRowHash([column("c", type)])).toEqual({ hashed: [], long: ["CONVERT(VARBINARY(MAX), t.[c])"] });
    },
  );

  it("text is read as the bytes of its code page in two steps, because SQL Server has no direct conversion", () => {
    const { long } = planRowHash([column("c", "text")]);
    expect(long).toEqual(["CONVERT(VARBINARY(MAX), CONVERT(VARCHAR(MAX), t.[c]))"]);
  });

  it.each([
    ["float", "CONVERT(NVARCHAR(16), CONVERT(BINARY(8), t.[c]), 2)"],
    ["real", "CONVERT(NVARCHAR(8), CONVERT(BINARY(4), t.[c]), 2)"],
    ["varchar(20)", "CONVERT(NVARCHAR(40), CONVERT(VARBINARY(20), t.[c]), 2)"],
    ["char(4)", "CONVERT(NVARCHAR(8), CONVERT(VARBINARY(4), t.[c]), 2)"],
  ])("%s is hashed by its bytes", (type, text) => {
    expect(planRowHash([column("c", type)]).hashed).toEqual([
      `HASHBYTES('SHA1', CASE WHEN t.[c] IS NULL THEN N'~' ELSE N'=' + ${text} + N'|' END)`,
    ]);
  });

  it("texts of two code pages are compared by their characters, as long as those are", () => {
    const { hashed } = planRowHash([{ ...column("c", "varchar(20)"), byCharacters: true }]);
    expect(hashed.join()).toContain("DATALENGTH(CONVERT(NVARCHAR(20), t.[c]))");
    expect(hashed.join()).not.toContain("VARBINARY");
    const long = ["varchar(max)", "text"].flatMap(
      (type) => planRowHash([{ ...column("c", type), byCharacters: true }]).long,
    );
    expect(long).toEqual(["CONVERT(NVARCHAR(MAX), t.[c])", "CONVERT(NVARCHAR(MAX), t.[c])"]);
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

  it("what is hashed where fills a group to the last character", () => {
    expect(planRowHash([column("a", "nvarchar(1993)"), column("b", "nvarchar(1993)")]).hashed).toHaveLength(1);
    expect(planRowHash([column("a", "nvarchar(1993)"), column("b", "nvarchar(1994)")]).hashed).toHaveLength(2);
  });
});

describe("the combined hash", () => {
  const part = new Uint8Array(20).fill(1);

  it("the combined hash is one hexadecimal sha256", () => {
    expect(combineRowHash([part], [])).toMatch(/^[0-9a-f]{64}$/);
    expect(combineRowHash([part], [])).toBe(combineRowHash([part.slice()], []));
  });

  it("the combined hash tells texts apart by their code units, and one text has one hash", () => {
    const unit = fc.constantFrom("a", "\u0000", " ", "\uD83C", "\uD83D", "\uDF75", "\uFFFD", "e\u0301", "\u00E9");
    const text = fc.array(unit, { maxLength: 6 }).map((units) => units.join(""));
    fc.assert(
      fc.property(text, text, (left, right) => {
        const same = combineRowHash([part], [left]) === combineRowHash([part], [right]);
        expect(same).toBe(left === right);
      }),
      {
        examples: [
          ["hi \uD83D", "hi \uD83E"],
          ["hi \uD83D", "hi \uFFFD"],
        ],
      },
    );
  });

  it("the combined hash tells NULL from an empty text, and one long value from the next", () => {
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

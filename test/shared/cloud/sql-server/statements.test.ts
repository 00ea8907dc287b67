import type { ColumnShape, KeyRange } from "../../../../shared/cloud/sql-server";
import { catalogStatements, databaseCollation } from "../../../../shared/cloud/sql-server/catalog";
import { quoteTable } from "../../../../shared/cloud/sql-server/identifiers";
import * as statements from "../../../../shared/cloud/sql-server/statements";

const column = (name: string, type: string): ColumnShape => ({
  name,
  type,
  nullable: true,
  identity: false,
  computed: false,
});
const orders = { schema: "dbo", name: "Orders" };
const page: KeyRange = { after: null, upTo: null, limit: 2000 };

describe("names in statements", () => {
  it("are in brackets, with ] doubled", () => {
    expect(quoteTable({ schema: "a]b", name: "x]; DROP TABLE y--" })).toBe("[a]]b].[x]]; DROP TABLE y--]");
    expect(statements.useDatabase("a]b")).toBe("USE [a]]b]");
    expect(statements.countRows(orders)).toBe("SELECT COUNT_BIG(*) AS row_count FROM [dbo].[Orders] OPTION (MAXDOP 1)");
  });
});

describe("a keyed page", () => {
  it("selects key texts, hashes and long values in key order", () => {
    const shape = {
      key: ["Id"],
      columns: [column("Id", "int"), column("Note", "nvarchar(200)"), column("Photo", "varbinary(max)")],
    };
    expect(statements.readKeyedHashes(orders, shape, page)).toBe(
      [
        "SELECT TOP (2000) CONVERT(NVARCHAR(20), [Id]) AS k0,",
        "HASHBYTES('SHA1', CASE WHEN [Id] IS NULL THEN N'~' ELSE N'=' + CONVERT(NVARCHAR(20), [Id]) + N'|' END +",
        "CASE WHEN [Note] IS NULL THEN N'~' ELSE N'=' + CONVERT(NVARCHAR(5), DATALENGTH([Note])) + N':' +",
        "CONVERT(NVARCHAR(200), [Note]) COLLATE DATABASE_DEFAULT END) AS h0,",
        "CONVERT(VARBINARY(MAX), [Photo]) AS l0",
        "FROM [dbo].[Orders] ORDER BY [Id] OPTION (MAXDOP 1)",
      ].join(" "),
    );
  });

  it("bounds a composite key by alternatives, each bound in its column's own type", () => {
    const shape = { key: ["Region", "At"], columns: [column("At", "datetime2(3)"), column("Region", "varchar(20)")] };
    const sql = statements.readKeyedHashes(orders, shape, { after: ["EU", "x"], upTo: ["US", "y"], limit: 10 });
    const region = (bound: string) => `CONVERT(VARCHAR(20), @${bound}0)`;
    const at = (bound: string) => `CONVERT(DATETIME2(3), @${bound}1, 126)`;
    expect(sql).toContain(
      `WHERE ([Region] >= ${region("after")} AND (([Region] > ${region("after")}) OR ` +
        `([Region] = ${region("after")} AND [At] > ${at("after")}))) AND ` +
        `([Region] <= ${region("upTo")} AND (([Region] < ${region("upTo")}) OR ` +
        `([Region] = ${region("upTo")} AND [At] <= ${at("upTo")})))`,
    );
    expect(sql).toContain("ORDER BY [Region], [At]");
    expect(sql).not.toContain("EU");
  });

  it("bounds a single key plainly", () => {
    const shape = { key: ["Id"], columns: [column("Id", "decimal(12,2)")] };
    expect(statements.readKeyedHashes(orders, shape, { ...page, after: ["1.00"], upTo: ["9.00"] })).toContain(
      "WHERE ([Id] > CONVERT(DECIMAL(12,2), @after0)) AND ([Id] <= CONVERT(DECIMAL(12,2), @upTo0)) ORDER BY",
    );
  });

  it.each([
    ["binary(16)", "CONVERT(NVARCHAR(32), [K], 2)", "CONVERT(BINARY(16), @after0, 2)"],
    ["money", "CONVERT(NVARCHAR(25), [K], 2)", "CONVERT(MONEY, @after0)"],
    ["datetimeoffset(7)", "CONVERT(NVARCHAR(40), [K], 126)", "CONVERT(DATETIMEOFFSET(7), @after0, 126)"],
    ["uniqueidentifier", "CONVERT(NVARCHAR(36), [K])", "CONVERT(UNIQUEIDENTIFIER, @after0)"],
    ["nchar(4)", "CONVERT(NVARCHAR(4), [K])", "CONVERT(NCHAR(4), @after0)"],
  ])("takes a key of %s to text and back", (type, asText, asValue) => {
    const sql = statements.readKeyedHashes(
      orders,
      { key: ["K"], columns: [column("K", type)] },
      { ...page, after: ["x"] },
    );
    expect(sql).toContain(`${asText} AS k0`);
    expect(sql).toContain(`[K] > ${asValue}`);
  });

  it("refuses keys that do not survive as text, keys that are not compared, and strange limits", () => {
    const float = { key: ["K"], columns: [column("K", "nvarchar(max)")] };
    expect(() => statements.readKeyedHashes(orders, float, page)).toThrow("no key to page by");
    expect(() => statements.readKeyedHashes(orders, { key: ["K"], columns: [] }, page)).toThrow(
      "not among the compared",
    );
    const shape = { key: ["Id"], columns: [column("Id", "int")] };
    expect(() => statements.readKeyedHashes(orders, shape, { ...page, limit: 0 })).toThrow("number of rows");
  });
});

describe("every statement", () => {
  const everyType = ["int", "decimal(12,2)", "money", "float", "datetime", "nvarchar(100)", "binary(8)", "xml", "bit"];
  const shape = { key: ["c0"], columns: everyType.map((type, index) => column(`c${index}`, type)) };
  const all = [
    statements.sessionSettings,
    statements.listDatabases,
    statements.databaseSize,
    statements.permissions,
    statements.rollbackTransaction,
    databaseCollation,
    ...Object.values(catalogStatements(3)),
    statements.countRows(orders),
    statements.readKeyedHashes(orders, shape, { after: ["1"], upTo: ["2"], limit: 5 }),
  ];

  it("keeps to SQL Server 2008 R2", () => {
    const newer = /\b(CONCAT|IIF|FORMAT|TRY_CONVERT|TRY_CAST|THROW|OFFSET|FETCH|STRING_AGG|CHOOSE|EOMONTH|SHA2_\d+)\b/i;
    for (const sql of all) expect(sql).not.toMatch(newer);
  });

  it("reads committed rows only", () => {
    for (const sql of all) expect(sql).not.toMatch(/UNCOMMITTED|NOLOCK/i);
  });
});

import type { ColumnShape, KeyRange } from "../../../../shared/cloud/sql-server";
import { catalogStatements } from "../../../../shared/cloud/sql-server/catalog";
import { quoteTable } from "../../../../shared/cloud/sql-server/identifiers";
import * as statements from "../../../../shared/cloud/sql-server/statements";

const collation = "Chinese_PRC_CI_AS";
const column = (name: string, type: string): ColumnShape => ({
  name,
  type,
  nullable: true,
  identity: false,
  computed: false,
  collation: /char|text/.test(type) ? collation : null,
});
const orders = { schema: "dbo", name: "Orders" };
const page: KeyRange = { after: null, upTo: null, limit: 2000 };

describe("names in statements", () => {
  it("names in statements are in brackets, with ] doubled", () => {
    expect(quoteTable({ schema: "a]b", name: "x]; DROP TABLE y--" })).toBe("[a]]b].[x]]; DROP TABLE y--]");
    expect(statements.useDatabase("a]b")).toBe("USE [a]]b]");
    expect(statements.countRows(orders)).toBe("SELECT COUNT_BIG(*) AS row_count FROM [dbo].[Orders] OPTION (MAXDOP 1)");
  });
});

describe("a keyed page", () => {
  it("a keyed page selects key texts, hashes and long values in key order", () => {
    const shape = {
      key: ["Id"],
      columns: [column("Id", "int"), column("Note", "nvarchar(200)"), column("Photo", "varbinary(max)")],
    };
    expect(statements.readKeyedHashes(orders, shape, page)).toBe(
      [
        "SELECT TOP (2000) WITH TIES CONVERT(NVARCHAR(20), t.[Id]) AS k0,",
        "HASHBYTES('SHA1', CASE WHEN t.[Id] IS NULL THEN N'~' ELSE N'=' + CONVERT(NVARCHAR(20), t.[Id]) + N'|' END +",
        "CASE WHEN t.[Note] IS NULL THEN N'~' ELSE N'=' +",
        "CONVERT(NVARCHAR(5), DATALENGTH(CONVERT(NVARCHAR(200), t.[Note]))) + N':' +",
        "CONVERT(NVARCHAR(200), t.[Note]) COLLATE DATABASE_DEFAULT END) AS h0,",
        "CONVERT(VARBINARY(MAX), t.[Photo]) AS l0",
        "FROM [dbo].[Orders] AS t ORDER BY t.[Id] OPTION (MAXDOP 1)",
      ].join(" "),
    );
  });

  it("a keyed page bounds a composite key by alternatives, each bound in its column's own type", () => {
    const shape = { key: ["Region", "At"], columns: [column("At", "datetime2(3)"), column("Region", "varchar(20)")] };
    const sql = statements.readKeyedHashes(orders, shape, { after: ["EU", "x"], upTo: ["US", "y"], limit: 10 });
    const region = (bound: string) => `CONVERT(VARCHAR(20), @${bound}0 COLLATE ${collation})`;
    const at = (bound: string) => `CONVERT(DATETIME2(3), @${bound}1, 126)`;
    expect(sql).toContain(
      `WHERE (t.[Region] >= ${region("after")} AND ((t.[Region] > ${region("after")}) OR ` +
        `(t.[Region] = ${region("after")} AND t.[At] > ${at("after")}))) AND ` +
        `(t.[Region] <= ${region("upTo")} AND ((t.[Region] < ${region("upTo")}) OR ` +
        `(t.[Region] = ${region("upTo")} AND t.[At] <= ${at("upTo")})))`,
    );
    expect(sql).toContain("ORDER BY t.[Region], t.[At]");
    expect(sql).not.toContain("EU");
  });

  it("a keyed page bounds a single key plainly", () => {
    const shape = { key: ["Id"], columns: [column("Id", "decimal(12,2)")] };
    expect(statements.readKeyedHashes(orders, shape, { ...page, after: ["1.00"], upTo: ["9.00"] })).toContain(
      "WHERE (t.[Id] > CONVERT(DECIMAL(12,2), @after0)) AND (t.[Id] <= CONVERT(DECIMAL(12,2), @upTo0)) ORDER BY",
    );
  });

  it.each([
    ["binary(16)", "CONVERT(NVARCHAR(32), t.[K], 2)", "CONVERT(BINARY(16), @after0, 2)"],
    ["money", "CONVERT(NVARCHAR(25), t.[K], 2)", "CONVERT(MONEY, @after0)"],
    ["datetimeoffset(7)", "CONVERT(NVARCHAR(40), t.[K], 126)", "CONVERT(DATETIMEOFFSET(7), @after0, 126)"],
    ["uniqueidentifier", "CONVERT(NVARCHAR(36), t.[K])", "CONVERT(UNIQUEIDENTIFIER, @after0)"],
    ["nchar(4)", "CONVERT(NVARCHAR(4), t.[K])", "CONVERT(NCHAR(4), @after0 COLLATE Chinese_PRC_CI_AS)"],
  ])("a keyed page takes a key of %s to text and back", (type, asText, asValue) => {
    const sql = statements.readKeyedHashes(
      orders,
      { key: ["K"], columns: [column("K", type)] },
      { ...page, after: ["x"] },
    );
    expect(sql).toContain(`${asText} AS k0`);
    expect(sql).toContain(`t.[K] > ${asValue}`);
  });

  it("a keyed page refuses keys that do not survive as text, keys that are not compared, and strange limits", () => {
    const float = { key: ["K"], columns: [column("K", "nvarchar(max)")] };
    expect(() => statements.readKeyedHashes(orders, float, page)).toThrow("no key to page by");
    expect(() => statements.readKeyedHashes(orders, { key: ["K"], columns: [] }, page)).toThrow(
      "not among the compared",
    );
    const shape = { key: ["Id"], columns: [column("Id", "int")] };
    expect(() => statements.readKeyedHashes(orders, shape, { ...page, limit: 0 })).toThrow("number of rows");
  });
});

describe("a search for keys", () => {
  const shape = { key: ["Code", "At"], columns: [column("Code", "varchar(20)"), column("At", "datetimeoffset(3)")] };

  it("a search for keys compares each key in the columns' own types and collations", () => {
    const sql = statements.findKeyedHashes(orders, shape, 2);
    expect(sql).toContain("FROM (VALUES (0, @k0_0, @k0_1), (1, @k1_0, @k1_1)) AS v (asked, k0, k1)");
    expect(sql).toContain(
      "JOIN [dbo].[Orders] AS t ON t.[Code] = CONVERT(VARCHAR(20), v.k0 COLLATE Chinese_PRC_CI_AS) " +
        "AND t.[At] = CONVERT(DATETIMEOFFSET(3), v.k1, 126) OPTION (MAXDOP 1)",
    );
  });

  it("a search for keys has no more parameters than SQL Server takes, with the widest key that there is", () => {
    const columns = Array.from({ length: 32 }, (_, index) => column(`c${index}`, "int"));
    const wide = { key: columns.map(({ name }) => name), columns };
    const sql = statements.findKeyedHashes(orders, wide, statements.keysPerStatement);
    expect(sql.match(/@k\d+_\d+/g)!.length).toBeLessThan(2_090);
  });
});

describe("keys that several rows have", () => {
  it("keys that several rows have are grouped as another table's columns would hold them", () => {
    const shape = { key: ["Code"], columns: [column("Code", "varchar(20)")] };
    const there = { ...column("CODE", "varchar(20)"), collation: "Latin1_General_CI_AI" };
    expect(statements.repeatedKeys(orders, shape, [])).toContain("GROUP BY t.[Code] HAVING COUNT_BIG(*) > 1");
    expect(statements.repeatedKeys(orders, shape, [there])).toContain(
      "GROUP BY CONVERT(VARCHAR(20), CONVERT(NVARCHAR(20), t.[Code]) COLLATE Latin1_General_CI_AI) HAVING",
    );
  });

  it("keys that several rows have never take a collation's name that is none", () => {
    const shape = { key: ["Code"], columns: [{ ...column("Code", "varchar(20)"), collation: "x; DROP TABLE y" }] };
    expect(() => statements.findKeyedHashes(orders, shape, 1)).toThrow("no name of a collation");
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
    ...Object.values(catalogStatements(3)),
    statements.countRows(orders),
    statements.readKeyedHashes(orders, shape, { after: ["1"], upTo: ["2"], limit: 5 }),
    statements.findKeyedHashes(orders, shape, 3),
    statements.repeatedKeys(orders, shape, []),
  ];

  it("every statement keeps to SQL Server 2008 R2", () => {
    const newer = /\b(CONCAT|IIF|FORMAT|TRY_CONVERT|TRY_CAST|THROW|OFFSET|FETCH|STRING_AGG|CHOOSE|EOMONTH|SHA2_\d+)\b/i;
    for (const sql of all) expect(sql).not.toMatch(newer);
  });

  it("every statement reads committed rows only", () => {
    for (const sql of all) expect(sql).not.toMatch(/UNCOMMITTED|NOLOCK/i);
  });
});

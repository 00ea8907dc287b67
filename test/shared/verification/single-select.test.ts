import { isSingleSelect } from "../../../shared/verification/single-select";

describe("a check's text", () => {
  it.each([
    "SELECT COUNT(*) FROM dbo.Orders",
    "select count(*) from dbo.Orders where Status = 'paid';",
    "WITH late AS (SELECT * FROM dbo.Orders WHERE PlacedAt > '2026-01-01') SELECT COUNT(*) FROM late",
    "SELECT MAX(Total) FROM dbo.Orders WHERE OrderId IN (SELECT OrderId FROM dbo.OrderLines)",
    "SELECT 1 UNION ALL SELECT 2",
    "SELECT 1 EXCEPT SELECT 2 INTERSECT SELECT 3",
    "SELECT 'it''s; DROP TABLE x' AS [Delete], \"Update\" FROM [dbo].[Orders] -- EXEC nothing",
    "/* outer /* inner DROP */ still */ SELECT TOP (1) N'select' FROM dbo.Orders o WHERE o.Total > 1.5",
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM t) THEN 1 ELSE 0 END",
    "SELECT\r\n  1;\r\n;",
  ])("is taken: %s", (sql) => {
    expect(isSingleSelect(sql)).toBe(true);
  });

  it.each([
    ["nothing", ""],
    ["only a comment", "-- SELECT 1"],
    ["two statements", "SELECT 1; SELECT 2"],
    ["two statements without a separator", "SELECT 1 SELECT 2"],
    ["a second statement behind a comment", "SELECT 1 /* x */ DELETE FROM t"],
    ["INTO", "SELECT * INTO copy FROM dbo.Orders"],
    ["EXEC", "EXEC sp_who"],
    ["EXEC behind a SELECT", "SELECT 1 EXEC sp_who"],
    ["data changes", "DELETE FROM dbo.Orders"],
    ["data changes behind WITH", "WITH x AS (SELECT 1 AS a) DELETE FROM t"],
    ["definitions", "DROP TABLE dbo.Orders"],
    ["a transaction's end", "SELECT 1 COMMIT"],
    ["OPENROWSET", "SELECT * FROM OPENROWSET('SQLNCLI', 'x', 'SELECT 1')"],
    ["OPENQUERY", "SELECT * FROM OPENQUERY(other, 'DELETE FROM t')"],
    ["another database, such as the live one beside the copy", "SELECT COUNT(*) FROM shop.dbo.Orders"],
    ["another database without a schema", "SELECT COUNT(*) FROM [shop]..[Orders]"],
    ["a linked server", "SELECT COUNT(*) FROM other.shop.dbo.Orders"],
    ["a linked server with empty parts", "SELECT COUNT(*) FROM [other]...[Orders]"],
    ["a sequence", "SELECT NEXT VALUE FOR dbo.Numbers"],
    ["an open string", "SELECT 'x"],
    ["an open bracket", "SELECT [x"],
    ["an open comment", "SELECT 1 /* /* */"],
    ["an open parenthesis", "SELECT (1"],
    ["a parenthesis too many", "SELECT 1) DELETE FROM t"],
    ["a lone carriage return, where readers disagree about a comment's end", "SELECT 1 --\rDELETE FROM t"],
    ["variables", "DECLARE @x int"],
  ])("is refused: %s", (_, sql) => {
    expect(isSingleSelect(sql)).toBe(false);
  });
});

import { selectBody, selectProblem } from "../../../shared/check-sql/single-select";

describe("a check's text", () => {
  it.each([
    "SELECT COUNT(*) FROM dbo.Orders",
    "select count(*) from dbo.Orders where Status = 'paid';",
    "SELECT COUNT(*) FROM (SELECT * FROM dbo.Orders WHERE PlacedAt > '2026-01-01') AS late",
    "SELECT MAX(Total) FROM dbo.Orders WHERE OrderId IN (SELECT OrderId FROM dbo.OrderLines)",
    "SELECT 1 UNION ALL SELECT 2",
    "SELECT 1 EXCEPT SELECT 2 INTERSECT SELECT 3",
    "SELECT 'it''s; DROP TABLE x' AS [Delete], \"Update\" FROM [dbo].[Orders] -- EXEC nothing",
    "/* outer /* inner DROP */ still */ SELECT TOP (1) N'select' FROM dbo.Orders o WHERE o.Total > 1.5",
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM t) THEN 1 ELSE 0 END",
    "SELECT\r\n  1;\r\n;",
    "SELECT TOP (1) Total FROM dbo.Orders ORDER BY PlacedAt DESC",
    "SELECT SUM(n) FROM (SELECT ROW_NUMBER() OVER (ORDER BY OrderId) AS n FROM dbo.Orders) AS x",
    "SELECT COUNT(*) FROM dbo.Orders WITH (NOLOCK)",
    "SELECT COUNT(*) FROM dbo.Orders WHERE Total > $1.5 AND Total < .5 + 1. - 1e3 + 1.5E-2 AND Tag = 0xFF",
    "SELECT COUNT(*) FROM 订单 WHERE [数量（件）] > 0 AND 状态 = N'已付款！'",
    "SELECT COUNT(*) FROM sys.tables t JOIN sys.[columns] c ON c.object_id = t.object_id",
    "SELECT dbo.fn_Total(1)",
    "SELECT COUNT(*) FROM dbo.[send] WHERE [OPTION] = 1",
    "SELECT 1 AS GO",
  ])("a check's text is taken: %s", (sql) => {
    expect(selectProblem(sql)).toBeNull();
  });

  const refused: [string, string, RegExp][] = [
    ["nothing", "", /one SELECT/],
    ["only a comment", "-- SELECT 1", /one SELECT/],
    ["two statements", "SELECT 1; SELECT 2", /semicolon/],
    ["two statements without a separator", "SELECT 1 SELECT 2", /second SELECT/],
    ["a second statement behind a comment", "SELECT 1 /* x */ DELETE FROM t", /DELETE/],
    ["INTO", "SELECT * INTO copy FROM dbo.Orders", /INTO/],
    ["EXEC", "EXEC sp_who", /one SELECT/],
    ["EXEC behind a SELECT", "SELECT 1 EXEC sp_who", /EXEC/],
    ["data changes", "DELETE FROM dbo.Orders", /one SELECT/],
    ["data changes inside a derived table", "SELECT * FROM (DELETE FROM t OUTPUT deleted.a) AS x", /DELETE/],
    ["definitions", "DROP TABLE dbo.Orders", /one SELECT/],
    ["a transaction's end", "SELECT 1 COMMIT", /COMMIT/],
    ["messages of Service Broker", "SELECT 1 SEND ON CONVERSATION '6F96' ", /SEND/],
    ["messages that are taken", "SELECT 1 RECEIVE * FROM dbo.Queue", /RECEIVE/],
    ["an error that is thrown", "SELECT 1 THROW 50000, 'x', 1", /THROW/],
    ["another database, such as the live one beside the copy", "SELECT COUNT(*) FROM shop.dbo.Orders", /two parts/],
    ["another database without a schema", "SELECT COUNT(*) FROM [shop]..[Orders]", /two parts/],
    ["a linked server", "SELECT COUNT(*) FROM other.shop.dbo.Orders", /two parts/],
    ["a linked server with empty parts", "SELECT COUNT(*) FROM [other]...[Orders]", /two parts/],
    ["a sequence", "SELECT NEXT VALUE FOR dbo.Numbers", /NEXT VALUE FOR/],
    ["an open string", "SELECT 'x", /not closed/],
    ["an open bracket", "SELECT [x", /not closed/],
    ["an open comment", "SELECT 1 /* /* */", /not closed/],
    ["an open parenthesis", "SELECT (1", /parenthesis/],
    ["a parenthesis too many", "SELECT 1) AS c DELETE dbo.Orders --", /parenthesis/],
    ["a parenthesis that closes the wrong one", "SELECT 1) AS c, (SELECT 2", /parenthesis/],
    ["variables", "DECLARE @x int", /one SELECT/],
    ["locks that stay", "SELECT COUNT(*) FROM dbo.Orders WITH (TABLOCKX)", /TABLOCKX/],
    ["a query that stays in its own braces", "SELECT {fn NOW()}", /"\{"/],
    ["a label", "SELECT 1 here: SELECT 2", /":"/],
    ["the old way to call a system function", "SELECT COUNT(*) FROM ::fn_helpcollations()", /":"/],
    ["a pseudo column", "SELECT $ROWGUID FROM t", /"\$"/],
  ];
  it.each(refused)("a check's text is refused: %s", (_, sql, why) => {
    expect(selectProblem(sql)).toMatch(why);
  });

  it.each([
    ["a common table expression", "WITH late AS (SELECT 1 AS a) SELECT a FROM late", /FROM \(SELECT …\) AS late/],
    ["OPTION", "SELECT COUNT(*) FROM t OPTION (MAXDOP 4)", /leave OPTION out/i],
    ["ORDER BY without TOP", "SELECT a FROM t ORDER BY b", /SELECT TOP \(1\)/],
    ["ORDER BY of a UNION", "SELECT TOP (1) a FROM t UNION SELECT a FROM u ORDER BY a", /SELECT TOP \(1\)/],
    ["a forbidden word that is a name", "SELECT Save FROM t", /\[Save\]/i],
  ])("a check's text is refused with a rewrite: %s", (_, sql, rewrite) => {
    expect(selectProblem(sql)).toMatch(rewrite);
  });

  it.each(["0e", "0x", "1.", ".5", "1e+", "1e-5", "1.e3", "0x1F", "007", "$1", "$1.5"])(
    "a check's text ends the number %s where SQL Server ends it: what follows directly is refused",
    (number) => {
      for (const tail of [
        "EXEC('DELETE dbo.Orders')",
        "DELETE dbo.Orders",
        "_a",
        "@a",
        "#a",
        "$1",
        "N'x'",
        "'x'",
        "[x]",
        '"x"',
        "订",
        "é",
      ])
        expect(selectProblem(`SELECT COUNT(*) FROM t WHERE 1=${number}${tail}`)).not.toBeNull();
      expect(selectProblem(`SELECT COUNT(*) FROM t WHERE 1=${number}\nOR 1=1`)).toBeNull();
    },
  );

  it.each([
    ["a lone carriage return", "\r"],
    ["NUL", "\u0000"],
    ["a vertical tab", "\u000b"],
    ["the end of a text file", "\u001a"],
    ["a next-line character", "\u0085"],
    ["a line separator", "\u2028"],
    ["a paragraph separator", "\u2029"],
    ["a byte order mark", "\ufeff"],
    ["a zero-width space", "\u200b"],
    ["a mark that turns the direction of the text", "\u202e"],
    ["half of a surrogate pair", "\ud83d"],
    ["a backslash at the end of a line", "\\\n"],
  ])("a check's text is refused anywhere with a character that readers disagree about: %s", (_, character) => {
    for (const sql of [`SELECT 1${character}`, `SELECT 'a${character}b'`, `SELECT [a${character}b] FROM t`])
      expect(selectProblem(sql)).toMatch(/character/);
    expect(selectProblem(`SELECT 1 --${character}DELETE FROM t`)).toMatch(/character/);
  });

  it.each([
    ["a blank that does not break", "SELECT\u00a01"],
    ["an ideographic blank", "SELECT\u30001"],
    ["a full-width word", "SELECT 1 ＤＥＬＥＴＥ FROM t"],
    ["a full-width parenthesis", "SELECT 1 ） AS c"],
    ["a full-width semicolon", "SELECT 1 ； SELECT 2"],
    ["a full-width quotation mark", "SELECT ＇x＇"],
    ["a letter that folds to a Latin one", "SELECT 1 Kill 5"],
    ["another currency sign", "SELECT €1"],
  ])("a check's text is refused outside of quotes with %s", (_, sql) => {
    expect(selectProblem(sql)).toMatch(/in brackets/);
  });

  it.each(["/*/ SELECT 1 */", "SELECT 1 /* a */*/ DELETE t */", "SELECT 2*/*b*/3"])(
    "a check's text is refused where the edges of comments share a character: %s",
    (sql) => {
      expect(selectProblem(sql)).not.toBeNull();
    },
  );

  it.each([
    "OPENROWSET(BULK 'c:\\x', SINGLE_CLOB)",
    "[OPENROWSET]('SQLNCLI', 'x', 'SELECT 1')",
    "OPENQUERY(other, 'DELETE FROM t')",
    "OPENDATASOURCE('SQLNCLI', 'x')",
    "fn_trace_gettable('\\\\host\\x', 1)",
    "sys.fn_trace_gettable('c:\\x', 1)",
    '[sys]."fn_xe_file_target_read_file"(1)',
    "sys.fn_get_audit_file('c:\\x', NULL, NULL)",
    "sys.dm_os_file_exists('c:\\x')",
    "sys.dm_os_enumerate_filesystem('c:\\', '*')",
    "sys . dm_exec_sql_text(0x00)",
    "dbo.fn_dump_dblog(1)",
    "fn_anything(1)",
    "xp_cmdshell",
    "sys.server_principals",
    "sys.sql_logins",
    "sys.[sql_logins]",
    "sys/**/.sql_logins",
    "syslogins",
    "dbo.syslogins",
    "sys.syslogins",
    "sys.sysprocesses",
    "sys.dm_exec_sessions",
    "sys.dm_exec_query_stats",
    "sys.query_store_query_text",
    "sys.linked_logins",
    "sys.servers",
    "sys.credentials",
    "sysusers",
  ])("a check's text may not read what is not of the database: %s", (source) => {
    expect(selectProblem(`SELECT COUNT(*) FROM ${source}`)).toMatch(/tables of its database/);
  });

  it.each(["LOGINPROPERTY('sa', 'PasswordHash')", "PWDCOMPARE('x', 0x00)", "CERTPRIVATEKEY(1, 'x')"])(
    "a check's text may not ask for secrets: %s",
    (call) => {
      expect(selectProblem(`SELECT ${call}`)).toMatch(/tables of its database/);
    },
  );

  it("a check's text is run without its last semicolons and what is behind them", () => {
    expect(selectBody("SELECT 1 ; -- done\n;")).toBe("SELECT 1 ");
    expect(selectBody("SELECT 1 -- the value")).toBe("SELECT 1 -- the value");
  });
});

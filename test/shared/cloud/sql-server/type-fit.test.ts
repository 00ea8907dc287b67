import { typeFit } from "../../../../shared/cloud/sql-server/type-fit";

test.each([
  ["int", "INT", "always"],
  ["int", "bigint", "always"],
  ["bigint", "int", { unless: "[C] < -2147483648 OR [C] > 2147483647" }],
  ["int", "tinyint", { unless: "[C] < 0 OR [C] > 255" }],
  ["int", "bit", "never"],
  ["int", "decimal(10,0)", "always"],
  ["int", "decimal(10,2)", "never"],
  ["int", "varchar(20)", "never"],
  ["decimal(10,2)", "decimal(12,2)", "always"],
  ["decimal(10,2)", "numeric(12,4)", "always"],
  ["decimal(10,2)", "decimal(12,5)", "never"],
  ["decimal(10,2)", "decimal(10,1)", "never"],
  ["varchar(20)", "varchar(50)", "always"],
  ["varchar(50)", "varchar(20)", { unless: "DATALENGTH(RTRIM([C])) > 20" }],
  ["varchar(50)", "nvarchar(50)", "always"],
  ["varchar(max)", "nvarchar(50)", { unless: "LEN([C]) > 50" }],
  ["nvarchar(50)", "varchar(50)", "never"],
  ["nvarchar(50)", "nvarchar(10)", { unless: "LEN([C]) > 10" }],
  ["char(4)", "nvarchar(max)", "always"],
  ["varbinary(16)", "binary(8)", { unless: "DATALENGTH([C]) > 8" }],
  ["varbinary(16)", "varbinary(max)", "always"],
  ["datetime2(3)", "datetime2(7)", "always"],
  ["datetime2(7)", "datetime2(3)", "never"],
  ["datetime", "datetime2(7)", "never"],
  ["smalldatetime", "datetime", "always"],
  ["float", "real", "never"],
  ["real", "float", "always"],
  ["xml", "nvarchar(max)", "never"],
] as const)("%s in %s fits: %p", (from, to, fit) => {
  expect(typeFit(from, to, "C")).toEqual(fit);
});

test("a column's name reaches the condition in brackets", () => {
  expect(typeFit("varchar(9)", "varchar(3)", "a]b")).toEqual({ unless: "DATALENGTH(RTRIM([a]]b])) > 3" });
});

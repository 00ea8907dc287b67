import { readFileSync } from "node:fs";
import { join } from "node:path";
import { functionList } from "../../../emulator/sql-server/engine/functions/registry";

const versions: Readonly<Record<number, string>> = { 9: "2008 R2", 11: "2012", 13: "2016", 14: "2017", 16: "2022" };

test("functions.md lists every function with its version and state", () => {
  const path = join(__dirname, "../../../emulator/sql-server/functions.md");
  const listed = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => /^\| [A-Z]/.test(line));
  const wanted = functionList().map(
    ({ name, since, played }) => `| ${name} | ${versions[since]} | ${played ? "played" : "error 50501"} |`,
  );
  expect(listed).toEqual(wanted);
});

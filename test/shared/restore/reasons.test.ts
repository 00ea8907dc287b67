import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isReasonCode, reasons, statedReason } from "../../../shared/restore/model/reasons";

/** Every source text of the product but the list itself. */
function sources(): string {
  return readdirSync("shared", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith("restore/model/reasons.ts"))
    .map((path) => readFileSync(join("shared", path), "utf8"))
    .join("\n");
}

describe("reasons", () => {
  test("every code is given somewhere", () => {
    const text = sources();
    expect(Object.keys(reasons).filter((code) => !text.includes(`"${code}"`))).toEqual([]);
  });

  test("codes are lower-case words with hyphens, and meanings are sentences", () => {
    for (const [code, meaning] of Object.entries(reasons)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("a problem of SQL Server keeps its code if it is listed", () => {
    expect(statedReason({ code: "login-failed", text: "no" })).toEqual({ code: "login-failed", text: "no" });
    expect(statedReason({ code: "exotic", text: "no" })).toEqual({ code: "sql-error", text: "no" });
    expect(isReasonCode("toString")).toBe(false);
  });
});

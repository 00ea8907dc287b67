import { invalidParameter } from "./refusal";

/** What the emulator reads of `Reserve` (help: Reserve, 273111); other members are stored and returned untouched. */
export interface Reserve {
  /** `0` report tables that exist on the target, `2` ignore them: their rows stay, missing ones are added. */
  readonly targetTableMode: "0" | "2";
  /** Default `auto` (older spelling `all`): a bought job starts as soon as it is configured. */
  readonly startsByItself: boolean;
}

/** @throws Refusal InvalidParameter when it is no JSON object or a member that is read here has an unknown value */
export function parseReserve(text: string): Reserve {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidParameter("Reserve", (error as SyntaxError).message);
  }
  if (typeof value !== "object" || value === null) throw invalidParameter("Reserve", "it is not a JSON object");
  const members = value as Record<string, unknown>;
  const mode = members["targetTableMode"];
  if (mode !== "0" && mode !== "2") throw invalidParameter("Reserve", 'targetTableMode must be "0" or "2"');
  const start = members["autoStartModulesAfterConfig"] ?? "auto";
  if (start !== "auto" && start !== "all" && start !== "none")
    throw invalidParameter("Reserve", "autoStartModulesAfterConfig must be auto or none");
  return { targetTableMode: mode, startsByItself: start !== "none" };
}

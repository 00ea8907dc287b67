import { createHash } from "node:crypto";

/** JSON with object keys sorted, so that equal values have equal texts. A Map is an object whose keys may be any names. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const fields: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
    const members = fields
      .filter(([, part]) => part !== undefined)
      .map(([name, part]) => [String(name), part] as const);
    return `{${members
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`)
      .join(",")}}`;
  }
  return JSON.stringify(value);
}

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

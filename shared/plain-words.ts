import type * as z from "zod";

/**
 * What is wrong with a value that a schema refuses, in our own words: the rest of a sentence that begins with the value, and what to send
 * instead. Given to every parse whose problems people see; a schema's own message of the same form comes before it.
 */
export const inPlainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "is missing" : `is ${kindOf(issue.input)}`}. Send ${wantedKind(issue.expected)}.`;
    case "too_small":
      if (issue.origin === "number")
        return issue.inclusive
          ? `is less than ${issue.minimum}. Send ${issue.minimum} or more.`
          : `is not more than ${issue.minimum}. Send a number above it.`;
      return `has fewer than ${counted(issue.minimum, issue.origin)}. Send at least that.`;
    case "too_big":
      return issue.origin === "number"
        ? `is more than ${issue.maximum}. Send ${issue.maximum} or less.`
        : `has more than ${counted(issue.maximum, issue.origin)}. Send at most that.`;
    case "invalid_value":
      return `is none of the known values. Send ${listed(issue.values.map(quoted), "or")}.`;
    case "unrecognized_keys":
      return `has ${listed(issue.keys.map(quoted), "and")}, which ${issue.keys.length === 1 ? "is" : "are"} unknown. Known are ${knownKeys(issue.inst)}.`;
    default:
      return "has another form than the one that GET /openapi.json documents. Send that one.";
  }
};

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return `${value}`;
  return typeof value === "string" ? "a text" : typeof value === "boolean" ? `${value}` : "an object";
}

function wantedKind(wanted: string): string {
  const kinds = new Map([
    ["string", "a text"],
    ["number", "a number"],
    ["int", "a whole number"],
    ["boolean", "true or false"],
    ["array", "a list"],
    ["tuple", "a list"],
  ]);
  return kinds.get(wanted) ?? "an object";
}

function counted(count: number | bigint, origin: string): string {
  const [one, many] = origin === "string" ? ["character", "characters"] : ["entry", "entries"];
  return `${count} ${count === 1 ? one : many}`;
}

function listed(words: readonly string[], last: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** What somebody sent is cut, and stays apart from the sentence. */
function quoted(value: unknown): string {
  return JSON.stringify(typeof value === "string" ? value.slice(0, 100) : String(value));
}

function knownKeys(schema: unknown): string {
  const { shape = {} } = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def ?? {};
  return listed(Object.keys(shape), "and") || "none";
}

import { parse, stringify } from "yaml";
import { z } from "zod";
import type { Capabilities } from "./capabilities";
import { capabilityValues } from "./capability-values";

/** What was measured on an account: switches of the local cloud, and what it does not play yet. */
export type MeasuredFacts = Partial<Capabilities> & {
  /** May a login of RDS read `sys.fn_dblog`? */
  readonly transactionLogReadable?: boolean;
};

const notPlayedYet = { transactionLogReadable: [true, false] } as const;

/** The form of the file. A file of another form is refused, never guessed. */
export const fileVersion = 1;

export const factNames = Object.keys({ ...capabilityValues, ...notPlayedYet }) as (keyof MeasuredFacts)[];

const facts = z.strictObject(
  Object.fromEntries(
    Object.entries({ ...capabilityValues, ...notPlayedYet }).map(([name, values]) => [
      name,
      z.custom((value) => (values as readonly unknown[]).includes(value), `must be ${values.join(" or ")}`).optional(),
    ]),
  ),
);

const file = z.strictObject({
  version: z.literal(fileVersion, { error: `must be ${fileVersion}` }),
  measuredAt: z.iso.datetime({ error: "must be a time such as 2026-12-01T10:00:00Z" }).optional(),
  account: z.string().optional(),
  region: z.string().optional(),
  master: z.string().optional(),
  facts,
  /** Why a fact is not known, by its name. */
  unknown: z.record(z.string(), z.string()).default({}),
  /** What the measuring made and could not remove. */
  left: z.array(z.string()).default([]),
  /** What it made, and what stays and does no harm. */
  stays: z.array(z.string()).default([]),
});

/** `capabilities.yaml`: facts about one account, where they come from, and what is not known. */
export type CapabilitiesFile = Omit<z.input<typeof file>, "facts"> & { readonly facts: MeasuredFacts };

/** Everything that is wrong with a capabilities file, one sentence each. */
export class CapabilitiesFileError extends Error {
  override readonly name = "CapabilitiesFileError";

  constructor(readonly problems: readonly string[]) {
    super(`The capabilities file cannot be used: ${problems.join("; ")}.`);
  }
}

/** Reads YAML, of which JSON is a part. Unknown switches and answers are refused: a misspelt one would change nothing. @throws CapabilitiesFileError */
export function readCapabilitiesFile(text: string): Pick<CapabilitiesFile, "facts"> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new CapabilitiesFileError([`it is no YAML (${error instanceof Error ? error.message.split("\n")[0] : ""})`]);
  }
  const parsed = file.safeParse(document);
  if (!parsed.success) throw new CapabilitiesFileError(problemsOf(parsed.error));
  return { facts: parsed.data.facts as MeasuredFacts };
}

export function writeCapabilitiesFile(given: Omit<CapabilitiesFile, "version">): string {
  return stringify({ version: fileVersion, ...given });
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const path = issue.path.join(".");
    if (issue.code === "unrecognized_keys")
      return `${issue.keys.map((key) => (path ? `${path}.${key}` : key)).join(", ")} is unknown`;
    return `${path || "it"} ${issue.message}`;
  });
}

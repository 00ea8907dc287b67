import { z } from "zod";
import { ServiceError } from "../core/service-error";

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]).transform((given) => [given].flat());

/** The parts of a policy that are played; conditions are not, so a policy that has some is refused instead of being read too widely. */
const document = z.strictObject({
  Version: z.literal("1"),
  Statement: z
    .array(z.strictObject({ Effect: z.enum(["Allow", "Deny"]), Action: oneOrMore, Resource: oneOrMore }))
    .min(1),
});

export type Policy = z.infer<typeof document>;

/** @throws ServiceError InvalidParameter.PolicyDocument.Malformed 400 (the literal is unverified) */
export function readPolicy(text: string): Policy {
  const parsed = document.safeParse(json(text));
  if (parsed.success) return parsed.data;
  throw new ServiceError(
    400,
    "InvalidParameter.PolicyDocument.Malformed",
    "The specified policy document is malformed.",
  );
}

/** Who may take a role: the services named in its trust policy. @throws ServiceError as readPolicy, for the trust policy */
export function readTrust(text: string): readonly string[] {
  const trust = z.strictObject({
    Version: z.literal("1"),
    Statement: z.array(
      z.strictObject({
        Effect: z.literal("Allow"),
        Action: z.literal("sts:AssumeRole"),
        Principal: z.strictObject({ Service: z.array(z.string()) }),
      }),
    ),
  });
  const parsed = trust.safeParse(json(text));
  if (parsed.success) return parsed.data.Statement.flatMap(({ Principal }) => Principal.Service);
  throw new ServiceError(
    400,
    "InvalidParameter.AssumeRolePolicyDocument.Malformed",
    "The specified trust policy is malformed.",
  );
}

/** Everything is denied that is not allowed, and a denial beats every permission (RAM, "Policy evaluation"). */
export function isAllowed(policies: readonly Policy[], action: string, resource: string): boolean {
  const fitting = policies
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action, Resource }) => Action.some(fits(action)) && Resource.some(fits(resource)));
  return fitting.some(({ Effect }) => Effect === "Allow") && !fitting.some(({ Effect }) => Effect === "Deny");
}

/** `*` stands for any number of characters, `?` for one; upper and lower case of actions are the same. */
const fits = (wanted: string) => (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  ).test(wanted);

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

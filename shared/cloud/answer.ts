import * as z from "zod";
import { CloudError } from "./cloud-error";

/** Pieces of answers whose types drift: samples, SDK models and the service disagree about numbers, booleans and texts. */
export const looseText = z.union([z.string(), z.number(), z.boolean()]).transform(String);
export const looseNumber = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
export const looseBoolean = z
  .union([z.boolean(), z.string(), z.number()])
  .transform((value) => ["true", "1"].includes(String(value).toLowerCase()));

/** An optional text in which the empty one means the same as none. */
export const textOrNull = looseText.nullish().transform((value) => (value ? value : null));

/** `2026-01-01T00:00:00Z` in epoch milliseconds. */
export const utcTime = z.string().transform((value, context) => {
  const parsed = Date.parse(value);
  if (Number.isFinite(parsed)) return parsed;
  context.addIssue({ code: "custom", message: "not a time" });
  return z.NEVER;
});

/** Parses an answer; one of an unexpected form is `unavailable` (it may be a half answer) and names the path, never the content. */
export function parseAnswer<T>(
  schema: z.ZodType<T>,
  answer: unknown,
  service: "rds" | "dts" | "kms",
  action: string,
): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new CloudError(
    "unavailable",
    service,
    action,
    "BadAnswer",
    `${service} ${action} answered without a usable ${path}`,
  );
}

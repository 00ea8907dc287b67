import * as z from "zod";
import { CloudError } from "../cloud-error";

/**
 * A piece of an answer whose type drifts: samples, SDK models and the service disagree about numbers, booleans and texts.
 * @param read undefined: it is of another type
 */
function loose<T>(read: (value: unknown) => T | undefined) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T => {
      const found = read(value);
      if (found !== undefined) return found;
      context.addIssue({ code: "custom", message: "of another type" });
      return z.NEVER;
    });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

export const looseText = loose(textOf);
export const looseNumber = loose((value) =>
  typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) ? Number(value) : undefined,
);
export const looseBoolean = loose((value) => {
  const text = textOf(value)?.toLowerCase();
  return text === undefined ? undefined : text === "true" || text === "1";
});

/** An optional text in which the empty one means the same as none. */
export const textOrNull = loose<string | null>((value) =>
  value === undefined || value === null || value === "" ? null : textOf(value),
);

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

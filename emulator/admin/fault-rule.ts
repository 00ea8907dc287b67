import { z } from "zod";
import type { FaultRule } from "../core/faults";
import { ServiceError } from "../core/service-error";

/** Services whose shells ask about faults, under the names that rules use. */
export const faultServices = ["rds", "dts", "kms", "mns", "tablestore", "fc", "sql-server"] as const;

export const faultKinds = ["throttle", "server-error", "lost-request", "lost-reply", "hang", "success-false"] as const;

const faultRule: z.ZodType<FaultRule> = z.strictObject({
  service: z.enum(faultServices),
  action: z.string().regex(/^(\*|[A-Za-z][\w-]*)$/),
  kind: z.enum(faultKinds),
  times: z.int().min(1),
  after: z.int().min(0).optional(),
  delayMs: z.int().min(0).optional(),
});

/** Reads the JSON of a rule strictly: a misspelt member would be a fault that never strikes. @throws ServiceError InvalidFaultRule 400 */
export function readFaultRule(text: string): FaultRule {
  const checked = faultRule.safeParse(parse(text));
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) =>
    [path.join("."), message].filter(Boolean).join(": "),
  );
  throw invalid(problems.join("; "));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function invalid(reason: string): ServiceError {
  return new ServiceError(400, "InvalidFaultRule", reason);
}

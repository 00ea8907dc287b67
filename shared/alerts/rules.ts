import { z } from "zod";
import { type RestoreRequest, restoreRequestSchema } from "../restore/request";
import type { Alarm } from "./alarm";

/** One rule of REWIND_ALERT_RULES: which alarm starts an inspect-only restore of what. The first rule that matches counts. */
const rule = z.strictObject({
  name: z.string().min(1).max(100),
  match: z.strictObject({
    masterInstanceId: z.string(),
    ruleName: z.string().optional(),
    metricName: z.string().optional(),
    levels: z.array(z.string()).optional(),
  }),
  /** How long before the alarm the restore time lies. */
  minutesBefore: z
    .number()
    .min(0)
    .max(24 * 60),
  objects: restoreRequestSchema.shape.objects,
  checks: restoreRequestSchema.shape.checks,
  secretName: z.string().min(1).max(200),
  keepHours: z.number().min(1).max(47).default(24),
  allowPublicEndpoint: z.boolean().default(false),
  /** Restores that this rule may start in one day (UTC). */
  dailyCap: z.number().int().min(1).max(24).default(3),
});

export type AlertRule = z.infer<typeof rule>;

/** @throws Error naming every problem of the rules text */
export function parseAlertRules(text: string): AlertRule[] {
  if (text.trim() === "") return [];
  const parsed = z.array(rule).max(50).safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `REWIND_ALERT_RULES: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`,
  );
}

export function matchRule(rules: readonly AlertRule[], alarm: Alarm): AlertRule | null {
  return (
    rules.find(
      ({ match }) =>
        match.masterInstanceId === alarm.masterInstanceId &&
        (match.ruleName === undefined || match.ruleName === alarm.ruleName) &&
        (match.metricName === undefined || match.metricName === alarm.metricName) &&
        (match.levels === undefined || match.levels.includes(alarm.level)),
    ) ?? null
  );
}

/** What an alarm asks for: always inspect-only, never automatic, never with a write-back. */
export function requestOf(rule: AlertRule, alarm: Alarm): RestoreRequest {
  return restoreRequestSchema.parse({
    masterInstanceId: alarm.masterInstanceId,
    restoreTime: new Date(alarm.atMs - rule.minutesBefore * 60_000).toISOString(),
    source: { kind: "auto", allowPublicEndpoint: rule.allowPublicEndpoint },
    objects: rule.objects,
    checks: rule.checks,
    writeBack: "none",
    approval: "required",
    secretName: rule.secretName,
    keepHours: rule.keepHours,
    label: `alert: ${rule.name}`.slice(0, 100),
    reason: alarm.reason.slice(0, 500),
  });
}

import * as z from "zod";
import { inPlainWords } from "../plain-words";
import { isSecretOf } from "../restore/prerequisites";
import { type RestoreRequest, restoreRequestSchema } from "../restore/request/request";
import { checkProblems, numberProblems, objectProblems } from "../restore/request/request-problems";
import { wholeSecond } from "../restore/request/whole-seconds";
import { inspectOnly } from "../restore/write-back";
import type { Alarm } from "./alarm";

/** One rule of REWIND_ALERT_RULES: which alarm starts an inspect-only restore of what. The first rule that matches counts. */
const rule = z.strictObject({
  name: z.string().min(1).max(100),
  match: z.strictObject({
    masterInstanceId: restoreRequestSchema.shape.masterInstanceId,
    ruleName: z.string().optional(),
    metricName: z.string().optional(),
    levels: z.array(z.string().toUpperCase()).min(1).optional(),
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

const ruleList = z.array(rule).max(50);

export type AlertRule = z.infer<typeof rule>;

/** Every problem of a rules text, one sentence each; the rules when there is none. */
export type ReadRules =
  | { readonly rules: AlertRule[]; readonly problems: null }
  | { readonly rules: null; readonly problems: readonly string[] };

/** Never throws: a deployment with rules that cannot work is refused at its start, not at its first alarm. */
export function readAlertRules(text: string): ReadRules {
  if (text.trim() === "") return { rules: [], problems: null };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { rules: null, problems: ["is not JSON"] };
  }
  const parsed = ruleList.safeParse(value, { error: inPlainWords });
  if (!parsed.success)
    return {
      rules: null,
      problems: parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()),
    };
  const problems = [
    ...parsed.data.flatMap((one, index) => ruleProblems(one, `${index}`)),
    ...numberProblems(text).map(({ message }) => message),
  ];
  const names = parsed.data.map((one) => one.name);
  for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
    problems.push(`has two rules named ${name}; they would share a daily cap`);
  return problems.length > 0 ? { rules: null, problems } : { rules: parsed.data, problems: null };
}

/** What no schema can say about a rule: the same that is said to people who ask for a restore. */
function ruleProblems(rule: AlertRule, path: string): string[] {
  const { masterInstanceId } = rule.match;
  const problems = [...objectProblems({ ...rule, writeBack: inspectOnly }), ...checkProblems(rule)].map(
    (error) => `${path}.${error.path} ${error.message}`,
  );
  if (!isSecretOf(masterInstanceId, rule.secretName))
    problems.push(`${path}.secretName ${rule.secretName} is not below rewind/${masterInstanceId}/`);
  return problems;
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

/** RDS takes whole seconds. An alarm cannot choose between two, so it is the earlier one, which is surely before the incident. */
export function restoreTimeMs(rule: AlertRule, alarm: Alarm): number {
  return wholeSecond(alarm.atMs - rule.minutesBefore * 60_000);
}

/** What an alarm asks for: always inspect-only, never automatic, never with a write-back. */
export function requestOf(rule: AlertRule, alarm: Alarm): RestoreRequest {
  return restoreRequestSchema.parse({
    masterInstanceId: alarm.masterInstanceId,
    restoreTime: new Date(restoreTimeMs(rule, alarm)).toISOString(),
    source: { kind: "auto", allowPublicEndpoint: rule.allowPublicEndpoint },
    objects: rule.objects,
    checks: rule.checks,
    writeBack: inspectOnly,
    approval: "required",
    secretName: rule.secretName,
    keepHours: rule.keepHours,
    label: `alert: ${rule.name}`.slice(0, 100),
    reason: alarm.reason.slice(0, 500),
  });
}

import * as z from "zod";
import { type AlertRule, readAlertRules } from "./alerts/rules";
import { inPlainWords } from "./plain-words";
import { type Durations, defaultDurations, durationProblems } from "./restore/model/durations";
import type { TableKeys } from "./restore/plan/dts-objects";
import { type TwoPersonRule, twoPersonRules } from "./restore/plan/two-person-rule";

/** A variable that is not set, or set to nothing, has its default. */
const optional = (fallback: string) =>
  z
    .string()
    .transform((value) => value || fallback)
    .default(fallback);
const nothingAsNull = z
  .string()
  .default("")
  .transform((value) => value || null);
const yesOrNo = (fallback: "true" | "false") =>
  optional(fallback)
    .pipe(z.enum(["true", "false"], { error: "is neither true nor false" }))
    .transform((value) => value === "true");
const required = z.string({ error: "is required" }).min(1, "is required");
const narrowestEgressBits = 24;
const address = z
  .union([z.ipv4(), z.cidrv4()], { error: "is no IPv4 address or CIDR" })
  .refine((text) => Number(text.split("/")[1] ?? 32) >= narrowestEgressBits, {
    error: "is wider than /24: instances are opened to single networks of ours only",
  });

const names = Object.keys(defaultDurations) as (keyof Durations)[];
/** Longer ones have no use, and some would lie outside the times that can be written. */
const longestMs = 366 * 24 * 3_600_000;
const milliseconds = z
  .number({ error: "is no number" })
  .refine((value) => Number.isInteger(value) && value > 0 && value <= longestMs, {
    error: ({ input }) => `is ${input}: it must be positive, a whole number of milliseconds, at most a year`,
  });
const overrides = z.strictObject(Object.fromEntries(names.map((name) => [name, milliseconds.optional()])));

const durations = z
  .string()
  .default("")
  .transform((text, context): Durations => {
    let given: unknown = {};
    try {
      given = text === "" ? {} : JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "is not JSON" });
      return z.NEVER;
    }
    const parsed = overrides.safeParse(given, { error: inPlainWords });
    if (parsed.success) {
      const all = { ...defaultDurations, ...(parsed.data as Partial<Durations>) };
      const contradictions = durationProblems(all);
      if (contradictions.length === 0) return all;
      for (const message of contradictions) context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
    for (const issue of parsed.error.issues) context.addIssue({ code: "custom", message: problemOf(issue) });
    return z.NEVER;
  });

const variables = z.strictObject({
  REWIND_REGION: required,
  REWIND_QUEUE_PREFIX: required,
  REWIND_PROTOCOL: optional("https").pipe(z.enum(["https", "http"])),
  REWIND_MNS_ENDPOINT: required,
  REWIND_RDS_ENDPOINT: required,
  REWIND_DTS_ENDPOINT: required,
  REWIND_KMS_ENDPOINT: required,
  REWIND_TABLESTORE_ENDPOINT: required,
  REWIND_TABLESTORE_INSTANCE: required,
  REWIND_AUTH_ISSUER: nothingAsNull,
  REWIND_AUTH_AUDIENCE: optional("rewind"),
  REWIND_AUTH_JWKS_URL: nothingAsNull.pipe(
    z
      .url("is no URL. Set one such as https://id.example/keys.")
      .refine((text) => !URL.canParse(text) || isProtected(new URL(text)), "is no https URL, and not on this machine")
      .nullable(),
  ),
  REWIND_AUTH_ROLES_CLAIM: optional("roles"),
  REWIND_AUTH_MASTERS_CLAIM: nothingAsNull,
  REWIND_KEYS_MAY_APPROVE: yesOrNo("false"),
  REWIND_OPENAPI_PUBLIC: yesOrNo("false"),
  REWIND_EGRESS_ADDRESSES: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((entry) => entry.trim())
        .filter(Boolean),
    )
    .pipe(z.array(address)),
  REWIND_VPC_ID: nothingAsNull,
  REWIND_SQL_CA_FILE: nothingAsNull,
  REWIND_SQL_PRIVATE_TLS: optional("required").pipe(z.enum(["required", "preferred"])),
  REWIND_DTS_ORDER: optional("configure-first").pipe(z.enum(["configure-first", "buy-first"])),
  REWIND_DTS_TABLE_KEYS: optional("bare").pipe(z.enum(["bare", "schema-qualified"])),
  REWIND_AUTOMATIC_APPROVAL_ROLE: nothingAsNull,
  REWIND_TWO_PERSON_RULE: optional("live-writes").pipe(
    z.enum(twoPersonRules, {
      error: "is always, live-writes or never; what was true is always, what was false is never",
    }),
  ),
  REWIND_ACCEPT_WRITE_BACKS: yesOrNo("true"),
  REWIND_BILLED_CLONES: yesOrNo("false"),
  REWIND_RESTORED_NAME_MAX: optional("64").pipe(z.enum(["64", "16"])),
  REWIND_RESTORES_PER_CALLER: optional("10")
    .pipe(z.coerce.number("is no number"))
    .pipe(z.int("is no whole number").min(1, "is no number from 1 to 100").max(100, "is no number from 1 to 100")),
  REWIND_ALERT_RULES: z.string().default(""),
  REWIND_LOG_LEVEL: optional("info").pipe(z.enum(["debug", "info", "warn", "error"])),
  REWIND_TIMINGS: durations,
});

/** Every variable of the functions; docs/configuration.md describes each (tested). */
export const variableNames = Object.keys(variables.shape);

export interface Config {
  readonly region: string;
  readonly queuePrefix: string;
  readonly protocol: "https" | "http";
  readonly mnsEndpoint: string;
  readonly rdsEndpoint: string;
  readonly dtsEndpoint: string;
  readonly kmsEndpoint: string;
  readonly tablestore: { readonly endpoint: string; readonly instance: string };
  /** The issuer whose bearers are accepted; null: none, and callers have API keys. */
  readonly auth: {
    readonly issuer: string;
    readonly audience: string;
    readonly jwksUrl: string;
    readonly rolesClaim: string;
    /** The claim that names the masters a caller may use; null: every caller may use every master. */
    readonly mastersClaim: string | null;
  } | null;
  readonly keysMayApprove: boolean;
  readonly openapiPublic: boolean;
  readonly egressAddresses: readonly string[];
  readonly vpcId: string | null;
  /** `caFile`: where the functions find the authorities of the SQL Servers' certificates; null: certificates are not checked. */
  readonly sql: { readonly caFile: string | null; readonly privateTls: "required" | "preferred" };
  readonly dtsOrder: "configure-first" | "buy-first";
  readonly tableKeys: TableKeys;
  readonly automaticApprovalRole: string | null;
  readonly twoPersonRule: TwoPersonRule;
  readonly acceptsWriteBacks: boolean;
  /** Clones may be bought, where a request allows it. */
  readonly billedClones: boolean;
  /** The longest name of a database that RDS restores, in characters: its documents disagree. */
  readonly restoredNameMax: number;
  readonly restoresPerCaller: number;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly durations: Durations;
}

/** Everything that is wrong with the environment of a function, each with its variable. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";

  constructor(readonly problems: readonly string[]) {
    super(`The environment is not usable: ${problems.join("; ").replace(/\.$/, "")}.`);
  }
}

/**
 * The alert rules, in their order: the first one that matches an alarm counts. Only the function that takes alarms reads them; a rule that
 * cannot work must not stop restores that are under way.
 * @throws EnvironmentError
 */
export function readRules(environment: Readonly<Record<string, string | undefined>>): readonly AlertRule[] {
  const { rules, problems } = readAlertRules(environment["REWIND_ALERT_RULES"] ?? "");
  if (rules) return Object.freeze(rules);
  throw new EnvironmentError(problems.map((text) => `REWIND_ALERT_RULES ${text}`));
}

/** What every function reads of the environment. What it answers is frozen. @throws EnvironmentError */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("REWIND_")));
  const parsed = variables.safeParse(own, { error: inPlainWords });
  if (!parsed.success) throw new EnvironmentError(parsed.error.issues.map(problemOf));
  const value = parsed.data;
  return Object.freeze({
    region: value.REWIND_REGION,
    queuePrefix: value.REWIND_QUEUE_PREFIX,
    protocol: value.REWIND_PROTOCOL,
    mnsEndpoint: value.REWIND_MNS_ENDPOINT,
    rdsEndpoint: value.REWIND_RDS_ENDPOINT,
    dtsEndpoint: value.REWIND_DTS_ENDPOINT,
    kmsEndpoint: value.REWIND_KMS_ENDPOINT,
    tablestore: Object.freeze({
      endpoint: value.REWIND_TABLESTORE_ENDPOINT,
      instance: value.REWIND_TABLESTORE_INSTANCE,
    }),
    auth: Object.freeze(issuerOf(value)),
    keysMayApprove: value.REWIND_KEYS_MAY_APPROVE,
    openapiPublic: value.REWIND_OPENAPI_PUBLIC,
    egressAddresses: Object.freeze(value.REWIND_EGRESS_ADDRESSES),
    vpcId: value.REWIND_VPC_ID,
    sql: Object.freeze({ caFile: value.REWIND_SQL_CA_FILE, privateTls: value.REWIND_SQL_PRIVATE_TLS }),
    dtsOrder: value.REWIND_DTS_ORDER,
    tableKeys: value.REWIND_DTS_TABLE_KEYS,
    automaticApprovalRole: value.REWIND_AUTOMATIC_APPROVAL_ROLE,
    twoPersonRule: value.REWIND_TWO_PERSON_RULE,
    acceptsWriteBacks: value.REWIND_ACCEPT_WRITE_BACKS,
    billedClones: value.REWIND_BILLED_CLONES,
    restoredNameMax: Number(value.REWIND_RESTORED_NAME_MAX),
    restoresPerCaller: value.REWIND_RESTORES_PER_CALLER,
    logLevel: value.REWIND_LOG_LEVEL,
    durations: Object.freeze(value.REWIND_TIMINGS),
  });
}

/** An issuer without its keys, or the reverse, is half of a setting. @throws EnvironmentError */
function issuerOf(value: z.infer<typeof variables>): Config["auth"] {
  const { REWIND_AUTH_ISSUER: issuer, REWIND_AUTH_JWKS_URL: jwksUrl } = value;
  if (issuer === null && jwksUrl === null) return null;
  if (issuer === null) throw new EnvironmentError(["REWIND_AUTH_ISSUER is required where REWIND_AUTH_JWKS_URL is set"]);
  if (jwksUrl === null)
    throw new EnvironmentError(["REWIND_AUTH_JWKS_URL is required where REWIND_AUTH_ISSUER is set"]);
  const { REWIND_AUTH_AUDIENCE: audience, REWIND_AUTH_ROLES_CLAIM: rolesClaim } = value;
  return { issuer, jwksUrl, audience, rolesClaim, mastersClaim: value.REWIND_AUTH_MASTERS_CLAIM };
}

/** Keys that come in clear could be anybody's. */
function isProtected({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname));
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `${issue.keys.join(", ")} is unknown`;
  return `${issue.path.join(".")} ${issue.message}`.trim();
}

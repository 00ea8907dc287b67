import { z } from "zod";
import { type Durations, defaultDurations } from "./restore/durations";

/** A variable that is not set, or set to nothing, has its default. */
const optional = (fallback: string) =>
  z
    .string()
    .transform((value) => value || fallback)
    .default(fallback);
const required = z.string({ error: "is required" }).min(1, "is required");
const address = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/, "is no IPv4 address or CIDR");

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
    const names = Object.keys(defaultDurations) as (keyof Durations)[];
    const parsed = z
      .strictObject(Object.fromEntries(names.map((name) => [name, z.number().positive().optional()])))
      .safeParse(given);
    if (parsed.success) return { ...defaultDurations, ...(parsed.data as Partial<Durations>) };
    context.addIssue({
      code: "custom",
      message: `${parsed.error.issues[0]?.path.join(".")} ${parsed.error.issues[0]?.message}`,
    });
    return z.NEVER;
  });

const variables = z.strictObject({
  REWIND_REGION: required,
  REWIND_QUEUE_PREFIX: required,
  REWIND_PROTOCOL: z.enum(["https", "http"]).default("https"),
  REWIND_MNS_ENDPOINT: required,
  REWIND_RDS_ENDPOINT: required,
  REWIND_DTS_ENDPOINT: required,
  REWIND_KMS_ENDPOINT: required,
  REWIND_TABLESTORE_ENDPOINT: required,
  REWIND_TABLESTORE_INSTANCE: required,
  REWIND_AUTH_ISSUER: required,
  REWIND_AUTH_AUDIENCE: required,
  REWIND_AUTH_JWKS_URL: z.url("is no URL"),
  REWIND_AUTH_ROLES_CLAIM: optional("roles"),
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
  REWIND_DTS_ORDER: optional("configure-first").pipe(z.enum(["configure-first", "buy-first"])),
  REWIND_AUTOMATIC_APPROVAL_ROLE: z
    .string()
    .default("")
    .transform((value) => value || null),
  REWIND_TWO_PERSON_RULE: optional("false")
    .pipe(z.enum(["true", "false"]))
    .transform((value) => value === "true"),
  REWIND_ALERT_RULES: z.string().default(""),
  REWIND_LOG_LEVEL: optional("info").pipe(z.enum(["debug", "info", "warn", "error"])),
  REWIND_TIMINGS: durations,
});

/** Every variable of the functions; the README describes each (tested). */
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
  readonly auth: {
    readonly issuer: string;
    readonly audience: string;
    readonly jwksUrl: string;
    readonly rolesClaim: string;
  };
  readonly egressAddresses: readonly string[];
  readonly dtsOrder: "configure-first" | "buy-first";
  readonly automaticApprovalRole: string | null;
  readonly twoPersonRule: boolean;
  readonly alertRules: string;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly durations: Durations;
}

/** The only reader of the environment. @throws Error that names every problem at once */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("REWIND_")));
  const parsed = variables.safeParse(own);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")} is unknown`
        : `${issue.path.join(".")} ${issue.message}`,
    );
    throw new Error(`The environment is not usable: ${problems.join("; ")}.`);
  }
  const value = parsed.data;
  return Object.freeze({
    region: value.REWIND_REGION,
    queuePrefix: value.REWIND_QUEUE_PREFIX,
    protocol: value.REWIND_PROTOCOL,
    mnsEndpoint: value.REWIND_MNS_ENDPOINT,
    rdsEndpoint: value.REWIND_RDS_ENDPOINT,
    dtsEndpoint: value.REWIND_DTS_ENDPOINT,
    kmsEndpoint: value.REWIND_KMS_ENDPOINT,
    tablestore: { endpoint: value.REWIND_TABLESTORE_ENDPOINT, instance: value.REWIND_TABLESTORE_INSTANCE },
    auth: {
      issuer: value.REWIND_AUTH_ISSUER,
      audience: value.REWIND_AUTH_AUDIENCE,
      jwksUrl: value.REWIND_AUTH_JWKS_URL,
      rolesClaim: value.REWIND_AUTH_ROLES_CLAIM,
    },
    egressAddresses: value.REWIND_EGRESS_ADDRESSES,
    dtsOrder: value.REWIND_DTS_ORDER,
    automaticApprovalRole: value.REWIND_AUTOMATIC_APPROVAL_ROLE,
    twoPersonRule: value.REWIND_TWO_PERSON_RULE,
    alertRules: value.REWIND_ALERT_RULES,
    logLevel: value.REWIND_LOG_LEVEL,
    durations: value.REWIND_TIMINGS,
  });
}

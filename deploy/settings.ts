import { parse } from "yaml";
import * as z from "zod";

/** Text that fits `pattern`; `wanted` says in words what is expected. */
const text = (wanted: string, pattern = /\S/) => z.string({ error: wanted }).regex(pattern, { error: wanted });
const host = text("the name of a host, such as rds.aliyuncs.com", /^[\w.-]+(:\d+)?$/);
const url = z.url({ error: "a URL", protocol: /^https?$/ });

/** 16 digits fit into a number of YAML, so quotes around them may be forgotten. */
const account = z.preprocess(
  (value) => (Number.isSafeInteger(value) ? String(value) : value),
  text("the account's number, 16 digits in quotes", /^\d{10,20}$/),
);

const tablestoreInstance = text(
  "3 to 16 letters, digits and hyphens, a letter first and no hyphen last",
  /^[a-z][a-z0-9-]{1,14}[a-z0-9]$/i,
).refine((name) => !/ali|ay|ots|taobao|admin/i.test(name), {
  error: 'a name without "ali", "ay", "ots", "taobao" and "admin", which Tablestore allows in no name',
});

/** What the name of a Tablestore instance must be, if this is none. */
export function instanceNameProblem(name: string): string | undefined {
  return tablestoreInstance.safeParse(name).error?.issues[0]?.message;
}

const vpc = z.strictObject({
  vpcId: text("the id of a VPC", /^vpc-\S+$/),
  vSwitchIds: z.array(text("the id of a vSwitch", /^vsw-\S+$/), { error: "a list of vSwitches" }).min(1, {
    error: "a list of at least one vSwitch",
  }),
  securityGroupId: text("the id of a security group", /^sg-\S+$/),
});

const issuer = "the issuer of the bearers (iss)";
const jwksUrl = "the URL of the issuer's keys";

/** Without an issuer, callers have API keys alone. That is said and not assumed: a forgotten issuer would lock everybody out. */
const identity = z
  .strictObject(
    {
      issuer: text(issuer).optional(),
      jwksUrl: z.url({ error: jwksUrl }).optional(),
      audience: text("the audience of the bearers (aud)").default("rewind"),
      rolesClaim: text("the name of the claim that holds the roles").default("roles"),
      mastersClaim: text("the name of the claim that holds the masters of a caller").nullable().default(null),
      keysMayApprove: z.boolean({ error: "true or false" }).default(false),
    },
    { error: "issuer and jwksUrl, or {} where callers have API keys alone" },
  )
  .superRefine((given, context) => {
    const missing = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
    if (given.issuer !== undefined && given.jwksUrl === undefined) missing("jwksUrl", jwksUrl);
    if (given.issuer === undefined && given.jwksUrl !== undefined) missing("issuer", issuer);
  });

const endpoints = z.strictObject({
  rds: host.optional(),
  dts: host.optional(),
  kms: host.optional(),
  mns: url.optional(),
  tablestore: url.optional(),
  tablestoreManagement: host.optional(),
  logs: text("the name of a host").optional(),
  ram: host.optional(),
  functions: host.optional(),
});

const schema = z.strictObject({
  stage: text(
    "lower-case letters, digits and single hyphens, a letter first, at most 20 in all",
    /^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  ),
  region: text("a region, such as cn-hangzhou", /^[a-z]{2}-[a-z0-9-]+$/),
  account,
  identity,
  approval: z
    .strictObject({
      twoPersonRule: z
        .enum(["always", "live-writes", "never"], { error: "always, live-writes or never" })
        .default("live-writes"),
      automaticRole: text("the name of a role").nullable().default(null),
    })
    .prefault({}),
  network: z
    .strictObject({
      vpc: vpc.nullable().default(null),
      internetAccess: z.boolean({ error: "true or false" }).default(true),
      egressAddresses: z.array(z.unknown(), { error: "a list of IPv4 addresses and CIDRs" }).default([]),
    })
    .prefault({}),
  tablestore: z
    .strictObject({
      instance: tablestoreInstance.optional(),
      /** Without a VPC the functions come from the Internet. */
      networks: z
        .array(z.enum(["internet", "vpc", "classic"], { error: "internet, vpc or classic" }))
        .min(1, { error: "at least one of internet, vpc and classic" })
        .optional(),
    })
    .prefault({}),
  logs: z
    .strictObject({
      project: text(
        "3 to 63 lower-case letters, digits and hyphens, none of them a hyphen at an end",
        /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
      ).optional(),
      days: z.int({ error: "a number of days from 1 to 3650" }).min(1).max(3650).default(30),
      level: z.enum(["debug", "info", "warn", "error"], { error: "debug, info, warn or error" }).default("info"),
    })
    .prefault({}),
  sqlServers: z
    .strictObject({
      caFile: text("the path of a PEM file").nullable().default(null),
      privateTls: z.enum(["required", "preferred"], { error: "required or preferred" }).default("required"),
    })
    .prefault({}),
  openapiPublic: z.boolean({ error: "true or false" }).default(false),
  acceptWriteBacks: z.boolean({ error: "true or false" }).default(true),
  billedClones: z.boolean({ error: "true or false" }).default(false),
  /** Likewise; without a file it is 64. */
  restoredNameMax: z.union([z.literal(64), z.literal(16)], { error: "64 or 16" }).optional(),
  restoresPerCaller: z.int({ error: "a whole number from 1 to 100" }).default(10),
  /** Left out, the capabilities file says it; without one it is configure-first. */
  dtsOrder: z.enum(["configure-first", "buy-first"], { error: "configure-first or buy-first" }).optional(),
  /** Likewise; without a file it is bare. */
  dtsTableKeys: z.enum(["bare", "schema-qualified"], { error: "bare or schema-qualified" }).optional(),
  capabilities: text("the path of a file that npm run doctor -- --probe wrote").nullable().default(null),
  /** The only master that a probe may use, and the secret of a login that may create and read databases there. */
  probe: z
    .strictObject({ master: text("the id of an instance"), secretName: text("the name of a secret") })
    .nullable()
    .default(null),
  alertRules: z.array(z.unknown(), { error: "a list of rules" }).default([]),
  timings: z.record(z.string(), z.unknown(), { error: "durations in milliseconds by their names" }).default({}),
  endpoints: endpoints.prefault({}),
  /** For the local cloud only. */
  protocol: z.enum(["https", "http"], { error: "https; http is for the local cloud only" }).default("https"),
});

/** `rewind.yaml`: everything that differs between deployments, but for secrets. */
export type Settings = z.infer<typeof schema>;

/** Everything that is wrong with a `rewind.yaml`, one sentence each. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/**
 * Reads the text of a `rewind.yaml`. Rules, addresses and timings are only read as lists here: the check reads them as the functions will.
 * @throws SettingsError
 */
export function readSettings(yaml: string): Settings {
  let value: unknown;
  try {
    value = parse(yaml);
  } catch (error) {
    throw new SettingsError([`rewind.yaml is not YAML: ${error instanceof Error ? error.message.split("\n")[0] : ""}`]);
  }
  return parseSettings(value ?? {});
}

/** The same of a document that is read already. @throws SettingsError */
export function parseSettings(document: unknown): Settings {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new SettingsError(parsed.error.issues.flatMap((issue) => sentences(issue, document)));
}

function sentences(issue: z.core.$ZodIssue, document: unknown): string[] {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${path ? `${path}.` : ""}${key} is no setting of Rewind.${secretHint(key)}`);
  const given = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    document,
  );
  if (given === undefined || given === null) return [`${path} is missing; it must say ${issue.message}.`];
  return [`${path} is ${JSON.stringify(given).slice(0, 100)}; it must be ${issue.message}.`];
}

function secretHint(key: string): string {
  return /secret|password|access.?key|token/i.test(key)
    ? " Secrets come from the environment (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET), never from this file."
    : "";
}

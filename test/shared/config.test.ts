import { readConfig, readRules, variableNames } from "../../shared/config";
import { defaultDurations } from "../../shared/restore/model/durations";

const least = {
  REWIND_REGION: "cn-hangzhou",
  REWIND_QUEUE_PREFIX: "rewind-dev-",
  REWIND_MNS_ENDPOINT: "https://1234567890123456.mns.cn-hangzhou.aliyuncs.com",
  REWIND_RDS_ENDPOINT: "rds.aliyuncs.com",
  REWIND_DTS_ENDPOINT: "dts.aliyuncs.com",
  REWIND_KMS_ENDPOINT: "kms.cn-hangzhou.aliyuncs.com",
  REWIND_TABLESTORE_ENDPOINT: "https://rewind.cn-hangzhou.ots.aliyuncs.com",
  REWIND_TABLESTORE_INSTANCE: "rewind",
  REWIND_AUTH_ISSUER: "https://id.example",
  REWIND_AUTH_AUDIENCE: "rewind",
  REWIND_AUTH_JWKS_URL: "https://id.example/keys",
};

const problemOf = (environment: Record<string, string>) => {
  try {
    readConfig({ ...least, ...environment });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was wrong with it");
};

const defaults = {
  region: "cn-hangzhou",
  queuePrefix: "rewind-dev-",
  protocol: "https",
  mnsEndpoint: least.REWIND_MNS_ENDPOINT,
  rdsEndpoint: "rds.aliyuncs.com",
  dtsEndpoint: "dts.aliyuncs.com",
  kmsEndpoint: "kms.cn-hangzhou.aliyuncs.com",
  tablestore: { endpoint: least.REWIND_TABLESTORE_ENDPOINT, instance: "rewind" },
  auth: {
    issuer: "https://id.example",
    audience: "rewind",
    jwksUrl: "https://id.example/keys",
    rolesClaim: "roles",
    mastersClaim: null,
  },
  egressAddresses: [],
  vpcId: null,
  sql: { caFile: null, privateTls: "required" },
  dtsOrder: "configure-first",
  tableKeys: "bare",
  automaticApprovalRole: null,
  keysMayApprove: false,
  openapiPublic: false,
  twoPersonRule: "live-writes",
  acceptsWriteBacks: true,
  billedClones: false,
  restoredNameMax: 64,
  restoresPerCaller: 10,
  logLevel: "info",
  durations: defaultDurations,
};

test("what is not set has its default, and variables of other programs are ignored", () => {
  expect(readConfig({ ...least, PATH: "/bin", FC_REGION: "x" })).toEqual(defaults);
});

test("what is set to nothing has its default as well", () => {
  const empty = Object.fromEntries(variableNames.map((name) => [name, ""]));
  expect(readConfig({ ...empty, ...least })).toEqual(defaults);
});

test("what is set counts", () => {
  const config = readConfig({
    ...least,
    REWIND_PROTOCOL: "http",
    REWIND_AUTH_ROLES_CLAIM: "groups",
    REWIND_EGRESS_ADDRESSES: "203.0.113.7, 198.51.100.0/24,",
    REWIND_VPC_ID: "vpc-7",
    REWIND_DTS_ORDER: "buy-first",
    REWIND_DTS_TABLE_KEYS: "schema-qualified",
    REWIND_AUTOMATIC_APPROVAL_ROLE: "drills",
    REWIND_TWO_PERSON_RULE: "always",
    REWIND_RESTORES_PER_CALLER: "3",
    REWIND_AUTH_MASTERS_CLAIM: "masters",
    REWIND_KEYS_MAY_APPROVE: "true",
    REWIND_OPENAPI_PUBLIC: "true",
    REWIND_ACCEPT_WRITE_BACKS: "false",
    REWIND_BILLED_CLONES: "true",
    REWIND_SQL_CA_FILE: "/opt/rds-ca.pem",
    REWIND_SQL_PRIVATE_TLS: "preferred",
    REWIND_LOG_LEVEL: "debug",
    REWIND_TIMINGS: '{"pollMs":1000}',
  });
  expect(config).toMatchObject({
    protocol: "http",
    auth: { rolesClaim: "groups", mastersClaim: "masters" },
    sql: { caFile: "/opt/rds-ca.pem", privateTls: "preferred" },
    egressAddresses: ["203.0.113.7", "198.51.100.0/24"],
    vpcId: "vpc-7",
    dtsOrder: "buy-first",
    tableKeys: "schema-qualified",
    automaticApprovalRole: "drills",
    twoPersonRule: "always",
    restoresPerCaller: 3,
    keysMayApprove: true,
    openapiPublic: true,
    acceptsWriteBacks: false,
    billedClones: true,
    logLevel: "debug",
    durations: { ...defaultDurations, pollMs: 1000 },
  });
});

test("without an issuer the API accepts no bearers", () => {
  expect(readConfig({ ...least, REWIND_AUTH_ISSUER: "", REWIND_AUTH_JWKS_URL: "" }).auth).toBeNull();
});

test("half of an issuer is refused", () => {
  expect(problemOf({ REWIND_AUTH_ISSUER: "" })).toContain(
    "REWIND_AUTH_ISSUER is required where REWIND_AUTH_JWKS_URL is",
  );
  expect(problemOf({ REWIND_AUTH_JWKS_URL: "" })).toContain(
    "REWIND_AUTH_JWKS_URL is required where REWIND_AUTH_ISSUER",
  );
});

test("every problem is named in one message", () => {
  const message = problemOf({
    REWIND_REGION: "",
    REWIND_MSN_ENDPOINT: "a typing mistake",
    REWIND_PROTOCOL: "ftp",
    REWIND_TWO_PERSON_RULE: "yes",
    REWIND_AUTH_JWKS_URL: "not a url",
    REWIND_TIMINGS: '{"polMs":1,"pollMs":"1","sweepMs":-1}',
  });
  for (const part of [
    "REWIND_REGION is required",
    "REWIND_MSN_ENDPOINT is unknown",
    "REWIND_PROTOCOL ",
    "REWIND_TWO_PERSON_RULE ",
    "REWIND_AUTH_JWKS_URL is no URL",
    "REWIND_TIMINGS polMs is unknown",
    "REWIND_TIMINGS pollMs is no number",
    "REWIND_TIMINGS sweepMs ",
  ])
    expect(message).toContain(part);
});

test.each(["10.0.0.256", "10.0.0", "10.0.0.0/33", "::1", "example.com", "10.0.0.1 10.0.0.2"])(
  "an egress address is an IPv4 address or a CIDR, not %s",
  (text) => {
    expect(problemOf({ REWIND_EGRESS_ADDRESSES: `203.0.113.7,${text}` })).toMatch(/EGRESS_ADDRESSES.* is no IPv4/);
  },
);

test.each(["0.0.0.0/0", "10.0.0.0/8", "203.0.112.0/23"])(
  "instances are not opened to networks as wide as %s",
  (text) => {
    expect(problemOf({ REWIND_EGRESS_ADDRESSES: text })).toContain("is wider than /24");
  },
);

test.each(["http://id.example/keys", "ftp://127.0.0.1/keys", "http://127.0.0.1.example/keys", "http://10.0.0.1/keys"])(
  "keys come over https or from this machine, not from %s",
  (url) => {
    expect(problemOf({ REWIND_AUTH_JWKS_URL: url })).toContain("REWIND_AUTH_JWKS_URL is no https URL");
  },
);

test.each(["http://127.0.0.1:8080/keys", "http://localhost/keys", "http://[::1]:8080/keys"])(
  "keys may come from this machine: %s",
  (url) => {
    expect(readConfig({ ...least, REWIND_AUTH_JWKS_URL: url }).auth?.jwksUrl).toBe(url);
  },
);

test.each(["true", "false"])("what the two-person rule was, %s, is refused with what it is now", (value) => {
  expect(problemOf({ REWIND_TWO_PERSON_RULE: value })).toContain(
    "REWIND_TWO_PERSON_RULE is always, live-writes or never; what was true is always, what was false is never",
  );
});

test.each(["0", "101", "many", "1.5"])("a caller may have 1 to 100 restores open, not %s", (value) => {
  expect(problemOf({ REWIND_RESTORES_PER_CALLER: value })).toContain("REWIND_RESTORES_PER_CALLER is no");
});

test.each(["{", "[]", "7", "null"])("durations are a JSON object, not %s", (text) => {
  expect(problemOf({ REWIND_TIMINGS: text })).toContain("REWIND_TIMINGS");
});

test.each(['{"callTimeoutMs":180000}', '{"leaseMs":30000}', '{"sliceMs":90000}'])(
  "durations under which no call would ever be sent are refused: %s",
  (text) => {
    expect(problemOf({ REWIND_TIMINGS: text })).toContain("REWIND_TIMINGS leaseMs does not cover");
  },
);

test.each(["0", "-1", "0.5", "1e15", "-0"])("a duration is a positive number of milliseconds, not %s", (length) => {
  const message = problemOf({ REWIND_TIMINGS: `{"restoreLagMs":${length}}` });
  expect(message).toMatch(/REWIND_TIMINGS restoreLagMs is .* must be positive/);
});

test.each([
  ['{"pollMs":600000}', "backOffMaxMs is shorter than pollMs"],
  ['{"releaseMarginMs":172800000}', "releaseMarginMs is not shorter"],
  ['{"restoreLagMs":604800000}', "restoreLagMs is not shorter"],
  ['{"doubtMs":60000}', "sweepMs is longer than doubtMs"],
])("durations that contradict one another are refused: %s", (text, said) => {
  expect(problemOf({ REWIND_TIMINGS: text })).toContain(`REWIND_TIMINGS ${said}`);
});

const rule = {
  name: "drop",
  match: { masterInstanceId: "rm-shop" },
  minutesBefore: 10,
  objects: [{ database: "shop" }],
  secretName: "rewind/rm-shop/dba",
};

test("alert rules that cannot work are refused before the first alarm, every problem by name", () => {
  const read = (text: string) => () => readRules({ REWIND_ALERT_RULES: text });
  expect(read("{")).toThrow("REWIND_ALERT_RULES is not JSON");
  const wrong = { name: "drop", match: { masterInstanceId: "shop" }, objects: [], minutesBefor: 10, secretName: "dba" };
  for (const part of ["REWIND_ALERT_RULES 0.match.masterInstanceId", "0.objects", "0.minutesBefore", '"minutesBefor"'])
    expect(read(JSON.stringify([wrong]))).toThrow(part);
});

test("alert rules are read once, into rules; there may be none", () => {
  const rules = readRules({ REWIND_ALERT_RULES: JSON.stringify([rule]) });
  expect(rules).toMatchObject([{ ...rule, keepHours: 24, dailyCap: 3 }]);
  expect(Object.isFrozen(rules)).toBe(true);
  expect(readRules({})).toEqual([]);
});

test("a rule that cannot work stops no function but the one that takes alarms", () => {
  expect(
    readConfig({ ...least, REWIND_ALERT_RULES: JSON.stringify([{ ...rule, secretName: "rewind/rm-other/dba" }]) }),
  ).toEqual(defaults);
});

import { namesOf } from "./names";
import type { Settings } from "./settings";

type Variables = Readonly<Record<string, string>>;

/** Which setting a variable of the functions is made from: what is wrong with the variable is said of the setting. */
export const settingOf: Readonly<Record<string, string>> = {
  ALIBABA_CLOUD_ACCOUNT_ID: "account",
  STAGE: "stage",
  REWIND_REGION: "region",
  REWIND_QUEUE_PREFIX: "stage",
  REWIND_PROTOCOL: "protocol",
  REWIND_MNS_ENDPOINT: "endpoints.mns",
  REWIND_RDS_ENDPOINT: "endpoints.rds",
  REWIND_DTS_ENDPOINT: "endpoints.dts",
  REWIND_KMS_ENDPOINT: "endpoints.kms",
  REWIND_TABLESTORE_ENDPOINT: "endpoints.tablestore",
  REWIND_TABLESTORE_INSTANCE: "tablestore.instance",
  REWIND_AUTH_ISSUER: "identity.issuer",
  REWIND_AUTH_AUDIENCE: "identity.audience",
  REWIND_AUTH_JWKS_URL: "identity.jwksUrl",
  REWIND_AUTH_ROLES_CLAIM: "identity.rolesClaim",
  REWIND_AUTH_MASTERS_CLAIM: "identity.mastersClaim",
  REWIND_KEYS_MAY_APPROVE: "identity.keysMayApprove",
  REWIND_OPENAPI_PUBLIC: "openapiPublic",
  REWIND_SQL_CA_FILE: "sqlServers.caFile",
  REWIND_SQL_PRIVATE_TLS: "sqlServers.privateTls",
  REWIND_ACCEPT_WRITE_BACKS: "acceptWriteBacks",
  REWIND_BILLED_CLONES: "billedClones",
  REWIND_RESTORED_NAME_MAX: "restoredNameMax",
  REWIND_RESTORES_PER_CALLER: "restoresPerCaller",
  REWIND_VPC_ID: "network.vpc.vpcId",
  REWIND_VPC_CONFIG: "network.vpc",
  REWIND_INTERNET_ACCESS: "network.internetAccess",
  REWIND_EGRESS_ADDRESSES: "network.egressAddresses",
  REWIND_DTS_ORDER: "dtsOrder",
  REWIND_DTS_TABLE_KEYS: "dtsTableKeys",
  REWIND_AUTOMATIC_APPROVAL_ROLE: "approval.automaticRole",
  REWIND_TWO_PERSON_RULE: "approval.twoPersonRule",
  REWIND_LOG_PROJECT: "logs.project",
  REWIND_LOG_LEVEL: "logs.level",
  REWIND_ALERT_RULES: "alertRules",
  REWIND_TIMINGS: "timings",
};

/** The variables that `s.yaml` reads. */
export function definitionVariables(settings: Settings): Variables {
  const { identity, approval, network, protocol } = settings;
  const { endpoints, tablestoreInstance, logProject } = namesOf(settings);
  return {
    STAGE: settings.stage,
    ALIBABA_CLOUD_ACCOUNT_ID: settings.account,
    REWIND_REGION: settings.region,
    REWIND_PROTOCOL: protocol,
    REWIND_MNS_ENDPOINT: endpoints.mns,
    REWIND_RDS_ENDPOINT: endpoints.rds,
    REWIND_DTS_ENDPOINT: endpoints.dts,
    REWIND_KMS_ENDPOINT: endpoints.kms,
    REWIND_TABLESTORE_ENDPOINT: endpoints.tablestore,
    REWIND_TABLESTORE_INSTANCE: tablestoreInstance,
    REWIND_AUTH_ISSUER: identity.issuer ?? "",
    REWIND_AUTH_AUDIENCE: identity.audience,
    REWIND_AUTH_JWKS_URL: identity.jwksUrl ?? "",
    REWIND_AUTH_ROLES_CLAIM: identity.rolesClaim,
    REWIND_AUTH_MASTERS_CLAIM: identity.mastersClaim ?? "",
    REWIND_KEYS_MAY_APPROVE: String(identity.keysMayApprove),
    REWIND_OPENAPI_PUBLIC: String(settings.openapiPublic),
    REWIND_SQL_CA_FILE: settings.sqlServers.caFile ?? "",
    REWIND_SQL_PRIVATE_TLS: settings.sqlServers.privateTls,
    REWIND_ACCEPT_WRITE_BACKS: String(settings.acceptWriteBacks),
    REWIND_BILLED_CLONES: String(settings.billedClones),
    REWIND_RESTORED_NAME_MAX: String(settings.restoredNameMax ?? 64),
    REWIND_RESTORES_PER_CALLER: String(settings.restoresPerCaller),
    REWIND_VPC_ID: network.vpc?.vpcId ?? "",
    ...(network.vpc ? { REWIND_VPC_CONFIG: JSON.stringify(network.vpc) } : {}),
    REWIND_INTERNET_ACCESS: String(network.internetAccess),
    REWIND_DTS_ORDER: settings.dtsOrder ?? "configure-first",
    REWIND_DTS_TABLE_KEYS: settings.dtsTableKeys ?? "bare",
    REWIND_AUTOMATIC_APPROVAL_ROLE: approval.automaticRole ?? "",
    REWIND_TWO_PERSON_RULE: approval.twoPersonRule,
    REWIND_LOG_PROJECT: logProject,
    REWIND_LOG_LEVEL: settings.logs.level,
  };
}

/** The variables that travel in the bundle, as `settings.json`, because all variables of a function together may have 4 KB. */
export function bundledVariables({ network, alertRules, timings }: Settings): Variables {
  return {
    REWIND_EGRESS_ADDRESSES: network.egressAddresses.map(String).join(","),
    REWIND_ALERT_RULES: alertRules.length > 0 ? JSON.stringify(alertRules) : "",
    REWIND_TIMINGS: Object.keys(timings).length > 0 ? JSON.stringify(timings) : "",
  };
}

export const bundledVariableNames = ["REWIND_EGRESS_ADDRESSES", "REWIND_ALERT_RULES", "REWIND_TIMINGS"];

/** A sentence about a variable, said of the setting. */
export function inWordsOfSettings(problem: string): string {
  return problem.replace(/\b[A-Z][A-Z_]+[A-Z]\b/g, (name) => settingOf[name] ?? name);
}

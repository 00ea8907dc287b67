import { type TableLayout, tables } from "../shared/store/tables";
import { logstore } from "./names";
import type { Stage } from "./stage";

/** A policy as RAM takes it. */
export interface PolicyDocument {
  readonly Version: "1";
  readonly Statement: readonly {
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
  }[];
}

/** A role of Function Compute with the one policy that it has; both have the same name. */
export interface FunctionRole {
  readonly name: string;
  /** For whom it is, in words. */
  readonly description: string;
  readonly policy: PolicyDocument;
}

/** Only Function Compute may take the roles. */
export const trust = {
  Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: ["fc.aliyuncs.com"] } }],
  Version: "1",
};

/** RDS is only read with these. */
const readRds = [
  "rds:DescribeBackupPolicy",
  "rds:DescribeBackups",
  "rds:DescribeDBInstanceAttribute",
  "rds:DescribeDBInstanceNetInfo",
  "rds:DescribeDBInstances",
  "rds:DescribeDatabases",
  "rds:DescribeLogBackupFiles",
  "rds:DescribeResourceUsage",
];

/**
 * One role for what the Internet can reach, one for what an alarm can reach, and one for the functions that move restores. Only the last
 * can delete, open or buy anything, and it deletes temporary instances only: their ids begin with `sub`. Those of clones begin as the ids of
 * masters do, and no policy tells them apart, so that these rights are given only where clones are turned on.
 */
export function functionRoles({ settings, names }: Pick<Stage, "settings" | "names">): FunctionRole[] {
  const { region, account } = settings;
  const arn = (service: string, rest: string) => `acs:${service}:${region}:${account}:${rest}`;
  const allow = (Action: readonly string[], ...Resource: string[]) => ({ Effect: "Allow" as const, Action, Resource });
  const instances = arn("rds", "dbinstance/*");
  // Prices have no instance yet.
  const prices = settings.billedClones ? [allow(["rds:DescribeAvailableClasses", "rds:DescribePrice"], "*")] : [];
  const clones = settings.billedClones ? [allow(["rds:CloneDBInstance"], instances)] : [];
  const ownInstances = [
    arn("rds", "dbinstance/sub*"),
    ...(settings.billedClones ? [arn("rds", "dbinstance/rm-*")] : []),
  ];
  const { keys, ...others } = tables;
  // An index is read under its own name, as if it were a table.
  const rowsOf = (layouts: readonly TableLayout[], ...actions: string[]) =>
    allow(
      actions.map((action) => `ots:${action}`),
      ...layouts
        .flatMap(({ name, indexes }) => [name, ...indexes.map((index) => index.name)])
        .map((name) => arn("ots", `instance/${names.tablestoreInstance}/table/${name}`)),
    );
  const rows = (...actions: string[]) => rowsOf(Object.values(others), ...actions);
  const secrets = allow(["kms:GetSecretValue"], arn("kms", "secret/rewind/*"));
  const messages = allow(["mns:SendMessage"], arn("mns", `/queues/${names.prefix}-*/messages`));
  const always = [
    messages,
    allow(["log:PostLogStoreLogs"], arn("log", `project/${names.logProject}/logstore/${logstore}`)),
    ...(settings.network.vpc ? [allow(networkInterfaces, "*")] : []),
  ];
  const role = (name: string, description: string, ...statements: PolicyDocument["Statement"]) => ({
    name: `${names.prefix}-${name}`,
    description,
    policy: { Version: "1" as const, Statement: [...statements, ...always] },
  });
  return [
    role(
      "api",
      "the HTTP API: it reads instances and secrets, and records what people ask for",
      allow(readRds, instances),
      ...prices,
      secrets,
      rows("GetRange", "GetRow", "PutRow"),
      // A function that was taken over cannot make a key: no role may write to the table of keys.
      rowsOf([keys], "GetRow"),
    ),
    role("alarm", "alarms: it records restores and reads no instance", rows("GetRow", "PutRow")),
    role(
      "engine",
      "the functions that move restores: they make and delete temporary instances, clones and migration jobs, and open and close addresses",
      allow(
        [
          ...readRds,
          "rds:CopyDatabaseBetweenInstances",
          "rds:CreateDatabase",
          "rds:CreateTempDBInstance",
          "rds:DescribeDBInstanceIPArrayList",
          "rds:ModifySecurityIps",
          "rds:RecoveryDBInstance",
        ],
        instances,
      ),
      ...prices,
      ...clones,
      allow(["rds:AllocateInstancePublicConnection"], arn("rds", "dbinstance/sub*")),
      allow(["rds:DeleteDBInstance"], ...ownInstances),
      // Jobs have no name before they are made, and lists have none at all.
      allow(
        [
          "dts:ConfigureDtsJob",
          "dts:CreateDtsInstance",
          "dts:DeleteDtsJob",
          "dts:DescribeDTSIP",
          "dts:DescribeDtsJobDetail",
          "dts:DescribeDtsJobs",
          "dts:DescribePreCheckStatus",
          "dts:StartDtsJob",
          "dts:StopDtsJob",
        ],
        "*",
      ),
      secrets,
      rows("DeleteRow", "GetRange", "GetRow", "PutRow", "UpdateRow"),
    ),
  ];
}

/** What Function Compute does under the function's role to put it into a VPC (policy of AliyunFCDefaultRole). */
const networkInterfaces = [
  "ecs:CreateNetworkInterface",
  "ecs:CreateNetworkInterfacePermission",
  "ecs:DeleteNetworkInterface",
  "ecs:DeleteNetworkInterfacePermission",
  "ecs:DescribeNetworkInterfacePermissions",
  "ecs:DescribeNetworkInterfaces",
  "vpc:DescribeVSwitchAttributes",
];

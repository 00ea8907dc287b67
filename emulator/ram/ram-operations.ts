import type { ServiceError } from "../core/service-error";
import { OperationTable, operation } from "../rpc/operation";
import { oneOf, required, text, withDefault } from "../rpc/parameters";
import { secondsText } from "../rpc/utc-time";
import { readPolicy, readTrust } from "./policy";
import { type CustomPolicy, type RamService, type Role, versionsMax } from "./ram-service";

/** Codes of RAM 2015-05-01 (help pages of each operation); messages are our own. */
const errors = {
  "EntityNotExist.Role": [404, "The role does not exist."],
  "EntityNotExist.Policy": [404, "The policy does not exist."],
  "EntityAlreadyExists.Role": [409, "The role already exists."],
  "EntityAlreadyExists.Policy": [409, "The policy already exists."],
  "EntityAlreadyExists.Role.Policy": [409, "The policy has already been attached to the role."],
  "EntityNotExist.Role.Policy": [404, "The policy is not attached to the role."],
  "DeleteConflict.Role.Policy": [409, "The role has policies; detach them first."],
  "DeleteConflict.Policy.Role": [409, "The policy is attached to roles; detach it first."],
  "DeleteConflict.Policy.Version": [409, "The policy has versions that are not in force; delete them first."],
  "LimitExceeded.Policy.Version": [409, "The policy has five versions already."],
} as const;

type Refuse = (code: keyof typeof errors) => ServiceError;

const roleName = required(text(/^[\w.@-]{1,64}$/, "InvalidParameter.RoleName.InvalidChars"));
const policyName = required(text(/^[\w-]{1,128}$/, "InvalidParameter.PolicyName.InvalidChars"));
/** System policies are not played: no role here has one. */
const policyType = required(oneOf(["Custom"], "InvalidParameter.PolicyType"));
const documentText = required(text());
const description = withDefault(text(/^[\s\S]{0,1024}$/, "InvalidParameter.Description.Length"), "");

const ram = operation<RamService>();

const played = [
  ram({
    action: "CreateRole",
    parameters: { RoleName: roleName, AssumeRolePolicyDocument: documentText, Description: description },
    errors,
    run(service, { RoleName, AssumeRolePolicyDocument, Description }, refuse) {
      if (service.role(RoleName)) throw refuse("EntityAlreadyExists.Role");
      return { Role: roleAnswer(service, service.createRole(RoleName, AssumeRolePolicyDocument, Description)) };
    },
  }),
  ram({
    action: "GetRole",
    parameters: { RoleName: roleName },
    errors,
    run: (service, { RoleName }, refuse) => ({ Role: roleAnswer(service, roleOf(service, RoleName, refuse)) }),
  }),
  ram({
    action: "UpdateRole",
    parameters: { RoleName: roleName, NewAssumeRolePolicyDocument: documentText },
    errors,
    run(service, { RoleName, NewAssumeRolePolicyDocument }, refuse) {
      const role = roleOf(service, RoleName, refuse);
      readTrust(NewAssumeRolePolicyDocument);
      role.trust = NewAssumeRolePolicyDocument;
      return { Role: roleAnswer(service, role) };
    },
  }),
  ram({
    action: "DeleteRole",
    parameters: { RoleName: roleName },
    errors,
    run(service, { RoleName }, refuse) {
      if (roleOf(service, RoleName, refuse).policies.size > 0) throw refuse("DeleteConflict.Role.Policy");
      service.deleteRole(RoleName);
      return {};
    },
  }),
  ram({
    action: "CreatePolicy",
    parameters: { PolicyName: policyName, PolicyDocument: documentText, Description: description },
    errors,
    run(service, { PolicyName, PolicyDocument, Description }, refuse) {
      if (service.policy(PolicyName)) throw refuse("EntityAlreadyExists.Policy");
      return { Policy: policyAnswer(service.createPolicy(PolicyName, PolicyDocument, Description)) };
    },
  }),
  ram({
    action: "GetPolicy",
    parameters: { PolicyName: policyName, PolicyType: policyType },
    errors,
    run(service, { PolicyName }, refuse) {
      const policy = policyOf(service, PolicyName, refuse);
      return { Policy: policyAnswer(policy), DefaultPolicyVersion: versionAnswer(policy, policy.defaultVersion) };
    },
  }),
  ram({
    action: "CreatePolicyVersion",
    parameters: {
      PolicyName: policyName,
      PolicyDocument: documentText,
      SetAsDefault: withDefault(oneOf(["true", "false"]), "false"),
      RotateStrategy: withDefault(oneOf(["None", "DeleteOldestNonDefaultVersionWhenLimitExceeded"]), "None"),
    },
    errors,
    run(service, { PolicyName, PolicyDocument, SetAsDefault, RotateStrategy }, refuse) {
      const policy = policyOf(service, PolicyName, refuse);
      readPolicy(PolicyDocument);
      if (policy.versions.length >= versionsMax) {
        if (RotateStrategy === "None") throw refuse("LimitExceeded.Policy.Version");
        policy.versions.splice(
          policy.versions.findIndex(({ id }) => id !== policy.defaultVersion),
          1,
        );
      }
      const id = `v${Number(policy.versions.at(-1)?.id.slice(1) ?? 0) + 1}`;
      policy.versions.push({ id, text: PolicyDocument, createdAtMs: service.nowMs });
      if (SetAsDefault === "true") policy.defaultVersion = id;
      return { PolicyVersion: versionAnswer(policy, id) };
    },
  }),
  ram({
    action: "DeletePolicy",
    parameters: { PolicyName: policyName, CascadingDelete: withDefault(oneOf(["true", "false"]), "false") },
    errors,
    run(service, { PolicyName, CascadingDelete }, refuse) {
      const policy = policyOf(service, PolicyName, refuse);
      if (service.roles().some((role) => role.policies.has(policy.name))) throw refuse("DeleteConflict.Policy.Role");
      if (policy.versions.length > 1 && CascadingDelete === "false") throw refuse("DeleteConflict.Policy.Version");
      service.deletePolicy(PolicyName);
      return {};
    },
  }),
  ram({
    action: "AttachPolicyToRole",
    parameters: { PolicyName: policyName, PolicyType: policyType, RoleName: roleName },
    errors,
    run(service, { PolicyName, RoleName }, refuse) {
      const role = roleOf(service, RoleName, refuse);
      const policy = policyOf(service, PolicyName, refuse);
      if (role.policies.has(policy.name)) throw refuse("EntityAlreadyExists.Role.Policy");
      role.policies.set(policy.name, { attachedAtMs: service.nowMs });
      return {};
    },
  }),
  ram({
    action: "DetachPolicyFromRole",
    parameters: { PolicyName: policyName, PolicyType: policyType, RoleName: roleName },
    errors,
    run(service, { PolicyName, RoleName }, refuse) {
      if (!roleOf(service, RoleName, refuse).policies.delete(PolicyName)) throw refuse("EntityNotExist.Role.Policy");
      return {};
    },
  }),
  ram({
    action: "ListPoliciesForRole",
    parameters: { RoleName: roleName },
    errors,
    run(service, { RoleName }, refuse) {
      const policies = [...roleOf(service, RoleName, refuse).policies].flatMap(([name, { attachedAtMs }]) => {
        const policy = service.policy(name);
        return policy ? [{ ...policyAnswer(policy), AttachDate: secondsText(attachedAtMs) }] : [];
      });
      return { Policies: { Policy: policies } };
    },
  }),
];

/** Operations on roles and policies that the official client 1.2 has and that are not played; users and groups do not exist here at all. */
const known = new Set(
  `DeletePolicyVersion GetAccountAlias GetPolicyVersion ListEntitiesForPolicy ListPolicies ListPolicyVersions ListRoles
   SetDefaultPolicyVersion UpdatePolicyDescription CreateUser GetUser ListUsers CreateGroup ListGroups CreateAccessKey
   ListAccessKeys AttachPolicyToUser AttachPolicyToGroup ListPoliciesForUser ListPoliciesForGroup TagResources`.split(
    /\s+/,
  ),
);

export const ramOperations = new OperationTable<RamService>("ram", played, known);

function roleOf(service: RamService, name: string, refuse: Refuse): Role {
  const role = service.role(name);
  if (role) return role;
  throw refuse("EntityNotExist.Role");
}

function policyOf(service: RamService, name: string, refuse: Refuse): CustomPolicy {
  const policy = service.policy(name);
  if (policy) return policy;
  throw refuse("EntityNotExist.Policy");
}

function roleAnswer({ accountId }: RamService, role: Role): Record<string, unknown> {
  return {
    RoleName: role.name,
    RoleId: role.id,
    Arn: `acs:ram::${accountId}:role/${role.name.toLowerCase()}`,
    Description: role.description,
    AssumeRolePolicyDocument: role.trust,
    CreateDate: secondsText(role.createdAtMs),
    MaxSessionDuration: 3600,
  };
}

function policyAnswer(policy: CustomPolicy): Record<string, unknown> {
  return {
    PolicyName: policy.name,
    PolicyType: "Custom",
    Description: policy.description,
    DefaultVersion: policy.defaultVersion,
    CreateDate: secondsText(policy.createdAtMs),
  };
}

function versionAnswer(policy: CustomPolicy, id: string): Record<string, unknown> {
  const version = policy.versions.find((candidate) => candidate.id === id);
  return {
    VersionId: id,
    IsDefaultVersion: id === policy.defaultVersion,
    PolicyDocument: version?.text,
    CreateDate: secondsText(version?.createdAtMs ?? policy.createdAtMs),
  };
}

import { isDeepStrictEqual } from "node:util";
import RamClient, {
  AttachPolicyToRoleRequest,
  CreatePolicyRequest,
  CreatePolicyVersionRequest,
  CreateRoleRequest,
  DeletePolicyRequest,
  DeleteRoleRequest,
  DetachPolicyFromRoleRequest,
  GetPolicyRequest,
  GetRoleRequest,
  ListPoliciesForRoleRequest,
  UpdateRoleRequest,
} from "@alicloud/ram20150501";
import { ask, orAbsent } from "../refusal";
import { type FunctionRole, functionRoles, trust } from "../roles";
import { clientConfig, type Stage } from "../stage";
import type { Change } from "./change";

const absent = /^EntityNotExist\./;
const policyType = "Custom";

/** Roles that are missing, that somebody else may take, or whose policy is another one than the functions need. */
export async function lookAtRoles(stage: Stage): Promise<Change[]> {
  const ram = new RamClient(clientConfig(stage, "ram"));
  const changes: Change[] = [];
  for (const role of functionRoles(stage)) changes.push(...(await lookAtRole(role, ram)));
  return changes;
}

async function lookAtRole({ name, description, policy }: FunctionRole, ram: RamClient): Promise<Change[]> {
  const found = await readRole(name, ram);
  const document = await readPolicy(name, ram);
  const attached = found ? await attachedPolicies(name, ram) : [];
  const changes: Change[] = [];
  const trustText = JSON.stringify(trust);
  if (!found)
    changes.push({
      text: `Makes the role ${name} for ${description}.`,
      apply: async () => {
        const request = new CreateRoleRequest({ roleName: name, assumeRolePolicyDocument: trustText, description });
        await ask("ram", "CreateRole", () => ram.createRole(request));
      },
    });
  else if (!isSame(found.trust, trust))
    changes.push({
      text: `Changes who may take the role ${name}: Function Compute alone.`,
      apply: async () => {
        const request = new UpdateRoleRequest({ roleName: name, newAssumeRolePolicyDocument: trustText });
        await ask("ram", "UpdateRole", () => ram.updateRole(request));
      },
    });
  const policyDocument = JSON.stringify(policy);
  if (document === undefined)
    changes.push({
      text: `Makes the policy ${name}: ${actionsIn(policy).length} actions.`,
      apply: async () => {
        const request = new CreatePolicyRequest({ policyName: name, policyDocument, description });
        await ask("ram", "CreatePolicy", () => ram.createPolicy(request));
      },
    });
  else if (!isSame(document, policy))
    changes.push({
      text: `Changes the policy ${name}${differenceOf(actionsIn(document), actionsIn(policy))}.`,
      apply: async () => {
        // A policy has five versions at most; the oldest one that is not in force makes room.
        const request = new CreatePolicyVersionRequest({
          policyName: name,
          policyDocument,
          setAsDefault: true,
          rotateStrategy: "DeleteOldestNonDefaultVersionWhenLimitExceeded",
        });
        await ask("ram", "CreatePolicyVersion", () => ram.createPolicyVersion(request));
      },
    });
  if (!attached.includes(name))
    changes.push({
      text: `Gives the policy ${name} to the role ${name}.`,
      apply: async () => {
        const request = new AttachPolicyToRoleRequest({ policyName: name, policyType, roleName: name });
        await ask("ram", "AttachPolicyToRole", () => ram.attachPolicyToRole(request));
      },
    });
  return changes;
}

/** Takes the policies from the roles and deletes both; a policy that somebody else gave to a role of ours is only taken from it. */
export async function lookAtRolesToRemove(stage: Stage): Promise<Change[]> {
  const ram = new RamClient(clientConfig(stage, "ram"));
  const changes: Change[] = [];
  for (const { name } of functionRoles(stage)) {
    if (await readRole(name, ram)) {
      const policies = await attachedPolicies(name, ram);
      changes.push({
        text: `Deletes the role ${name}.`,
        apply: async () => {
          for (const policyName of policies) {
            const detach = new DetachPolicyFromRoleRequest({ policyName, policyType, roleName: name });
            await ask("ram", "DetachPolicyFromRole", () => ram.detachPolicyFromRole(detach));
          }
          await ask("ram", "DeleteRole", () => ram.deleteRole(new DeleteRoleRequest({ roleName: name })));
        },
      });
    }
    if ((await readPolicy(name, ram)) !== undefined)
      changes.push({
        text: `Deletes the policy ${name}.`,
        apply: async () => {
          const request = new DeletePolicyRequest({ policyName: name, cascadingDelete: true });
          await ask("ram", "DeletePolicy", () => ram.deletePolicy(request));
        },
      });
  }
  return changes;
}

async function readRole(roleName: string, ram: RamClient): Promise<{ readonly trust: unknown } | undefined> {
  const answer = await orAbsent(absent, () =>
    ask("ram", "GetRole", () => ram.getRole(new GetRoleRequest({ roleName }))),
  );
  return answer && { trust: parsed(answer.body?.role?.assumeRolePolicyDocument) };
}

async function readPolicy(policyName: string, ram: RamClient): Promise<unknown> {
  const request = new GetPolicyRequest({ policyName, policyType });
  const answer = await orAbsent(absent, () => ask("ram", "GetPolicy", () => ram.getPolicy(request)));
  return answer && (parsed(answer.body?.defaultPolicyVersion?.policyDocument) ?? null);
}

async function attachedPolicies(roleName: string, ram: RamClient): Promise<string[]> {
  const request = new ListPoliciesForRoleRequest({ roleName });
  const answer = await ask("ram", "ListPoliciesForRole", () => ram.listPoliciesForRole(request));
  return (answer.body?.policies?.policy ?? []).flatMap(({ policyName }) => policyName ?? []);
}

/** Compared as values: RAM keeps the text as it was sent, and somebody may have laid it out anew in the console. */
function isSame(found: unknown, wanted: unknown): boolean {
  return isDeepStrictEqual(found, JSON.parse(JSON.stringify(wanted)));
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function actionsIn(document: unknown): string[] {
  const { Statement } = (document ?? {}) as { Statement?: readonly { Action?: string | readonly string[] }[] };
  return (Array.isArray(Statement) ? Statement : []).flatMap(({ Action = [] }) => Action);
}

/** Which actions come and go; nothing where only their resources differ. */
function differenceOf(found: readonly string[], wanted: readonly string[]): string {
  const added = wanted.filter((action) => !found.includes(action));
  const removed = found.filter((action) => !wanted.includes(action));
  const parts = [
    ...(added.length > 0 ? [`adds ${added.join(", ")}`] : []),
    ...(removed.length > 0 ? [`takes away ${removed.join(", ")}`] : []),
  ];
  return parts.length > 0 ? `: ${parts.join("; ")}` : ": on other resources";
}

import FcClient, * as model from "@alicloud/fc20230330";
import KmsClient, { GetSecretValueRequest } from "@alicloud/kms20160120";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import SlsClient from "@alicloud/sls20201230";
import { LocalCloud } from "../../emulator/local-cloud";
import type { RoleKeys } from "../../emulator/ram/access";
import { openRpc } from "../../shared/cloud/rpc/rpc";
import { MnsQueues } from "../../shared/messaging/mns-queues";
import { TablestoreRows } from "../../shared/store/tablestore-rows";

/** Each service asks what the owner of a key may do; official clients with the keys of a role, as functions have them. */
const trust = (service: string) =>
  JSON.stringify({
    Version: "1",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: [service] } }],
  });

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start({ spareListeners: 0 });
  cloud.kms.createSecret("rewind/rm-1/dba", "{}");
  cloud.mns.createQueue("rewind-jobs");
  cloud.logs.createProject("rewind-logs", "");
});
afterAll(() => cloud.stop());

let roles = 0;
/** Keys of a new role with one policy. */
function takeRole(
  ...statements: { Action: string | string[]; Resource: string | string[]; Effect?: string }[]
): RoleKeys {
  const name = `role-${++roles}`;
  const Statement = statements.map((statement) => ({ Effect: "Allow", ...statement }));
  cloud.ram.createRole(name, trust("fc.aliyuncs.com"), "");
  cloud.ram.createPolicy(name, JSON.stringify({ Version: "1", Statement }), "");
  cloud.ram.role(name)!.policies.set(name, { attachedAtMs: 0 });
  return cloud.access.takeRole(name);
}

const account = "1234567890123456";
const at = (service: string, rest: string) => `acs:${service}:cn-hangzhou:${account}:${rest}`;

function calls(keys: RoleKeys): Record<"rds" | "mns" | "ots" | "kms" | "log", () => Promise<unknown>> {
  const { rpcEndpoint: endpoint } = cloud;
  const credentials = () => keys;
  const config = { ...keys, endpoint, protocol: "http" as const };
  return {
    rds: () =>
      openRpc({ service: "rds", version: "2014-08-15", endpoint, protocol: "http", credentials }).call(
        "DescribeDBInstances",
        { RegionId: "cn-hangzhou" },
        { changing: false },
      ),
    kms: () =>
      new KmsClient(new $OpenApiUtil.Config(config) as never).getSecretValue(
        new GetSecretValueRequest({ secretName: "rewind/rm-1/dba" }),
      ),
    mns: () =>
      new MnsQueues({
        endpoint: cloud.mnsEndpoint,
        accountId: account,
        region: "cn-hangzhou",
        queuePrefix: "rewind-",
        credentials,
      }).send("jobs", "x"),
    ots: () =>
      new TablestoreRows({ endpoint: cloud.tablestoreEndpoint, instanceName: "rewind-local", credentials }).get(
        "none",
        {
          id: "1",
        },
      ),
    log: () =>
      new SlsClient(new $OpenApiUtil.Config({ ...keys, endpoint: cloud.logsEndpoint, protocol: "HTTP" })).getProject(
        "rewind-logs",
      ),
  };
}

const everything = { Action: "*", Resource: "*" };
const codeOf = (call: () => Promise<unknown>) =>
  call().then(
    () => "allowed",
    // The client of KMS appends "Error" to the service's code.
    (error: { code?: string }) => error.code?.replace(/Error$/, ""),
  );

/** The table does not exist, so an allowed read of Tablestore is told so. */
const answers = { rds: "allowed", kms: "allowed", mns: "allowed", ots: "OTSObjectNotExist", log: "allowed" };
const denials = {
  rds: "Forbidden.RAM",
  kms: "Forbidden.NoPermission",
  mns: "AccessDenied",
  ots: "OTSNoPermissionAccess",
  log: "Unauthorized",
};
const services = ["rds", "kms", "mns", "ots", "log"] as const;

test.each(services)(
  "%s allows a role what its policy allows, and refuses the rest with a code of its own",
  async (name) => {
    const wanted = {
      rds: { Action: "rds:Describe*", Resource: at("rds", "dbinstance/*") },
      kms: { Action: "kms:GetSecretValue", Resource: at("kms", "secret/rewind/*") },
      mns: { Action: "mns:SendMessage", Resource: at("mns", "/queues/rewind-*/messages") },
      ots: { Action: "ots:GetRow", Resource: at("ots", "instance/rewind-local/table/none") },
      log: { Action: "log:GetProject", Resource: at("log", "project/rewind-*") },
    }[name];
    expect(await codeOf(calls(takeRole(wanted))[name])).toBe(answers[name]);
    const elsewhere = { ...wanted, Resource: wanted.Resource.replace(account, "1111111111111111") };
    expect(await codeOf(calls(takeRole(elsewhere))[name])).toBe(denials[name]);
    expect(await codeOf(calls(takeRole({ Action: `${name}:Nothing`, Resource: "*" }))[name])).toBe(denials[name]);
    expect(await codeOf(calls(takeRole(everything, { ...wanted, Effect: "Deny" }))[name])).toBe(denials[name]);
  },
);

test("keys of a role are nothing without their token", async () => {
  const { securityToken: _, ...keys } = takeRole(everything);
  for (const name of services) {
    const code = await codeOf(calls({ ...keys, securityToken: "another" })[name]);
    expect([name, code]).not.toEqual([name, answers[name]]);
  }
});

test("a change of the policy counts at once", async () => {
  const keys = takeRole(everything);
  expect(await codeOf(calls(keys).rds)).toBe("allowed");
  cloud.ram.role(`role-${roles}`)!.policies.clear();
  expect(await codeOf(calls(keys).rds)).toBe("Forbidden.RAM");
});

test("a function is not deployed under a role that is missing, or that trusts somebody else", async () => {
  const compute = await cloud.deploy();
  const client = new FcClient(
    new $OpenApiUtil.Config({
      accessKeyId: cloud.accessKey.id,
      accessKeySecret: cloud.accessKey.secret,
      endpoint: `127.0.0.1:${compute.managementPort}`,
      protocol: "HTTP",
    }),
  );
  const create = (role: string) => {
    const code = new model.InputCodeLocation({
      zipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64").toString("base64"),
    });
    const body = new model.CreateFunctionInput({
      functionName: "work",
      runtime: "nodejs20",
      handler: "index.handler",
      cpu: 0.5,
      memorySize: 512,
      role,
      code,
    });
    return client.createFunction(new model.CreateFunctionRequest({ body }));
  };
  cloud.ram.createRole("for-ecs", trust("ecs.aliyuncs.com"), "");
  await expect(create(`acs:ram::${account}:role/none`)).rejects.toMatchObject({ code: "EntityNotExist.Role" });
  await expect(create(`acs:ram::${account}:role/for-ecs`)).rejects.toMatchObject({ code: "InvalidArgument" });
  expect(compute.functionNames).toEqual([]);
});

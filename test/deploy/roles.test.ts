import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type FunctionRole, functionRoles } from "../../deploy/roles";
import { tableLayouts } from "../../shared/store/tables";
import { localStage } from "./local-stage";

const repository = path.resolve(__dirname, "../..");
const read = (file: string) => readFileSync(path.join(repository, file), "utf8");

/** Who calls which service, by the name that RAM knows it by. */
const clients: Readonly<Record<string, string>> = {
  "shared/cloud/rds/client.ts": "rds",
  "shared/cloud/dts/client.ts": "dts",
  "shared/cloud/kms/secrets.ts": "kms",
  "shared/messaging/mns-queues.ts": "mns",
  "shared/store/tablestore-rows.ts": "ots",
};

/** Every action that a file sends: each goes through one of these, by its name. */
function actionsIn(file: string): string[] {
  const calls = read(file).matchAll(
    /(?:\.read|\.change|\.pages|#read|#change|#pages|#call|#restoreDatabases|\bcall)(?:<[^(]*>)?\(\s*"(\w+)"/g,
  );
  return [...calls].map((match) => `${clients[file]}:${match[1]}`);
}

const roles = functionRoles(localStage({}));
const withClones = functionRoles(localStage({ billedClones: true }));
const role = (name: string, all = roles) => all.find((one) => one.name === `rewind-dev-${name}`)!;
const actionsOf = ({ policy }: FunctionRole) => policy.Statement.flatMap(({ Action }) => Action);
const resourceOf = (action: string, of: FunctionRole) =>
  of.policy.Statement.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);

/** What Function Compute itself does under the role of a function, to write its output. */
const ofThePlatform = "log:PostLogStoreLogs";

test("the engine may do exactly what the functions call, each once", () => {
  const called = new Set(Object.keys(clients).flatMap(actionsIn));
  expect(actionsOf(role("engine", withClones)).sort()).toEqual([...called, ofThePlatform].sort());
});

test("no call of RDS escapes the reading: its request models name the same actions", () => {
  const models = [...read("shared/cloud/rds/client.ts").matchAll(/new (\w+)Request\(|, (\w+)Request,/g)].map(
    (match) => `rds:${match[1] ?? match[2]}`,
  );
  const allowed = actionsOf(role("engine", withClones)).filter((action) => action.startsWith("rds:"));
  expect([...new Set(models)].sort()).toEqual(allowed.sort());
});

test("nothing else of the product opens a client of the cloud", () => {
  const files = (readdirSync(path.join(repository, "shared"), { recursive: true }) as string[])
    .map((file) => path.join("shared", file))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
  const sending = files.filter((file) =>
    /#rpc\.call\(|new RdsCalls\(|from "(@alicloud\/mns|tablestore)"/.test(read(file)),
  );
  // What all calls of RDS share names no action.
  expect(sending.sort()).toEqual([...Object.keys(clients), "shared/cloud/rds/rds-calls.ts"].sort());
});

test("the API and the alarms delete, open and buy nothing: of the cloud they only read, and they only add rows", () => {
  for (const { policy } of [role("api"), role("alarm")])
    for (const action of policy.Statement.flatMap(({ Action }) => Action))
      expect(action).toMatch(/:(Describe\w+|GetSecretValue|SendMessage|PostLogStoreLogs|GetRow|GetRange|PutRow)$/);
  expect(actionsOf(role("alarm")).filter((action) => /^(rds|dts|kms):/.test(action))).toEqual([]);
});

test("whatever the engine deletes or opens to the Internet is a temporary instance", () => {
  for (const action of ["rds:DeleteDBInstance", "rds:AllocateInstancePublicConnection"])
    expect(resourceOf(action, role("engine"))).toEqual(["acs:rds:cn-hangzhou:1234567890123456:dbinstance/sub*"]);
});

test("without billed clones nothing can be cloned, priced or deleted that has the id of a master; with them, only the engine can", () => {
  const ofClones = ["rds:CloneDBInstance", "rds:DescribeAvailableClasses", "rds:DescribePrice"];
  const added = (name: string) => {
    const before = new Set(actionsOf(role(name)));
    return actionsOf(role(name, withClones)).filter((action) => !before.has(action));
  };
  expect(added("engine").sort()).toEqual(ofClones);
  expect(added("api").sort()).toEqual(ofClones.slice(1));
  expect(added("alarm")).toEqual([]);
  expect(resourceOf("rds:DeleteDBInstance", role("engine", withClones))).toEqual([
    "acs:rds:cn-hangzhou:1234567890123456:dbinstance/sub*",
    "acs:rds:cn-hangzhou:1234567890123456:dbinstance/rm-*",
  ]);
});

test("secrets are readable below rewind/ only, rows of our instance only, and no action is allowed by a wildcard", () => {
  for (const one of roles) {
    expect(actionsOf(one).filter((action) => action.includes("*"))).toEqual([]);
    for (const resource of resourceOf("kms:GetSecretValue", one))
      expect(resource).toBe("acs:kms:cn-hangzhou:1234567890123456:secret/rewind/*");
    for (const resource of resourceOf("ots:PutRow", one))
      expect(resource).toMatch(/^acs:ots:cn-hangzhou:1234567890123456:instance\/rewind-dev\/table\/[a-z_]+$/);
    expect(resourceOf("mns:SendMessage", one)).toEqual([
      "acs:mns:cn-hangzhou:1234567890123456:/queues/rewind-dev-*/messages",
    ]);
  }
});

test("the API reads API keys by their ids, and nothing else is done to their table by any function", () => {
  const touching = roles.flatMap((one) =>
    one.policy.Statement.filter(({ Resource }) => Resource.some((resource) => resource.endsWith("/table/keys"))).map(
      ({ Action, Resource }) => [one.name, Action, Resource],
    ),
  );
  const keys = "acs:ots:cn-hangzhou:1234567890123456:instance/rewind-dev/table/keys";
  expect(touching).toEqual([["rewind-dev-api", ["ots:GetRow"], [keys]]]);
});

test("every other table and index is named, because a policy without it would refuse its rows", () => {
  const named = resourceOf("ots:GetRange", role("engine")).map((resource) => resource.split("/").at(-1));
  const known = tableLayouts.flatMap(({ name, indexes }) => [name, ...indexes.map((index) => index.name)]);
  expect([...named, "keys"].sort()).toEqual([...known].sort());
});

test("in a VPC every role may attach the function's network interface, outside of one none", () => {
  const vpc = { vpcId: "vpc-1", vSwitchIds: ["vsw-1"], securityGroupId: "sg-1" };
  const interfaces = (all: readonly FunctionRole[]) =>
    all.map((one) => actionsOf(one).filter((action) => /^(ecs|vpc):/.test(action)).length);
  expect(interfaces(roles)).toEqual([0, 0, 0]);
  expect(interfaces(functionRoles(localStage({ network: { vpc } })))).toEqual([7, 7, 7]);
});

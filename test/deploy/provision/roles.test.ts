import { lookAtRoles, lookAtRolesToRemove } from "../../../deploy/provision/roles";
import { functionRoles } from "../../../deploy/roles";
import { LocalCloud } from "../../../emulator/local-cloud";
import { localStage } from "../local-stage";

const open: LocalCloud[] = [];
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.stop();
});

async function start() {
  const cloud = await LocalCloud.start({ spareListeners: 0 });
  open.push(cloud);
  const credentials = { accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret };
  const stage = (settings = {}) => localStage({ endpoints: { ram: cloud.rpcEndpoint }, ...settings }, credentials);
  const settle = async (settings = {}) => {
    const changes = await lookAtRoles(stage(settings));
    for (const change of changes) await change.apply();
    return changes.map(({ text }) => text);
  };
  return { cloud, stage, settle };
}

test("three roles with one policy each are made; after that nothing has to change", async () => {
  const { cloud, stage, settle } = await start();
  expect((await settle()).filter((text) => text.includes("rewind-dev-alarm"))).toEqual([
    "Makes the role rewind-dev-alarm for alarms: it records restores and reads no instance.",
    "Makes the policy rewind-dev-alarm: 4 actions.",
    "Gives the policy rewind-dev-alarm to the role rewind-dev-alarm.",
  ]);
  for (const { name, policy } of functionRoles(stage())) {
    expect(cloud.ram.policiesOf(name)).toEqual([policy]);
    expect(cloud.ram.trustedBy(name)).toEqual(["fc.aliyuncs.com"]);
  }
  expect(await settle()).toEqual([]);
});

test("an older version's policy is replaced, also a sixth time; the change is named", async () => {
  const { cloud, settle } = await start();
  await settle();
  const older = { Version: "1", Statement: [{ Effect: "Allow", Action: ["rds:*"], Resource: ["*"] }] };
  const change = async () => {
    const policy = cloud.ram.policy("rewind-dev-alarm")!;
    policy.versions.push({
      id: `v${Number(policy.defaultVersion.slice(1)) + 1}`,
      text: JSON.stringify(older),
      createdAtMs: 0,
    });
    policy.defaultVersion = policy.versions.at(-1)!.id;
    return settle();
  };
  for (let time = 0; time < 3; time++)
    expect(await change()).toEqual([
      "Changes the policy rewind-dev-alarm: adds ots:GetRow, ots:PutRow, mns:SendMessage, log:PostLogStoreLogs; takes away rds:*.",
    ]);
  expect(await settle()).toEqual([]);
});

test("what differs in resources only, as with another Tablestore instance, is changed too", async () => {
  const { settle } = await start();
  await settle();
  expect(await settle({ tablestore: { instance: "restores" } })).toContain(
    "Changes the policy rewind-dev-alarm: on other resources.",
  );
});

test("a role that others may take is closed, and one that lost its policy gets it back", async () => {
  const { cloud, settle } = await start();
  await settle();
  const role = cloud.ram.role("rewind-dev-api")!;
  role.trust = role.trust.replace("fc.aliyuncs.com", "ecs.aliyuncs.com");
  role.policies.clear();
  expect(await settle()).toEqual([
    "Changes who may take the role rewind-dev-api: Function Compute alone.",
    "Gives the policy rewind-dev-api to the role rewind-dev-api.",
  ]);
  expect(cloud.ram.trustedBy("rewind-dev-api")).toEqual(["fc.aliyuncs.com"]);
});

test("removing leaves nothing of ours, and nothing else is touched", async () => {
  const { cloud, stage, settle } = await start();
  await settle();
  cloud.ram.createRole("somebody-else", cloud.ram.role("rewind-dev-api")!.trust, "");
  for (const change of await lookAtRolesToRemove(stage())) await change.apply();
  expect(cloud.ram.roles().map(({ name }) => name)).toEqual(["somebody-else"]);
  expect(cloud.ram.policy("rewind-dev-api")).toBeUndefined();
  expect(await lookAtRolesToRemove(stage())).toEqual([]);
});

test("a key without the permission is told which action it lacks", async () => {
  const { cloud, stage } = await start();
  const { trust } = {
    trust:
      '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["fc.aliyuncs.com"]}}]}',
  };
  cloud.ram.createRole("deployer", trust, "");
  const keys = cloud.access.takeRole("deployer");
  await expect(lookAtRoles({ ...stage(), credentials: keys })).rejects.toThrow(
    /^ram refused GetRole \(NoPermission, request [\w-]+\)\. The key of the person who deploys lacks the RAM action ram:GetRole; grant it, and run the command again\.$/,
  );
});

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const repository = path.resolve(__dirname, "../..");
const read = (file: string) => readFileSync(path.join(repository, file), "utf8");

/** Who calls which service, by the name that RAM knows it by. */
const clients: Readonly<Record<string, string>> = {
  "shared/cloud/rds-client.ts": "rds",
  "shared/cloud/dts-client.ts": "dts",
  "shared/cloud/kms-secrets.ts": "kms",
  "shared/messaging/mns-queues.ts": "mns",
  "shared/store/tablestore-rows.ts": "ots",
};

/** Provisioning makes queues with the key of whoever deploys, not with the functions' role. */
const notOfTheFunctions = ["mns:CreateQueue"];

/** Every action that a file sends: each goes through one of these, by its name. */
function actionsIn(file: string): string[] {
  const calls = read(file).matchAll(/(?:#read|#change|#pages|#call|\bcall)(?:<[^(]*>)?\(\s*"(\w+)"/g);
  return [...calls].map((match) => `${clients[file]}:${match[1]}`);
}

interface Policy {
  readonly Version: string;
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: readonly string[];
    readonly Resource: string;
  }[];
}

const policy = JSON.parse(read("deploy/ram-policy.json")) as Policy;
const allowed = policy.Statement.flatMap((statement) => statement.Action);

test("allows exactly the actions that the functions call, each once", () => {
  const called = new Set(Object.keys(clients).flatMap(actionsIn));
  for (const action of notOfTheFunctions) expect(called.delete(action)).toBe(true);
  expect([...allowed].sort()).toEqual([...called].sort());
});

test("no call of RDS escapes the reading: its request models name the same actions", () => {
  const models = [...read("shared/cloud/rds-client.ts").matchAll(/new (\w+)Request\(/g)].map(
    (match) => `rds:${match[1]}`,
  );
  expect([...new Set(models)].sort()).toEqual(allowed.filter((action) => action.startsWith("rds:")).sort());
});

test("nothing else of the product opens a client of the cloud", () => {
  const files = (readdirSync(path.join(repository, "shared"), { recursive: true }) as string[])
    .map((file) => path.join("shared", file))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
  const sending = files.filter((file) => /#rpc\.call\(|from "(@alicloud\/mns|tablestore)"/.test(read(file)));
  expect(sending.sort()).toEqual(Object.keys(clients).sort());
});

test("secrets are readable below rewind/ only, and nothing is allowed by a wildcard", () => {
  expect(policy.Version).toBe("1");
  for (const { Effect, Action, Resource } of policy.Statement) {
    expect([Effect, Action.join().includes("*")]).toEqual(["Allow", false]);
    if (Action.includes("kms:GetSecretValue")) expect(Resource).toBe("acs:kms:*:*:secret/rewind/*");
  }
});

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { substitute } from "../../emulator/fc/substitution";
import { closeScenes, temporaryFolder } from "../emulator/fc/scene";

afterEach(closeScenes);

const repository = path.resolve(__dirname, "../..");
const definition = path.join(repository, "s.yaml");

/** What Serverless Devs itself makes of `s.yaml`; needs no network. Its home is a folder of the test's own. */
async function preview(environment: Record<string, string>): Promise<{ resources: unknown }> {
  const command = path.join(repository, "node_modules/@serverless-devs/s/bin/s");
  const env = { PATH: process.env["PATH"], HOME: temporaryFolder(), ...environment };
  const args = [command, "preview", "-t", definition, "-o", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: env.HOME });
  return JSON.parse(stdout.slice(stdout.indexOf("{")));
}

describe("the definition as Serverless Devs reads it", () => {
  it.each<[string, Record<string, string>]>([
    ["with nothing but what has no default given", {}],
    [
      "with everything given",
      {
        STAGE: "prod",
        REWIND_REGION: "cn-beijing",
        REWIND_MNS_ENDPOINT: "http://127.0.0.1:1",
        REWIND_VPC_CONFIG: '{"vpcId":"vpc-1","vSwitchIds":["vsw-1","vsw-2"],"securityGroupId":"sg-1"}',
        REWIND_INTERNET_ACCESS: "false",
        REWIND_AUTH_AUDIENCE: "",
      },
    ],
  ])("the definition as Serverless Devs reads it is what the local cloud reads, %s", async (_, given) => {
    const environment = {
      ALIBABA_CLOUD_ACCOUNT_ID: "1234567890123456",
      REWIND_AUTH_ISSUER: "https://login.example.com",
      REWIND_AUTH_JWKS_URL: "https://login.example.com/keys",
      ...given,
    };
    const local = substitute(parse(readFileSync(definition, "utf8"), { merge: true }), environment);
    expect((local as { resources: unknown }).resources).toEqual((await preview(environment)).resources);
  });
});

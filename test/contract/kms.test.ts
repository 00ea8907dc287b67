import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import KmsClient, { CreateSecretRequest, GetSecretValueRequest, ListSecretsRequest } from "@alicloud/kms20160120";
import { Config } from "@alicloud/rpc-client";
import { ManualClock } from "../../emulator/core/clock";
import { Faults } from "../../emulator/core/faults";
import { SeededRandom } from "../../emulator/core/random";
import { KmsService } from "../../emulator/kms/kms-service";
import { knownKmsActions } from "../../emulator/kms/known-actions";
import { RpcServer } from "../../emulator/rpc/rpc-server";

const servers: RpcServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function startKms() {
  const clock = new ManualClock(Date.now());
  const random = new SeededRandom(1);
  const kms = new KmsService({ clock, random });
  const accessKeys = new Map([["akid", "secret"]]);
  const server = new RpcServer({ services: [kms], clock, random, faults: new Faults(), accessKeys });
  servers.push(server);
  const endpoint = `127.0.0.1:${await server.listen()}`;
  const client = (accessKeySecret = "secret", accessKeyId = "akid", target = endpoint) =>
    new KmsClient(new Config({ accessKeyId, accessKeySecret, endpoint: target, protocol: "http" }));
  return { clock, kms, client, endpoint };
}

const read = (given: { secretName: string; versionId?: string; versionStage?: string }) =>
  new GetSecretValueRequest(given);

describe("ListSecrets", () => {
  it("ListSecrets answers names in pages, and no values", async () => {
    const { kms, client } = await startKms();
    for (const name of ["b", "c", "a"]) kms.createSecret(name, "hush");
    const page = async (pageNumber: number) =>
      client().listSecrets(new ListSecretsRequest({ pageNumber, pageSize: 2 }));
    const first = await page(1);
    expect([first.totalCount, first.pageNumber, first.pageSize]).toEqual([3, 1, 2]);
    const names = [first, await page(2)].map(({ secretList }) => secretList.secret.map(({ secretName }) => secretName));
    expect(names).toEqual([["a", "b"], ["c"]]);
    expect(JSON.stringify(first)).not.toContain("hush");
  });

  it("ListSecrets refuses what it does not play instead of leaving it out", async () => {
    const { client } = await startKms();
    await expect(client().listSecrets(new ListSecretsRequest({ fetchTags: "true" }))).rejects.toMatchObject({
      code: "EmulatorNotImplementedError",
    });
  });
});

describe("GetSecretValue", () => {
  it("GetSecretValue answers the current version", async () => {
    const { kms, client, clock } = await startKms();
    const data = JSON.stringify({ AccountName: "dba", AccountPassword: "p&+ ü=" });
    kms.createSecret("rewind/rm-1/dba", data, "v1");
    const answer = await client().getSecretValue(read({ secretName: "rewind/rm-1/dba" }));
    expect(answer).toMatchObject({
      secretName: "rewind/rm-1/dba",
      secretData: data,
      secretDataType: "text",
      versionId: "v1",
      versionStages: { versionStage: ["ACSCurrent"] },
      createTime: `${new Date(clock.nowMs()).toISOString().slice(0, 19)}Z`,
    });
    expect(answer.requestId).toMatch(/^[0-9A-F-]{36}$/);
  });

  it("GetSecretValue keeps the version before as the previous one, and older ones by their id", async () => {
    const { kms, client } = await startKms();
    kms.createSecret("s", "oldest", "v1");
    kms.putSecretValue("s", "older", "v2");
    kms.putSecretValue("s", "new", "v3");
    const answer = async (given: { versionId?: string; versionStage?: string }) => {
      const { secretData, versionStages } = await client().getSecretValue(read({ secretName: "s", ...given }));
      return [secretData, versionStages.versionStage];
    };
    expect(await answer({})).toEqual(["new", ["ACSCurrent"]]);
    expect(await answer({ versionStage: "ACSPrevious" })).toEqual(["older", ["ACSPrevious"]]);
    expect(await answer({ versionId: "v1" })).toEqual(["oldest", []]);
    expect(await answer({ versionId: "v2", versionStage: "ACSPrevious" })).toEqual(["older", ["ACSPrevious"]]);
  });

  it.each([
    ["a secret that is not there", { secretName: "other" }],
    ["a version that is not there", { secretName: "s", versionId: "v9" }],
    ["a stage that no version has", { secretName: "s", versionStage: "ACSPrevious" }],
    ["a version that is not in the stage", { secretName: "s", versionId: "v1", versionStage: "ACSPrevious" }],
  ])("the schema statement is refused: %s", async (_, given) => {
    const { kms, client } = await startKms();
    kms.createSecret("s", "value", "v1");
    await expect(client().getSecretValue(read(given))).rejects.toMatchObject({
      data: { Code: "Forbidden.ResourceNotFound", HostId: "kms.aliyuncs.com" },
    });
  });

  it("GetSecretValue verifies the older RPC signature that this client sends", async () => {
    const { client } = await startKms();
    const refusals = [
      [client("guessed"), "SignatureDoesNotMatch"],
      [client("secret", "stranger"), "InvalidAccessKeyId.NotFound"],
    ] as const;
    for (const [wrong, Code] of refusals) {
      await expect(wrong.getSecretValue(read({ secretName: "s" }))).rejects.toMatchObject({ data: { Code } });
    }
  });

  it("GetSecretValue refuses a request of the older kind that is sent a second time", async () => {
    const { kms, client, endpoint } = await startKms();
    kms.createSecret("s", "value");
    const urls: string[] = [];
    const trap = createServer((request, response) => {
      urls.push(`http://${endpoint}${request.url}`);
      response.end("{}");
    });
    await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
    const trapped = client("secret", "akid", `127.0.0.1:${(trap.address() as AddressInfo).port}`);
    await trapped.getSecretValue(read({ secretName: "s" }));
    trap.closeAllConnections();
    await new Promise((resolve) => trap.close(resolve));
    const send = async () => (await fetch(urls[0] as string, { method: "POST" })).json();
    expect(await send()).toMatchObject({ SecretData: "value" });
    expect(await send()).toMatchObject({ Code: "SignatureNonceUsed" });
  });

  it("GetSecretValue refuses an old signature once its date has passed", async () => {
    const { client, clock } = await startKms();
    clock.advance(16 * 60_000);
    const late = client().getSecretValue(read({ secretName: "s" }));
    await expect(late).rejects.toMatchObject({ data: { Code: "IllegalTimestamp" } });
  });
});

describe("operations that are not played", () => {
  it("operations that are not played say so", async () => {
    const { client } = await startKms();
    const request = new CreateSecretRequest({ secretName: "s", secretData: "d", versionId: "1" });
    await expect(client().createSecret(request)).rejects.toMatchObject({ data: { Code: "EmulatorNotImplemented" } });
  });

  it("operations that are not played are all known by name", () => {
    const source = readFileSync(require.resolve("@alicloud/kms20160120"), "utf8");
    const names = [...source.matchAll(/doRequest\("(\w+)"/g)].map((match) => match[1] as string);
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !knownKmsActions.has(name))).toEqual([]);
  });
});

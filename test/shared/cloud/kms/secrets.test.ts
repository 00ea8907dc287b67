import { inspect } from "node:util";
import { ManualClock } from "../../../../emulator/core/clock";
import { SeededRandom } from "../../../../emulator/core/random";
import { KmsService } from "../../../../emulator/kms/kms-service";
import { KmsSecrets } from "../../../../shared/cloud/kms/secrets";
import { closeLocalServices, serveLocally } from "../local-services";

afterEach(closeLocalServices);

const name = "rewind/rm-shop/dba";
const value = (AccountPassword: string) => JSON.stringify({ AccountName: "dba", AccountPassword });

async function start(first = value("one & ü=")) {
  const clock = new ManualClock(Date.parse("2026-11-20T10:00:00Z"));
  const kms = new KmsService({ clock, random: new SeededRandom(1) });
  kms.createSecret(name, first, "v1");
  const { rpc, faults } = await serveLocally(kms);
  const passwords: string[] = [];
  const secrets = new KmsSecrets(rpc, clock, (password) => passwords.push(password));
  return { clock, kms, faults, secrets, passwords };
}

test("a secret is a login and its password, and the log is told to mask it", async () => {
  const { secrets, passwords } = await start();
  expect(await secrets.read(name, null)).toEqual({ userName: "dba", password: "one & ü=" });
  expect(passwords).toEqual(["one & ü="]);
});

test("a secret is kept for minutes, unless a fresh one is asked for", async () => {
  const { clock, kms, secrets } = await start();
  await secrets.read(name, null);
  kms.putSecretValue(name, value("two"), "v2");
  clock.advance(60_000);
  expect((await secrets.read(name, null)).password).toBe("one & ü=");
  expect((await secrets.read(name, null, { fresh: true })).password).toBe("two");
  expect((await secrets.read(name, null)).password).toBe("two");
  kms.putSecretValue(name, value("three"), "v3");
  clock.advance(5 * 60_000);
  expect((await secrets.read(name, null)).password).toBe("three");
});

test("an older version is read by its id, beside the current one", async () => {
  const { kms, secrets } = await start();
  kms.putSecretValue(name, value("two"), "v2");
  expect((await secrets.read(name, "v1")).password).toBe("one & ü=");
  expect((await secrets.read(name, null)).password).toBe("two");
});

test("a failure is not kept", async () => {
  const { faults, secrets } = await start();
  faults.add({ service: "kms", action: "GetSecretValue", kind: "server-error", times: 1 });
  await expect(secrets.read(name, null)).rejects.toMatchObject({ kind: "unavailable", service: "kms" });
  expect((await secrets.read(name, null)).userName).toBe("dba");
});

test("a secret that is not there is refused", async () => {
  const { secrets } = await start();
  await expect(secrets.read("rewind/rm-shop/other", null)).rejects.toMatchObject({ kind: "refused", service: "kms" });
});

test.each([
  "hunter2",
  '"hunter2"',
  '{"AccountName":"dba","Password":"hunter2"}',
  '{"AccountName":"","AccountPassword":"hunter2"}',
])("a value that is no login is refused without being shown: %s", async (text) => {
  const { secrets } = await start(text);
  const error = await secrets.read(name, null).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "refused", code: "SecretNotUsable" });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("hunter2");
});

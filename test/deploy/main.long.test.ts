import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const repository = path.resolve(__dirname, "../..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "rewind-main-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Commands with a folder of their own. */
const folders: Readonly<Record<string, readonly string[]>> = {
  keys: ["deploy/keys/main.ts"],
  doctor: ["deploy/doctor/main.ts"],
  replay: ["deploy/alarms/main.ts"],
};

/** A command without a terminal. */
function run(settings: string | null, [script, ...args]: string[], environment: Record<string, string> = {}) {
  const file = path.join(folder, "rewind.yaml");
  if (settings === null) rmSync(file, { force: true });
  else writeFileSync(file, settings);
  const command = [
    path.join(repository, "node_modules/tsx/dist/cli.mjs"),
    ...(folders[script ?? ""] ?? ["deploy/main.ts", script ?? ""]),
    ...args,
    "--settings",
    file,
  ];
  const env = { PATH: process.env["PATH"], HOME: folder, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: repository, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

const least = readFileSync(path.join(repository, "rewind.example.yaml"), "utf8");
const key = { ALIBABA_CLOUD_ACCESS_KEY_ID: "akid", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "hush-hush" };

test("without settings, with wrong ones, and without a key, the command says what to do, ends with 1, and has sent nothing", () => {
  expect(run(null, ["deploy"])).toEqual({
    status: 1,
    stdout: "",
    stderr: `Nothing was sent. Put this right first:\n  There is no ${folder}/rewind.yaml. Copy rewind.example.yaml to rewind.yaml and change it.\n`,
  });
  expect(run(`${least}\ntimings: { polMs: 1 }\ndtsOder: x`, ["deploy"], key)).toMatchObject({
    status: 1,
    stderr: "Nothing was sent. Put this right first:\n  dtsOder is no setting of Rewind.\n",
  });
  expect(run(least, ["undeploy"])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(
      "  ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set in the environment: the key of the person who deploys.\n",
    ),
  });
});

test("a service that does not answer is a refusal with what to do, and the key's secret is nowhere", () => {
  const hosts = ["rds", "dts", "kms", "tablestoreManagement", "logs", "ram", "functions"].map(
    (name) => `${name}: 127.0.0.1:9`,
  );
  const urls = ["mns", "tablestore"].map((name) => `${name}: http://127.0.0.1:9`);
  const unreachable = `protocol: http\nendpoints: { ${[...hosts, ...urls].join(", ")} }`;
  const { status, stdout, stderr } = run(`${least}\n${unreachable}`, ["undeploy", "--dry-run"], key);
  expect([status, stderr]).toEqual([
    1,
    "It ended here:\n  fc refused ListTriggers (NoAnswer). No answer came from Function Compute: look at region and endpoints in rewind.yaml, and at your network. What was done may be there; run the command again.\n",
  ]);
  expect(stdout + stderr).not.toContain("hush");
});

test("keys, doctor and replay say what is missing, and end with 1", () => {
  for (const script of [["keys", "list"], ["doctor"], ["replay"]])
    expect(run(null, script, key)).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Nothing was sent\. Put this right first:\n {2}There is no .*rewind\.yaml\./),
    });
  expect(run(least, ["keys", "show"], key).stderr).toContain(
    "show is no command of npm run keys; there are make, list and revoke.",
  );
  expect(run(least, ["keys", "make"], key)).toMatchObject({ status: 1, stdout: "" });
});

test("a probe of a master that the settings do not name is refused, and nothing is sent", () => {
  const { status, stderr } = run(least, ["doctor", "--probe", "rm-shop"], key);
  expect([status, stderr]).toEqual([1, expect.stringContaining("  rm-shop is not named as the test master.")]);
});

test("contract tests against an account say what is missing, and make nothing without a yes", () => {
  const contract = (settings: string, more: Record<string, string>) => {
    const file = path.join(folder, "contract.yaml");
    writeFileSync(file, settings);
    const env = { PATH: process.env["PATH"], HOME: folder, REMOTE: "1", REWIND_SETTINGS: file, ...more };
    const command = ["--import", "tsx", "test/contract/main.ts"];
    return spawnSync(process.execPath, command, { cwd: repository, env, encoding: "utf8", input: "" });
  };
  const withMaster = `${least}\nprobe: { master: rm-test, secretName: rewind/rm-test/dba }`;
  expect(contract(least, key)).toMatchObject({ status: 1, stderr: expect.stringContaining("  probe is missing;") });
  expect(contract(withMaster, {})).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("  ALIBABA_CLOUD_ACCESS_KEY_ID is not set in the environment"),
  });
  expect(contract(withMaster, key)).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/less than a cent\. Nothing is bought\.\nNothing was made: it takes a typed yes\./),
  });
});

test("each command has a help", () => {
  for (const script of ["keys", "doctor", "replay"]) {
    const { status, stdout } = run(null, [script, "--help"]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^npm run ${script} `))]);
  }
});

test("help says every option", () => {
  for (const option of ["--dry-run", "--with-data", "--yes", "--settings"])
    expect(run(null, ["--help"]).stdout).toContain(option);
});

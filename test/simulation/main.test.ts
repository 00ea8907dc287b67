import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";

/** `npm run simulate` as it is started, and as it would be with a bug in the product. */
const folder = mkdtempSync(path.join(tmpdir(), "rewind-simulate-"));
const sound = bundle("sound", `require("./main");`);
const defective = bundle(
  "defective",
  `require("./exhaustive/defects/defects").defects["send a call that is not on the record"](); require("./main");`,
);

afterAll(() => rmSync(folder, { recursive: true }));

function bundle(name: string, contents: string): string {
  const outfile = path.join(folder, `${name}.js`);
  buildSync({ stdin: { contents, resolveDir: __dirname }, bundle: true, platform: "node", outfile, logLevel: "error" });
  return outfile;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** @param onBegun called when the first line is out */
function simulate(file: string, args: string, onBegun: (child: ChildProcess) => void = () => {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args.split(" ")]);
    let out = "";
    let errors = "";
    child.stdout.once("data", () => onBegun(child));
    child.stdout.on("data", (text) => {
      out += text;
    });
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.on("close", (code) => resolve({ code, out, errors }));
  });
}

test("a run of the simulation says the seed first, and at the end what all worlds came to", async () => {
  const { code, out } = await simulate(sound, "--seeds 4 --seed 1");
  expect(out).toMatch(/^seed 1\n4 seeds, \d+ restores, \d+ virtual days in /);
  expect(out).toMatch(/\nfaults: \n +\d+ {2}[a-z-]+\n/);
  expect(out).toMatch(/\nviolations: 0\n$/);
  expect(code).toBe(0);
});

test("a broken promise is named with the command that shows it, and ends with 1", async () => {
  const { code, out } = await simulate(defective, "--seeds 2 --seed 1");
  expect(out).toMatch(/^seed 1\n/);
  expect(out).toMatch(/\nseed 1 broke a promise: .+\n.+\n {2}npm run simulate -- --seed 1 --trace\n/);
  expect(out).toMatch(/\nviolations: 2\n$/);
  expect(code).toBe(1);
});

test("--trace prints one world as a timeline, each time the same, and how it ends", async () => {
  const [first, second] = await Promise.all([1, 2].map(() => simulate(sound, "--seed 7 --trace")));
  expect(first!.out).toMatch(/^seed 7\n2026-\d\d-\d\dT[\d:.]+Z /);
  expect(first!.out).toMatch(/\nseed 7: every promise held\n$/);
  expect(second).toEqual(first);
  expect(await simulate(defective, "--seed 1 --trace")).toMatchObject({
    code: 1,
    out: expect.stringMatching(/\nseed 1 broke a promise: /),
  });
});

test("Ctrl-C ends it with what the worlds so far came to", async () => {
  const { code, out } = await simulate(sound, "--minutes 9", (child) => child.kill("SIGINT"));
  expect(out).toMatch(/^seed \d+\n\d+ seeds, \d+ restores, [\s\S]*\nviolations: 0\n$/);
  expect(code).toBe(0);
});

test.each(["--seeds many", "--seed 1.5", "--minutes -3", "--worlds 7", "--trace", "--trace --seed 1 --seeds 5"])(
  "%s is not understood: says how it is used, and ends with 2",
  async (args) => {
    const { code, out, errors } = await simulate(sound, args);
    expect(errors).toMatch(/^(.+\n)+npm run simulate -- /);
    expect(errors).not.toContain(" at ");
    expect(out).toBe("");
    expect(code).toBe(2);
  },
);

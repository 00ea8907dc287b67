import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import mssql from "mssql";
import type { RestoreView } from "../../cli/restore-view";

/** What `npm start -- --keep` prints for a shell, run by a shell. */
jest.setTimeout(300_000);
const patienceMs = 120_000;

let demo: ChildProcess;
let folder: string;

beforeAll(() => {
  for (const program of ["bash", "curl"])
    if (spawnSync(program, ["--version"]).error)
      throw new Error(`${program} is needed to run the printed lines; install it.`);
  folder = mkdtempSync(join(tmpdir(), "rewind-by-hand-"));
  demo = spawn(process.execPath, ["--import", "tsx", "cli/demo.ts", "--keep"], {
    cwd: join(__dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
});

afterAll(async () => {
  if (demo.exitCode === null) {
    const ended = new Promise((resolve) => demo.once("exit", resolve));
    demo.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that was printed until the last of the lines by hand. */
function printed(): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not all lines were printed in time:\n${text}`)), patienceMs);
    let text = "";
    demo.once("exit", () => reject(new Error(`the demo ended too early:\n${text}`)));
    demo.stdout!.on("data", (chunk: Buffer) => {
      text += chunk;
      if (!/^curl .*\/events .*\n/m.test(text)) return;
      clearTimeout(late);
      resolve(text);
    });
  });
}

test("the lines that are printed bring the rows back, with the approval of a second person", async () => {
  const text = await printed();
  const lines = text.slice(text.indexOf("\nURL=") + 1);
  const script = ["-euo", "pipefail", "-c", lines];
  const { stdout } = await promisify(execFile)("bash", script, { cwd: folder, timeout: patienceMs });
  expect(stdout).toContain('"feasible":"yes"');
  expect(stdout).toContain("approved by bob");

  const [, url] = /^URL=(.*)$/m.exec(lines)!;
  const [, token] = /^TOKEN=(.*)$/m.exec(lines)!;
  const answer = await fetch(`${url}/restores`, { headers: { authorization: `Bearer ${token}` } });
  const { restores } = (await answer.json()) as { restores: RestoreView[] };
  expect(restores[0]).toMatchObject({ label: "INC-4712", status: "closed", outcome: "succeeded" });

  const [, before] = /before the accident +(\d+)/.exec(text)!;
  const [, database] = /shop -> (\w+)/.exec(stdout)!;
  expect(await countOrders(text, database!)).toBe(Number(before));
});

/** With the login that is printed, as any SQL Server client would. */
async function countOrders(text: string, database: string): Promise<number> {
  const [, server, port, user, password] = /SQL Server +(\S+),(\d+) +login (\S+) \/ (\S+)/.exec(text)!;
  const pool = await new mssql.ConnectionPool({
    server: server!,
    port: Number(port),
    user: user!,
    password: password!,
    options: { encrypt: true, trustServerCertificate: true },
  }).connect();
  try {
    return (await pool.query(`SELECT COUNT(*) AS n FROM [${database}].dbo.Orders`)).recordset[0].n;
  } finally {
    await pool.close();
  }
}

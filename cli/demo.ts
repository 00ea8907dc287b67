import { type LocalRewind, startLocal } from "../deploy/local";
import { connectionStrings } from "../emulator/sql-server/connection-strings";
import { linesByHand } from "./by-hand";
import { readDemoOptions, usage } from "./demo-options";
import { type Played, play } from "./play";
import type { Scenario } from "./scenarios";

/** `npm start`: the local cloud, an accident, its restore, and the rows back. Exit code 0 only if the data itself says so. */
async function main(): Promise<void> {
  const options = readDemoOptions(process.argv.slice(2));
  if (options === "help") return say(usage);
  const { scenario, keep } = options;
  const startedMs = Date.now();
  say("Starting the local cloud (RDS, DTS, MNS, Tablestore, KMS, Function Compute, SQL Server) …");
  const local = await startLocal({ settings: scenario.settings });
  try {
    const played = await play(local, scenario, startedMs, say);
    const ok = showResult(local, scenario, played);
    say(`\n${ok ? "As it should be" : "NOT as it should be"} (${((Date.now() - startedMs) / 1000).toFixed(1)} s).`);
    if (keep) await showAndWait(local, played);
    process.exitCode = ok ? 0 : 1;
  } finally {
    await local.stop();
  }
}

/** The rows, from the data itself; true when everything is as the scenario says. */
function showResult(local: LocalRewind, scenario: Scenario, { sample, restore, rowsBefore }: Played): boolean {
  local.cloud.settle();
  const { table } = scenario;
  const target = restore.plan?.databases[0]?.targetDatabase ?? "shop";
  const count = (database: string) => sample.instance.data.database(database)?.table("dbo", table)?.rowCount ?? 0;
  say(`\nOutcome: ${restore.outcome} – ${restore.reason?.text ?? ""}`);
  for (const compared of restore.comparison?.tables ?? []) {
    const restored = `${String(compared.targetRows ?? "?").padStart(6)} restored: ${compared.verdict}`;
    const source = `${String(compared.sourceRows ?? "?").padStart(6)} rows on the temporary instance, `;
    say(`  ${compared.name.padEnd(12)} ${compared.verdict === "arrived" ? "" : source}${restored}`);
  }
  say(`\nRows of dbo.${table}`);
  say(`  before the accident         ${rowsBefore.length}`);
  say(`  in shop now                 ${count("shop")}`);
  if (target !== "shop") say(`  in ${target}  ${count(target)}`);
  const temporary = local.cloud.rds.instances().filter(({ id }) => id !== sample.instance.id).length;
  const jobs = local.cloud.dts.jobs().length;
  say(
    `\nLeft in the cloud: ${jobs} migration jobs, ${temporary} temporary instances${restore.status === "holding" ? " (kept for people until it expires or is released)" : ""}.`,
  );
  for (const { instanceId, hours, amount, currency } of local.cloud.rds.bills())
    say(`Billed: ${instanceId}, ${hours} h: ${amount} ${currency}.`);
  for (const left of restore.leftOnMaster)
    say(
      `Left on the master: ${left.name}${left.sizeBytes === null ? "" : ` (${Math.ceil(left.sizeBytes / 1024).toLocaleString("en")} KB)`}. To remove it: ${left.sql}`,
    );
  if (restore.plan) {
    say("\nTo look for yourself (npm start -- --keep keeps everything running):");
    say(`  SELECT COUNT(*) FROM [${target}].dbo.${table};`);
    if (target !== "shop") say(`  SELECT * FROM [${target}].dbo.${table} EXCEPT SELECT * FROM [shop].dbo.${table};`);
  }
  const restored = restore.plan === null || isEqual(rowsBefore, sample, target, table);
  return (
    restore.outcome === scenario.outcome &&
    restored &&
    jobs === 0 &&
    temporary === (restore.status === "holding" ? 1 : 0)
  );
}

/** Every row that was there before the accident is in the target, value by value. */
function isEqual(rowsBefore: Played["rowsBefore"], sample: Played["sample"], database: string, table: string): boolean {
  const found = sample.instance.data.database(database)?.table("dbo", table);
  const texts = (rows: Iterable<readonly unknown[]>) => [...rows].map((row) => row.map(String).join("|")).sort();
  return found !== undefined && texts(found.rows.values()).join("\n") === texts(rowsBefore).join("\n");
}

async function showAndWait(local: LocalRewind, { sample, restore, restoreTime }: Played): Promise<void> {
  const { cloud } = local;
  const address = sample.instance.privateAddress;
  say("\nEverything stays up until Ctrl-C.");
  say(`  HTTP API          ${local.apiUrl}`);
  say(`  token (admin)     ${await local.token("you", "admin")}`);
  say(
    `  RDS, DTS, KMS     http://${cloud.rpcEndpoint}   MNS ${cloud.mnsEndpoint}   Tablestore ${cloud.tablestoreEndpoint} (instance ${cloud.tablestoreInstance})`,
  );
  say(`  Function Compute  http://127.0.0.1:${cloud.functions.managementPort}`);
  say(`  access key        ${cloud.accessKey.id} / ${cloud.accessKey.secret}`);
  say("  npm run doctor and npm run keys take this deployment with");
  say(`    --settings ${local.settingsFile}   and the access key in ALIBABA_CLOUD_ACCESS_KEY_ID and …_SECRET`);
  const { userName, password } = sample.logins.dba;
  if (address) {
    say(`  SQL Server        ${address.host},${address.port}   login ${userName} / ${password}   (TLS or in clear)\n`);
    const target = { ...address, userName, password, database: "shop" };
    for (const line of connectionStrings(target, local.certificateAuthorityFile)) say(line);
  }
  const [requester, approver] = [await local.token("ann", "requester"), await local.token("bob", "approver")];
  if (restore.status === "holding")
    say(`\nThe restore ${restore.restoreId} holds the master. Release it before you start another one.`);
  say("\nA restore by hand, for a shell:\n");
  for (const line of linesByHand({ apiUrl: local.apiUrl, requester, approver, restoreTime })) say(line);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

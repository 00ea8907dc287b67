import { type LocalRewind, startLocal } from "../deploy/local";
import { addSampleMaster, playAccident, type SampleMaster } from "../deploy/sample";
import { ApiClient } from "./api-client";
import { type EventView, type RestoreView, TimelinePrinter } from "./restore-view";

/** `npm start`: the local cloud, an accident, its restore, and the rows back. Exit code 0 only if the data itself says so. */
const accidentMinutesAgo = 45;
/** The restore must be over by then; a laptop needs about twenty seconds. */
const patienceMs = 120_000;

async function main(): Promise<void> {
  const keep = process.argv.includes("--keep");
  const startedMs = Date.now();
  say("Starting the local cloud (RDS, DTS, MNS, Tablestore, KMS, Function Compute, SQL Server) …");
  const local = await startLocal();
  try {
    const restored = await play(local, startedMs);
    if (keep) await showAndWait(local, restored.sample);
    process.exitCode = restored.ok ? 0 : 1;
  } finally {
    await local.stop();
  }
}

async function play(local: LocalRewind, startedMs: number): Promise<{ ok: boolean; sample: SampleMaster }> {
  const nowMs = local.cloud.clock.nowMs();
  const sample = addSampleMaster(local.cloud, "rm-shop", accidentMinutesAgo + 1);
  const accident = playAccident(sample, nowMs - accidentMinutesAgo * 60_000);
  const restoreTime = new Date(accident.atMs - 60_000).toISOString();
  say(
    `The sample shop has 5 tables and ${sample.shop.rowCount} rows on the master ${sample.instance.id} (SQL Server 2008 R2).`,
  );
  say(
    `The accident, ${accidentMinutesAgo} minutes ago:  DELETE FROM dbo.Orders   -- ${accident.rowsBefore} rows gone, no WHERE`,
  );
  const requester = new ApiClient(local.apiUrl, await local.token("ann", "requester"));
  const approver = new ApiClient(local.apiUrl, await local.token("bob", "approver"));
  const request = {
    masterInstanceId: sample.instance.id,
    restoreTime,
    source: { allowPublicEndpoint: true },
    objects: [{ database: "shop" }],
    checks: [
      {
        name: "the orders are back",
        database: "shop",
        sql: "SELECT COUNT(*) FROM dbo.Orders",
        expect: { equals: accident.rowsBefore },
      },
    ],
    secretName: sample.secretName,
    label: "INC-4711",
    reason: "delete without where",
  };
  await showPlan(requester, request);
  const created = await requester.post<RestoreView>("/restores", request, { "idempotency-key": "INC-4711" });
  say(`\nThe restore ${created.restoreId} to ${restoreTime}:`);
  const restore = await follow(requester, approver, created.restoreId, startedMs);
  return { ok: showResult(local, sample, accident.rowsBefore, restore, startedMs), sample };
}

async function showPlan(requester: ApiClient, request: unknown): Promise<void> {
  const plan = await requester.post<{
    feasible: boolean;
    prerequisites: { name: string; verdict: string; text: string }[];
  }>("/plans", request);
  say(`\nThe plan (dry run) is ${plan.feasible ? "feasible" : "not feasible"}:`);
  for (const { verdict, name, text } of plan.prerequisites) say(`  ${verdict.padEnd(7)} ${name.padEnd(30)} ${text}`);
}

/** Shows the timeline as it grows, and plays the person who approves. */
async function follow(
  requester: ApiClient,
  approver: ApiClient,
  restoreId: string,
  startedMs: number,
): Promise<RestoreView> {
  const timeline = new TimelinePrinter(startedMs, say);
  let approved = false;
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; ) {
    const restore = await requester.get<RestoreView>(`/restores/${restoreId}`);
    timeline.show((await requester.get<{ events: EventView[] }>(`/restores/${restoreId}/events`)).events);
    if (restore.status === "closed" || restore.status === "holding") return restore;
    if (restore.status === "awaiting-approval" && !approved) {
      approved = true;
      showApproval(restore);
      await approver.post(`/restores/${restoreId}/approve`, { planHash: restore.planHash });
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`The restore ${restoreId} was not over after ${patienceMs / 1000} s.`);
}

function showApproval(restore: RestoreView): void {
  say("           ┌ what would be written, shown to bob, who may approve");
  for (const database of restore.plan?.databases ?? []) {
    const rows = database.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
    say(
      `           │ ${database.database} → ${database.targetDatabase}: ${database.tables.length} tables, ${rows} rows`,
    );
  }
  for (const text of (restore.plan?.notes ?? []).slice(0, 3)) say(`           │ ${text}`);
  say(`           └ approved: ${restore.planHash}`);
}

/** The rows, from the data itself. */
function showResult(
  local: LocalRewind,
  sample: SampleMaster,
  rowsBefore: number,
  restore: RestoreView,
  startedMs: number,
): boolean {
  local.cloud.settle();
  const target = restore.plan?.databases[0]?.targetDatabase ?? "";
  const count = (database: string) => sample.instance.data.database(database)?.table("dbo", "Orders")?.rowCount ?? 0;
  const restored = count(target);
  say(`\nOutcome: ${restore.outcome} – ${restore.reason?.text ?? ""}`);
  for (const table of restore.comparison?.tables ?? [])
    say(
      `  ${table.name.padEnd(12)} ${String(table.sourceRows).padStart(6)} rows on the temporary instance, ${String(table.targetRows).padStart(6)} restored: ${table.verdict}`,
    );
  say("\nRows of dbo.Orders");
  say(`  before the accident           ${rowsBefore}`);
  say(`  after the accident, in shop   ${count("shop")}`);
  say(`  in ${target}   ${restored}`);
  const temporary = local.cloud.rds.instances().filter((instance) => instance.type === "Temp").length;
  say(`\nLeft in the cloud: ${temporary} temporary instances, ${local.cloud.dts.jobs().length} migration jobs.`);
  for (const left of restore.leftOnMaster)
    say(`Left on the master: ${left.name} (${left.sizeBytes ?? "?"} bytes). To remove it: ${left.sql}`);
  say("\nTo look for yourself:");
  say(`  SELECT COUNT(*) FROM [${target}].dbo.Orders;`);
  say(
    `  INSERT INTO shop.dbo.Orders SELECT * FROM [${target}].dbo.Orders;   -- with IDENTITY_INSERT on, when you are sure`,
  );
  const ok = restore.outcome === "succeeded" && restored === rowsBefore && temporary === 0;
  say(`\n${ok ? "The rows are back" : "The rows are NOT back"} (${((Date.now() - startedMs) / 1000).toFixed(1)} s).`);
  return ok;
}

async function showAndWait(local: LocalRewind, sample: SampleMaster): Promise<void> {
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
  say(
    `  SQL Server        ${address?.host},${address?.port}   login ${sample.logins.dba.userName} / ${sample.logins.dba.password}   (encryption off)`,
  );
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});

import type { LocalRewind } from "../deploy/local";
import { addSampleMaster, type SampleMaster } from "../deploy/sample";
import type { Row } from "../emulator/data/database";
import { ApiClient } from "./api-client";
import { type EventView, type RestoreView, TimelinePrinter } from "./restore-view";
import type { Scenario } from "./scenarios";

const accidentMinutesAgo = 45;
/** The restore must be over by then; a laptop needs about twenty seconds. */
const patienceMs = 120_000;

export interface Played {
  readonly sample: SampleMaster;
  readonly restore: RestoreView;
  /** Rows of the scenario's table before the accident. */
  readonly rowsBefore: readonly Row[];
  /** A whole second between the sample's data and the accident. */
  readonly restoreTime: string;
}

/** Plays a scenario on a running local cloud: accident, dry run, restore, people. `say` gets every line. */
export async function play(
  local: LocalRewind,
  scenario: Scenario,
  startedMs: number,
  say: (line: string) => void,
): Promise<Played> {
  const nowMs = local.cloud.clock.nowMs();
  const sample = addSampleMaster(local.cloud, "rm-shop", accidentMinutesAgo + 1, scenario.engine);
  const { userName, password } = sample.logins.report;
  local.cloud.kms.createSecret(
    "rewind/rm-shop/report",
    JSON.stringify({ AccountName: userName, AccountPassword: password }),
  );
  const rowsBefore = [...sample.shop.database.table("dbo", scenario.table)!.rows.values()];
  const accidentMs = nowMs - accidentMinutesAgo * 60_000;
  const restoreTime = `${new Date(accidentMs - 30_000).toISOString().slice(0, 19)}Z`;
  const harm = scenario.accident(sample, accidentMs);
  say(`${scenario.title}.`);
  say(
    `The sample shop has 5 tables and ${sample.shop.rowCount} rows on the master ${sample.instance.id} (SQL Server ${sample.instance.engineVersion}).`,
  );
  say(`The accident, ${accidentMinutesAgo} minutes ago:  ${scenario.statement}   -- ${harm}`);
  const requester = new ApiClient(local.apiUrl, await local.token("ann", "requester"));
  const approver = new ApiClient(local.apiUrl, await local.token("bob", "approver"));
  const restoreId =
    scenario.request === null
      ? await raiseAlarm(local, requester, accidentMs, say)
      : await ask(requester, scenario, sample, restoreTime, rowsBefore.length, say);
  return {
    sample,
    rowsBefore,
    restoreTime,
    restore: await follow(local, scenario, sample, { requester, approver }, restoreId, startedMs, say),
  };
}

async function ask(
  requester: ApiClient,
  scenario: Scenario,
  sample: SampleMaster,
  restoreTime: string,
  rowsBefore: number,
  say: (line: string) => void,
): Promise<string> {
  const request = {
    masterInstanceId: sample.instance.id,
    restoreTime,
    checks: [
      {
        name: `every row of ${scenario.table} is there`,
        database: "shop",
        sql: `SELECT COUNT(*) FROM dbo.${scenario.table}`,
        expect: { equals: rowsBefore },
      },
    ],
    secretName: sample.secretName,
    label: "INC-4711",
    reason: scenario.statement,
    ...scenario.request,
  };
  const plan = await requester.post<{
    feasible: "yes" | "after-waiting" | "no";
    prerequisites: { name: string; verdict: string; text: string }[];
  }>("/plans", request);
  say(`\nThe plan (dry run), feasible: ${plan.feasible}`);
  for (const { verdict, name, text } of plan.prerequisites) say(`  ${verdict.padEnd(7)} ${name.padEnd(30)} ${text}`);
  const { restoreId } = await requester.post<RestoreView>("/restores", request, { "idempotency-key": "INC-4711" });
  say(`\nThe restore ${restoreId} to ${restoreTime}:`);
  return restoreId;
}

/** CloudMonitor puts the alarm into the queue; the restore that it starts is found in the list. */
async function raiseAlarm(
  local: LocalRewind,
  requester: ApiClient,
  accidentMs: number,
  say: (line: string) => void,
): Promise<string> {
  const alarm = {
    ruleId: "r1",
    ruleName: "many rows deleted",
    curLevel: "CRITICAL",
    preLevel: "OK",
    resources: JSON.stringify({ instanceId: "rm-shop" }),
    metricName: "DeletedRows",
    namespace: "acs_rds_dashboard",
    time: accidentMs,
  };
  local.cloud.mns.send("rewind-local-restore-on-alert", JSON.stringify(alarm));
  say("\nCloudMonitor puts an alarm into the queue. No person asks for a restore.");
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await pause()) {
    const { restores } = await requester.get<{ restores: { restoreId: string }[] }>(
      "/restores?masterInstanceId=rm-shop",
    );
    if (restores[0]) {
      say(`The restore ${restores[0].restoreId}, started by the alarm:`);
      return restores[0].restoreId;
    }
  }
  throw new Error("The alarm started no restore.");
}

/** Shows the timeline as it grows, and plays the people: the operator who repairs and the approver. */
async function follow(
  local: LocalRewind,
  scenario: Scenario,
  sample: SampleMaster,
  people: { readonly requester: ApiClient; readonly approver: ApiClient },
  restoreId: string,
  startedMs: number,
  say: (line: string) => void,
): Promise<RestoreView> {
  const timeline = new TimelinePrinter(startedMs, say);
  const done = new Set<string>();
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await pause()) {
    const restore = await people.requester.get<RestoreView>(`/restores/${restoreId}`);
    timeline.show((await people.requester.get<{ events: EventView[] }>(`/restores/${restoreId}/events`)).events);
    if (restore.status === "closed" || restore.status === "holding") return restore;
    if (restore.status === "precheck-failed" && scenario.repair && !done.has("repair")) {
      done.add("repair");
      for (const item of restore.precheckItems) say(`           │ ${item.item}: ${item.cause} ${item.remedy}`);
      say(`           └ ${scenario.repair(local, sample)}`);
      await people.requester.post(`/restores/${restoreId}/retry`);
    }
    if (restore.status === "awaiting-approval" && !done.has("approve")) {
      done.add("approve");
      showApproval(restore, say);
      await people.approver.post(`/restores/${restoreId}/approve`, { planHash: restore.planHash });
    }
  }
  throw new Error(`The restore ${restoreId} was not over after ${patienceMs / 1000} s.`);
}

function showApproval(restore: RestoreView, say: (line: string) => void): void {
  say("           ┌ what would be written, shown to bob, who may approve");
  for (const database of restore.plan?.databases ?? []) {
    const counted = database.tables.every((table) => table.rows !== null)
      ? `${database.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0)} rows`
      : "rows not counted";
    const what =
      database.tables.length === 0
        ? "the whole database"
        : `${database.tables.length} ${database.tables.length === 1 ? "table" : "tables"}, ${counted}`;
    say(`           │ ${database.database} → ${database.targetDatabase}: ${what}`);
  }
  for (const text of (restore.plan?.notes ?? []).slice(0, 3)) say(`           │ ${text}`);
  say(`           └ approved: ${restore.planHash}`);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 250));
}

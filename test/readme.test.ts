import { readFileSync } from "node:fs";
import { join } from "node:path";
import { linesByHand } from "../cli/by-hand";
import { scenarios } from "../cli/scenarios";
import { settingOf } from "../deploy/variables";
import { decodeAlarm } from "../shared/alerts/alarm";
import { matchRule, readAlertRules } from "../shared/alerts/rules";
import { problemTypes } from "../shared/api/problem";
import { parseRestoreRequest } from "../shared/api/restore-request";
import { variableNames } from "../shared/config";
import { defaultDurations } from "../shared/restore/model/durations";
import { reasons } from "../shared/restore/model/reasons";
import { commandKinds, outcomes, states } from "../shared/restore/model/states";

/** What README.md and the documents list, held against the source, both ways. */
const root = join(__dirname, "..");
const textOf = (name: string) => readFileSync(join(root, name), "utf8");
const readme = textOf("README.md");
const stateTable = textOf("docs/states.md");
const api = textOf("docs/api.md");
const reasonCodes = textOf("docs/reason-codes.md");
const configuration = textOf("docs/configuration.md");

const sectionOf = (text: string, heading: string) => text.split(/^#+ /m).find((part) => part.startsWith(heading)) ?? "";

/** Cells of the first column of the table under a heading. */
function firstColumn(text: string, heading: string): string[] {
  return [...sectionOf(text, heading).matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
}

test("README is short enough to be read", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(150);
});

test("docs/states.md lists every state with what is true, what cancel does, and its deadline", () => {
  expect(firstColumn(stateTable, "States")).toEqual(Object.keys(states));
  for (const [status, row] of Object.entries(states))
    expect(stateTable).toContain(
      `| \`${status}\` | ${row.trueWhile} | ${row.cancel} | ${row.deadline?.inWords ?? "–"} |`,
    );
});

test("docs/states.md lists every deadline of a state, and how long an approval is good, in hours", () => {
  const names = Object.keys(defaultDurations).filter((name) => /Deadline|approvalMaxAge/.test(name));
  expect(firstColumn(stateTable, "Deadlines").sort()).toEqual(names.sort());
  for (const name of names)
    expect(stateTable).toContain(
      `| \`${name}\` | ${defaultDurations[name as keyof typeof defaultDurations] / 3_600_000} |`,
    );
});

test("docs/states.md lists every outcome and every command", () => {
  for (const word of outcomes) expect(stateTable).toContain(`\`${word}\``);
  for (const word of commandKinds) expect(api).toContain(`\`${word}\``);
});

test("docs/reason-codes.md lists every code of the API with its status and title, and no other", () => {
  const codes = Object.entries(problemTypes);
  for (const [code, { status, title }] of codes) expect(api).toContain(`| \`${code}\` | ${status} | ${title} |`);
  expect(firstColumn(api, "Error codes")).toEqual(codes.map(([code]) => code));
});

test("docs/reason-codes.md lists every reason by which a restore ends or waits, and no other", () => {
  for (const [code, meaning] of Object.entries(reasons)) expect(reasonCodes).toContain(`| \`${code}\` | ${meaning} |`);
  expect(firstColumn(reasonCodes, "Reason codes")).toEqual(Object.keys(reasons));
});

test("the README lists every scenario", () => {
  expect(firstColumn(readme, "Quick start")).toEqual(scenarios.map((scenario) => scenario.name));
});

test("docs/configuration.md describes every variable of the environment, and no other", () => {
  expect(firstColumn(configuration, "Configuration").sort()).toEqual([...variableNames].sort());
});

test("docs/configuration.md says by which setting each variable is made", () => {
  for (const name of variableNames) expect(configuration).toContain(`| \`${name}\` | \`${settingOf[name]}\` |`);
});

test("the documents show an alert rule and a plain alarm that are understood, and fit each other", () => {
  const section = sectionOf(configuration, "Alarms");
  const [rules, message] = [...section.matchAll(/```json\n(.*?)```/gs)].map((match) => match[1]!);
  const read = readAlertRules(rules!);
  expect(read.problems).toBeNull();
  const decoded = decodeAlarm(message!);
  if (decoded.kind !== "alarm") throw new Error("the message is no alarm");
  expect(matchRule(read.rules!, decoded.alarm)?.name).toBe("shop loses rows");
});

test("docs/api.md has the lines that the local deployment prints for a restore by hand, with a request that is taken", () => {
  const lines = linesByHand({
    apiUrl: "https://rewind.example.com",
    requester: "eyJ…",
    approver: "eyJ…",
    restoreTime: "2026-11-20T08:15:00+08:00",
  });
  expect(api).toContain(`\`\`\`sh\n${lines.join("\n")}\n\`\`\``);
  const request = lines.slice(lines.indexOf("{"), lines.indexOf("}") + 1).join("");
  expect(parseRestoreRequest(request, Date.parse("2026-11-21T00:00:00Z"))).toMatchObject({ label: "INC-4712" });
});

test("docs/api.md names each route of the API", () => {
  for (const path of ["/plans", "/restores", "/approve", "/events", "/openapi.json"]) expect(api).toContain(path);
});

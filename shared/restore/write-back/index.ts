import { none } from "./none";
import type { JobSettings, WriteBackRow } from "./row";
import { rows } from "./rows";

export type { Findings, JobSettings, WriteBackRow } from "./row";

export type WriteBackMode = (typeof rows)[number]["mode"];

/** As requests name them; the first one is the default. */
export const writeBackModes = rows.map(({ mode }) => mode) as [WriteBackMode, ...WriteBackMode[]];

/** The mode of alarms and drills: no person is there to approve a write. */
export const inspectOnly = none.mode;

const byMode = new Map<string, WriteBackRow>(rows.map((row) => [row.mode, row]));

/** @throws for a mode that is in no row: requests with one are refused, so that it is a bug of ours */
export function writeBackOf(mode: WriteBackMode): WriteBackRow {
  const row = byMode.get(mode);
  if (!row) throw new Error(`there is no write-back mode ${mode}`);
  return row;
}

/** @throws for a mode without a job: none is ever made for it */
export function jobSettingsOf(mode: WriteBackMode): JobSettings {
  const { job } = writeBackOf(mode);
  if (!job) throw new Error(`write-back ${mode} has no migration job`);
  return job;
}

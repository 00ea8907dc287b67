import { type CapabilitiesFile, factNames } from "../../../emulator/capabilities-file";
import { KmsSecrets } from "../../../shared/cloud/kms/secrets";
import { type Advice, ask } from "../../refusal";
import { SettingsError } from "../../settings";
import type { Stage } from "../../stage";
import { openService } from "../services";
import { announcement } from "./announcement";
import { type Bench, openBench, type ProbeClock } from "./bench";
import { reasonOf } from "./facts";
import { measureFailedHandler } from "./handler-facts";
import { deleteAndLook, findRestoredMoment, makeTemporaryInstance, measureInstance } from "./instance-facts";
import { measureMaster, restoreIntoMaster } from "./master-facts";
import { measureMigration } from "./migration-facts";
import { masterProblems, settingsProblems } from "./prerequisites";
import { makeSource, waitUntilRestorable } from "./source-database";

export interface ProbeOptions {
  readonly stage: Stage;
  /** The test master that the person named. */
  readonly master: string;
  /** Eight letters and digits of chance, which all that the probe makes carries in its name. */
  readonly id: string;
  readonly clock: ProbeClock;
  readonly say: (line: string) => void;
  /** Whether the person agrees to what was told. */
  readonly agrees: () => Promise<boolean>;
}

export interface Probed extends Omit<CapabilitiesFile, "version" | "unknown" | "left" | "stays"> {
  readonly unknown: Record<string, string>;
  readonly left: string[];
  readonly stays: string[];
}

/**
 * Finds out on an account what the documents leave open, with one restore of one small database of its own beside itself. Tells first what
 * it will do, removes what it made, and says what it could not remove.
 * @returns what the capabilities file is to say; null: the person did not agree, and nothing was made
 * @throws SettingsError where the settings or the master speak against it, Refusal where they cannot be read; nothing was made then
 */
export async function probe(options: ProbeOptions): Promise<Probed | null> {
  const { stage, master, clock, say } = options;
  const problems = settingsProblems(stage, master);
  if (problems.length > 0) throw new SettingsError(problems);
  const secrets = new KmsSecrets(openService(stage, "kms"), clock);
  const { secretName } = stage.settings.probe!;
  const login = await ask("kms", "GetSecretValue", () => secrets.read(secretName, null), adviceOnSecrets);
  const bench = openBench({ ...options, login });
  const standing = await masterProblems(bench);
  if (standing.length > 0) throw new SettingsError(standing);
  for (const line of announcement(bench)) say(line);
  if (!(await options.agrees())) return null;
  const { region, account } = stage.settings;
  const measuredAt = new Date(clock.nowMs()).toISOString();
  try {
    await measureAll(bench);
  } catch (error) {
    say(`The probe ended early: ${reasonOf(error)}.`);
  }
  say("Removing what the probe made:");
  const { left, stays } = await bench.ledger.clear(say, clock.rest);
  for (const [name, why] of Object.entries(unasked)) bench.facts.miss(name as keyof typeof unasked, why);
  for (const name of factNames) bench.facts.miss(name, "the probe ended before it");
  const { known: facts, unknown } = bench.facts;
  return { measuredAt, account, region, master, facts, unknown, left, stays };
}

const adviceOnSecrets: readonly Advice[] = [
  {
    when: /ResourceNotFound/,
    say: () => "Make the secret that probe.secretName names in KMS; it holds a login of the test master.",
  },
  {
    when: /SecretNotUsable/,
    say: () => 'Its value must be {"AccountName":"…","AccountPassword":"…"}.',
  },
];

async function measureAll(bench: Bench): Promise<void> {
  bench.say("What is found out:");
  const source = await makeSource(bench);
  await measureMaster(bench);
  await measureFailedHandler(bench);
  await waitUntilRestorable(bench, source);
  await restoreIntoMaster(bench, source);
  const instanceId = await makeTemporaryInstance(bench, source);
  await measureInstance(bench, instanceId);
  const hasDatabase = await findRestoredMoment(bench, instanceId, source);
  await measureMigration(bench, instanceId, hasDatabase);
  await deleteAndLook(bench, instanceId);
}

/** Facts of the local cloud that one restore beside itself does not show. */
const unasked = {
  snapshotPartialRestore: "it takes a snapshot backup",
  restoreBeyondLastLogBackup: "it takes a restore to a time after the last log backup",
  restoredDatabaseListed: "it takes a database that takes long to restore",
  bothBackupIdAndTime: "it takes a call that no restore makes",
  statusWhileDatabasesAreRestored: "it takes a database that takes long to restore",
  masterStatusDuringClone: "clones are billed, and a probe buys nothing",
  cloneTokenLife: "clones are billed, and a probe buys nothing",
  cloneTokenMismatch: "clones are billed, and a probe buys nothing",
  cloneBySubsetKeepsLogins: "clones are billed, and a probe buys nothing",
  deletedClone: "clones are billed, and a probe buys nothing",
  priceSite: "clones are billed, and a probe asks no price",
  temporaryInstanceVersions: "it takes masters of several versions",
  deleteMigratingJob: "a job that copies so few rows is over too soon",
  secondaryKeyConflict: "it takes a write-back into a table that exists",
  serverMadeColumn: "it takes a table with computed columns in a job of its own",
  newTablestoreInstanceOpensToInternet: "it takes another Tablestore instance",
  newestTlsOf2008R2: "it takes a client of each version of TLS",
};

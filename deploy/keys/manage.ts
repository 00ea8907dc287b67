import { newKey } from "../../shared/api/api-key-text";
import { dataReader, roles as knownRoles } from "../../shared/api/identity";
import { whyNotOnKey } from "../../shared/api/key-identity";
import { namesIn } from "../../shared/api/masters-scope";
import { type ApiKey, ApiKeys } from "../../shared/store/api-keys";
import { TablestoreRows } from "../../shared/store/tablestore-rows";
import { type Advice, ask } from "../refusal";
import { SettingsError } from "../settings";
import type { Stage } from "../stage";
import { readExpiry } from "./expiry";

/** What `make` is told, as it was typed. */
export interface WantedKey {
  readonly owner?: string | undefined;
  readonly by?: string | undefined;
  readonly roles?: string | undefined;
  readonly masters?: string | undefined;
  readonly expires?: string | undefined;
}

/** Where keys are kept, and what a test gives from outside. */
export interface KeyDesk {
  readonly stage: Stage;
  readonly nowMs: number;
  readonly say: (line: string) => void;
}

/**
 * Makes a key and keeps its hash.
 * @returns the key's text, which cannot be had again
 * @throws SettingsError with everything that is wrong with what was asked for, nothing was made then; Refusal
 */
export async function makeKey(
  { stage, nowMs, say }: KeyDesk,
  wanted: WantedKey,
  randomHex: (digits: number) => string,
): Promise<string> {
  const fields = readWanted(wanted, stage, nowMs);
  const { text, keyId, hash } = newKey(randomHex);
  const key: ApiKey = { ...fields, keyId, hash, madeAtMs: nowMs, revokedAtMs: null };
  await ask("ots", "PutRow", () => open(stage).add(key), advice);
  say(`The API key ${keyId} of ${key.owner}: ${inWords(key)}, made by ${key.madeBy}.`);
  say("It is shown this once; only its hash is kept. Give it to its owner alone:");
  return text;
}

/** Says every key, without what opens anything. @throws Refusal */
export async function listKeys({ stage, nowMs, say }: KeyDesk): Promise<void> {
  const keys = await ask("ots", "GetRange", () => open(stage).list(), advice);
  for (const key of keys)
    say(`${key.keyId}  ${stateOf(key, nowMs).padEnd(7)}  ${key.owner}: ${inWords(key)}, made by ${key.madeBy}`);
  if (keys.length === 0) say("There are no API keys.");
}

/** The API refuses the key from its next request on. @throws SettingsError when there is no such key; Refusal */
export async function revokeKey({ stage, nowMs, say }: KeyDesk, keyId: string): Promise<void> {
  const keys = open(stage);
  const found = await ask("ots", "GetRow", () => keys.read(keyId), advice);
  if (!found)
    throw new SettingsError([`There is no API key ${keyId.slice(0, 40)}; npm run keys -- list shows every id.`]);
  if (found.revokedAtMs === null) await ask("ots", "UpdateRow", () => keys.revoke(keyId, nowMs), advice);
  say(`The API key ${keyId} of ${found.owner} is revoked: the API refuses it from its next request on.`);
}

function open({ names, credentials }: Stage): ApiKeys {
  const { endpoints, tablestoreInstance } = names;
  const settings = { endpoint: endpoints.tablestore, instanceName: tablestoreInstance };
  return new ApiKeys(new TablestoreRows({ ...settings, credentials: () => credentials }));
}

const advice: Advice[] = [
  {
    when: /OTSObjectNotExist/,
    say: () => "The table of API keys is not there yet; npm run deploy makes it.",
  },
];

/** @throws SettingsError */
function readWanted(wanted: WantedKey, { settings }: Stage, nowMs: number) {
  const { approval, identity } = settings;
  const owner = wanted.owner?.trim() ?? "";
  const madeBy = wanted.by?.trim() ?? "";
  const roles = namesIn(wanted.roles);
  const masters = namesIn(wanted.masters);
  const expiry = readExpiry(wanted.expires ?? "", nowMs);
  const known: readonly string[] = [...knownRoles, dataReader, ...[approval.automaticRole ?? []].flat()];
  const problems: string[] = [];
  if (!isName(owner))
    problems.push("--owner must name who calls with the key, as that person's bearer does (sub): 1 to 200 characters.");
  if (!isName(madeBy))
    problems.push(
      "--by must name who makes the key, as that person's bearer or key does: the person who makes a key does not approve with it.",
    );
  if (roles.length === 0) problems.push(`--roles must name some of ${known.join(", ")}.`);
  for (const role of roles) {
    const why = whyNotOnKey(role, { owner, madeBy }, { mayApprove: identity.keysMayApprove });
    if (!known.includes(role)) problems.push(`--roles: there is no role ${role}; there are ${known.join(", ")}.`);
    else if (why !== null) problems.push(`--roles: ${why}.`);
  }
  if (masters.length === 0 || !masters.every((name) => /^([\w-]+\*?|\*)$/.test(name)))
    problems.push("--masters must name masters: ids, or beginnings of ids with * behind; '*' alone is every master.");
  if (expiry.problem !== null) problems.push(`--expires ${expiry.problem}`);
  if (problems.length > 0) throw new SettingsError(problems);
  return { owner, madeBy, roles, masters, expiresAtMs: expiry.atMs };
}

/** The API shows and compares names; one with a line break in it could pass for something else. */
function isName(text: string): boolean {
  return text.length >= 1 && text.length <= 200 && !/\p{C}/u.test(text);
}

function inWords({ roles, masters, expiresAtMs }: ApiKey): string {
  return `${roles.join(", ")} on ${masters.join(", ")} until ${new Date(expiresAtMs).toISOString()}`;
}

function stateOf({ revokedAtMs, expiresAtMs }: ApiKey, nowMs: number): string {
  if (revokedAtMs !== null) return "revoked";
  return expiresAtMs > nowMs ? "valid" : "expired";
}

import { nudge } from "../../../shared/engine/nudging";
import { makeCommandId } from "../../../shared/restore/model/names";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { CommandKind } from "../../../shared/restore/model/states";
import { Chance } from "../chance";
import { People } from "../people";
import type { World } from "../world";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export interface Script {
  /** `another-plan`: the hash is not the one that is shown. `…-ago`: the yes is that old when it is read. */
  readonly approves?: "as-shown" | "another-plan" | "hours-ago" | "almost-an-hour-ago" | "never";
  /** Somebody asks for another attempt whenever a precheck has failed. */
  readonly retries?: boolean;
  /** Nobody lets go of what is held. */
  readonly keeps?: boolean;
  /** Is the instance in doubt ours? People know what they made themselves. */
  readonly isOurs?: (instanceId: string) => boolean;
}

/** How old a yes is when it is read. */
const agesMs: Readonly<Partial<Record<string, number>>> = {
  "hours-ago": 3 * hourMs,
  "almost-an-hour-ago": 55 * minuteMs,
};

/** People who do the same thing every time: approve, confirm, and let go of what is held. */
export class ScriptedPeople extends People {
  /** When somebody really said yes, by the clock on the wall; null: nobody did. */
  yesAtMs: number | null = null;
  readonly #world: World;
  readonly #script: Script;
  #serial = 0;

  constructor(world: World, script: Script) {
    super(world, new Chance(0, 0), () => 0);
    this.#world = world;
    this.#script = script;
  }

  override seeStuck(): void {
    // These people wait.
  }

  override see(record: RestoreRecord): void {
    const { approves = "as-shown", isOurs = () => true } = this.#script;
    const candidate = record.candidate?.id ?? null;
    if (record.status === "awaiting-approval" && approves !== "never") this.ask("approve", record);
    if (record.status === "confirming-instance" && candidate !== null)
      this.ask("confirm-instance", record, { instanceId: candidate, ours: isOurs(candidate) });
    if (record.status === "precheck-failed" && this.#script.retries) this.ask("retry", record);
    if (record.status === "holding" && !this.#script.keeps) this.ask("release", record);
  }

  /** Somebody asks for something, a minute after seeing it. */
  ask(
    kind: CommandKind,
    record: RestoreRecord,
    about: { readonly instanceId: string; readonly ours: boolean } | null = null,
  ): void {
    const { scheduler } = this.#world;
    scheduler.after(minuteMs, () => {
      this.#send(kind, record, about).catch((error: unknown) => scheduler.fail(error));
    });
  }

  async #send(kind: CommandKind, record: RestoreRecord, about: { instanceId: string; ours: boolean } | null) {
    const { approves = "as-shown" } = this.#script;
    const deps = this.#world.dependencies(this.#world.outsider());
    const atMs = this.#world.scheduler.nowMs() - (kind === "approve" ? (agesMs[approves] ?? 0) : 0);
    const shown = approves === "another-plan" ? "0".repeat(64) : record.planHash;
    const command = {
      restoreId: record.restoreId,
      kind,
      planHash: kind === "approve" ? shown : null,
      instanceId: about?.instanceId ?? null,
      ours: about?.ours ?? null,
    };
    this.asked.push({ ...command, atMs, placedAtMs: this.#world.scheduler.nowMs() });
    if (kind === "approve") this.yesAtMs = atMs;
    const serial = this.#serial++;
    await deps.store.addCommand({
      ...command,
      commandId: makeCommandId(atMs, () => (serial % 36) / 36),
      by: "bob",
      atMs,
      keepHours: null,
      state: "pending",
      text: null,
    });
    await nudge(deps, "poll-restores", record.restoreId);
  }
}

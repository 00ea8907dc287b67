import { nudge } from "../../shared/engine/nudging";
import { makeCommandId } from "../../shared/restore/model/names";
import type { RestoreRecord } from "../../shared/restore/model/record";
import type { CommandKind } from "../../shared/restore/model/states";
import { type ApiAnswer, ApiFront, isPassing } from "./api-front";
import type { Chance } from "./chance";
import type { World } from "./world";

const minuteMs = 60_000;

interface Asked {
  readonly restoreId: string;
  readonly kind: CommandKind;
  readonly planHash: string | null;
  readonly instanceId: string | null;
  readonly ours: boolean | null;
  /** When it was said; it may be read much later. */
  readonly atMs: number;
  /** When the command was there to be taken, by the clock of the world. */
  readonly placedAtMs: number;
}

/** The people of a world: they look at restores and answer, wrongly or late at times, or keep silent. */
export class People {
  /** Everything that anybody asked for. */
  readonly asked: Asked[] = [];
  readonly #world: World;
  readonly #chance: Chance;
  readonly #api: ApiFront;
  readonly #oldYesMs: () => number;
  #waiting = 0;

  /** @param oldYesMs how long ago an approval was said that is written down now, milliseconds; mostly 0 */
  constructor(world: World, chance: Chance, oldYesMs: () => number) {
    this.#world = world;
    this.#oldYesMs = oldYesMs;
    this.#api = new ApiFront(world);
    this.#chance = chance;
  }

  /** Every command that the API took has come to something. */
  get areAnswered(): boolean {
    return this.#waiting === 0;
  }

  /** Somebody may react to the state that a restore has come to. */
  see(record: RestoreRecord): void {
    const chance = this.#chance;
    if (chance.happens(0.02)) this.#later("cancel", record, chance.whole(0, 30));
    const kind = this.#reactionTo(record);
    if (kind) this.#later(kind, record, chance.happens(0.1) ? chance.whole(60, 150) : chance.whole(0, 40));
    if (kind && chance.happens(0.1)) this.#later(kind, record, chance.whole(0, 40));
  }

  /** A call is in doubt and nothing seems to happen: somebody may lose patience. */
  seeStuck(record: RestoreRecord): void {
    if (this.#chance.happens(0.2)) this.#later("cancel", record, this.#chance.whole(0, 2));
  }

  #reactionTo(record: RestoreRecord): CommandKind | null {
    const chance = this.#chance;
    switch (record.status) {
      case "awaiting-approval":
        return chance.happens(0.8) ? "approve" : chance.pick(["reject", "cancel", null]);
      case "confirming-instance":
        return chance.pick(["confirm-instance", "confirm-instance", "cancel", null]);
      case "precheck-failed":
        return chance.pick(["retry", "cancel", null]);
      case "holding":
        return chance.pick(["release", "extend", null]);
      default:
        // Out of place; it must be refused.
        return chance.happens(0.02) ? chance.pick(["approve", "reject", "retry", "release", "extend"]) : null;
    }
  }

  #later(kind: CommandKind, seen: RestoreRecord, minutes: number): void {
    const { scheduler } = this.#world;
    const ofOtherPlan = kind === "approve" && this.#chance.happens(0.1);
    const asked: Omit<Asked, "atMs" | "placedAtMs"> = {
      restoreId: seen.restoreId,
      kind,
      planHash: kind !== "approve" ? null : ofOtherPlan ? "0".repeat(64) : seen.planHash,
      instanceId: kind === "confirm-instance" ? (seen.candidate?.id ?? null) : null,
      ours: kind === "confirm-instance" ? this.#chance.happens(0.7) : null,
    };
    const commandChance = this.#chance.next();
    const saidAgoMs = kind === "approve" ? this.#oldYesMs() : 0;
    // Some commands were let through by the API a moment before the state or the plan changed: the engine alone judges them.
    const ask =
      saidAgoMs > 0 || this.#chance.happens(ofOtherPlan ? 0.6 : 0.2)
        ? () => this.#leave(asked, commandChance, saidAgoMs)
        : () => this.#ask(asked, this.#chance.whole(10, 300));
    scheduler.after(minutes * minuteMs, () => {
      ask().catch((error: unknown) => scheduler.fail(error));
    });
  }

  /** Over the HTTP API; who gets no answer asks again. */
  async #ask(asked: Omit<Asked, "atMs" | "placedAtMs">, pauseSeconds: number): Promise<void> {
    const { restoreId, kind, planHash, instanceId, ours } = asked;
    const bodies: Partial<Record<CommandKind, object>> = {
      approve: { planHash: planHash ?? "0".repeat(64) },
      extend: { keepHours: 2 },
      "confirm-instance": { instanceId: instanceId ?? "none", ours },
    };
    const call = {
      method: "POST",
      path: `/restores/${restoreId}/${kind}`,
      caller: "bob",
      roles: ["requester", "approver"],
      body: bodies[kind] ?? {},
    } as const;
    const say = () => {
      const nowMs = this.#world.scheduler.nowMs();
      this.asked.push({ ...asked, atMs: nowMs, placedAtMs: nowMs });
      return this.#api.send(call);
    };
    let answer = await say();
    for (; isPassing(answer); answer = await say()) await this.#world.scheduler.sleep(pauseSeconds * 1_000);
    if (answer?.status !== 202) return;
    await this.#waitFor(`/restores/${restoreId}/commands/${answer.body["commandId"]}`, pauseSeconds);
  }

  /** Somebody looks again and again until the command is taken or refused. */
  async #waitFor(path: string, pauseSeconds: number): Promise<void> {
    this.#waiting++;
    const look = { method: "GET", path, caller: "bob", roles: ["reader"], body: "" } as const;
    while (isPending(await this.#api.send(look))) await this.#world.scheduler.sleep(10 * pauseSeconds * 1_000);
    this.#waiting--;
  }

  /** The command's row alone, as the API leaves it. */
  async #leave(asked: Omit<Asked, "atMs" | "placedAtMs">, commandChance: number, saidAgoMs: number): Promise<void> {
    const deps = this.#world.dependencies(this.#world.outsider());
    const atMs = deps.clock.nowMs() - saidAgoMs;
    this.asked.push({ ...asked, atMs, placedAtMs: this.#world.scheduler.nowMs() });
    this.#world.note(`somebody asks: ${asked.kind} ${asked.restoreId}`);
    await deps.store.addCommand({
      ...asked,
      commandId: makeCommandId(atMs, () => commandChance),
      by: "bob",
      atMs,
      keepHours: asked.kind === "extend" ? 2 : null,
      state: "pending",
      text: null,
    });
    await nudge(deps, "poll-restores", asked.restoreId);
  }
}

function isPending(answer: ApiAnswer | null): boolean {
  return isPassing(answer) || answer?.body["state"] === "pending";
}

import { CloudError } from "../cloud/cloud-error";
import { type Decided, decide, decidedAs } from "../restore/decide";
import { crashed, decideBlind, troubleOf } from "../restore/decide/blind";
import { takeCommand } from "../restore/decide/commands";
import type { DecisionContext } from "../restore/decision-context";
import { recordAnswer, recordRefusal, recordThrottled } from "../restore/ledger";
import type { ChangingCall } from "../restore/model/calls";
import type { Command } from "../restore/model/command";
import type { HandledCommand, RestoreRecord } from "../restore/model/record";
import type { StepFunction } from "../restore/model/states";
import { settle } from "../restore/settle";
import { actorOf, type Decision } from "../restore/transition";
import { type Claim, SaveLost, type Versioned } from "../store/restore-store";
import { type CloudView, directView } from "./cloud-view";
import type { Dependencies } from "./dependencies";
import { passOn, wake } from "./nudging";
import { observers } from "./observe";
import { onTransition } from "./on-transition";
import { perform } from "./perform";
import { readBack } from "./read-back";
import { factsOfRun, type RunFacts } from "./run-facts";
import { wakeFirstInLine } from "./waiting-line";

/** After so many crashes in a row the state's deadline and a person's cancel are decided without a look at the cloud. */
const crashesMax = 3;

/** What a run came to; for logs and tests. */
export type StepReport =
  | { readonly kind: "dropped"; readonly why: "unknown" | "not-mine" | "leased" | "lost-race" }
  | {
      readonly kind: "ran";
      readonly from: string;
      readonly to: string;
      readonly call: ChangingCall["kind"] | null;
      /** When the poller looks at it next, epoch milliseconds; null: never again, or another function was nudged. */
      readonly nextCheckAtMs: number | null;
    };

/** What the poller has read for many restores at once. */
export interface Polled {
  readonly loaded: Versioned;
  readonly view: CloudView;
}

/**
 * One run of one step, for every function of the pipeline: load, claim, settle what is open, observe, decide, and make at most one
 * changing call whose intent is saved first. May be repeated, late, or run twice at once: the store lets one of them win.
 */
export async function runStep(
  deps: Dependencies,
  by: StepFunction,
  restoreId: string,
  polled?: Polled,
): Promise<StepReport> {
  const loaded = polled?.loaded ?? (await deps.store.read(restoreId));
  if (!loaded) return { kind: "dropped", why: "unknown" };
  const { record, lease } = loaded;
  const nowMs = deps.clock.nowMs();
  const isLeased = lease !== null && lease.untilMs > nowMs;
  const why = actorOf(record) !== by ? "not-mine" : isLeased ? "leased" : null;
  if (why) {
    if (!polled) await passOn(deps, record, isLeased ? nowMs - lease.untilMs + deps.durations.leaseMs : null);
    return { kind: "dropped", why };
  }
  try {
    const claimed = await claim(deps, loaded, by, nowMs);
    const facts = factsOfRun(deps, loaded, by, nowMs);
    return await new Run(facts, claimed, usableView(facts.deps, record, polled?.view)).run();
  } catch (error) {
    if (!(error instanceof SaveLost)) throw error;
    deps.log("info", "another run of this restore saved first", { restoreId, by });
    return { kind: "dropped", why: "lost-race" };
  }
}

/** A view that began before the record was last saved could show an older world: then everything is read anew. */
function usableView(deps: Dependencies, record: RestoreRecord, view: CloudView | undefined): CloudView {
  return view && view.takenAtMs > record.updatedAtMs ? view : directView(deps);
}

/** Takes the lease and moves the next check on first, so that a record that always fails never blocks the others. */
function claim(deps: Dependencies, loaded: Versioned, by: StepFunction, nowMs: number): Promise<Versioned> {
  const { leaseMs } = deps.durations;
  const untilMs = nowMs + leaseMs;
  const token = String(Math.floor(deps.random() * 2 ** 48));
  const crashes = loaded.lease ? (loaded.lease.deaths ?? 0) + 1 : 0;
  const lease = { token, by, untilMs, ...(crashes > 0 ? { deaths: crashes } : {}) };
  return deps.store.claim(loaded, { lease, nextCheckAtMs: untilMs });
}

class Run {
  readonly #facts: RunFacts;
  readonly #deps: Dependencies;
  readonly #view: CloudView;
  readonly #from: RestoreRecord;
  readonly #lease: NonNullable<Versioned["lease"]>;
  #current: Versioned;
  /** As it was last saved. */
  #saved: RestoreRecord;
  #handled: HandledCommand[] = [];
  #pending: Command[] = [];
  #sent: ChangingCall["kind"] | null = null;

  constructor(facts: RunFacts, claimed: Versioned, view: CloudView) {
    this.#facts = facts;
    this.#deps = facts.deps;
    this.#view = view;
    this.#current = claimed;
    this.#from = claimed.record;
    this.#saved = claimed.record;
    this.#lease = claimed.lease!;
  }

  async run(): Promise<StepReport> {
    try {
      if (!(await this.#settleIntent())) return this.#report();
      const decision = await this.#decide();
      if (decision.call) await this.#send(decision, decision.call);
      else await this.#release(decision);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      await this.#putOff(error);
    }
    return this.#report();
  }

  /** True when no intent is open any more. */
  async #settleIntent(): Promise<boolean> {
    const { record } = this.#current;
    if (!record.intent) return true;
    const found = await readBack(this.#deps, record.intent);
    const settlement = settle(record, record.intent, found, this.#context());
    if (!settlement.settled) {
      // People's cancel is taken even while the outcome is open; it never overtakes the call.
      await this.#takeCommands(settlement.record);
      await this.#release({ record: this.#current.record, call: null, checkAfterMs: settlement.checkAfterMs });
      return false;
    }
    await this.#save(settlement.record);
    if (this.#isMine()) return true;
    await this.#release({ record: this.#current.record, call: null, checkAfterMs: 0 });
    return false;
  }

  async #decide(): Promise<Decision> {
    await this.#takeCommands(this.#current.record);
    const { record } = this.#current;
    // A command may have moved it to another function's state.
    if (!this.#isMine()) return { record, call: null, checkAfterMs: 0 };
    const blind = this.#decideAfterDeaths(record);
    if (blind) return blind;
    return this.#lookAndDecide(decidedAs(record), record);
  }

  /** What is read of the cloud and what is decided from it belong together: the compiler sees that they fit. */
  async #lookAndDecide<S extends Decided>(decided: S, record: RestoreRecord): Promise<Decision> {
    const facts = await observers[decided](this.#deps, record, this.#view);
    return decide(decided, record, facts, this.#context());
  }

  /** What kills each run, a read that is too large or a bug of ours, must not keep a person's cancel and the state's deadline from ending it. */
  #decideAfterDeaths(record: RestoreRecord): Decision | null {
    const { deaths: crashes = 0 } = this.#lease;
    if (crashes < crashesMax) return null;
    this.#deps.log("error", "the last runs of this step crashed", { crashes });
    const decision = decideBlind(record, crashed(crashes), this.#context());
    return decision.record.status === record.status ? null : decision;
  }

  async #takeCommands(record: RestoreRecord): Promise<void> {
    const commands = await this.#deps.store.listCommands(record.restoreId);
    this.#pending = commands.filter((command) => command.state === "pending");
    let next = record;
    for (const command of this.#pending) {
      const taken = takeCommand(next, command, this.#context());
      next = taken.record;
      this.#handled.push(taken.handled);
    }
    this.#current = { ...this.#current, record: next };
  }

  /** Saves the intent, makes the call if the lease still covers it, and saves what came of it. */
  async #send(decision: Decision, call: ChangingCall): Promise<void> {
    const { clock, durations } = this.#deps;
    if (this.#lease.untilMs - clock.nowMs() < durations.callTimeoutMs) {
      // What took so long to read is kept; the call is decided anew.
      const { verification, target } = decision.record;
      const record = { ...this.#current.record, verification, target };
      await this.#release({ record, call: null, checkAfterMs: 0 });
      return;
    }
    const listed = this.#current.record.leftOnMaster;
    const leaves = decision.record.leftOnMaster.filter((left) => !listed.includes(left)).map(({ name }) => name);
    const intent = { call, sentAtMs: clock.nowMs(), negativeReads: 0, ...(leaves.length > 0 ? { leaves } : {}) };
    await this.#save({ ...decision.record, intent });
    if (this.#lease.untilMs - clock.nowMs() < durations.callTimeoutMs) {
      // The save took too long: nothing is sent, and it is settled as a call without a trace.
      await this.#release({ record: this.#current.record, call: null, checkAfterMs: durations.pollMs });
      return;
    }
    this.#sent = call.kind;
    await this.#release(await this.#performed(call, decision.checkAfterMs));
  }

  async #performed(call: ChangingCall, checkAfterMs: number): Promise<Decision> {
    const { deps, record } = { deps: this.#deps, record: this.#current.record };
    try {
      const answer = await perform(deps, record, call);
      return { record: recordAnswer(record, call, answer, deps.clock.nowMs()), call: null, checkAfterMs };
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      deps.log("warn", "a changing call failed", {
        call: call.kind,
        kind: error.kind,
        code: error.code,
        cloudRequestId: error.details.requestId,
      });
      if (error.kind === "refused") return recordRefusal(record, call, error.code, this.#context());
      if (error.kind === "unknown-outcome") return { record, call: null, checkAfterMs: deps.durations.pollMs / 4 };
      return recordThrottled(record, error.details.retryAfterMs, this.#context());
    }
  }

  /** A read failed, or a save. Passing failures are waited out with growing pauses; deadlines hold even when nothing can be read. */
  async #putOff(error: CloudError): Promise<void> {
    const { record } = this.#current;
    this.#deps.log(error.kind === "refused" ? "error" : "warn", "a call failed; the step is put off", {
      service: error.service,
      action: error.action,
      code: error.code,
      cloudRequestId: error.details.requestId,
    });
    await this.#release(decideBlind(record, troubleOf(error), this.#context()));
  }

  /** The last save of a run: gives the lease back, then settles commands and nudges the next function. */
  async #release(decision: Decision): Promise<void> {
    const { store, clock } = this.#deps;
    const before = this.#from;
    const idle = decision.record.status === before.status && decision.checkAfterMs > 0;
    const record = idle ? { ...decision.record, idleRuns: before.idleRuns + 1 } : decision.record;
    await this.#save(record, { lease: null, nextCheckAtMs: clock.nowMs() + decision.checkAfterMs });
    for (const command of this.#pending) {
      const handled = this.#handled.find((entry) => entry.commandId === command.commandId);
      if (handled)
        await store.settleCommand({ ...command, state: handled.accepted ? "accepted" : "refused", text: handled.text });
    }
    if (record.status === "closed" && before.status !== "closed") {
      await store.unlockMaster(record.request.masterInstanceId, record.restoreId);
      await wakeFirstInLine(this.#deps, record.request.masterInstanceId);
    }
    await wake(this.#deps, before, record, decision.checkAfterMs);
  }

  /** Keeps the lease, unless `claim` says otherwise. */
  async #save(record: RestoreRecord, claim?: Claim): Promise<void> {
    const updatedAtMs = this.#deps.clock.nowMs();
    this.#current = await this.#deps.store.save(this.#current, { ...record, updatedAtMs }, claim);
    const before = this.#saved;
    this.#saved = this.#current.record;
    onTransition(this.#deps, before, this.#saved);
  }

  #isMine(): boolean {
    return actorOf(this.#current.record) === this.#lease.by;
  }

  #context(): DecisionContext {
    const { clock, durations, settings } = this.#deps;
    const { dtsOrder, tableKeys, twoPersonRule, acceptsWriteBacks, sqlTls, restoredNameMax } = settings;
    const known = { dtsOrder, tableKeys, twoPersonRule, acceptsWriteBacks, sqlTls, restoredNameMax };
    return { nowMs: clock.nowMs(), durations, ...known };
  }

  #report(): StepReport {
    const to = this.#current.record;
    const report = {
      kind: "ran",
      from: this.#from.status,
      to: to.status,
      call: this.#sent,
      nextCheckAtMs: this.#isMine() ? this.#current.nextCheckAtMs : null,
    } as const;
    this.#facts.tell(to, report.call);
    return report;
  }
}

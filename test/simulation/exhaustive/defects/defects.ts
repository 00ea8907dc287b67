import { DtsClient } from "../../../../shared/cloud/dts/client";
import { RdsClient } from "../../../../shared/cloud/rds/client";
import type { StartingFacts } from "../../../../shared/restore/decide/starting";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import { conclude, enter, go, withdraw } from "../../../../shared/restore/transition";
import { SaveLost, type Versioned } from "../../../../shared/store/restore-store";
import { RowsRestoreStore } from "../../../../shared/store/restore-store-rows";
import { SimulatedRows } from "../../ports";
import { type Replacements, setDefect } from "./seam";

/** Puts a defect in; what it returns takes it out again. */
export type Defect = () => () => void;

export const of = (replacements: Replacements): Defect => {
  return () => {
    setDefect(replacements);
    return () => setDefect(null);
  };
};

/** A defect in a method of a class. */
export function inMethod<Class extends object, Name extends keyof Class>(
  prototype: Class,
  name: Name,
  replace: (sound: Class[Name]) => Class[Name],
): Defect {
  return () => {
    const sound = prototype[name];
    prototype[name] = replace(sound);
    return () => {
      prototype[name] = sound;
    };
  };
}

const store = RowsRestoreStore.prototype;
const why = { code: "cancelled", text: "by a defect" } as const;

/** One deliberate mistake each: what the design forbids, as somebody could write it. */
export const defects: Readonly<Record<string, Defect>> = {
  "repeat a lost create without reading back": of({
    settle: (sound) => (record, intent, readBack, context) =>
      intent.call.kind === "create-temporary-instance"
        ? { record: { ...record, intent: null }, settled: true, checkAfterMs: 0 }
        : sound(record, intent, readBack, context),
  }),
  "forget a purchase in doubt": of({
    settle: (sound) => (record, intent, readBack, context) => {
      const settlement = sound(record, intent, readBack, context);
      return { ...settlement, record: { ...settlement.record, doubts: [] } };
    },
  }),
  "adopt an instance without confirmation": of({
    settle: (sound) => (record, intent, readBack, context) => {
      const [found] = readBack.instances ?? [];
      if (!found) return sound(record, intent, readBack, context);
      const temporaryInstance = { id: found.id, origin: "answer", createdAtMs: null, missingSinceMs: null } as const;
      return { record: { ...record, intent: null, temporaryInstance }, settled: true, checkAfterMs: 0 };
    },
  }),
  "close with an open call": of({
    takeCommand: (sound) => (record, command, context) => {
      const taken = sound(record, command, context);
      if (!taken.record.intent || !taken.record.cancelRequested) return taken;
      return { ...taken, record: enter(conclude(taken.record, "cancelled", why), "closed", context.nowMs, why.text) };
    },
  }),
  "let a command overtake a call": of({
    takeCommand: (sound) => (record, command, context) => {
      const taken = sound(record, command, context);
      if (!taken.record.intent || !taken.record.cancelRequested) return taken;
      return { ...taken, record: enter(taken.record, "accepted", context.nowMs, why.text) };
    },
  }),
  "configure again under the same attempt": of({
    recordNotHappened: (sound) => (record, intent, nowMs) =>
      intent.call.kind === "configure-job" ? { ...record, intent: null } : sound(record, intent, nowMs),
  }),
  "delete by the id alone": of({ isOurs: () => (record, instance) => record.temporaryInstance?.id === instance.id }),
  "trust one read that finds nothing": of({
    decideCleaningUp: (sound) => (record, facts, context) =>
      facts.instance ? sound(record, facts, context) : go(record, "closed", context.nowMs, why.text),
  }),
  "give up what is held after one read that misses it": of({
    decideHolding: (sound) => (record, facts, context) =>
      facts.instance ? sound(record, facts, context) : go(record, "cleaning-up", context.nowMs, why.text),
    decideWithdrawing: (sound) => (record, facts, context) => {
      const { temporaryInstance } = record;
      const isMissed = facts.instance === null && temporaryInstance !== null;
      return sound(
        isMissed ? { ...record, temporaryInstance: { ...temporaryInstance, missingSinceMs: 0 } } : record,
        facts,
        context,
      );
    },
  }),
  "ignore the plan hash": of({
    takeCommand: (sound) => (record, command, context) =>
      sound(record, command.kind === "approve" ? { ...command, planHash: record.planHash } : command, context),
  }),
  "take an approval that is hours old": of({
    takeCommand: (sound) => (record, command, context) => sound(record, { ...command, atMs: context.nowMs }, context),
  }),
  "start on an approval of any age": of({
    decideStarting: (sound) => (record, facts, context) =>
      sound(
        record.approval ? { ...record, approval: { ...record.approval, atMs: context.nowMs } } : record,
        facts,
        context,
      ),
  }),
  "write before the approval": of({
    decideAwaitingApproval: (sound) => (record, facts, context) => {
      const approval = { planHash: record.planHash!, by: "nobody", atMs: context.nowMs };
      return sound(record.approval ? record : { ...record, approval }, facts, context);
    },
  }),
  "take a database with our name for ours": of({
    decideStarting: (sound) => (record, facts, context) => {
      const left = (record.plan?.databases ?? []).map((database) => ({
        kind: "database" as const,
        name: database.targetDatabase,
        sizeBytes: null,
        sql: "",
      }));
      return sound({ ...record, leftOnMaster: left }, facts, context);
    },
  }),
  "forget what is left on the master": of({
    decideStarting: (sound) => (record, facts, context) => {
      const decision = sound(record, facts, context);
      return { ...decision, record: { ...decision.record, leftOnMaster: [] } };
    },
  }),
  "take a table that was made for one that never was": of({
    decideWithdrawing: (sound) => (record, facts, context) =>
      sound(record, facts.leftTables === undefined ? facts : { ...facts, leftTables: new Set() }, context),
  }),
  "log a login": of({
    withSession: (sound) => async (deps, record, side, address, work) => {
      deps.log("debug", "login", { login: await deps.secrets.read(record.request.secretName, null) });
      return sound(deps, record, side, address, work);
    },
  }),
  "trust Finished and compare nothing": of({
    decideWriting: (sound) => (record, facts, context) =>
      facts.job?.status === "Finished"
        ? withdraw(record, "succeeded", { code: "copy-equals-source", text: "DTS is finished" }, context.nowMs)
        : sound(record, facts, context),
  }),
  "succeed whatever the comparison says": of({
    decideComparing: (sound) => (record, facts, context) => {
      const { verdict } = facts;
      const kind = { ...verdict, outcome: "succeeded" } as NonNullable<typeof verdict>;
      return sound(record, verdict ? { ...facts, verdict: kind } : facts, context);
    },
  }),
  "decide on what was seen before the last save": rememberStarting(),
  "forget the zombie job": inMethod(DtsClient.prototype, "listJobsByPrefix", () => async () => []),
  "hold with a live job": of({
    decideWithdrawing: (sound) => (record, facts, context) =>
      record.outcome === "failed"
        ? sound({ ...record, job: null }, { ...facts, jobs: [] }, context)
        : sound(record, facts, context),
  }),
  "leave the addresses open": of({
    observeWithdrawing: (sound) => async (deps, record) => ({ ...(await sound(deps, record)), openGroups: [] }),
  }),
  "drop the lease check": inMethod(
    store,
    "read",
    (sound) =>
      async function (this: RowsRestoreStore, restoreId) {
        const found = await sound.call(this, restoreId);
        return found && { ...found, lease: null };
      },
  ),
  "release the lock early": savingWith(async (own, record) => {
    if (record.status === "withdrawing") await own.unlockMaster(record.request.masterInstanceId, record.restoreId);
    return record;
  }),
  "send a call that is not on the record": savingWith(async (_own, record) => ({ ...record, intent: null })),
  "take a lost race for a save": together(
    inMethod(
      store,
      "save",
      (sound) =>
        async function (this: RowsRestoreStore, expected, record, claim = expected) {
          return orWon(sound.call(this, expected, record, claim), { ...expected, ...claim, record });
        },
    ),
    inMethod(
      store,
      "claim",
      (sound) =>
        async function (this: RowsRestoreStore, loaded, claim) {
          return orWon(sound.call(this, loaded, claim), { ...loaded, ...claim });
        },
    ),
  ),
  "lose the write id": inMethod(
    SimulatedRows.prototype,
    "get",
    (sound) =>
      async function (this: SimulatedRows, table, key) {
        const row = await sound.call(this, table, key);
        return row && table === "restores" ? { ...row, columns: { ...row.columns, writeId: "" } } : row;
      },
  ),
};

/** Found only where there are other masters with temporary instances of their own. */
export const defectsAmongMasters: Readonly<Record<string, Defect>> = {
  "delete without the id match": inMethod(
    RdsClient.prototype,
    "deleteInstance",
    (sound) =>
      async function (this: RdsClient, instanceId) {
        const [any] = await this.listTemporaryInstances();
        return sound.call(this, any?.id ?? instanceId);
      },
  ),
};

function together(...parts: readonly Defect[]): Defect {
  return () => {
    const takeOut = parts.map((putIn) => putIn());
    return () => {
      for (const each of takeOut) each();
    };
  };
}

/** What the write came to, or what it would have come to if nobody had been quicker. */
async function orWon(writing: Promise<Versioned>, before: Versioned): Promise<Versioned> {
  try {
    return await writing;
  } catch (error) {
    if (!(error instanceof SaveLost)) throw error;
    return { ...before, version: before.version + 1 };
  }
}

function savingWith(change: (own: RowsRestoreStore, record: RestoreRecord) => Promise<RestoreRecord>): Defect {
  return inMethod(
    store,
    "save",
    (sound) =>
      async function (this: RowsRestoreStore, expected, record, claim) {
        return sound.call(this, expected, await change(this, record), claim);
      },
  );
}

/** What is seen at first in `starting` is decided on for ever. */
function rememberStarting(): Defect {
  const remembered = new WeakMap<object, Promise<StartingFacts>>();
  return of({
    observeStarting: (sound) => (deps, record) => {
      // The lengths of time are one object in each world.
      const first = remembered.get(deps.durations) ?? sound(deps, record);
      remembered.set(deps.durations, first);
      return first;
    },
  });
}

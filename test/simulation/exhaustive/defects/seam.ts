import type { withSession } from "../../../../shared/engine/connect";
import type { observeStarting } from "../../../../shared/engine/observe/starting";
import type { observeWithdrawing } from "../../../../shared/engine/observe/withdrawing";
import type { sweepClones } from "../../../../shared/engine/sweep-clones";
import type { decideAwaitingApproval } from "../../../../shared/restore/decide/approving";
import type { takeCommand } from "../../../../shared/restore/decide/commands";
import type { decideComparing } from "../../../../shared/restore/decide/comparing";
import type { decideCleaningUp, decideHolding } from "../../../../shared/restore/decide/ending";
import type { decideStarting } from "../../../../shared/restore/decide/starting";
import type { decideWithdrawing } from "../../../../shared/restore/decide/withdrawing";
import type { decideWriting } from "../../../../shared/restore/decide/writing";
import type { recordNotHappened } from "../../../../shared/restore/ledger";
import type { settle } from "../../../../shared/restore/settle";
import type { isOurs } from "../../../../shared/restore/temporary-instance";

/** The functions of the product that a defect can stand in for. */
interface Replaceable {
  readonly settle: typeof settle;
  readonly recordNotHappened: typeof recordNotHappened;
  readonly isOurs: typeof isOurs;
  readonly takeCommand: typeof takeCommand;
  readonly decideAwaitingApproval: typeof decideAwaitingApproval;
  readonly decideStarting: typeof decideStarting;
  readonly decideWriting: typeof decideWriting;
  readonly decideComparing: typeof decideComparing;
  readonly decideWithdrawing: typeof decideWithdrawing;
  readonly decideHolding: typeof decideHolding;
  readonly decideCleaningUp: typeof decideCleaningUp;
  readonly withSession: typeof withSession;
  readonly observeStarting: typeof observeStarting;
  readonly observeWithdrawing: typeof observeWithdrawing;
  readonly sweepClones: typeof sweepClones;
}

/** By name, what stands in for a function; it is given the sound one. */
export type Replacements = { readonly [Name in keyof Replaceable]?: (sound: Replaceable[Name]) => Replaceable[Name] };

type Exported = (...given: readonly unknown[]) => unknown;

let replacements: Replacements = {};

/** The product has this defect from now on; null: none. */
export function setDefect(defect: Replacements | null): void {
  replacements = defect ?? {};
}

/** A module whose exported functions ask, at each call, whether something stands in for them. */
export function switchable(sound: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sound).map(([name, value]) => [
      name,
      typeof value === "function" ? late(name, value as Exported) : value,
    ]),
  );
}

function late(name: string, sound: Exported): Exported {
  return (...given) => {
    const replace = (replacements as Readonly<Record<string, ((sound: Exported) => Exported) | undefined>>)[name];
    return (replace ? replace(sound) : sound)(...given);
  };
}

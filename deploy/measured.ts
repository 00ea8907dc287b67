import type { MeasuredFacts } from "../emulator/capabilities-file";
import { type Settings, SettingsError } from "./settings";

/** The settings that are facts about the account, as the facts want them; undefined: the facts do not say. */
export function settingsOf({ unboughtJobPrechecks, tableKeys, restoredNameLimit }: MeasuredFacts) {
  const dtsOrder =
    unboughtJobPrechecks === undefined ? undefined : unboughtJobPrechecks ? "configure-first" : "buy-first";
  return { dtsOrder, dtsTableKeys: tableKeys, restoredNameMax: restoredNameLimit } as const;
}

/**
 * Settings that were left out, as they were measured. One that says something else than was measured is refused: one of both is wrong, and
 * a restore would find out which.
 * @throws SettingsError
 */
export function settledBy(facts: MeasuredFacts, settings: Settings): Settings {
  const measured = settingsOf(facts);
  const names = ["dtsOrder", "dtsTableKeys", "restoredNameMax"] as const;
  const problems = names
    .filter((name) => measured[name] !== undefined && settings[name] !== undefined && measured[name] !== settings[name])
    .map(
      (name) =>
        `${name} is ${settings[name]}, but ${settings.capabilities} says ${measured[name]}, which was measured. Take ${name} out of rewind.yaml, or measure again: npm run doctor -- --probe.`,
    );
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    ...settings,
    dtsOrder: settings.dtsOrder ?? measured.dtsOrder,
    dtsTableKeys: settings.dtsTableKeys ?? measured.dtsTableKeys,
    restoredNameMax: settings.restoredNameMax ?? measured.restoredNameMax,
  };
}

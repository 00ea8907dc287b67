import { Refusal } from "../refusal";

/** One thing that was looked at. */
export interface Finding {
  /** `queues` */
  readonly area: string;
  readonly state: "ok" | "wrong" | "not checked";
  /** What was found, a sentence. */
  readonly text: string;
  /** What to do about it, a sentence; null where it is as it should be. */
  readonly advice: string | null;
}

/** Looks at one area and changes nothing. @throws Refusal */
export interface Examination {
  readonly area: string;
  readonly look: () => Promise<readonly Omit<Finding, "area">[]>;
}

export const ok = (text: string): Omit<Finding, "area"> => ({ state: "ok", text, advice: null });
export const wrong = (text: string, advice: string): Omit<Finding, "area"> => ({ state: "wrong", text, advice });
export const notChecked = (text: string, advice: string): Omit<Finding, "area"> => ({
  state: "not checked",
  text,
  advice,
});

/** Every area, one after the other: a refusal in one is a finding, and the others are still looked at. */
export async function examine(examinations: readonly Examination[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { area, look } of examinations)
    findings.push(...(await look().catch((error: unknown) => [refused(error)])).map((found) => ({ area, ...found })));
  return findings;
}

function refused(error: unknown): Omit<Finding, "area"> {
  if (error instanceof Refusal) return wrong(`${error.service} refused ${error.action} (${error.code}).`, error.advice);
  return wrong("It could not be looked at.", error instanceof Error ? error.message : String(error));
}

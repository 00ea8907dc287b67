import type { Day } from "../day";
import { once, plain, struck } from "./days";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const cloned: Day = { ...plain, clone: {} };

/** Days of a restore by a clone on which a sound product keeps every promise. Made anew for each run. */
export const cloneDays: Readonly<Record<string, () => Day>> = {
  "a quiet day with a clone": () => cloned,
  "the answer of the purchase of the clone is lost": () => ({
    ...cloned,
    faults: struck("rds CloneDBInstance", "lost-reply"),
  }),
  "the purchase of the clone is lost": () => ({ ...cloned, faults: struck("rds CloneDBInstance", "lost-request") }),
  "the purchase lands once more when RDS has forgotten its token": () => ({
    ...cloned,
    mode: "none",
    capabilities: { cloneTokenLife: "ten-minutes" },
    faults: struck("rds CloneDBInstance", "lands-late", { landsAfterMs: 40 * minuteMs }),
    afterwardsMs: 3 * hourMs,
    ends: ["inspected"],
  }),
  "somebody takes the clone over and gives it another description": () => ({
    ...cloned,
    mode: "none",
    hands: once(
      (record) => record.status === "holding",
      ({ world }, { temporaryInstance }) => {
        const clone = world.rds.instance(temporaryInstance!.id)!;
        clone.description = "the new reporting server";
        world.scheduler.after(3 * hourMs, () => world.rds.releaseEarly(clone.id));
      },
    ),
    ends: ["inspected"],
  }),
  "the limit of the price is too low": () => ({
    ...cloned,
    clone: { maxHourlyPrice: { amount: 1, currency: "CNY" } },
    ends: ["failed"],
  }),
};

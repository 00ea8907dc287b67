/** The promises of the design (section 5), and three more that only a simulation can hold. */
export const promises = {
  "one-temporary-instance": "1. at most one temporary instance of ours per master",
  "delete-only-ours": "2. nothing is touched or deleted that is not ours",
  "write-only-approved": "3. a write to the master follows a live approval of exactly this plan",
  "never-overwrite": "4. write-back never overwrites",
  "true-outcome": "5. an outcome says what the rows say",
  "nothing-left": "6. no job and no address of ours after the end of the work, no instance after closed",
  "never-lost": "7. every restore reaches closed within the sum of its deadlines",
  "one-per-key": "7. an accepted request is a restore, and one idempotency key is one restore",
  "alarms-inspect":
    "an alarm starts one inspect-only restore per master in the cool-down, within the day's cap, and is not lost",
  "versions-kept": "an older version of the code damages nothing that a newer one wrote",
  "no-secret": "8. no password in a record, a message or a log line",
  "within-the-life":
    "9. no write is begun that would outlive the temporary instance, and a lost one is noticed at once",
  "allowed-money": "11. no money is spent that the request did not allow",
  "costs-named": "9. a clone that is older than its limit raises an alarm at each sweep until it is gone",
  "held-for-people": "an instance that is kept for people is not deleted before the time that they were told",
  "everything-listed": "10. whatever we made on the master is on the record",
  "legal-history": "only legal transitions, intents before calls, outcomes that stand",
  bounded: "records, cloud calls and ticks stay within bounds",
} as const;

export type PromiseName = keyof typeof promises;

/** The simulation has seen a promise broken. */
export class PromiseBroken extends Error {
  override readonly name = "PromiseBroken";

  constructor(
    readonly promise: PromiseName,
    text: string,
  ) {
    super(`${promise}: ${text}`);
  }
}

/** How a check reports: it stops the world, and throws what it gets. */
export type Break = (promise: PromiseName, text: string) => PromiseBroken;

import { runSeed } from "../scenario";

/** Seeds that found something once, with what it was. A change to the scenarios gives a seed another world; the promise stays. */
const found: readonly (readonly [seed: number, what: string])[] = [
  [2073, "functions 20 s ahead of RDS asked for a restore time 30 minutes old by their own clock only, and gave up"],
  [10105, "a full backup inside a hole of the log backups was taken for the end of the hole"],
  [
    20114,
    "a restore that held a master's lock gave way to an older one that waited for the lock: both waited for ever",
  ],
  [1000, "restores that waited for a busy master read all prerequisites every 15 seconds, for as long as a day"],
  [59, "a master that was locked between its prerequisites and the create ended the restore by the create's refusal"],
  [50086, "a cool-down's row that could not be written was taken for a lost race: the alarm was taken and forgotten"],
  [60898, "the day's slot of an alarm that died before its record was lost: a later alarm found the day full"],
  [1000099, "a dead alarm that came back just when its slot was given away started a second restore beyond the cap"],
  [
    5001062,
    "a refused alarm of the day before freed the row of the one that went on under its restore id, and lost it",
  ],
  [5004778, "the same freed the row while the other one's restore began: a second one began in its cool-down"],
  [5011154, "once more: the second one took the alarm that had freed the row, nine minutes later"],
  [5001299, "the watcher: a restore that began after midnight under the slot of the day before was not counted"],
  [5004508, "the same: the day was full of it, and the alarm that met it was taken for lost"],
  [5006118, "two stale looks at nothing, hours and states apart, were taken for proof that the instance was gone"],
  [1000816, "one look at the instance said that it was gone: its whitelist group was left open and nobody watched it"],
  [43141, "the very end of the window was taken to be outside the hole that reaches up to it"],
  [5019, "of two lost creates that landed hours later only the first instance was named"],
  [3035, "a confirmed instance ended the watch over an earlier create that landed after it"],
  [14, "a stale read said that an earlier attempt's unconfigured purchase was gone, and it was left for ever"],
  [5000017, "the simulation: a replay let later entries overtake the first one, and told another history than the run"],
  [5071127, "the watcher: the sweep closed one restore's group while another closed its own on the same master"],
  [2, "a throttled store was taken for a bug of the poller"],
  [8, "a list of jobs that lagged withheld how far DTS was: a complete copy was called stopped by somebody"],
  [1, "one stale look in starting said that the job was gone; another that a held instance was, and it was deleted"],
  [25, "the same, of a job that DTS had not begun"],
  [900033, "a whitelist that was read from before its opening: the instance was held with our address open"],
  [900129, "the same, in another world"],
  [
    15000882,
    "the watcher: an alarm whose batch came again for hours was refused by the full day of its first delivery",
  ],
  [15006874, "the simulation: an instance not known yet, and lost for a moment minutes later, counted as two looks"],
  [13, "one stale look in starting said that the job was gone: the restore ended and blamed somebody for it"],
  [27, "one stale look said that an instance was gone: what was kept for people was deleted up to 24 hours early"],
  [77, "the same, of an inspected one"],
  [120, "the same, while it was withdrawn"],
  [137, "the same, of a restore that had failed"],
  [174, "the same, in another world"],
  [210, "the same, in another world"],
  [259, "the same, half an hour before its time"],
  [
    598,
    "the watcher: a run died before it sent the order of a clone, and the order that was sent later was taken for one without a price",
  ],
  [1953, "the same, in another world"],
];

describe("a seed that found a bug", () => {
  test.each(found)("%i keeps every promise: %s", async (seed) => {
    const { failure } = await runSeed(seed);
    expect(failure).toBeNull();
  });
});

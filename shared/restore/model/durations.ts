const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Every length of time that a decision knows, in milliseconds. REWIND_TIMINGS overrides them; the local cloud is quicker than the real one. */
export const defaultDurations = {
  /** Poll interval while something of the cloud is awaited. */
  pollMs: 15 * seconds,
  /** The longest back-off between two runs that change nothing. */
  backOffMaxMs: 5 * minutes,
  /** People's states look at commands and deadlines this often, should a nudge be lost. */
  idlePollMs: 60 * seconds,
  /** How long a read-back goes on before a lost, non-idempotent call may be repeated: function lifetime + listing lag. */
  settleMs: 5 * minutes,
  /** An instance counts as made by our lost create if it was created within this window around the sending. */
  adoptionWindowMs: 10 * minutes,
  /** Between the two reads by id that prove that something is gone. */
  goneConfirmMs: 2 * minutes,
  createDeadlineMs: 8 * hours,
  confirmDeadlineMs: 24 * hours,
  verifyDeadlineMs: 4 * hours,
  configureDeadlineMs: 1 * hours,
  precheckDeadlineMs: 2 * hours,
  /** For the operator's repair after a failed precheck. */
  repairDeadlineMs: 8 * hours,
  approvalDeadlineMs: 12 * hours,
  startDeadlineMs: 30 * minutes,
  migrateDeadlineMs: 30 * hours,
  compareDeadlineMs: 6 * hours,
  /** Addresses that RDS refuses to close for so long, on a locked instance, are left to the sweep. */
  closeAddressesDeadlineMs: 12 * hours,
  /** An approval is good for this long after it was given. */
  approvalMaxAgeMs: 1 * hours,
  /** RDS releases a temporary instance this long after its creation. */
  temporaryInstanceLifeMs: 48 * hours,
  /** Work on a temporary instance ends this long before RDS releases it. */
  releaseMarginMs: 2 * hours,
  /** The same ClientToken is sent again within this time only: no document says how long RDS knows it. Longer than a lease and a tick. */
  cloneTokenMs: 5 * minutes,
  /** Work on a clone ends this long before cloneMaxHours, so that it is gone by then. */
  cloneMarginMs: 15 * minutes,
  /** RDS restores only to times at least 30 minutes old by its own clock, which may be a little behind ours. */
  restoreLagMs: 31 * minutes,
  /** RDS restores only to times at most this old. */
  restoreReachMs: 7 * 24 * hours,
  /** One slice of reading from SQL Server. */
  sliceMs: 20 * seconds,
  /** How long a function may hold a claim: its timeout and a margin. */
  leaseMs: 150 * seconds,
  /** The longest that one changing call may take; a call is sent only if the lease covers it. */
  callTimeoutMs: 60 * seconds,
  /** Unsettled effects of a closed restore are watched this long. */
  doubtMs: 48 * hours,
  /** One alert per master starts a restore; further ones within this time do not. */
  alertCoolDownMs: 1 * hours,
  /** How often the poller looks for orphaned jobs and foreign instances. */
  sweepMs: 1 * hours,
} as const;

/** Lengths of time that contradict one another, each by what would never happen. */
export function durationProblems(durations: Durations): string[] {
  const { sliceMs, callTimeoutMs, leaseMs, pollMs, backOffMaxMs } = durations;
  const rules: readonly (readonly [isKept: boolean, problem: string])[] = [
    [
      sliceMs + callTimeoutMs < leaseMs,
      "leaseMs does not cover a slice and a call after it (sliceMs + callTimeoutMs): nothing would ever be sent",
    ],
    [pollMs <= backOffMaxMs, "backOffMaxMs is shorter than pollMs: pauses could not grow"],
    [
      durations.releaseMarginMs < durations.temporaryInstanceLifeMs,
      "releaseMarginMs is not shorter than temporaryInstanceLifeMs: a temporary instance could never be used",
    ],
    [
      durations.restoreLagMs < durations.restoreReachMs,
      "restoreLagMs is not shorter than restoreReachMs: no time could ever be restored",
    ],
    [
      durations.sweepMs <= durations.doubtMs,
      "sweepMs is longer than doubtMs: what is watched would never be looked at",
    ],
  ];
  return rules.flatMap(([isKept, problem]) => (isKept ? [] : [problem]));
}

export type Durations = { readonly [Name in keyof typeof defaultDurations]: number };

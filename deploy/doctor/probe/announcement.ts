import type { Bench } from "./bench";

/** What the probe will do, what it costs and how long it takes, before the person agrees. */
export function announcement({ master, names, stage }: Pick<Bench, "master" | "names" | "stage">): string[] {
  const { prefix } = stage.names;
  return [
    `A probe of ${master} in ${stage.settings.region}, account ${stage.settings.account}:`,
    "What it calls, beside reads:",
    `  RDS: CreateDatabase 3 times (${names.database} and ${names.copy} on ${master}; once on the temporary instance, to be refused), CreateTempDBInstance and DeleteDBInstance once, ModifySecurityIps about 8 times (groups that begin with ${names.whitelistGroup}), TagResources and AllocateInstancePublicConnection on the temporary instance, CopyDatabaseBetweenInstances and RecoveryDBInstance with ${master} as their target (${names.again}, ${names.short}, ${names.recovered}), DeleteDatabase up to 5 times.`,
    `  DTS: ConfigureDtsJob once or twice (the job ${names.job}), StartDtsJob, CreateDtsInstance, StopDtsJob, DeleteDtsJob.`,
    `  Function Compute and queues: the function ${prefix}-probe, which fails on purpose, with the queues ${prefix}-probe and ${prefix}-probe-dead.`,
    `  SQL on ${master}: two tables with six rows in ${names.database}; nothing is written to any other database.`,
    "What it costs: temporary instances and full migrations are free of charge (an account in arrears is refused). Calls of the function and of the queues cost less than a cent. The databases take a few MB of the master's disk.",
    "How long it takes: half an hour until RDS can restore the new database, then as long as RDS takes for a temporary instance (8 to 60 minutes for small masters), then about a quarter of an hour. Ctrl-C ends it, and removes what it made.",
  ];
}

import type { Capabilities } from "./capabilities";

type Values = { readonly [Switch in keyof Capabilities]: readonly Capabilities[Switch][] };

const yesOrNo = [true, false] as const;

/** The answers that each switch knows. A file or a request that names another one is refused. */
export const capabilityValues: Values = {
  unboughtJobPrechecks: yesOrNo,
  dtsTakesTemporarySource: yesOrNo,
  masterStatusWhileTempIsCreated: ["Running", "TempDBInstanceCreating"],
  tempStatusWhileCreated: ["Creating", "TempDBInstanceCreating", "Restoring"],
  tempInheritsWhitelist: yesOrNo,
  emptiedWhitelistGroup: ["refused", "removed"],
  configureOpensWhitelist: yesOrNo,
  tableKeys: ["bare", "schema-qualified"],
  temporaryInstanceVersions: ["today", "until-2020"],
  stateErrorStatus: [400, 403],
  tempAcceptsTags: yesOrNo,
  deleteMigratingJob: yesOrNo,
  temporaryInstanceRestoresTo: ["restore-time", "last-backup-before"],
  secondaryKeyConflict: ["skips", "fails"],
  serverMadeColumn: ["left-out", "fails"],
  migratesForeignKeys: yesOrNo,
  goneInstanceAnswer: ["error", "empty-list"],
  creationTimes: ["equal", "moments-apart"],
  engineNameInAnswers: ["MSSQL", "SQLServer"],
  tempAcceptsPublicConnection: yesOrNo,
  newTablestoreInstanceOpensToInternet: yesOrNo,
  newestTlsOf2008R2: ["TLSv1", "TLSv1.2"],
  failedHandler: ["repeated", "taken"],
};

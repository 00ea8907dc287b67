import { outcomes, statuses } from "../restore/model/states";
import { feasibilities } from "./judge-tables";

const time = { type: ["string", "null"], format: "date-time" } as const;
const text = { type: "string" } as const;
const list = (description: string) => ({ type: "array", items: { type: "object" }, description });
const objectOrNull = (description: string) => ({ type: ["object", "null"], description });

/** A restore as `presentRestore` shows it, for the OpenAPI document. */
export const restoreSchema = {
  type: "object",
  required: ["restoreId", "status", "outcome", "leftOnMaster"],
  properties: {
    restoreId: text,
    masterInstanceId: text,
    status: { enum: statuses },
    statusSince: time,
    outcome: { enum: [...outcomes, null], description: "Null: not decided yet." },
    reason: objectOrNull("Why it ended, or what it waits for: code and text."),
    restoreTime: objectOrNull(
      "The restore time in UTC, in the instance's zone and in the caller's; null: a backup was asked for.",
    ),
    backupId: { type: ["string", "null"] },
    writeBack: text,
    label: text,
    requestedBy: text,
    origin: { enum: ["person", "alert"] },
    createdAt: time,
    trueWhile: { ...text, description: "What is true in this state, in words." },
    possibleCommands: { type: "array", items: text, description: "What may be asked for now." },
    cancelHere: { ...text, description: "What cancel does in this state." },
    source: objectOrNull(
      "Where the rows come from: kind, because, and others with each one's obstacle. Null: not chosen yet.",
    ),
    restorePoint: objectOrNull("The point that is really restored, with its evidence."),
    temporaryInstance: objectOrNull("instanceId, createdAt and origin: answer, or confirmed by a person."),
    instanceInDoubt: objectOrNull("instanceId and createdAt of an instance that confirm-instance is about."),
    databaseRestore: objectOrNull(
      "Databases that RDS restores by itself: names (name and newName) and sentAt. Null: a migration job writes.",
    ),
    migrationJob: objectOrNull("jobId, name and attempt in DTS."),
    verification: objectOrNull("The route to the temporary instance, its tables with rows and notes, and the checks."),
    masterSurvey: objectOrNull("What was seen on the master before anything was configured."),
    precheckItems: list("What the precheck named: item, cause and remedy."),
    plan: objectOrNull("Exactly what is approved."),
    planHash: { type: ["string", "null"], description: "To be sent with approve." },
    approveBefore: {
      ...time,
      description:
        "Until then an approval is taken: the write-back must end before the temporary instance is given up.",
    },
    approval: objectOrNull("by and at."),
    progress: objectOrNull("How far DTS is: percent and rows."),
    comparison: objectOrNull("Each table's verdict, the checks of the copy, and those that were not run."),
    leftOnMaster: { type: "array", items: { $ref: "#/components/schemas/LeftObject" } },
    whitelistGroups: list(
      "The whitelist group that it uses on an instance: instanceId, group, and state open or closed.",
    ),
    watched: list("Calls whose outcome is in doubt: call, instanceId, until, and what was found."),
    expiresAt: { ...time, description: "Until then the temporary instance is kept." },
    request: { type: "object", description: "What was asked for, defaults filled in." },
  },
} as const;

/** A dry run as POST /plans answers it. */
export const dryRunSchema = {
  type: "object",
  required: ["requestHash", "feasible", "prerequisites", "names"],
  properties: {
    requestHash: text,
    feasible: {
      enum: feasibilities,
      description:
        "yes: no prerequisite speaks against it; those whose verdict is unknown are judged by the restore. after-waiting: it is made, and waits first for what has the verdict wait. no: it would be refused.",
    },
    prerequisites: list("name, verdict (pass, fail, unknown, wait), code, text, and readyAtMs of a wait."),
    recoveryWindow: objectOrNull("from, to and holes."),
    restoreTime: objectOrNull("As in a restore."),
    writeBack: text,
    names: list("Each database with the name under which it arrives."),
    suitability: list("What is on the master now: each database with its tables, what is missing, and near names."),
    forecast: objectOrNull("How long the write-back takes; null in mode none."),
    source: objectOrNull(
      "The source that would be chosen now: kind, because, and others, each with what stands in its way, or null.",
    ),
    cost: { ...text, description: "What that source costs." },
  },
} as const;

import * as z from "zod";
import { askedKinds } from "../source";
import { writeBackModes } from "../write-back";
import { rdsDatabaseName } from "./database-name";
import { compareDecimals, decimalCharactersMax, parseDecimal } from "./exact-decimal";
import { fractionProblem } from "./whole-seconds";

/** SQL Server identifiers hold at most 128 characters (sysname). */
const identifier = z.string().min(1).max(128);

const table = z.strictObject({
  schema: identifier.default("dbo"),
  name: identifier,
  restoredName: identifier
    .nullable()
    .default(null)
    .describe("Its new name, for tables that arrive beside the old ones in their own database."),
});

const selection = z.strictObject({
  database: identifier,
  restoredName: rdsDatabaseName
    .nullable()
    .default(null)
    .describe(
      "The new database of a side-by-side restore; null: <database>_restored_<restore time in UTC>_<4 characters>. Equal to the database: its tables arrive in it under new names.",
    ),
  tables: z.array(table).min(1).max(1000).nullable().default(null).describe("Null: the whole database."),
});

/** What people are told of a number that JSON does not hold digit by digit. */
export const asText =
  "is a number that not every reader of JSON keeps digit by digit. To keep every digit, give it as text, in quotes.";

/** JSON readers round whole numbers beyond 2^53, and decimals that a double does not hold. */
const exactNumber = z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), asText);
const decimalText = z
  .string()
  .max(decimalCharactersMax)
  .refine(
    (text) => parseDecimal(text) !== null,
    'is no number. Send one, or its text, such as "9007199254740993"; a time is compared in the SQL of the check.',
  );
const bound = z.union([exactNumber, decimalText], 'is no number. Send one, or its text, such as "9007199254740993".');

/** What a check's single value is compared with. */
const expectation = z
  .strictObject({
    equals: z
      .union(
        [exactNumber, z.string().max(1100), z.boolean()],
        "is no value to compare with. Send a number, a text, or true or false.",
      )
      .optional()
      .describe(
        'A text is compared in the form of the value\'s own type: "1.50", "2026-11-20 08:15:00.1234567", "0xFF".',
      ),
    min: bound.optional(),
    max: bound.optional(),
    between: z.tuple([bound, bound]).optional(),
  })
  .refine(
    (value) => Object.values(value).some((part) => part !== undefined),
    "expects nothing. Send at least one of equals, min, max, between.",
  )
  .refine(
    ({ min, max, between }) =>
      !(min !== undefined && max !== undefined && isLess(max, min)) &&
      !(between !== undefined && isLess(between[1], between[0])),
    "holds for no value: no value is in this range. Send the smaller number first.",
  );

function isLess(left: string | number, right: string | number): boolean {
  const [first, second] = [parseDecimal(String(left)), parseDecimal(String(right))];
  return first !== null && second !== null && compareDecimals(first, second) < 0;
}

const check = z.strictObject({
  name: z.string().min(1).max(200),
  database: identifier,
  sql: z
    .string()
    .min(1)
    .max(8000)
    .describe(
      "One SELECT of one value, without WITH, OPTION and an ORDER BY that has no TOP; its tables are named with two parts at most.",
    ),
  expect: expectation,
});

export const restoreRequestSchema = z.strictObject({
  masterInstanceId: z
    .string()
    .regex(/^rm-[a-z0-9]{1,60}$/, "is no id of a master instance. Send one such as rm-abc123."),
  restoreTime: z.iso
    .datetime({
      offset: true,
      error: "is no time with an offset. Send one by ISO 8601, such as 2026-11-20T08:15:00+08:00.",
    })
    .superRefine((text, context) => {
      const message = fractionProblem(text);
      if (message !== null) context.addIssue({ code: "custom", message });
    })
    .nullable()
    .default(null)
    .describe("This or backupId. Whole seconds: RDS takes no others."),
  backupId: z
    .string()
    .regex(/^\d{1,15}$/, "is no id of a backup. Send its digits only.")
    .nullable()
    .default(null)
    .describe("A backup instead of a restore time."),
  whenTooRecent: z
    .enum(["wait", "refuse"])
    .default("wait")
    .describe("What to do with a time that RDS cannot restore yet."),
  source: z
    .strictObject({
      kind: z
        .enum(askedKinds)
        .default(askedKinds[0])
        .describe("Where the rows come from. auto: the first source that can make the restore."),
      allowPublicEndpoint: z
        .boolean()
        .default(false)
        .describe("A public endpoint of the temporary instance may be made, open to the functions' own addresses."),
      allowBilledClone: z
        .boolean()
        .default(false)
        .describe("An instance that is billed by the hour may be made. It needs maxHourlyPrice."),
      maxHourlyPrice: z
        .strictObject({
          amount: z.number().positive("is no price. Send a number above 0.").max(1_000_000),
          currency: z.string().regex(/^[A-Z]{3}$/, "is no currency. Send its three letters, such as CNY."),
        })
        .nullable()
        .default(null)
        .describe("The price of an hour above which no billed instance is made. It is asked just before the making."),
      cloneMaxHours: z
        .number()
        .int("is no whole number of hours.")
        .min(2)
        .max(168)
        .default(24)
        .describe("How long a billed instance lives at most, from its creation on. extend does not go beyond it."),
    })
    .prefault({}),
  objects: z.array(selection).min(1).max(10),
  writeBack: z.enum(writeBackModes).default(writeBackModes[0]),
  checks: z.array(check).max(50).default([]),
  approval: z
    .enum(["required", "automatic"])
    .default("required")
    .describe("automatic: for callers of the role that is allowed it."),
  secretName: z
    .string()
    .min(1)
    .max(200)
    .describe("A secret below rewind/<masterInstanceId>/ with a login of the master."),
  temporaryInstanceSecret: z
    .strictObject({
      name: z.string().min(1).max(200).nullable().default(null),
      versionId: z.string().min(1).max(64).nullable().default(null),
    })
    .default({ name: null, versionId: null })
    .describe("The login that held at the restore time, if it was another one; null: as secretName."),
  keepHours: z
    .number()
    .min(1)
    .max(47)
    .default(24)
    .describe("How long an instance is held for people, from then on; at most until 46 hours after its creation."),
  label: z.string().max(100).default(""),
  reason: z.string().max(500).default(""),
});

/** A restore as it is asked for, defaults filled in. Times are ISO strings with the caller's offset, as sent. */
export type RestoreRequest = z.infer<typeof restoreRequestSchema>;
export type ObjectSelection = RestoreRequest["objects"][number];
export type Check = RestoreRequest["checks"][number];

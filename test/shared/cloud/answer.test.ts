import * as read from "../../../shared/cloud/answer";
import { CloudError } from "../../../shared/cloud/cloud-error";
import { jobList } from "../../../shared/cloud/dts-answers";
import { attribute, backups, whitelist } from "../../../shared/cloud/rds-answers";

/** The value of one field, as it came over the wire, read by `reader`; or the words of the refusal. */
function readField<T>(reader: (fields: read.Fields, name: string) => T, value: unknown): T | string {
  const answer = JSON.parse(JSON.stringify({ Field: value })) as read.Fields;
  return refusalOr(() => read.readAnswer((fields) => reader(fields, "Field"), answer, "rds", "Describe"));
}

function refusalOr<T>(reading: () => T): T | string {
  try {
    return reading();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return `${error.kind} ${error.code}: ${error.message}`;
  }
}

const refused = "unavailable BadAnswer: rds Describe answered without a usable Field";
const absent = undefined;

describe("a field", () => {
  test.each([
    [
      "text",
      read.text,
      [
        ["a", "a"],
        ["", ""],
        [1, refused],
        [null, refused],
        [absent, refused],
      ],
    ],
    [
      "looseText",
      read.looseText,
      [
        ["", ""],
        [7, "7"],
        [true, "true"],
        [null, refused],
        [{}, refused],
      ],
    ],
    [
      "textOrNull",
      read.textOrNull,
      [
        ["a", "a"],
        ["", null],
        [0, "0"],
        [false, "false"],
        [null, null],
        [absent, null],
        [[], refused],
      ],
    ],
    [
      "id",
      read.id,
      [
        ["a", "a"],
        [12, "12"],
        ["", refused],
        [null, refused],
        [absent, refused],
      ],
    ],
    [
      "looseNumber",
      read.looseNumber,
      [
        [1.5, 1.5],
        ["-1.5", -1.5],
        ["", refused],
        ["1e3", refused],
        [" 1", refused],
        [true, refused],
        [null, refused],
      ],
    ],
    [
      "numberOrNull",
      read.numberOrNull,
      [
        ["7", 7],
        [null, null],
        [absent, null],
        ["", refused],
      ],
    ],
    [
      "numberIn",
      read.numberIn,
      [
        ["7", 7],
        [7, 7],
        ["", null],
        ["soon", null],
        [{}, null],
        [absent, null],
      ],
    ],
    [
      "looseBoolean",
      read.looseBoolean,
      [
        [true, true],
        ["True", true],
        ["1", true],
        [1, true],
        ["0", false],
        ["yes", false],
        [null, refused],
        [absent, refused],
      ],
    ],
    [
      "booleanOrNull",
      read.booleanOrNull,
      [
        [false, false],
        [null, null],
        [absent, null],
        [[], refused],
      ],
    ],
    [
      "utcTime",
      read.utcTime,
      [
        ["1970-01-01T00:01:00Z", 60_000],
        ["", refused],
        ["soon", refused],
        [1, refused],
        [absent, refused],
      ],
    ],
    [
      "utcTimeOrNull",
      read.utcTimeOrNull,
      [
        ["1970-01-01T00:01:00Z", 60_000],
        [null, null],
        [absent, null],
        ["", refused],
      ],
    ],
  ] as const)("read by %s is what it means, or is refused", (_name, reader, cases) => {
    for (const [value, meant] of cases) expect([value, readField<unknown>(reader, value)]).toEqual([value, meant]);
  });

  test("has a default only where it is left out", () => {
    const reader = (fields: read.Fields, name: string) => read.textOr(fields, name, "none");
    expect([absent, "", "a", null].map((value) => readField(reader, value))).toEqual(["none", "", "a", refused]);
  });
});

describe("what cannot be used", () => {
  const usable = { DBInstanceId: "rm-1", DBInstanceStatus: "Running" };
  const refusal = (answer: read.Fields) => refusalOr(() => read.readAnswer(attribute, answer, "rds", "Describe"));

  test.each([
    ["Items", {}],
    ["Items", { Items: [] }],
    ["Items.DBInstanceAttribute", { Items: { DBInstanceAttribute: "none" } }],
    ["Items.DBInstanceAttribute.1", { Items: { DBInstanceAttribute: [usable, "rm-2"] } }],
    ["Items.DBInstanceAttribute.1.DBInstanceId", { Items: { DBInstanceAttribute: [usable, {}] } }],
    [
      "Items.DBInstanceAttribute.0.CreationTime",
      { Items: { DBInstanceAttribute: [{ ...usable, CreationTime: "x" }] } },
    ],
  ])("is named by its path: %s", (path, answer) => {
    expect(refusal(answer)).toBe(`unavailable BadAnswer: rds Describe answered without a usable ${path}`);
  });

  test("leaves the outcome of a changing call unknown, and is not shown", () => {
    const outcome = refusalOr(() => read.readOutcome(attribute, { Password: "secret" }, "rds", "Change"));
    expect(outcome).toBe("unknown-outcome BadAnswer: rds Change answered without what it should carry");
  });

  test("in a list of backups is null at its place", () => {
    const done = {
      BackupId: 1,
      BackupStatus: "Success",
      BackupType: "FullBackup",
      BackupStartTime: "1970-01-01T00:00:00Z",
      BackupEndTime: "1970-01-01T00:01:00Z",
    };
    const read = { backupId: "1", status: "Success", type: "FullBackup", startedAtMs: 0, endedAtMs: 60_000 };
    const items = [null, done, { ...done, BackupEndTime: "" }, { ...done, IsAvail: 0, ConsistentTime: "60" }, "x"];
    expect(backups({ Items: { Backup: items } })).toEqual([
      null,
      { ...read, available: true, consistentAtMs: null },
      null,
      { ...read, available: false, consistentAtMs: 60_000 },
      null,
    ]);
  });
});

test("a job whose own error is empty has that of the stage that failed, and unset fields are absent", () => {
  const stages = {
    PrecheckStatus: { Status: "Finished", Percent: "100", Progress: "", ErrorMessage: "" },
    DataInitializationStatus: { Status: "Failed", Percent: 40, ErrorMessage: "no space" },
  };
  const answer = { DtsJobList: [{ DtsJobId: 7, ErrorMessage: "", ...stages }] };
  expect(jobList(answer)).toEqual([
    {
      jobId: "7",
      dtsInstanceId: null,
      name: "",
      status: "",
      createdAtMs: null,
      errorMessage: "no space",
      precheck: { status: "Finished", percent: 100, progress: 0, errorMessage: "" },
      structure: null,
      data: { status: "Failed", percent: 40, progress: 0, errorMessage: "no space" },
      objects: null,
      sourceInstanceId: null,
      destinationInstanceId: null,
    },
  ]);
  expect(jobList({ DtsJobList: null })).toEqual([]);
});

test("a whitelist's groups are their entries, without what is empty", () => {
  const groups = [
    { DBInstanceIPArrayName: "a", SecurityIPList: "10.0.0.1, 10.0.0.2,," },
    { DBInstanceIPArrayName: "b" },
  ];
  expect(whitelist({ Items: { DBInstanceIPArray: groups } })).toEqual([
    ["a", ["10.0.0.1", "10.0.0.2"]],
    ["b", []],
  ]);
});

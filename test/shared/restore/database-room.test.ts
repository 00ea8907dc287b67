import type { PrerequisiteFacts } from "../../../shared/restore/prerequisites";
import { databaseRoom } from "../../../shared/restore/source/database-room";
import { facts, master, request } from "./samples";

const gigabyte = 1024 ** 3;
const asked = request({ objects: [{ database: "shop" }, { database: "crm" }] });
const files = (shop: number, crm: number, isEncrypted = false) => [
  { database: "shop", bytes: shop * gigabyte, isEncrypted },
  { database: "crm", bytes: crm * gigabyte, isEncrypted: false },
];
const judge = (known: Partial<PrerequisiteFacts>) =>
  databaseRoom(asked, facts({ master: master({ storageGb: 100, databasesMax: 100 }), ...known }));
const find = (known: Partial<PrerequisiteFacts>, name: string) => judge(known).find((one) => one.name === name);

describe("room for databases that RDS restores", () => {
  test.each<[string, Partial<PrerequisiteFacts>, string, string]>([
    [
      "the files and a tenth of the disk fit",
      { diskUsedBytes: 60 * gigabyte, databaseFiles: files(20, 9) },
      "pass",
      "shop, crm take 29.0 GB",
    ],
    [
      "the tenth would be used up",
      { diskUsedBytes: 60 * gigabyte, databaseFiles: files(20, 11) },
      "fail",
      "A tenth of the disk has to stay free",
    ],
    [
      "sizes are not known, and the whole instance fits",
      { diskUsedBytes: 40 * gigabyte },
      "pass",
      "could not be read; the whole instance takes 40.0 GB",
    ],
    [
      "sizes are not known, and the whole instance does not fit",
      { diskUsedBytes: 50 * gigabyte },
      "fail",
      "could not be read",
    ],
    [
      "one size is not known",
      { diskUsedBytes: 50 * gigabyte, databaseFiles: files(1, 1).slice(1) },
      "fail",
      "could not be read",
    ],
    ["RDS reports no use", { diskUsedBytes: null, databaseFiles: files(1, 1) }, "unknown", "no disk usage"],
  ])("The disk is judged when %s", (_when, known, verdict, text) => {
    expect(find(known, "free-disk")).toMatchObject({ verdict, text: expect.stringContaining(text) });
  });

  test("The number of databases counts those that would arrive", () => {
    const databases = Array.from({ length: 98 }, (_, index) => ({ name: `d${index}`, characterSet: "" }));
    expect(find({ databases }, "database-count")).toMatchObject({ verdict: "pass" });
    expect(find({ databases: [...databases, databases[0]!] }, "database-count")).toMatchObject({
      verdict: "fail",
      code: "too-many-databases",
    });
    expect(find({ databases: null }, "database-count")).toMatchObject({ verdict: "unknown" });
  });

  test("An encrypted database is said beforehand, because RDS may refuse it", () => {
    expect(find({ databaseFiles: files(1, 1, true) }, "encryption")).toMatchObject({
      verdict: "unknown",
      text: expect.stringContaining("shop is encrypted (TDE)"),
    });
    expect(find({ databaseFiles: files(1, 1) }, "encryption")).toBeUndefined();
  });
});

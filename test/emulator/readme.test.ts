import { readFileSync } from "node:fs";
import { join } from "node:path";
import { faultKinds, faultServices } from "../../emulator/admin/fault-rule";
import { defaultCapabilities, laptopTimings } from "../../emulator/capabilities";
import { ManualClock } from "../../emulator/core/clock";
import { SeededRandom } from "../../emulator/core/random";
import type { RpcService } from "../../emulator/core/rpc-service";
import { ServiceError } from "../../emulator/core/service-error";
import { DtsService } from "../../emulator/dts/dts-service";
import { KmsService } from "../../emulator/kms/kms-service";
import { knownKmsActions } from "../../emulator/kms/known-actions";
import { operations as mnsOperations } from "../../emulator/mns/route";
import { knownRdsActions } from "../../emulator/rds/known-actions";
import { RdsService } from "../../emulator/rds/rds-service";
import { rowOperations } from "../../emulator/tablestore/row-operations";
import { tableOperations } from "../../emulator/tablestore/table-operations";
import { NumberedAddresses } from "./rds/rds-cloud";

/** The README of the local cloud says what the code does: operations, switches, timings, faults. */
const emulator = join(__dirname, "../../emulator");
const readme = readFileSync(join(emulator, "README.md"), "utf8");

/** The rows of the first table under a heading, as cells without the heads. */
function table(heading: string): string[][] {
  const section = readme.split(/^#{2,3} /m).find((text) => text.startsWith(heading));
  if (!section) throw new Error(`the README has no section ${heading}`);
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

const word = (cell: string | undefined) => /^`([^`]+)`$/.exec(cell ?? "")?.[1];

/** Operations that a section calls played. */
function listed(heading: string): (string | undefined)[] {
  const rows = table(heading).filter(([, state]) => state === "supported" || state === "partly");
  return rows.map(([name]) => word(name)).sort();
}

const clock = new ManualClock(Date.parse("2026-11-20T08:00:00Z"));
const random = new SeededRandom(1);
const world = { clock, random, regionId: "cn-hangzhou", capabilities: defaultCapabilities, timings: laptopTimings };
const rds = new RdsService({ ...world, accountId: "1234567890123456", addresses: new NumberedAddresses() });
const dts = new DtsService({ ...world, instances: rds });
const kms = new KmsService({ clock, random });

/** Asks the service itself: what it does not play, it says so. */
function plays(service: RpcService, action: string): boolean {
  try {
    service.call(action, {});
    return true;
  } catch (error) {
    const code = error instanceof ServiceError ? error.code : undefined;
    return code !== "EmulatorNotImplemented" && code !== "InvalidAction.NotFound";
  }
}

/** DTS keeps its operations to itself: the keys of its table, read from the source. */
function dtsActions(): string[] {
  const source = readFileSync(join(emulator, "dts/dts-service.ts"), "utf8");
  const operations = /Object\.entries\(\{([^}]*)\}\)/.exec(source)?.[1] ?? "";
  return [...operations.matchAll(/^\s+(\w+):/gm)].map((match) => match[1]!);
}

describe("the README of the local cloud lists just the operations that are played", () => {
  it.each([
    ["RDS (", rds, [...knownRdsActions]],
    ["KMS (", kms, [...knownKmsActions]],
    ["DTS (", dts, dtsActions()],
  ] as const)(
    "the README of the local cloud lists just the operations that are played of %s…)",
    (heading, service, actions) => {
      expect(listed(heading)).toEqual(actions.filter((action) => plays(service, action)).sort());
    },
  );

  it("the README of the local cloud lists just the operations that are played of MNS", () => {
    expect(listed("MNS (")).toEqual(Object.keys(mnsOperations).sort());
  });

  it("the README of the local cloud lists just the operations that are played of Tablestore", () => {
    expect(listed("Tablestore (")).toEqual([...tableOperations.keys(), ...rowOperations.keys()].sort());
  });

  it("the README of the local cloud lists just the operations that are played and asks DTS for the operations that it calls unplayed", () => {
    const unplayed = /All other operations of this version:\s+not;\s+among\s+them\s+(.*?)\n\n/s.exec(readme)?.[1] ?? "";
    const actions = [...unplayed.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
    expect(actions).not.toEqual([]);
    for (const action of actions) {
      expect(() => dts.call(action, {})).toThrow(expect.objectContaining({ code: "EmulatorNotImplemented" }));
    }
  });

  it("the README of the local cloud lists just the operations that are played in one of three states, with what is missing where the state is 'partly'", () => {
    const sections = ["RDS (", "DTS (", "KMS (", "MNS (", "Tablestore (", "Function Compute (", "SQL Server\n"];
    for (const [name, state, remarks] of sections.flatMap(table)) {
      expect(["supported", "partly", "not"]).toContain(state);
      if (state !== "supported") expect([name, remarks]).not.toEqual([name, ""]);
    }
  });
});

describe("the README of the local cloud describes", () => {
  it.each([
    ["every switch", "Switches", defaultCapabilities],
    ["every timing", "Timings", laptopTimings],
  ] as const)("%s, with its default", (_, heading, defaults) => {
    const rows = table(heading);
    const described = rows.map(([name, value]) => [word(name), JSON.parse(word(value) ?? "null")]);
    expect(Object.fromEntries(described)).toEqual(defaults);
    for (const [name, , meaning] of rows) expect([name, meaning]).not.toEqual([name, ""]);
  });

  it("every kind of fault, and the services that can be struck", () => {
    expect(
      table("Faults")
        .map(([kind]) => word(kind))
        .sort(),
    ).toEqual([...faultKinds].sort());
    for (const service of faultServices) expect(readme).toContain(`\`${service}\``);
  });
});

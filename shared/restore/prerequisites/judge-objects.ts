import { alike, isSameName, listedByName, type NamedThings, showName, tablePath, tellNear } from "../../object-name";
import { isBesideItself } from "../plan/dts-objects";
import type { ObjectSelection, RestoreRequest } from "../request/request";
import type { WriteBackMode } from "../write-back";
import { writeBackOf } from "../write-back";
import type { PrerequisiteFacts } from "./index";
import { fail, type Prerequisite, pass, unknown } from "./verdict";

/** Collations that CreateDatabase of RDS can give a new SQL Server database. */
export const creatableCollations = [
  "Chinese_PRC_CI_AS",
  "Chinese_PRC_CS_AS",
  "SQL_Latin1_General_CP1_CI_AS",
  "SQL_Latin1_General_CP1_CS_AS",
  "Chinese_PRC_BIN",
];

/** The chosen databases, and the names under which they arrive. */
export function judgeObjects(request: RestoreRequest, facts: PrerequisiteFacts): Prerequisite[] {
  const present = facts.databases && listedByName(facts.databases);
  return [
    ...request.objects.map((object) => judgeObject(request, object, present)),
    ...judgeDistinct(request, present, facts.master?.collation ?? null),
  ];
}

type Present = NamedThings<{ readonly name: string; readonly characterSet: string }>;

/** @param present the master's databases; null: they could not be listed */
function judgeObject(request: RestoreRequest, object: ObjectSelection, present: Present | null): Prerequisite {
  const shown = showName(object.database);
  const name = `database ${shown}`;
  const { arrivesAside: aside } = writeBackOf(request.writeBack);
  if (!aside && isRenamed(object))
    return fail(
      name,
      "new-names-not-possible",
      `${request.writeBack} writes under the old names; leave restoredName out, or ask for side-by-side.`,
    );
  if (!present) return unknown(name, "The master's databases could not be listed.");
  const target = object.restoredName;
  const collation = present.find(object.database)?.characterSet;
  const taken = target === null ? undefined : present.find(target);
  if (aside && taken && !isBesideItself(object))
    return fail(
      name,
      "target-exists",
      `The master already has a database ${showName(taken.name)}. Choose another restoredName.`,
    );
  if (collation === undefined)
    return judgeDropped(name, request.writeBack, object, tellNear(present.near(object.database)));
  if (aside && isBesideItself(object)) return judgeNewNames(name, object, collation);
  if (aside && !creatableCollations.includes(collation))
    return fail(
      name,
      "collation-not-creatable",
      `${shown} has the collation ${collation}; RDS cannot create a database with it. Use same-name, missing-rows or none.`,
    );
  return pass(name, `The master has ${shown} (${collation}).`);
}

/** It may have been dropped: the temporary instance will tell, and has the collation. */
function judgeDropped(name: string, mode: WriteBackMode, { database }: ObjectSelection, near: string): Prerequisite {
  const refusal = writeBackOf(mode).whenDropped(name, database, near);
  if (refusal) return refusal;
  return unknown(
    name,
    `The master has no database ${showName(database)} now; if it was dropped, the temporary instance has it.${near}`,
  );
}

function isRenamed(object: ObjectSelection): boolean {
  return object.restoredName !== null || (object.tables ?? []).some((table) => table.restoredName !== null);
}

/** Tables beside the old ones, in one database: each needs a name of its own. */
function judgeNewNames(name: string, object: ObjectSelection, collation: string): Prerequisite {
  const unnamed = object.tables?.find(
    (table) => isSameName(table.restoredName ?? table.name, table.name, collation) !== false,
  );
  if (object.tables !== null && !unnamed)
    return pass(name, `Tables arrive in ${showName(object.database)} itself under new names.`);
  return fail(
    name,
    "new-names-needed",
    `To arrive in ${showName(object.database)} itself, ${unnamed ? showName(...tablePath(unnamed)) : "every table"} needs to be chosen with another restoredName.`,
  );
}

/**
 * Names that only some collations tell apart: two databases by the server's, tables and their new names by their database's. Those that are
 * the very same were refused with the request.
 */
function judgeDistinct(
  request: RestoreRequest,
  present: Present | null,
  serverCollation: string | null,
): Prerequisite[] {
  const databases = alike(request.objects.map(({ database }) => database)).map(([left, right]) => {
    const found = [left, right].map((database) => present?.find(database));
    const both = found[0] !== undefined && found[1] !== undefined ? found[0] === found[1] : null;
    return judgePair("database", left, right, both ?? isSameName(left, right, serverCollation));
  });
  const tables = request.objects.flatMap(({ database, tables: chosen }) => {
    const collation = present?.find(database)?.characterSet ?? null;
    return [
      ...alike((chosen ?? []).map(({ name }) => name)),
      ...alike((chosen ?? []).map(({ name, restoredName }) => restoredName ?? name)),
    ].map(([left, right]) =>
      judgePair(`table of ${showName(database)}`, left, right, isSameName(left, right, collation)),
    );
  });
  return [...databases, ...tables];
}

function judgePair(what: string, left: string, right: string, isSame: boolean | null): Prerequisite {
  const name = `${showName(left)} and ${showName(right)}`;
  switch (isSame) {
    case true:
      return fail(
        name,
        "names-not-distinct",
        `${name} are one ${what} on the master. Choose it once, or under one new name.`,
      );
    case false:
      return pass(name, `${name} are told apart.`);
    default:
      return unknown(name, `The collation decides whether ${name} are one ${what}; the temporary instance will tell.`);
  }
}

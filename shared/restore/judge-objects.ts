import { isBesideItself } from "./dts-objects";
import { fail, type Prerequisite, pass, unknown } from "./prerequisite";
import type { PrerequisiteFacts } from "./prerequisites";
import { type ObjectSelection, type RestoreRequest, rdsDatabaseName, type WriteBackMode } from "./request";

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
  const present = facts.databases && new Map(facts.databases.map((one) => [one.name.toLowerCase(), one.characterSet]));
  return request.objects.map((object) => judgeObject(request, object, present));
}

/** @param present the master's databases with their collations, by lower-case name; null: they could not be listed */
function judgeObject(
  request: RestoreRequest,
  object: ObjectSelection,
  present: ReadonlyMap<string, string> | null,
): Prerequisite {
  const name = `database ${object.database}`;
  const aside = request.writeBack === "side-by-side";
  if (!aside && isRenamed(object))
    return fail(
      name,
      "new-names-not-possible",
      `${request.writeBack} writes under the old names; leave restoredName out, or ask for side-by-side.`,
    );
  if (!present) return unknown(name, "The master's databases could not be listed.");
  const target = object.restoredName;
  const collation = present.get(object.database.toLowerCase());
  if (aside && target !== null && present.has(target.toLowerCase()) && !isBesideItself(object))
    return fail(name, "target-exists", `The master already has a database ${target}; choose another restoredName.`);
  if (collation === undefined) return judgeDropped(name, request.writeBack, object);
  if (aside && isBesideItself(object)) return judgeNewNames(name, object);
  if (aside && !creatableCollations.includes(collation))
    return fail(
      name,
      "collation-not-creatable",
      `${object.database} has the collation ${collation}; RDS cannot create a database with it. Use same-name, missing-rows or none.`,
    );
  return pass(name, `The master has ${object.database} (${collation}).`);
}

/** It may have been dropped: the temporary instance will tell, and has the collation. */
function judgeDropped(name: string, mode: WriteBackMode, { database }: ObjectSelection): Prerequisite {
  if (mode === "missing-rows")
    return fail(
      name,
      "target-table-missing",
      `The master has no database ${database} whose tables rows could be added to; ask for same-name or side-by-side.`,
    );
  if (mode === "same-name" && !rdsDatabaseName.safeParse(database).success)
    return fail(
      name,
      "create-database-refused",
      `The master has no database ${database} now, and RDS creates none of that name (2-64 lower-case letters, digits, _ or -); ask for side-by-side.`,
    );
  return unknown(name, `The master has no database ${database} now; if it was dropped, the temporary instance has it.`);
}

function isRenamed(object: ObjectSelection): boolean {
  return object.restoredName !== null || (object.tables ?? []).some((table) => table.restoredName !== null);
}

/** Tables beside the old ones, in one database: each needs a name of its own. */
function judgeNewNames(name: string, object: ObjectSelection): Prerequisite {
  const unnamed = object.tables?.find(
    (table) => (table.restoredName ?? table.name).toLowerCase() === table.name.toLowerCase(),
  );
  if (object.tables !== null && !unnamed)
    return pass(name, `Tables arrive in ${object.database} itself under new names.`);
  return fail(
    name,
    "new-names-needed",
    `To arrive in ${object.database} itself, ${unnamed ? `${unnamed.schema}.${unnamed.name}` : "every table"} needs to be chosen with another restoredName.`,
  );
}

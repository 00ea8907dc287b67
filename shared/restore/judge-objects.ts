import { isBesideItself } from "./dts-objects";
import { fail, type Prerequisite, pass, unknown } from "./prerequisite";
import type { PrerequisiteFacts } from "./prerequisites";
import type { ObjectSelection, RestoreRequest } from "./request";

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
  if (facts.databases === null) return [unknown("databases", "The master's databases could not be listed.")];
  const names = new Map(facts.databases.map((database) => [database.name.toLowerCase(), database]));
  const judged: Prerequisite[] = [];
  for (const object of request.objects) {
    const name = `database ${object.database}`;
    const database = names.get(object.database.toLowerCase());
    if (!database) {
      // It may have been dropped: the temporary instance will tell. A new database then has no known collation.
      judged.push(
        unknown(
          name,
          `The master has no database ${object.database} now; if it was dropped, the temporary instance has it.`,
        ),
      );
      continue;
    }
    if (request.writeBack === "side-by-side" && isBesideItself(object)) {
      judged.push(judgeNewNames(name, object));
      continue;
    }
    if (request.writeBack === "side-by-side" && !creatableCollations.includes(database.characterSet)) {
      judged.push(
        fail(
          name,
          "collation-not-creatable",
          `${object.database} has the collation ${database.characterSet}; RDS cannot create a database with it. Use same-name, missing-rows or none.`,
        ),
      );
      continue;
    }
    const target = object.restoredName;
    if (request.writeBack === "side-by-side" && target !== null && names.has(target.toLowerCase())) {
      judged.push(
        fail(name, "target-exists", `The master already has a database ${target}; choose another restoredName.`),
      );
      continue;
    }
    judged.push(pass(name, `The master has ${object.database} (${database.characterSet}).`));
  }
  return judged;
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

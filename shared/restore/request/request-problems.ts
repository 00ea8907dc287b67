import { selectProblem } from "../../check-sql/single-select";
import { databasesByName, showName, tablePath } from "../../object-name";
import { restoredDatabaseName } from "../model/names";
import type { WriteBackMode } from "../write-back";
import { writeBackOf } from "../write-back";
import { inexactNumber } from "./exact-decimal";
import { asText, type ObjectSelection, type RestoreRequest } from "./request";

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Databases that belong to the server itself; neither RDS nor DTS moves them. */
const systemDatabases = new Set(["master", "model", "msdb", "tempdb", "resource", "rdscore"]);

type Selection = Pick<RestoreRequest, "objects" | "writeBack">;

/** What is wrong with the chosen objects; used for alert rules too. */
export function objectProblems(request: Selection): FieldError[] {
  const errors: FieldError[] = [];
  const { arrivesAside } = writeBackOf(request.writeBack);
  const databases = new Set<string>();
  const targets = new Map<string, string>();
  for (const [index, object] of request.objects.entries()) {
    const path = `objects.${index}`;
    const { database } = object;
    const shown = showName(database);
    if (systemDatabases.has(database.toLowerCase()))
      errors.push({
        path: `${path}.database`,
        message: `${shown} is a database of the server itself, which neither RDS nor DTS moves. Choose databases of your own.`,
      });
    if (databases.has(database)) errors.push({ path, message: `${shown} is listed twice. List it once.` });
    const target = targetOf(object, request.writeBack);
    if (!databases.has(database) && targets.has(target))
      errors.push({
        path,
        message: `${showName(targets.get(target)!)} and ${shown} would be restored under one name. Give them restoredNames that differ.`,
      });
    databases.add(database);
    targets.set(target, object.database);
    if (object.restoredName !== null && !arrivesAside)
      errors.push({
        path: `${path}.restoredName`,
        message: `Write-back ${request.writeBack} cannot rename a database. Leave restoredName out, or ask for side-by-side.`,
      });
    errors.push(...tableProblems(object.tables ?? [], path, request.writeBack));
  }
  return errors;
}

/** Generated names drop what RDS does not allow and are cut to its length, so that two databases can arrive at one. */
function targetOf(object: ObjectSelection, mode: WriteBackMode): string {
  if (!writeBackOf(mode).arrivesAside) return object.database;
  return object.restoredName ?? restoredDatabaseName(object.database, 0, "rw00000000000000");
}

function tableProblems(
  tables: NonNullable<ObjectSelection["tables"]>,
  path: string,
  mode: WriteBackMode,
): FieldError[] {
  const errors: FieldError[] = [];
  // DTS names tables without schema. Where there is no job, nothing has to be told apart by it.
  const { job, addsRows } = writeBackOf(mode);
  const sources = new Map<string, string>();
  const targets = new Set<string>();
  for (const [index, table] of tables.entries()) {
    const where = `${path}.tables.${index}`;
    const source = showName(...tablePath(table));
    const target = table.restoredName ?? table.name;
    const earlier = sources.get(job ? table.name : source);
    if (earlier === source) errors.push({ path: where, message: `${source} is listed twice. List it once.` });
    else if (earlier !== undefined)
      errors.push({
        path: where,
        message: `${earlier} and ${source} have one name, and DTS names tables without schema. Restore the whole database (tables: null).`,
      });
    else if (targets.has(target) && job)
      errors.push({
        path: where,
        message: `Two tables would be restored as ${showName(target)}. Give them restoredNames that differ.`,
      });
    sources.set(job ? table.name : source, source);
    targets.add(target);
    if (table.restoredName !== null && addsRows)
      errors.push({
        path: where,
        message: `Write-back ${mode} adds rows to the table itself; it cannot be renamed. Leave restoredName out, or ask for side-by-side.`,
      });
  }
  return errors;
}

/** What the source's fields leave open; used for alert rules too. */
export function sourceProblems({ source }: Pick<RestoreRequest, "source">): FieldError[] {
  if (!source.allowBilledClone || source.maxHourlyPrice !== null) return [];
  const message =
    "A billed instance needs the price of an hour above which it is not made. Send amount and currency, or leave allowBilledClone out.";
  return [{ path: "source.maxHourlyPrice", message }];
}

/** What the schema does not see, because it gets numbers as they were rounded; used for alert rules too. */
export function numberProblems(json: string): FieldError[] {
  const number = inexactNumber(json);
  return number === null ? [] : [{ path: "", message: `${number.slice(0, 50)} ${asText}` }];
}

/** What is wrong with the checks; used for alert rules too. */
export function checkProblems(request: Pick<RestoreRequest, "objects" | "checks">): FieldError[] {
  const known = databasesByName(request.objects);
  return request.checks.flatMap((check, index) => {
    const path = `checks.${index}`;
    const problem = selectProblem(check.sql);
    if (problem !== null) return [{ path: `${path}.sql`, message: problem }];
    if (known.has(check.database)) return [];
    const objects = request.objects.map(({ database }) => showName(database)).join(", ");
    const message = `${showName(check.database)} is not among the objects. A check runs in a database that is restored: ${objects}.`;
    return [{ path: `${path}.database`, message }];
  });
}

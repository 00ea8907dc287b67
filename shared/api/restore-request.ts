import { isSecretOf } from "../restore/prerequisites";
import { type RestoreRequest, restoreRequestSchema } from "../restore/request";
import { isSingleSelect } from "../verification/single-select";
import { parseBody } from "./http";
import { Problem } from "./problem";

/** Parses and checks a restore request beyond its form: what no schema can say. @throws Problem */
export function parseRestoreRequest(body: string): RestoreRequest {
  const request = parseBody(restoreRequestSchema, body) as RestoreRequest;
  const errors = [...whichPoint(request), ...clashes(request), ...checkProblems(request)];
  if (errors.length > 0)
    throw new Problem("invalid-request", `${errors[0]!.path}: ${errors[0]!.message} Nothing was started.`, { errors });
  for (const name of [request.secretName, request.temporaryInstanceSecret.name]) {
    if (name !== null && !isSecretOf(request.masterInstanceId, name)) {
      throw new Problem(
        "secret-out-of-scope",
        `${name} is not below rewind/${request.masterInstanceId}/. Nothing was started.`,
      );
    }
  }
  return request;
}

interface FieldError {
  readonly path: string;
  readonly message: string;
}

function whichPoint(request: RestoreRequest): FieldError[] {
  const given = Number(request.restoreTime !== null) + Number(request.backupId !== null);
  return given === 1 ? [] : [{ path: "restoreTime", message: "Give either restoreTime or backupId." }];
}

function clashes(request: RestoreRequest): FieldError[] {
  const errors: FieldError[] = [];
  const databases = new Set<string>();
  const targets = new Set<string>();
  for (const [index, object] of request.objects.entries()) {
    const path = `objects.${index}`;
    if (databases.has(object.database.toLowerCase()))
      errors.push({ path, message: `${object.database} is listed twice.` });
    databases.add(object.database.toLowerCase());
    if (object.restoredName !== null && targets.has(object.restoredName))
      errors.push({ path, message: `Two databases would be restored as ${object.restoredName}.` });
    if (object.restoredName !== null) targets.add(object.restoredName);
    if (object.restoredName !== null && request.writeBack !== "side-by-side")
      errors.push({ path, message: `Write-back ${request.writeBack} cannot rename a database.` });
    errors.push(...tableClashes(object.tables ?? [], path, request.writeBack));
  }
  return errors;
}

function tableClashes(
  tables: NonNullable<RestoreRequest["objects"][number]["tables"]>,
  path: string,
  mode: RestoreRequest["writeBack"],
): FieldError[] {
  const errors: FieldError[] = [];
  const sources = new Set<string>();
  const targets = new Set<string>();
  for (const [index, table] of tables.entries()) {
    const where = `${path}.tables.${index}`;
    const source = table.name.toLowerCase();
    const target = (table.restoredName ?? table.name).toLowerCase();
    if (sources.has(source))
      errors.push({
        path: where,
        message: `${table.name} is listed twice; DTS cannot carry the same table name from two schemas in one task.`,
      });
    else if (targets.has(target))
      errors.push({ path: where, message: `Two tables would be restored as ${table.restoredName ?? table.name}.` });
    sources.add(source);
    targets.add(target);
    if (table.restoredName !== null && mode === "missing-rows")
      errors.push({
        path: where,
        message: "Write-back missing-rows adds rows to the table itself; it cannot be renamed.",
      });
  }
  return errors;
}

function checkProblems(request: RestoreRequest): FieldError[] {
  const known = new Set(request.objects.map((object) => object.database.toLowerCase()));
  return request.checks.flatMap((check, index) => {
    const path = `checks.${index}`;
    if (!isSingleSelect(check.sql))
      return [{ path: `${path}.sql`, message: "A check is one SELECT and nothing else." }];
    return known.has(check.database.toLowerCase())
      ? []
      : [{ path: `${path}.database`, message: `${check.database} is not among the objects.` }];
  });
}

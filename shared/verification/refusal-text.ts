import type { CloudError } from "../cloud/cloud-error";
import { rowValue } from "../restore/model/row-value";

/**
 * What SQL Server refused with, as a part of a sentence. Its errors quote values of rows (245, 2627, 8152 and many more), but for the few
 * that have a code of their own here: those name logins and objects.
 */
export function refusalText(error: CloudError): string {
  return error.code === "sql-error" ? rowValue(error.message) : error.message;
}

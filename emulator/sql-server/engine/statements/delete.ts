import type { Change } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import type { BodyOf } from "../../syntax/statement";
import type { Session } from "../session";
import { findTable } from "../table-source";
import { changeTarget } from "./change-target";
import { type ChangeContext, compileOutput } from "./changed-rows";

/** @returns deletes the rows and counts them */
export function compileDelete(statement: BodyOf<"delete">, context: ChangeContext): () => number {
  const target = changeTarget(statement, "DELETE", context);
  const { database, table } = target;
  const output = compileOutput(statement.output, context, database, table);
  return () => {
    const rows = target.rows();
    if (rows.length > 0) {
      const { schema, name } = table.definition;
      context.session.write(database, [{ kind: "delete", schema, table: name, ids: rows.map(({ id }) => id) }]);
    }
    output?.(rows.map(({ row }) => ({ before: row, after: undefined })));
    return rows.length;
  };
}

/** @throws SqlError 4701 instead of 208 */
function truncated(path: readonly string[], session: Session) {
  try {
    return findTable(path, session);
  } catch (error) {
    if (!(error instanceof SqlError) || error.number !== 208) throw error;
    throw new SqlError(
      4701,
      `Cannot find the object "${path.at(-1)}" because it does not exist or you do not have permissions.`,
    );
  }
}

/** TRUNCATE TABLE: the table begins anew, its identity too. */
export function truncate(statement: BodyOf<"truncate">, { session }: ChangeContext): void {
  const { database, table } = truncated(statement.table, session);
  const { definition } = table;
  const { schema, name } = definition;
  if (session.rightOf(database) !== "DBOwner")
    throw new SqlError(
      1088,
      `Cannot find the object "${name}" because it does not exist or you do not have permissions.`,
      16,
      7,
    );
  const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
  const referenced = session
    .view(database)
    .tables()
    .some(
      (other) =>
        other !== table &&
        other.definition.foreignKeys.some(
          (key) => same(key.referencedSchema, schema) && same(key.referencedTable, name),
        ),
    );
  if (referenced)
    throw new SqlError(
      4712,
      `Cannot truncate table '${name}' because it is being referenced by a FOREIGN KEY constraint.`,
    );
  const changes: Change[] = [
    { kind: "drop-table", schema, table: name },
    { kind: "create-table", definition },
  ];
  session.write(database, changes);
}

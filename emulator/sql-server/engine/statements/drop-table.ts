import { SqlError } from "../../../data/sql-error";
import type { BodyOf } from "../../syntax/statement";
import type { Session } from "../session";
import { splitPath } from "../table-source";
import { wrongKind } from "./define-object";

/** @throws SqlError 3701 for a table that does not exist or that the login may not drop, 3726 for one that is referenced */
export function dropTable(statement: BodyOf<"drop-table">, session: Session): void {
  if (statement.ifExists) session.server.requireVersion(13, "IF", "syntax");
  for (const path of statement.tables) {
    const { database, schema, name } = splitPath(path, session);
    const table = database && session.view(database).table(schema, name);
    const other = !table && database ? session.view(database).object(schema, name) : undefined;
    if (other) throw wrongKind("table", path.join("."), other.kind);
    if (!table && statement.ifExists) continue;
    if (!database || !table || session.rightOf(database) !== "DBOwner")
      throw new SqlError(
        3701,
        `Cannot drop the table '${path.join(".")}', because it does not exist or you do not have permission.`,
        11,
        5,
      );
    session.write(database, [{ kind: "drop-table", schema: table.definition.schema, table: table.definition.name }]);
  }
}

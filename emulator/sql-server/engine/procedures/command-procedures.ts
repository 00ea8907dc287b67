import { SqlError } from "../../../data/sql-error";
import { TokenCursor } from "../../syntax/token-cursor";
import { parseType } from "../../syntax/type-parser";
import { type Argument, bindParameters } from "../procedure";
import { renameObject } from "../rename";
import type { ResultSink } from "../result-sink";
import type { Session } from "../session";
import { dropDatabase } from "../statements/define-database";
import { createType, dropType } from "../statements/define-schema";

/** A procedure of SQL Server's own that changes something and answers no rows. */
type CommandProcedure = (given: readonly Argument[], session: Session, sink: ResultSink) => void;

const commands: Readonly<Record<string, CommandProcedure>> = {
  // A procedure of RDS: it ends mirroring and the sessions of the database before it drops it (rds documentation).
  sp_rds_drop_database(given, session) {
    const { variables } = bindParameters("@db_name sysname", given, session, "sp_rds_drop_database");
    const name = (variables.get("@db_name")?.value ?? "") as string;
    dropDatabase({ kind: "drop-database", names: [name], ifExists: false }, session);
  },
  sp_rename: renameObject,
  sp_addtype(given, session) {
    const parameters = "@typename sysname, @phystype sysname, @nulltype varchar(8) = NULL, @owner sysname = NULL";
    const { variables } = bindParameters(parameters, given, session, "sp_addtype");
    const value = (name: string) => (variables.get(name)?.value ?? "") as string;
    const type = parseType(new TokenCursor(value("@phystype")), "declaration");
    const nullable = !/^not ?null$/i.test(value("@nulltype").trim());
    createType({ kind: "create-type", path: [value("@typename")], type, nullable }, session);
  },
  sp_droptype(given, session) {
    const { variables } = bindParameters("@typename sysname", given, session, "sp_droptype");
    const name = (variables.get("@typename")?.value ?? "") as string;
    if (!session.view(session.database).names.type("dbo", name))
      throw new SqlError(15_105, `The data type '${name}' does not exist.`, 11);
    dropType({ kind: "drop-type", path: [name], ifExists: false }, session);
  },
};

/** @param path the procedure's name, perhaps with `sys` or `dbo` in front */
export function commandProcedure(path: readonly string[]): CommandProcedure | undefined {
  const schema = path.at(-2)?.toLowerCase() ?? "";
  return ["", "dbo", "sys"].includes(schema) ? commands[path.at(-1)!.toLowerCase()] : undefined;
}

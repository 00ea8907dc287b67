import type { Statement } from "../../syntax/statement";
import { raise, throwError } from "../raised-error";
import { Scope } from "../scope";
import { findTable } from "../table-source";
import { begin, commit, rollback } from "../transaction-control";
import { alterTable } from "./alter-table";
import { requireBulkTarget } from "./bulk-insert";
import type { ChangeContext } from "./changed-rows";
import { alterDatabase, createDatabase, dropDatabase } from "./define-database";
import { alterIndex, createIndex, dropIndex } from "./define-index";
import { createProcedure, createSynonym, createView, dropObjects } from "./define-object";
import { createSchema, createType, dropSchema, dropType } from "./define-schema";
import { createTable } from "./define-table";
import { compileDelete, truncate } from "./delete";
import { dropTable } from "./drop-table";
import { compileInsert } from "./insert";
import { setOption } from "./set-option";
import { compileUpdate } from "./update";
import { declare, print, setVariable } from "./variable";

/** What a statement runs in: its batch. */
export interface StatementContext extends ChangeContext {
  readonly declaredBy: Map<string, Statement>;
}

/** `silent`: nothing is told and @@ROWCOUNT stays. `assigns`: rows were counted but only variables got them. */
export type Outcome = "silent" | { readonly rowCount?: number; readonly assigns?: boolean };

type Plain = Exclude<Statement, { kind: "query" | "execute" | "execute-text" }>;

/** Runs a statement that is done in one step. @throws SqlError of SQL Server for what cannot be done */
export function perform(statement: Plain, context: StatementContext): Outcome {
  const { session, sink } = context;
  switch (statement.kind) {
    case "insert":
      return { rowCount: compileInsert(statement, context)() };
    case "update":
      return { rowCount: compileUpdate(statement, context)() };
    case "delete":
      return { rowCount: compileDelete(statement, context)() };
    case "insert-bulk":
      requireBulkTarget(statement, session);
      session.bulk = statement;
      return {};
    case "use": {
      const before = session.database.name;
      sink.databaseChanged(session.use(statement.database).name, before);
      return {};
    }
    case "begin-transaction":
      begin(session, sink);
      return {};
    case "commit-transaction":
      commit(session, sink);
      return {};
    case "rollback-transaction":
      rollback(session, sink);
      return {};
    case "set-option":
      setOption(statement, session);
      return {};
    case "declare":
      declare(statement, context);
      return "silent";
    case "set-variable":
      setVariable(statement, context);
      return { rowCount: 1, assigns: true };
    case "print":
      print(statement, context);
      return "silent";
    case "raiserror":
      raise(statement, new Scope(session, context.variables), sink);
      return "silent";
    case "throw":
      throw throwError(statement, new Scope(session, context.variables));
    default:
      define(statement, context);
      return {};
  }
}

function define(statement: Plain, context: ChangeContext): void {
  const { session } = context;
  switch (statement.kind) {
    case "update-statistics":
      findTable(statement.table, session);
      break;
    case "truncate":
      truncate(statement, context);
      break;
    case "create-table":
      createTable(statement, session);
      break;
    case "alter-table":
      alterTable(statement, session);
      break;
    case "create-view":
      createView(statement, session);
      break;
    case "create-schema":
      createSchema(statement, session);
      break;
    case "drop-schema":
      dropSchema(statement, session);
      break;
    case "create-type":
      createType(statement, session);
      break;
    case "drop-type":
      dropType(statement, session);
      break;
    case "create-procedure":
      createProcedure(statement, session);
      break;
    case "alter-database":
      alterDatabase(statement, session);
      break;
    case "checkpoint":
      break;
    case "create-synonym":
      createSynonym(statement, session);
      break;
    case "drop-objects":
      dropObjects(statement, session);
      break;
    case "create-index":
      createIndex(statement, session);
      break;
    case "alter-index":
      alterIndex(statement, session);
      break;
    case "drop-index":
      dropIndex(statement, session);
      break;
    case "drop-table":
      dropTable(statement, session);
      break;
    case "create-database":
      createDatabase(statement, session);
      break;
    case "drop-database":
      dropDatabase(statement, session);
      break;
    default:
      throw new Error(`${statement.kind} is control flow`);
  }
}

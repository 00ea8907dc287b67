import type { SqlType, SqlValue } from "../../../data/sql-value";
import type { CaughtError, Session } from "../session";
import { type FunctionDefinition, type FunctionTable, intType, nameType } from "./definition";

/** What a CATCH block may ask about its error; NULL outside of one. */
function read(type: SqlType, from: (caught: CaughtError) => SqlValue): FunctionDefinition {
  const value = (session: Session) => (session.caught ? from(session.caught) : null);
  return { takes: [0, 0], compile: ({ session }) => ({ type, nullable: true, evaluate: () => value(session) }) };
}

export const errorFunctions: FunctionTable = {
  ERROR_NUMBER: read(intType, ({ error }) => error.number),
  ERROR_MESSAGE: read({ name: "nvarchar", length: 4000 }, ({ error }) => error.message),
  ERROR_SEVERITY: read(intType, ({ error }) => error.severity),
  ERROR_STATE: read(intType, ({ error }) => error.state),
  ERROR_LINE: read(intType, ({ line }) => line),
  ERROR_PROCEDURE: read(nameType, () => null),
};

import type { Expression } from "../../syntax/expression";
import { notPlayed } from "../../syntax/token-cursor";
import type { Compiled } from "../compiled";
import { compileExpression } from "../expression-compiler";
import type { Scope } from "../scope";
import { dateFunctions } from "./date";
import { type FunctionTable, wrongCount } from "./definition";
import { errorFunctions } from "./error-information";
import { hashFunctions } from "./hash";
import { mathFunctions } from "./math";
import { metadataFunctions } from "./metadata";
import { nullFunctions } from "./null-handling";
import { textFunctions } from "./text";

const all: FunctionTable = {
  ...dateFunctions,
  ...errorFunctions,
  ...hashFunctions,
  ...mathFunctions,
  ...metadataFunctions,
  ...nullFunctions,
  ...textFunctions,
};

/** Functions of SQL Server that are not played, with the version that brought them: said so instead of "not recognized". */
const known: Readonly<Record<string, number>> = Object.fromEntries([
  ..."CHECKSUM BINARY_CHECKSUM COLUMNPROPERTY COL_LENGTH COL_NAME TYPE_NAME TYPE_ID INDEXPROPERTY INDEX_COL STATS_DATE FILE_NAME FILEGROUP_NAME DEGREES RADIANS SOUNDEX DIFFERENCE STR NTILE FORMATMESSAGE GETANSINULL IDENT_SEED IDENT_INCR TODATETIMEOFFSET NEWSEQUENTIALID CONNECTIONPROPERTY SUSER_ID SUSER_SID USER_ID PARSENAME ROW_NUMBER RANK DENSE_RANK OBJECTPROPERTYEX DATABASEPROPERTY CURSOR_STATUS MIN_ACTIVE_ROWVERSION TEXTPTR OBJECT_DEFINITION"
    .split(" ")
    .map((name) => [name, 9]),
  ..."PARSE TRY_PARSE DATEFROMPARTS DATETIMEFROMPARTS DATETIME2FROMPARTS TIMEFROMPARTS LAG LEAD FIRST_VALUE LAST_VALUE PERCENT_RANK CUME_DIST"
    .split(" ")
    .map((name) => [name, 11]),
  ..."JSON_VALUE JSON_QUERY ISJSON JSON_MODIFY STRING_ESCAPE COMPRESS DECOMPRESS SESSION_CONTEXT"
    .split(" ")
    .map((name) => [name, 13]),
  ..."CONCAT_WS TRANSLATE".split(" ").map((name) => [name, 14]),
  ..."GREATEST LEAST DATETRUNC DATE_BUCKET GENERATE_SERIES JSON_OBJECT JSON_ARRAY".split(" ").map((name) => [name, 16]),
]);

/** Their first argument is a word, not a value. */
const withDatePart = new Set(["DATEADD", "DATEDIFF", "DATEDIFF_BIG", "DATEPART", "DATENAME"]);

/** @throws SqlError 195 for a function that this version does not have, 174 or 189 for a wrong number of arguments */
export function compileFunction(call: Expression & { kind: "call" }, scope: Scope): Compiled {
  const { session } = scope;
  const found = all[call.name];
  const since = found ? found.since : known[call.name];
  session.server.requireVersion(
    !found && since === undefined ? Number.POSITIVE_INFINITY : (since ?? 0),
    call.name,
    "function",
  );
  if (!found) throw notPlayed(`The function ${call.name}`);
  const [least, most] = found.takes;
  if (call.arguments.length < least || call.arguments.length > most || call.star)
    throw wrongCount(call.name, found.takes);
  const operands = call.arguments.map((argument, index): Compiled => {
    const isWord = index === 0 && withDatePart.has(call.name);
    return isWord
      ? { type: { name: "int" }, nullable: true, evaluate: () => null }
      : compileExpression(argument, scope);
  });
  return found.compile({ name: call.name, arguments: operands, expressions: call.arguments, session, scope });
}

import { tokenize } from "./sql-tokens";

/**
 * Words that have no place in a plain query, as reserved words of Transact-SQL: as names of columns they need brackets, which
 * the tokenizer tells apart. It is the first of three fences; the others are a transaction that is always rolled back and the login's rights.
 */
const forbiddenWords = new Set(
  [
    "INTO INSERT UPDATE DELETE MERGE TRUNCATE CREATE ALTER DROP GRANT REVOKE DENY TRIGGER UPDATETEXT WRITETEXT READTEXT",
    "EXEC EXECUTE USE SET DECLARE PRINT RAISERROR WAITFOR GOTO RETURN WHILE IF BEGIN BREAK CONTINUE",
    "COMMIT ROLLBACK SAVE TRAN TRANSACTION CURSOR OPEN CLOSE DEALLOCATE FETCH",
    "BACKUP RESTORE DBCC BULK CHECKPOINT KILL SHUTDOWN RECONFIGURE REVERT SETUSER DUMP LOAD",
    "OPENROWSET OPENQUERY OPENDATASOURCE OPENXML",
  ]
    .join(" ")
    .split(" "),
);

/** Words after which another SELECT belongs to the same statement. */
const setOperators = new Set(["UNION", "EXCEPT", "INTERSECT", "ALL"]);

/** What people are told of a text that is not taken. */
export const singleSelectRule =
  "A check is one SELECT and nothing else, and its names have at most two parts (dbo.Orders, o.OrderId): `database` says where it runs, which may be the restored copy.";

/** True for a text that is exactly one SELECT (a leading WITH and a closing semicolon included) over the database it runs in. */
export function isSingleSelect(sql: string): boolean {
  const tokens = tokenize(sql);
  if (!tokens) return false;
  while (tokens.at(-1)?.text === ";") tokens.pop();
  const start = tokens[0];
  if (start?.kind !== "word" || (start.text !== "SELECT" && start.text !== "WITH")) return false;
  let depth = 0;
  let selects = 0;
  let dots = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text === ";" && token.kind === "symbol") return false;
    if (token.kind === "word" && (forbiddenWords.has(token.text) || isSequenceCall(tokens, index))) return false;
    if (token.kind === "symbol") {
      if (token.text === "(") depth += 1;
      if (token.text === ")") depth -= 1;
      if (depth < 0) return false;
    }
    // Longer names reach other databases, the live one beside a restored copy among them, and linked servers; empty parts count.
    dots = token.text === "." && token.kind === "symbol" ? dots + 1 : endsName(tokens, index) ? 0 : dots;
    if (dots > 1) return false;
    if (token.kind === "word" && token.text === "SELECT" && depth === 0) {
      if (selects > 0 && !setOperators.has(tokens[index - 1]?.text ?? "")) return false;
      selects += 1;
    }
  }
  return depth === 0 && selects > 0;
}

type Tokens = NonNullable<ReturnType<typeof tokenize>>;

/** A name goes on while names and dots alternate: a name that follows anything but a dot starts a new one. */
function endsName(tokens: Tokens, index: number): boolean {
  return tokens[index]!.kind === "symbol" || tokens[index - 1]?.text !== ".";
}

/** NEXT VALUE FOR moves a sequence, and no rollback brings it back. */
function isSequenceCall(tokens: Tokens, index: number): boolean {
  return tokens[index]!.text === "NEXT" && tokens[index + 1]?.kind === "word" && tokens[index + 1]?.text === "VALUE";
}

import { foreignName } from "./own-database";
import { readTokens, type SqlToken } from "./sql-tokens";

/** Reserved words that begin other statements, and a few that do without being reserved: as names of columns they need brackets. */
const forbiddenWords = new Set(
  [
    "INTO INSERT UPDATE DELETE MERGE TRUNCATE CREATE ALTER DROP GRANT REVOKE DENY TRIGGER UPDATETEXT WRITETEXT READTEXT",
    "EXEC EXECUTE USE SET DECLARE PRINT RAISERROR THROW WAITFOR GOTO RETURN WHILE IF BEGIN BREAK CONTINUE LINENO",
    "COMMIT ROLLBACK SAVE TRAN TRANSACTION CURSOR OPEN CLOSE DEALLOCATE FETCH SEND RECEIVE CONVERSATION",
    "BACKUP RESTORE DBCC BULK CHECKPOINT KILL SHUTDOWN RECONFIGURE REVERT SETUSER DUMP LOAD",
  ]
    .join(" ")
    .split(" "),
);

/** Hints by which a read would keep others from their rows. */
const lockHints = new Set("HOLDLOCK PAGLOCK REPEATABLEREAD SERIALIZABLE TABLOCK TABLOCKX UPDLOCK XLOCK".split(" "));

/** Words after which another SELECT belongs to the same statement. */
const setOperators = new Set(["UNION", "EXCEPT", "INTERSECT", "ALL"]);

const oneSelect = "A check is one SELECT and nothing else.";
const twoParts =
  "A name in a check has at most two parts (dbo.Orders, o.OrderId): `database` says where the check runs, which may be the restored copy.";
const noWith =
  "A check cannot begin with WITH: write the common table expression where it is read, as FROM (SELECT …) AS late.";
const noOption = "Leave OPTION out: a check runs on one processor, and its other hints follow from the server.";
const noOrder =
  "ORDER BY needs TOP in a check: write SELECT TOP (1) … ORDER BY …, for a UNION as SELECT TOP (1) … FROM (SELECT … UNION SELECT …) AS u ORDER BY …, or leave ORDER BY out.";

/**
 * Why a text is not taken as a check, for people, with what to write instead; null for exactly one SELECT over the database that it runs in.
 * It is the second of four fences. The first one is the login, which should only be able to read. The others are a derived table that is
 * closed on a line of its own (a text that is no query is a syntax error there), and a transaction that is always rolled back.
 */
export function selectProblem(sql: string): string | null {
  const read = readTokens(sql);
  if (read.problem !== null) return read.problem;
  const tokens = withoutEnd(read.tokens);
  const first = tokens[0];
  if (first?.kind === "word" && first.text === "WITH") return noWith;
  if (first?.kind !== "word" || first.text !== "SELECT") return oneSelect;
  const outer = outerTokens(tokens);
  if (outer === null) return "A parenthesis is not closed, or closed without being open.";
  return nameProblem(tokens) ?? wordProblem(tokens) ?? outerProblem(outer);
}

export function isSingleSelect(sql: string): boolean {
  return selectProblem(sql) === null;
}

/** A taken text without its last semicolons, which have no place inside of parentheses. */
export function selectBody(sql: string): string {
  const tokens = readTokens(sql).tokens ?? [];
  return sql.slice(0, tokens[withoutEnd(tokens).length]?.start);
}

function withoutEnd(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const last = tokens.findLastIndex((token) => !isSymbol(token, ";"));
  return tokens.slice(0, last + 1);
}

function isSymbol(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

/** Tokens outside of all parentheses; null when these do not pair. */
function outerTokens(tokens: readonly SqlToken[]): SqlToken[] | null {
  const outer: SqlToken[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, "(")) depth += 1;
    else if (isSymbol(token, ")")) depth -= 1;
    else if (depth === 0) outer.push(token);
    if (depth < 0) return null;
  }
  return depth === 0 ? outer : null;
}

function wordProblem(tokens: readonly SqlToken[]): string | null {
  for (const [index, token] of tokens.entries()) {
    const { kind, text } = token;
    if (isSymbol(token, ";")) return `${oneSelect} Leave out what follows the semicolon.`;
    if (kind !== "word") continue;
    if (text === "OPTION") return noOption;
    if (text === "NEXT" && tokens[index + 1]?.text === "VALUE")
      return "NEXT VALUE FOR is not taken: it moves the sequence, and no rollback brings it back.";
    if (lockHints.has(text)) return `${text} is not taken: it would keep others from their rows while the check runs.`;
    if (forbiddenWords.has(text))
      return `${text} is not taken: a check reads one value and changes nothing. Write it in brackets if it is a name: [${text}].`;
  }
  return null;
}

function nameProblem(tokens: readonly SqlToken[]): string | null {
  for (const { parts, isCalled } of namesIn(tokens)) {
    if (parts.length > 2) return twoParts;
    const foreign = foreignName(parts, isCalled);
    if (foreign !== null) return foreign;
  }
  return null;
}

interface Name {
  /** Empty where nothing stands between two dots. */
  readonly parts: string[];
  /** A parenthesis follows. */
  isCalled: boolean;
}

/** A name goes on while parts and dots alternate: a part that follows anything but a dot starts a new one. */
function namesIn(tokens: readonly SqlToken[]): Name[] {
  const names: Name[] = [];
  let open: Name | null = null;
  for (const token of tokens) {
    const isPart = token.kind === "word" || token.kind === "name";
    if (isSymbol(token, ".") && open) open.parts.push("");
    else if (isPart && open?.parts.at(-1) === "") open.parts[open.parts.length - 1] = token.text;
    else if (isPart || isSymbol(token, ".")) {
      open = { parts: isPart ? [token.text] : ["", ""], isCalled: false };
      names.push(open);
    } else {
      if (open) open.isCalled = isSymbol(token, "(");
      open = null;
    }
  }
  return names;
}

function outerProblem(outer: readonly SqlToken[]): string | null {
  const isWord = (token: SqlToken | undefined, text: string) => token?.kind === "word" && token.text === text;
  const has = (text: string) => outer.some((token) => isWord(token, text));
  const again = outer.findIndex(
    (token, index) => index > 0 && isWord(token, "SELECT") && !setOperators.has(outer[index - 1]!.text),
  );
  if (again > 0) return `${oneSelect} There is a second SELECT.`;
  const isUnion = ["UNION", "EXCEPT", "INTERSECT"].some(has);
  const isLimited = (has("TOP") && !isUnion) || has("OFFSET") || has("FOR");
  return has("ORDER") && !isLimited ? noOrder : null;
}

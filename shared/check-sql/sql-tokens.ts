/** `word`: a bare word, `name`: one in brackets or double quotes, both without quotes and in upper case. `literal`: a string or a number. */
export interface SqlToken {
  readonly kind: "word" | "name" | "literal" | "symbol";
  readonly text: string;
  /** Where it begins in the text. */
  readonly start: number;
}

export type ReadTokens =
  | { readonly tokens: readonly SqlToken[]; readonly problem: null }
  | { readonly tokens: null; readonly problem: string };

/**
 * What SQL Server reads, and nothing more ("Transact-SQL syntax conventions", "Constants", "Database identifiers"). A number ends where
 * its last possible character stands, so that `0e` and `0x` are whole numbers.
 */
const patterns = {
  space: /[ \t\r\n]+/y,
  lineComment: /--[^\n]*/y,
  string: /N?'(?:[^']|'')*'/iy,
  bracketed: /\[(?:[^\]]|\]\])*\]/y,
  quoted: /"(?:[^"]|"")*"/y,
  number: /0x[0-9a-f]*|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d*)?|\$\d+(?:\.\d*)?/iy,
  // CJK ideographs are letters in every version of Unicode; whether others are depends on the version that a server knows.
  word: /[a-z_@#\u4e00-\u9fa5][a-z0-9_@#$\u4e00-\u9fa5]*/iy,
  symbol: /[(),.*+\-/%&|^~=<>!;]/y,
};

/** Behind a number, what a server could read as the number's own or as the next word. */
const afterNumber = /[^ \t\r\n(),*+\-/%&|^~=<>!;]/y;

/**
 * Nowhere, in strings and comments neither: control characters, marks without a shape, halves of a pair, line ends other than LF and CR LF,
 * a backslash at a line's end. One reader skips them, another ends a comment or a string there; people do not see them.
 */
const ambiguous = /\r(?!\n)|\\\r?\n|(?![\t\r\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Transact-SQL as tokens, comments dropped. */
export function readTokens(sql: string): ReadTokens {
  const strange = ambiguous.exec(sql);
  if (strange)
    return refused(`The character ${codeOf(strange[0])} is not taken: not every reader of SQL reads it alike.`);
  const tokens: SqlToken[] = [];
  let position = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(sql)?.[0] ?? null;
    if (found !== null) position += found.length;
    return found;
  };
  while (position < sql.length) {
    if (take(patterns.space) !== null || take(patterns.lineComment) !== null) continue;
    const start = position;
    if (sql.startsWith("/*", start)) {
      const end = endOfComment(sql, start);
      if (end === null)
        return refused("A comment is not closed, or its edges share a character: put blanks around /* and */.");
      position = end;
      continue;
    }
    const push = (kind: SqlToken["kind"], text: string) => tokens.push({ kind, text, start });
    const text = take(patterns.string);
    const number = text === null ? take(patterns.number) : null;
    if (number !== null) {
      afterNumber.lastIndex = position;
      const next = afterNumber.exec(sql)?.[0];
      if (next !== undefined) return refused(`Put a blank between the number ${number} and ${JSON.stringify(next)}.`);
    }
    const literal = text ?? number;
    if (literal !== null) {
      push("literal", literal);
      continue;
    }
    const name = take(patterns.bracketed) ?? take(patterns.quoted);
    if (name !== null) {
      const close = name.at(-1)!;
      push(
        "name",
        name
          .slice(1, -1)
          .replaceAll(close + close, close)
          .toUpperCase(),
      );
      continue;
    }
    const word = take(patterns.word);
    const symbol = word === null ? take(patterns.symbol) : null;
    if (word !== null) push("word", word.toUpperCase());
    else if (symbol !== null) push("symbol", symbol);
    else return refused(unreadable(sql, position));
  }
  return { tokens, problem: null };
}

function refused(problem: string): ReadTokens {
  return { tokens: null, problem };
}

function unreadable(sql: string, position: number): string {
  const found = String.fromCodePoint(sql.codePointAt(position)!);
  if (`'["`.includes(found)) return `A string or a name that begins with ${found} is not closed.`;
  return `${JSON.stringify(found)} is not taken outside of strings; write a name that has such characters in brackets, and blanks and signs in ASCII.`;
}

function codeOf(text: string): string {
  return text.startsWith("\\")
    ? "\\ at a line's end"
    : `U+${text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Block comments nest in Transact-SQL. Null for one that does not end, or whose edges overlap with one another or with a sign beside it. */
function endOfComment(sql: string, start: number): number | null {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    if (/^(?:\/\*\/|\*\/\*)/.test(sql.slice(found.index, found.index + 3))) return null;
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return sql[start - 1] === "*" ? null : edge.lastIndex;
  }
  return null;
}

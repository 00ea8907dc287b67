/** `word`: a bare word, upper-cased. `name`: in brackets or double quotes. `literal`: a string or a number. */
export interface SqlToken {
  readonly kind: "word" | "name" | "literal" | "symbol";
  readonly text: string;
}

const patterns = {
  space: /\s+/y,
  lineComment: /--[^\n]*/y,
  string: /N?'(?:[^']|'')*'/iy,
  bracketed: /\[(?:[^\]]|\]\])*\]/y,
  quoted: /"(?:[^"]|"")*"/y,
  number: /\d[\d.]*(?:E[+-]?\d+)?/iy,
  word: /[\p{L}_@#][\p{L}\p{N}_@#$]*/uy,
};

/** A lone carriage return and its Unicode kin end a line comment for some readers and not for others; a check needs none. */
const ambiguous = /\r(?!\n)|[\u0085\u2028\u2029]/u;

/** Transact-SQL as tokens, comments dropped; null for a text that ends inside a string, a name or a comment. */
export function tokenize(sql: string): SqlToken[] | null {
  if (ambiguous.test(sql)) return null;
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
    if (sql.startsWith("/*", position)) {
      const end = endOfComment(sql, position);
      if (end === null) return null;
      position = end;
      continue;
    }
    const literal = take(patterns.string) ?? take(patterns.number);
    if (literal !== null) {
      tokens.push({ kind: "literal", text: literal });
      continue;
    }
    const name = take(patterns.bracketed) ?? take(patterns.quoted);
    if (name !== null) {
      tokens.push({ kind: "name", text: name });
      continue;
    }
    const word = take(patterns.word);
    if (word !== null) {
      tokens.push({ kind: "word", text: word.toUpperCase() });
      continue;
    }
    const symbol = sql[position]!;
    if (symbol === "'" || symbol === "[" || symbol === '"') return null;
    tokens.push({ kind: "symbol", text: symbol });
    position += 1;
  }
  return tokens;
}

/** Block comments nest in Transact-SQL. */
function endOfComment(sql: string, start: number): number | null {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return null;
}

import { SqlError } from "../../data/sql-error";

/**
 * `word` a bare word, `name` one in brackets or double quotes, `text` and `unicode-text` string literals without their quotes,
 * `integer`, `decimal`, `float`, `money`, `binary` number literals, `variable` with its `@`.
 */
export type TokenKind =
  | "word"
  | "name"
  | "text"
  | "unicode-text"
  | "integer"
  | "decimal"
  | "float"
  | "money"
  | "binary"
  | "variable"
  | "symbol"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  /** What it stands for: names and strings without quotes, everything else as written. */
  readonly text: string;
  readonly line: number;
  /** Where it begins and ends in the batch. */
  readonly start: number;
  readonly end: number;
}

const patterns: readonly (readonly [TokenKind | "space", RegExp])[] = [
  ["space", /(?:\s|\uFEFF)+/y],
  ["space", /--[^\n]*/y],
  ["unicode-text", /[nN]'(?:[^']|'')*'/y],
  ["text", /'(?:[^']|'')*'/y],
  ["name", /\[(?:[^\]]|\]\])*\]/y],
  ["name", /"(?:[^"]|"")*"/y],
  ["binary", /0[xX][0-9a-fA-F]*/y],
  ["money", /[$¥€£]\s*-?\d+(?:\.\d*)?/y],
  ["float", /(?:\d+\.?\d*|\.\d+)[eE][+-]?\d*/y],
  ["decimal", /\d+\.\d*|\.\d+/y],
  ["integer", /\d+/y],
  ["word", /\$[\p{L}_][\p{L}\p{N}_]*/uy],
  ["variable", /@[\p{L}\p{N}_@#$]+/uy],
  ["word", /[\p{L}_#][\p{L}\p{N}_@#$]*/uy],
  ["symbol", /<>|!=|<=|>=|!<|!>|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|[-+*/%&|^~=<>(),.;:{}]/y],
];

/** Cuts a batch into tokens. @throws SqlError 102, 103, 105 or 113 for a text that ends inside a literal, a name or a comment */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  let line = 1;
  const advance = (end: number) => {
    for (let index = position; index < end; index++) if (sql.charCodeAt(index) === 10) line++;
    position = end;
  };
  while (position < sql.length) {
    if (sql.startsWith("/*", position)) {
      advance(endOfComment(sql, position));
      continue;
    }
    const found = match(sql, position);
    if (!found) throw unreadable(sql, position);
    const [kind, raw] = found;
    if (kind !== "space")
      tokens.push({ kind, text: meaning(kind, raw), line, start: position, end: position + raw.length });
    advance(position + raw.length);
  }
  tokens.push({ kind: "end", text: "", line, start: sql.length, end: sql.length });
  return tokens;
}

function match(sql: string, position: number): readonly [TokenKind | "space", string] | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = position;
    const found = pattern.exec(sql);
    if (found) return [kind, found[0]];
  }
  return undefined;
}

function meaning(kind: TokenKind, raw: string): string {
  switch (kind) {
    case "unicode-text":
      return raw.slice(2, -1).replaceAll("''", "'");
    case "text":
      return raw.slice(1, -1).replaceAll("''", "'");
    case "word":
    case "variable":
      return checkedName(raw);
    case "name": {
      const close = raw.at(-1)!;
      return checkedName(raw.slice(1, -1).replaceAll(close + close, close));
    }
    default:
      return raw;
  }
}

/** @throws SqlError 103 for more than 128 characters */
export function checkedName(name: string): string {
  if (name.length <= 128) return name;
  throw new SqlError(
    103,
    `The identifier that starts with '${name.slice(0, 128)}' is too long. Maximum length is 128.`,
    15,
  );
}

/** Block comments nest. */
function endOfComment(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  throw new SqlError(113, "Missing end comment mark '*/'.", 15);
}

function unreadable(sql: string, position: number): SqlError {
  const rest = sql.slice(position);
  if (/^['["]|^[nN]'/.test(rest))
    return new SqlError(105, `Unclosed quotation mark after the character string '${rest.slice(1, 31)}'.`, 15);
  return new SqlError(102, `Incorrect syntax near '${rest[0]}'.`, 15);
}

/** Does the text have a name in double quotes, which is a text under SET QUOTED_IDENTIFIER OFF? */
export function hasDoubleQuotes(sql: string): boolean {
  return tokenize(sql).some(({ kind, start }) => kind === "name" && sql[start] === '"');
}

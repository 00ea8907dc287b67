import { SqlError } from "../../data/sql-error";
import { isReserved } from "./keywords";
import { type Token, tokenize } from "./token";

/** The local cloud's own error number: the statement is good Transact-SQL, but this engine does not play it. */
export const notPlayedNumber = 50501;

export function notPlayed(what: string): SqlError {
  return new SqlError(notPlayedNumber, `${what} is not supported by the local cloud's SQL engine.`, 16, 1);
}

/** Is it an error that no TRY, TRY_CONVERT or ISDATE may hide? */
export function isNotPlayed(error: unknown): boolean {
  return error instanceof SqlError && error.number === notPlayedNumber;
}

/** Walks through the tokens of one batch. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  /** Position of the parenthesis that closes the one at a position. */
  readonly #closing: ReadonlyMap<number, number>;
  #position = 0;

  constructor(readonly sql: string) {
    this.#tokens = tokenize(sql);
    this.#closing = pairs(this.#tokens);
  }

  get current(): Token {
    return this.#tokens[this.#position]!;
  }

  get line(): number {
    return this.current.line;
  }

  ahead(count: number): Token {
    return this.#tokens[Math.min(this.#position + count, this.#tokens.length - 1)]!;
  }

  /** How far ahead the token behind the parenthesis stands that closes the one at `count`. */
  behindParenthesis(count: number): number {
    const closing = this.#closing.get(this.#position + count) ?? this.#tokens.length - 1;
    return closing + 1 - this.#position;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== "end") this.#position++;
    return token;
  }

  /** The text between two tokens' edges, as it was written. */
  textFrom(start: number): string {
    return this.sql.slice(start, this.#tokens[this.#position - 1]!.end);
  }

  isWord(...words: string[]): boolean {
    return this.isWordAt(0, ...words);
  }

  isWordAt(count: number, ...words: string[]): boolean {
    const token = this.ahead(count);
    return token.kind === "word" && words.includes(token.text.toUpperCase());
  }

  isSymbol(symbol: string): boolean {
    return this.current.kind === "symbol" && this.current.text === symbol;
  }

  /** Takes the words if they come next, one after another. */
  takeWords(...words: string[]): boolean {
    if (!words.every((word, index) => this.isWordAt(index, word))) return false;
    this.#position += words.length;
    return true;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#position++;
    return true;
  }

  expectWord(...words: string[]): void {
    for (const word of words) if (!this.takeWords(word)) throw this.unexpected();
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected();
  }

  /** A name: in brackets, or a word that is not reserved. */
  name(): string {
    const token = this.current;
    if (token.kind === "word" && token.text.startsWith("$")) throw notPlayed(token.text);
    if (token.kind === "name" || (token.kind === "word" && !isReserved(token.text))) return this.next().text;
    throw this.unexpected();
  }

  /** `a.b.c`; a left-out middle part (`db..t`) is an empty string. */
  path(): string[] {
    const parts = [this.name()];
    while (this.takeSymbol(".")) {
      if (this.isSymbol(".")) parts.push("");
      else parts.push(this.name());
    }
    return parts;
  }

  variable(): string {
    if (this.current.kind !== "variable" || this.current.text.startsWith("@@")) throw this.unexpected();
    return this.next().text.toLowerCase();
  }

  /** A list in parentheses. */
  parenthesized<T>(read: () => T): T[] {
    this.expectSymbol("(");
    const list = this.list(read);
    this.expectSymbol(")");
    return list;
  }

  list<T>(read: () => T): T[] {
    const list = [read()];
    while (this.takeSymbol(",")) list.push(read());
    return list;
  }

  wholeNumber(): number {
    const negative = this.takeSymbol("-");
    if (this.current.kind !== "integer") throw this.unexpected();
    const value = Number(this.next().text);
    return negative ? -value : value;
  }

  unexpected(): SqlError {
    const token = this.current;
    if (token.kind === "word" && isReserved(token.text))
      return new SqlError(156, `Incorrect syntax near the keyword '${token.text}'.`, 15);
    const near = token.kind === "end" ? (this.#tokens[this.#position - 1]?.text ?? "") : token.text;
    return new SqlError(102, `Incorrect syntax near '${near}'.`, 15);
  }
}

function pairs(tokens: readonly Token[]): Map<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== "symbol") continue;
    if (text === "(") open.push(index);
    const opening = text === ")" ? open.pop() : undefined;
    if (opening !== undefined) closing.set(opening, index);
  }
  return closing;
}

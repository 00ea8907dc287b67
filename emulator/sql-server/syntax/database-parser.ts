import { notPlayed, type TokenCursor } from "./token-cursor";

export interface AlterDatabase {
  readonly kind: "alter-database";
  /** undefined: CURRENT. */
  readonly name: string | undefined;
  /** As written, in upper case, with one blank between words: `RECOVERY FULL`. */
  readonly options: readonly string[];
}

/** `ALTER DATABASE name SET option, … [WITH termination]`. */
export function parseAlterDatabase(cursor: TokenCursor): AlterDatabase {
  cursor.expectWord("ALTER", "DATABASE");
  const name = cursor.takeWords("CURRENT") ? undefined : cursor.name();
  if (!cursor.takeWords("SET")) throw notPlayed(`ALTER DATABASE ... ${cursor.current.text.toUpperCase()}`);
  const options = cursor.list(() => parseOption(cursor));
  if (cursor.takeWords("WITH") && !cursor.takeWords("NO_WAIT")) {
    cursor.expectWord("ROLLBACK");
    if (!cursor.takeWords("IMMEDIATE")) {
      cursor.expectWord("AFTER");
      cursor.wholeNumber();
      cursor.takeWords("SECONDS");
    }
  }
  return { kind: "alter-database", name, options };
}

/** One to three words, perhaps with `=`, and perhaps more options in parentheses. */
function parseOption(cursor: TokenCursor): string {
  const words = [cursor.next().text.toUpperCase()];
  cursor.takeSymbol("=");
  if (["word", "integer"].includes(cursor.current.kind) && !cursor.isWord("WITH") && !startsStatement(cursor))
    words.push(cursor.next().text.toUpperCase());
  if (cursor.isSymbol("(")) throw notPlayed(`ALTER DATABASE ... SET ${words[0]} with options of its own`);
  return words.join(" ");
}

function startsStatement(cursor: TokenCursor): boolean {
  return cursor.isWord("ALTER", "DROP", "CREATE", "END", "SELECT", "USE", "EXEC", "IF", "PRINT", "SET", "DECLARE");
}
